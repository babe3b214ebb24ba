package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// OpenPartnerOffice opens an office that keeps its cases in a file, with those it had
// when it was last open.
func OpenPartnerOffice(options PartnerOptions) (*PartnerOffice, error) {
	o := NewPartnerOffice(options)
	data, err := os.ReadFile(options.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return o, nil
	case err == nil:
		err = json.Unmarshal(data, &o.cases)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the cases of a simulated partner from %s: %w", options.File, err)
	}
	return o, nil
}

// save keeps the cases; what cannot be kept is told, and the office goes on. The lock is
// held.
func (o *PartnerOffice) save() {
	if o.options.File == "" {
		return
	}
	data, err := json.Marshal(o.cases)
	if err == nil {
		err = os.WriteFile(o.options.File+".new", data, 0o600)
	}
	if err == nil {
		err = os.Rename(o.options.File+".new", o.options.File) // a crash leaves the earlier one
	}
	if err != nil {
		o.options.Logger.Error("the cases of a simulated partner cannot be kept", "file", o.options.File, "error", err)
	}
}
