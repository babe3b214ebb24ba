package calendar

// Hours are when a creditor contacts its debtors on open days.
type Hours struct {
	// Opens and Closes are minutes after local midnight: 540 is 09:00.
	Opens  int
	Closes int
	// Closed are days on which it contacts nobody.
	Closed Closures
}

// During is the window with other hours.
func (w Window) During(h Hours) Window {
	w.Opens, w.Closes, w.Closed = h.Opens, h.Closes, h.Closed
	return w
}
