package inbound_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/inbound"
)

func TestAutomaticRepliesAreKnownByTheirHeadersAndSubject(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sign, headers string }{
		{"Auto-Submitted", "Auto-Submitted: auto-replied"},
		{"Auto-Submitted", "Auto-Submitted: auto-generated"},
		{"Auto-Submitted", "Auto-Submitted: Auto-Replied (vacation)"},
		{"Auto-Submitted", "Auto-Submitted: auto-notified; owner-email=a@x.example"},
		{"Auto-Submitted", "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Auto-Response-Suppress: All"},
		{"Auto-Submitted", "Precedence: list\nAuto-Submitted: auto-generated"},
		{"X-Autoreply", "X-Autoreply: yes"},
		{"X-Autorespond", "X-Autorespond: Votre facture"},
		{"X-Autoresponder", "X-Autoresponder: yes\nX-Auto-Response-Suppress: All"},
		{"Precedence", "Precedence: auto_reply"},
		{"Return-Path", "Return-Path: <>"},
		{"Return-Path", "Return-Path: <>\nPrecedence: junk"},
		{"Subject", "Subject: Réponse automatique : Facture"},
		{"Subject", "Subject: Automatic reply: Invoice"},
		{"Subject", "Subject: Out of office Re: Invoice"},
		{"Subject", "Subject: =?utf-8?Q?Absence_du_bureau?="},
		{"Subject", "Subject: Je suis absent jusqu'au 7 décembre\nX-Auto-Response-Suppress: All"},
	} {
		a := inbound.ReadMail(mailOf(append(strings.Split(c.headers, "\n"), "From: a@x.example", "", "Je suis absent")...))
		require.Equal(t, inbound.AutoReply, a.Kind, c.headers)
		require.Equal(t, c.sign, a.AutoSign, c.headers)
	}
}

func TestWhatOnlyAsksForNoAutomaticReplyIsWrittenByAPerson(t *testing.T) {
	t.Parallel()
	for _, headers := range []string{
		"Precedence: list\nList-Id: <compta.durand.example>", // a group address
		"Precedence: bulk\nX-Mailman-Version: 2.1.39",
		"Precedence: junk",
		"Precedence: normal",
		"X-Auto-Response-Suppress: All",
		"X-Auto-Response-Suppress: OOF, DR, RN, NRN, AutoReply",
		"X-Auto-Response-Suppress: None",
		"Precedence: bulk\nX-Auto-Response-Suppress: All\nAuto-Submitted: no", // a ticket tool
		"Auto-Submitted: no",
		"Auto-Submitted: No; by=hand",
		"Auto-Submitted: no (a person)",
		"Subject: Re: votre relance automatique\nPrecedence: list",
		"Subject: Re: Automatic reply: Invoice F-1", // in a conversation that began with one
		"Subject: TR : Réponse automatique : Facture",
		"Return-Path: <a@x.example>",
	} {
		a := inbound.ReadMail(mailOf(append(strings.Split(headers, "\n"), "From: a@x.example", "", "Nous contestons cette facture.")...))
		require.Equal(t, inbound.FromPerson, a.Kind, headers)
		require.Empty(t, a.AutoSign, headers)
	}
}
