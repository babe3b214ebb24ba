package simulator

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// journal is the mailbox on disk: one JSON object per line, only ever appended to.
type journal struct {
	file *os.File
	end  int64
}

// span is where a line stands in the file.
type span struct {
	offset int64
	length int
}

// journalLine holds exactly one of its parts.
type journalLine struct {
	Message *Message     `json:"message,omitempty"`
	Raw     []byte       `json:"raw,omitempty"` // request body of the message
	Posted  *postedLine  `json:"posted,omitempty"`
	Changed *changedLine `json:"changed,omitempty"`
}

type postedLine struct {
	Number   int64 `json:"number"`
	Event    int   `json:"event"`
	Attempts int   `json:"attempts"`
}

type changedLine struct {
	Number int64  `json:"number"`
	To     string `json:"to"`
}

// openJournal reads all lines of the mailbox in dir into replay and makes it ready for more. A last line that a
// crash left unfinished is cut off: its message was never answered for.
func openJournal(dir string, replay func(journalLine, span) error) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, "mailbox.jsonl"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	j := &journal{file: file}
	if err := j.load(replay); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if err := file.Truncate(j.end); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return j, nil
}

func (j *journal) load(replay func(journalLine, span) error) error {
	reader := bufio.NewReaderSize(j.file, 1<<20)
	for number := 1; ; number++ {
		text, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var line journalLine
		if err := json.Unmarshal(text, &line); err != nil {
			return fmt.Errorf("line %d of %s is damaged: move the file away to start empty: %w", number, j.file.Name(), err)
		}
		if err := replay(line, span{offset: j.end, length: len(text)}); err != nil {
			return fmt.Errorf("line %d of %s does not fit: %w", number, j.file.Name(), err)
		}
		j.end += int64(len(text))
	}
}

func (j *journal) append(line journalLine) (span, error) {
	text, err := json.Marshal(line)
	if err != nil {
		return span{}, err
	}
	text = append(text, '\n')
	at := span{offset: j.end, length: len(text)}
	// A short write leaves rubbish behind the end; the next line overwrites it.
	if _, err := j.file.WriteAt(text, at.offset); err != nil {
		return span{}, err
	}
	j.end += int64(len(text))
	return at, nil
}

// read may run beside append.
func (j *journal) read(at span) (journalLine, error) {
	text := make([]byte, at.length)
	if _, err := j.file.ReadAt(text, at.offset); err != nil {
		return journalLine{}, err
	}
	var line journalLine
	err := json.Unmarshal(text, &line)
	return line, err
}

func (j *journal) close() error { return j.file.Close() }
