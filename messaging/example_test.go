package messaging_test

import (
	"context"
	"fmt"

	"relance/messaging"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
)

// A message is stored first; the provider gets what was stored; the verdict says what may happen next.
func Example() {
	provider, err := simulator.New(simulator.Options{
		Listen:   "127.0.0.1:0",
		SendGrid: simulator.Faults{DropAfter: 1}, // accepts, then closes the connection without an answer
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = provider.Close() }()
	mails, err := sendgrid.New(sendgrid.Config{APIKey: simulator.DefaultAPIKey, BaseURL: provider.SendGridURL()})
	if err != nil {
		fmt.Println(err)
		return
	}

	stored, err := reminder().Encode()
	if err != nil {
		fmt.Println(err)
		return
	}
	email, err := messaging.DecodeEmail(stored)
	if err != nil {
		fmt.Println(err)
		return
	}
	switch outcome := mails.SendEmail(context.Background(), email); outcome.Verdict {
	case messaging.Accepted:
		fmt.Println("keep the provider's ID", outcome.ProviderID)
	case messaging.NotSent:
		fmt.Println("send again after", outcome.RetryAfter)
	case messaging.Rejected:
		fmt.Println("try another channel:", outcome.Cause)
	case messaging.Unknown:
		fmt.Println("wait for proof:", outcome.Reason)
	}
	fmt.Println("accepted by the provider:", provider.Accepted(email.MessageID))
	// Output:
	// wait for proof: the request may have left and no answer came: the connection was closed by the provider
	// accepted by the provider: 1
}
