package wiring

import (
	"cmp"
	"net"
	"net/netip"

	"go.temporal.io/sdk/client"
)

// Compression is how requests travel to the Temporal server at an address, host:port or empty for the default, and the
// answers back: compressed, unless they do not leave this machine. Then it would only cost processor time, on both sides.
func Compression(address string) client.GrpcCompression {
	host, _, err := net.SplitHostPort(cmp.Or(address, client.DefaultHostPort))
	if err != nil {
		return &client.GrpcCompressionGzip{}
	}
	if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.IsLoopback() {
		return &client.GrpcCompressionNone{}
	}
	return &client.GrpcCompressionGzip{}
}
