package messaging

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The format name is part of the stored bytes: a message kept as proof for years says itself how to read it.
const (
	emailFormat = "relance.email.1"
	smsFormat   = "relance.sms.1"
)

type storedEmail struct {
	Format string `json:"format"`
	Email
}

type storedSMS struct {
	Format string `json:"format"`
	SMS
}

// Encode returns the exact bytes to store before the message is sent: the same message always gives the same
// bytes. It refuses a message that does not pass [Email.Validate].
func (e Email) Encode() ([]byte, error) {
	if err := e.Validate(); err != nil {
		return nil, fmt.Errorf("e-mail %s cannot be stored for sending: %w", e.MessageID, err)
	}
	return encode(storedEmail{Format: emailFormat, Email: e})
}

// DecodeEmail returns the message stored in these bytes, and an error when they are not exactly what
// [Email.Encode] writes: what is sent is what was stored, or nothing is sent.
func DecodeEmail(stored []byte) (Email, error) {
	var s storedEmail
	if err := decode(stored, emailFormat, &s, func() string { return s.Format }); err != nil {
		return Email{}, fmt.Errorf("reading a stored e-mail: %w", err)
	}
	return s.Email, nil
}

// Encode returns the exact bytes to store before the message is sent, as [Email.Encode] does.
func (s SMS) Encode() ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("SMS %s cannot be stored for sending: %w", s.MessageID, err)
	}
	return encode(storedSMS{Format: smsFormat, SMS: s})
}

// DecodeSMS returns the message stored in these bytes, as strictly as [DecodeEmail].
func DecodeSMS(stored []byte) (SMS, error) {
	var s storedSMS
	if err := decode(stored, smsFormat, &s, func() string { return s.Format }); err != nil {
		return SMS{}, fmt.Errorf("reading a stored SMS: %w", err)
	}
	return s.SMS, nil
}

// Hash returns the SHA-256 of the stored bytes in lower-case hexadecimal.
func Hash(stored []byte) string {
	sum := sha256.Sum256(stored)
	return hex.EncodeToString(sum[:])
}

// encode relies on encoding/json writing struct fields in their order and map keys sorted.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func decode(stored []byte, format string, into any, found func() string) error {
	decoder := json.NewDecoder(bytes.NewReader(stored))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there are further bytes after the message")
	}
	if found() != format {
		return fmt.Errorf("the format is %q, expected %q", found(), format)
	}
	again, err := encode(into)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, stored) {
		return fmt.Errorf("the bytes were altered: they have the hash %s, the message in them %s", Hash(stored), Hash(again))
	}
	return nil
}
