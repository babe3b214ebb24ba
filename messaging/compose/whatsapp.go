package compose

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"relance/calendar"
)

// WhatsApp is the wording of a WhatsApp message and what fills in its approved
// content template.
type WhatsApp struct {
	// Lang is the language it is written in.
	Lang string
	// Text is the message as we know it; the recipient reads the approved template.
	Text string
	// Variables fill in the placeholders {{1}}, {{2}} and so on of the template.
	Variables map[string]string
}

// WhatsApp words a WhatsApp message. The blocks named 1, 2 and so on of its file
// are the values of the content template's placeholders. A file without any, and a
// key that has an SMS only, give the usual ones: 1 the creditor's name, 2 the
// invoice numbers, 3 the amount due, 4 the day to pay by (the due date where there
// is no deadline), 5 what to write on the transfer. Languages and errors are as in
// Email.
func (t *Templates) WhatsApp(key, lang string, f Facts) (WhatsApp, error) {
	p, f, err := t.prepare(key, lang, ChannelWhatsApp, f)
	var missing *NoTemplateError
	if errors.As(err, &missing) {
		p, f, err = t.prepare(key, lang, ChannelSMS, f)
	}
	if err != nil {
		return WhatsApp{}, err
	}
	return p.whatsApp(f)
}

// HasWhatsApp reports whether a key has a wording in exactly this language for a
// WhatsApp message: its own, or that of its SMS.
func (t *Templates) HasWhatsApp(key, lang string) bool {
	return t.Has(key, lang, ChannelWhatsApp) || t.Has(key, lang, ChannelSMS)
}

func (p *piece) whatsApp(f Facts) (WhatsApp, error) {
	prose, err := p.execute(p.path, f)
	if err != nil {
		return WhatsApp{}, fmt.Errorf("%s: %w", p.path, err)
	}
	text := WhatsApp{Lang: p.language.tag, Text: p.language.typeset(oneLine(prose))}
	if text.Text == "" {
		return WhatsApp{}, fmt.Errorf("%s: %w", p.path, errEmpty)
	}
	text.Variables, err = p.placeholders(f)
	if err == nil && len(text.Variables) == 0 {
		text.Variables, err = p.usualPlaceholders(f)
	}
	if err != nil {
		return WhatsApp{}, fmt.Errorf("%s: %w", p.path, err)
	}
	return text, nil
}

// placeholders are the numbered blocks of the file, counted from 1.
func (p *piece) placeholders(f Facts) (map[string]string, error) {
	variables := map[string]string{}
	for n := 1; p.prose.Lookup(strconv.Itoa(n)) != nil; n++ {
		name := strconv.Itoa(n)
		value, err := p.words(name, f)
		if err == nil && value == "" {
			err = errEmpty
		}
		if err != nil {
			return nil, fmt.Errorf("block %q: %w", name, err)
		}
		variables[name] = value
	}
	return variables, nil
}

func (p *piece) usualPlaceholders(f Facts) (map[string]string, error) {
	amount, err := p.language.amount(f.TotalOpen)
	if err != nil {
		return nil, err
	}
	by := f.Deadline
	if by == (calendar.Date(0)) {
		by = f.Oldest().DueDate
	}
	day, err := p.language.date(by)
	if err != nil {
		return nil, err
	}
	numbers := strings.Join(f.Numbers(), ", ")
	reference := f.PaymentReference
	if reference == "" {
		reference = numbers
	}
	return map[string]string{"1": f.Creditor.Name, "2": numbers, "3": amount, "4": day, "5": reference}, nil
}
