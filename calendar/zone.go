package calendar

import (
	"fmt"
	"time"
)

// Zone is a time zone of the IANA database. The zero Zone is UTC. As text it is
// its name, "Europe/Paris".
type Zone struct{ location *time.Location }

// ParseZone accepts an IANA name; the host's own zone ("Local") is refused,
// because a case must not depend on the host it runs on.
func ParseZone(name string) (Zone, error) {
	if name == "" || name == "Local" {
		return Zone{}, fmt.Errorf("%q is not a time zone: use an IANA name such as Europe/Paris", name)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return Zone{}, fmt.Errorf("%q is not a known time zone: use an IANA name such as Europe/Paris", name)
	}
	return Zone{location: location}, nil
}

// Location is the zone for the time package.
func (z Zone) Location() *time.Location {
	if z.location == nil {
		return time.UTC
	}
	return z.location
}

// String is the zone's IANA name.
func (z Zone) String() string { return z.Location().String() }

// MarshalText writes the zone's name.
func (z Zone) MarshalText() ([]byte, error) { return []byte(z.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (z *Zone) UnmarshalText(text []byte) error {
	parsed, err := ParseZone(string(text))
	if err != nil {
		return err
	}
	*z = parsed
	return nil
}
