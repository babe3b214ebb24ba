package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Key lets a program call the API. Its name is the author of what is done with
// it when a request names none.
type Key struct {
	Name string
	// Secret is what the program sends, at least 16 characters, or its SHA-256 as
	// "sha256:" and 64 hexadecimal digits, so that a configuration need not hold
	// the secret itself.
	Secret string
}

const (
	hashedSecret        = "sha256:"
	shortestSecret      = 16
	nameWithoutKey      = "local"
	headerOwn           = "X-API-Key"
	bearer              = "Bearer "
	headerAuthorization = "Authorization"
)

// LogValue is the key's name: secrets are never logged.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.Name) }

// String is the key's name.
func (k Key) String() string { return k.Name }

// GoString is the key's name, as String.
func (k Key) GoString() string { return "api.Key{" + k.Name + "}" }

// keyring knows the keys by the hash of their secrets.
type keyring struct {
	names  []string
	hashes [][sha256.Size]byte
}

func newKeyring(keys []Key) (keyring, error) {
	var ring keyring
	var problems []error
	for i, key := range keys {
		hash, err := key.hash()
		switch {
		case strings.TrimSpace(key.Name) == "":
			problems = append(problems, fmt.Errorf("API key %d has no name: name it after the program that uses it", i+1))
		case err != nil:
			problems = append(problems, fmt.Errorf("API key %q: %w", key.Name, err))
		case ring.has(hash):
			problems = append(problems, fmt.Errorf("API key %q has the same secret as another key: give each program its own", key.Name))
		default:
			ring.names, ring.hashes = append(ring.names, key.Name), append(ring.hashes, hash)
		}
	}
	return ring, errors.Join(problems...)
}

func (k Key) hash() ([sha256.Size]byte, error) {
	digits, hashed := strings.CutPrefix(k.Secret, hashedSecret)
	if !hashed {
		if len(k.Secret) < shortestSecret {
			return [sha256.Size]byte{}, fmt.Errorf("the secret is shorter than %d characters: use a random one", shortestSecret)
		}
		return sha256.Sum256([]byte(k.Secret)), nil
	}
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) != sha256.Size {
		return [sha256.Size]byte{}, fmt.Errorf("what follows %s must be 64 hexadecimal digits", hashedSecret)
	}
	return [sha256.Size]byte(sum), nil
}

func (r keyring) has(hash [sha256.Size]byte) bool {
	for _, known := range r.hashes {
		if known == hash {
			return true
		}
	}
	return false
}

// owner is the name of the key with a secret. It compares with every key, in
// constant time, so that the time it takes tells nothing.
func (r keyring) owner(secret string) (string, bool) {
	given := sha256.Sum256([]byte(secret))
	found := -1
	for i, known := range r.hashes {
		found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(given[:], known[:]), i, found)
	}
	if secret == "" || found < 0 {
		return "", false
	}
	return r.names[found], true
}

// authenticate finds out who calls, or says why the call is refused.
func (a *api) authenticate(r *http.Request) (string, *Problem) {
	if a.AllowWithoutKey && len(a.keys.names) == 0 {
		return nameWithoutKey, a.checkLocal(r)
	}
	secret := r.Header.Get(headerOwn)
	if authorization := r.Header.Get(headerAuthorization); secret == "" && len(authorization) > len(bearer) &&
		strings.EqualFold(authorization[:len(bearer)], bearer) {
		secret = strings.TrimSpace(authorization[len(bearer):])
	}
	name, known := a.keys.owner(secret)
	if known {
		return name, nil
	}
	detail := "the API key is not known: check it for missing characters"
	if secret == "" {
		detail = "send an API key as \"Authorization: Bearer <key>\" or \"X-API-Key: <key>\""
	}
	return "", problem(codeUnauthorized, detail).with("WWW-Authenticate", `Bearer realm="relance"`)
}

// checkLocal protects a server without keys: only this machine may call, under a
// name of this machine (or a website could, whose name was made to point here),
// and no page of another site.
func (a *api) checkLocal(r *http.Request) *Problem {
	if !isLoopback(r.RemoteAddr) || !isLoopback(r.Host) {
		return problem(codeNotLocal, "this server has no API keys and answers only the machine it runs on, as localhost: configure a key")
	}
	if err := a.crossOrigin.Check(r); err != nil {
		return problem(codeNotLocal, "this server has no API keys and does not answer pages of other sites: configure a key")
	}
	return nil
}

// isLoopback reports whether a host, with or without a port, is this machine.
func isLoopback(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.Trim(hostPort, "[]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
