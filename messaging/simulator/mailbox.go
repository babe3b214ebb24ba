package simulator

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"relance/messaging"
)

// errBodyGone says that only the summary of a message is left.
var errBodyGone = errors.New("the body of this message is no longer kept: the simulator runs without a folder, and newer messages took its place")

// entry is a message with the state that must not leave the mailbox unlocked.
type entry struct {
	Message
	raw []byte // the request body; nil when dropped from memory
	at  span   // where it stands in the journal
}

// mailbox holds every accepted message, and in memory the bodies of the newest ones up to a number of bytes.
type mailbox struct {
	mu         sync.RWMutex
	entries    []*entry // entry i has the number i+1
	byProvider map[string]*entry
	accepted   map[string]int // by message ID
	doubled    int            // message IDs accepted more than once
	perChannel map[messaging.Channel]int64

	kept      int64 // bytes of bodies in memory
	keepBytes int64
	oldest    int // index of the oldest entry that may still have its body

	journal *journal // nil: in memory only
}

func openMailbox(dir string, keepBytes int64) (*mailbox, error) {
	m := &mailbox{
		byProvider: map[string]*entry{}, accepted: map[string]int{}, perChannel: map[messaging.Channel]int64{}, keepBytes: keepBytes,
	}
	if dir == "" {
		return m, nil
	}
	var err error
	m.journal, err = openJournal(dir, m.replay)
	if err != nil {
		return nil, fmt.Errorf("the simulator's mailbox in %s cannot be opened: %w", dir, err)
	}
	return m, nil
}

// replay applies one line of the journal.
func (m *mailbox) replay(line journalLine, at span) error {
	switch {
	case line.Message != nil:
		if line.Message.Number != int64(len(m.entries))+1 {
			return fmt.Errorf("message %d comes after message %d", line.Message.Number, len(m.entries))
		}
		m.index(&entry{Message: *line.Message, raw: line.Raw, at: at})
	case line.Posted != nil:
		e, err := m.find(line.Posted.Number)
		if err != nil || line.Posted.Event >= len(e.Events) {
			return fmt.Errorf("an event of message %d was posted before the message", line.Posted.Number)
		}
		e.Events[line.Posted.Event].Posted++
		e.Events[line.Posted.Event].Attempts += line.Posted.Attempts
	case line.Changed != nil:
		e, err := m.find(line.Changed.Number)
		if err != nil {
			return err
		}
		e.Changed = line.Changed.To
	}
	return nil
}

// accept gives the message its number, writes it down and shows it. After an error nothing was accepted.
func (m *mailbox) accept(message Message, raw []byte) (number int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	message.Number = int64(len(m.entries)) + 1
	e := &entry{Message: message, raw: raw}
	if m.journal != nil {
		at, err := m.journal.append(journalLine{Message: &message, Raw: raw})
		if err != nil {
			return 0, fmt.Errorf("message %d cannot be written down: %w", message.Number, err)
		}
		e.at = at
	}
	m.index(e)
	return message.Number, nil
}

func (m *mailbox) index(e *entry) {
	m.entries = append(m.entries, e)
	m.byProvider[e.ProviderID] = e
	m.perChannel[e.Channel]++
	if e.MessageID != "" {
		m.accepted[e.MessageID]++
		if m.accepted[e.MessageID] == 2 {
			m.doubled++
		}
	}
	m.kept += int64(len(e.raw))
	for m.kept > m.keepBytes && m.oldest < len(m.entries) {
		old := m.entries[m.oldest]
		m.kept -= int64(len(old.raw))
		old.raw = nil
		m.oldest++
	}
}

func (m *mailbox) find(number int64) (*entry, error) {
	if number < 1 || number > int64(len(m.entries)) {
		return nil, fmt.Errorf("there is no message %d: the last one is %d", number, len(m.entries))
	}
	return m.entries[number-1], nil
}

// body returns the request body of a message, from memory or from the journal.
func (m *mailbox) body(number int64) ([]byte, error) {
	m.mu.RLock()
	e, err := m.find(number)
	if err != nil {
		m.mu.RUnlock()
		return nil, err
	}
	raw, at := e.raw, e.at
	m.mu.RUnlock()
	switch {
	case raw != nil:
		return raw, nil
	case m.journal == nil:
		return nil, errBodyGone
	}
	line, err := m.journal.read(at)
	if err != nil {
		return nil, fmt.Errorf("reading the body of message %d: %w", number, err)
	}
	return line.Raw, nil
}

func (m *mailbox) message(number int64) (Message, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	e, err := m.find(number)
	if err != nil {
		return Message{}, err
	}
	return e.snapshot(time.Now()), nil
}

func (m *mailbox) byProviderID(id string) (Message, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	e, ok := m.byProvider[id]
	if !ok {
		return Message{}, false
	}
	return e.snapshot(time.Now()), true
}

// filter selects messages; its zero value selects all.
type filter struct {
	channel messaging.Channel
	words   string // in recipient, subject or one of the IDs
	after   int64  // numbers above this one
	before  int64  // numbers below this one; 0: no bound
	match   func(*Message) bool
}

func (f filter) selects(m *Message) bool {
	if f.channel != "" && m.Channel != f.channel || f.match != nil && !f.match(m) {
		return false
	}
	if f.words == "" {
		return true
	}
	words := strings.ToLower(f.words)
	for _, text := range append([]string{m.To, m.ToName, m.Subject, m.MessageID, m.ProviderID}, m.CC...) {
		if strings.Contains(strings.ToLower(text), words) {
			return true
		}
	}
	return false
}

// newest returns up to limit messages, newest first, and whether there are more.
func (m *mailbox) newest(f filter, limit int) (found []Message, more bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	now := time.Now()
	last := int64(len(m.entries))
	if f.before > 0 {
		last = min(last, f.before-1)
	}
	for number := last; number > max(f.after, 0); number-- {
		if e := m.entries[number-1]; f.selects(&e.Message) {
			if len(found) == limit {
				return found, true
			}
			found = append(found, e.snapshot(now))
		}
	}
	return found, false
}

// oldestAfter returns up to limit messages above f.after, oldest first.
func (m *mailbox) oldestAfter(f filter, limit int) (found []Message) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	now := time.Now()
	for i := max(f.after, 0); i < int64(len(m.entries)) && len(found) < limit; i++ {
		if e := m.entries[i]; f.selects(&e.Message) {
			found = append(found, e.snapshot(now))
		}
	}
	return found
}

// posted notes one posting of an event.
func (m *mailbox) posted(number int64, event, attempts int, failure error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.find(number)
	if err != nil {
		return err
	}
	e.Events[event].Attempts++
	if failure != nil {
		e.Events[event].LastFailure = failure.Error()
		return nil
	}
	e.Events[event].Posted++
	e.Events[event].LastFailure = ""
	if m.journal == nil {
		return nil
	}
	_, err = m.journal.append(journalLine{Posted: &postedLine{Number: e.Number, Event: event, Attempts: attempts}})
	return err
}

// change cancels or redacts a message, when allowed says that it still can be.
func (m *mailbox) change(providerID, to string, allowed func(*Message) bool) (Message, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byProvider[providerID]
	if e == nil || !allowed(&e.Message) {
		return Message{}, false, nil
	}
	if m.journal != nil {
		if _, err := m.journal.append(journalLine{Changed: &changedLine{Number: e.Number, To: to}}); err != nil {
			return Message{}, false, err
		}
	}
	e.Changed = to
	return e.snapshot(time.Now()), true, nil
}

// unfinished returns the messages whose events were not all posted before the last stop.
func (m *mailbox) unfinished() (numbers []int64) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, e := range m.entries {
		for _, event := range e.Events {
			if event.Posted < event.Copies {
				numbers = append(numbers, e.Number)
				break
			}
		}
	}
	return numbers
}

func (m *mailbox) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.journal == nil {
		return nil
	}
	return m.journal.close()
}
