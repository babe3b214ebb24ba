package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"

	"relance/config"
	"relance/stack"
)

// ports are the ports of the parts; 0 takes a free one.
type ports struct {
	HTTPPort     *int `help:"Port of the HTTP API, in place of that of http.listen (8080)." placeholder:"PORT"`
	UIPort       int  `help:"Port of the Temporal UI." default:"8233"`
	MailboxPort  int  `help:"Port of the mailbox, where the simulated providers keep what was sent." default:"8025"`
	PartnerPort  int  `help:"Port of the offices of simulated partners." default:"8026"`
	TemporalPort int  `help:"Port of the Temporal server." default:"7233"`
	PostgresPort int  `help:"Port of PostgreSQL; 0 takes a free one." default:"0"`

	FreePorts bool `help:"Take free ports for everything."`
}

func (p ports) chosen() ports {
	if !p.FreePorts {
		return p
	}
	return ports{HTTPPort: cmp.Or(p.HTTPPort, new(int))}
}

func (p ports) mailbox() (int, error) {
	return stack.ChoosePort(p.MailboxPort, "the mailbox", "--mailbox-port")
}

func (p ports) offices() (int, error) {
	return stack.ChoosePort(p.PartnerPort, "the offices of simulated partners", "--partner-port")
}

// requireFree refuses, all at once, the ports that this program cannot listen on itself,
// so that nobody waits for a database to be told. Those of PostgreSQL and Temporal are
// tried when they start: what a killed machine has left there may still be ending.
func (p ports) requireFree(c config.Config) error {
	_, err := p.listenAddress(c.HTTP.Listen)
	problems := []error{err}
	if mail, sms := playedProviders(c); mail || sms {
		_, err := p.mailbox()
		problems = append(problems, err)
	}
	if slices.ContainsFunc(c.Handoff.Partners, config.Partner.IsSimulated) {
		_, err := p.offices()
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// listenAddress is where the HTTP API listens: as http.listen says, on the port
// of --http-port if that is given. A port in use is a *stack.PortTakenError.
func (p ports) listenAddress(configured string) (string, error) {
	host, text, err := net.SplitHostPort(configured)
	if err != nil {
		return "", fmt.Errorf("http.listen %q: %w", configured, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return "", fmt.Errorf("http.listen %q: %w", configured, err)
	}
	purpose := "the HTTP API (http.listen)"
	if p.HTTPPort != nil {
		port, purpose = *p.HTTPPort, "the HTTP API"
	}
	if port == 0 || reachable(host) == stack.Loopback {
		if port, err = stack.ChoosePort(port, purpose, "--http-port"); err != nil {
			return "", err
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(port)), nil
}

// chooseAddress decides where the HTTP API listens.
func (m *machine) chooseAddress(o machineOptions) error {
	c := &m.settings.config.HTTP
	address, err := o.ports.listenAddress(c.Listen)
	if err != nil {
		return err
	}
	if address != c.Listen && c.Listen != config.Default().HTTP.Listen {
		o.tell("  The HTTP API listens on %s: the port given on the command line takes the place of http.listen, %s", address, c.Listen)
	}
	c.Listen = address
	return nil
}

// urlOf is how this machine reaches what listens on an address.
func urlOf(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://" + listen
	}
	return "http://" + net.JoinHostPort(reachable(host), port)
}

// reachable is a host to call: a server on all addresses is also on loopback.
func reachable(host string) string {
	if address, err := netip.ParseAddr(host); host == "" || host == "localhost" || err == nil && address.IsUnspecified() {
		return stack.Loopback
	}
	return host
}

// isPrivate reports whether only this machine reaches what listens on an address.
func isPrivate(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	address, notAnAddress := netip.ParseAddr(host)
	return err == nil && (host == "localhost" || notAnAddress == nil && address.IsLoopback())
}
