package simulator

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// The headers of SendGrid's Signed Event Webhook.
const (
	signatureHeader = "X-Twilio-Email-Event-Webhook-Signature"
	timestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp"
)

// postEvents posts one signed batch of e-mail events.
func (s *Simulator) postEvents(ctx context.Context, batch []*posting) error {
	webhook := s.webhook()
	if webhook == "" {
		return nil
	}
	events := make([]map[string]any, 0, len(batch))
	for _, item := range batch {
		event, err := s.wireEvent(item)
		if err != nil {
			return err
		}
		events = append(events, event)
	}
	body, err := json.Marshal(events)
	if err != nil {
		return err
	}
	body = append(body, "\r\n"...) // SendGrid ends the body so, and signs it with that
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, webhook, bytes.NewReader(body))
	if err != nil {
		return err
	}
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	signature, err := signEvents(s.signingKey, timestamp, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "SendGrid Event API")
	req.Header.Set(timestampHeader, timestamp)
	req.Header.Set(signatureHeader, signature)
	return s.delivered(batch, s.knock(req))
}

// delivered notes how a posting went and passes the error on.
func (s *Simulator) delivered(batch []*posting, failure error) error {
	for _, item := range batch {
		if err := s.mailbox.posted(item.message, item.event, item.attempt+1, failure); err != nil {
			s.log.Error("the simulator could not note a posted event", "message", item.message, "error", err)
		}
	}
	return failure
}

// wireEvent is one event in SendGrid's form, with the custom arguments of the mail beside its own fields.
func (s *Simulator) wireEvent(item *posting) (map[string]any, error) {
	message, err := s.mailbox.message(item.message)
	if err != nil {
		return nil, err
	}
	event := message.Events[item.event]
	if event.Unnamed {
		return map[string]any{
			"email": event.Recipient, "timestamp": event.HappensAt.Unix(), "event": event.Kind, "sg_event_id": event.ID, "sg_message_id": "",
			"reason": event.Reason, "status": event.Code, "type": event.BounceType,
		}, nil
	}
	wire := map[string]any{}
	for name, value := range message.CustomArgs {
		wire[name] = value
	}
	if len(message.Categories) > 0 {
		wire["category"] = message.Categories
	}
	wire["email"] = event.Recipient
	wire["timestamp"] = event.HappensAt.Unix()
	wire["event"] = event.Kind
	wire["sg_event_id"] = event.ID
	wire["sg_message_id"] = message.ProviderID + ".recvd-simulator-1-" + strconv.FormatInt(message.ReceivedAt.Unix(), 16) + ".0"
	wire["smtp-id"] = "<" + message.ProviderID + "@simulator>"
	switch event.Kind {
	case "delivered":
		wire["response"] = "250 2.0.0 OK"
	case "deferred":
		wire["response"], wire["attempt"] = event.Reason, "1"
	case "bounce":
		wire["reason"], wire["status"], wire["type"] = event.Reason, event.Code, event.BounceType
		wire["bounce_classification"] = "Invalid Address"
		if event.BounceType == "blocked" {
			wire["bounce_classification"] = "Reputation"
		}
	case "dropped":
		wire["reason"], wire["status"] = event.Reason, event.Code
	case "open":
		wire["useragent"], wire["ip"], wire["sg_machine_open"] = "Simulator/1.0", "192.0.2.1", false
	}
	return wire, nil
}

// signEvents signs as SendGrid does: ECDSA over SHA-256 of timestamp and body, ASN.1, base64.
func signEvents(key *ecdsa.PrivateKey, timestamp string, body []byte) (string, error) {
	digest := sha256.New()
	digest.Write([]byte(timestamp))
	digest.Write(body)
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest.Sum(nil))
	if err != nil {
		return "", fmt.Errorf("signing events: %w", err)
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}

// signingKey returns the key given, or the one kept in dir, or a new one that dir then keeps, and its public half
// in SendGrid's form.
func signingKey(given *ecdsa.PrivateKey, dir string) (*ecdsa.PrivateKey, string, error) {
	key := given
	if key == nil {
		var err error
		if key, err = keptKey(dir); err != nil {
			return nil, "", fmt.Errorf("the simulator's signing key: %w", err)
		}
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, "", fmt.Errorf("the simulator's signing key: %w", err)
	}
	return key, base64.StdEncoding.EncodeToString(der), nil
}

func keptKey(dir string) (*ecdsa.PrivateKey, error) {
	if dir == "" {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	file := filepath.Join(dir, "signing-key.pem")
	text, err := os.ReadFile(file)
	if err == nil {
		block, _ := pem.Decode(text)
		if block == nil {
			return nil, fmt.Errorf("%s is not a PEM file: remove it to get a new key", file)
		}
		return x509.ParseECPrivateKey(block.Bytes)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return key, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600)
}
