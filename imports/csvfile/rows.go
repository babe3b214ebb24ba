package csvfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Limits of a row. A quotation mark that is never closed would otherwise swallow
// the rest of the file into one cell.
const (
	longestLine = 64 << 10
	longestRow  = 256 << 10
	mostLines   = 100
)

// rowReader splits text into rows and cells as RFC 4180 says, with three
// liberties that real files need: any delimiter, quotation marks in the middle
// of a cell that does not begin with one, and white space after a closing one.
//
// It does not use encoding/csv because it must survive a broken row: what a
// quotation mark without end has swallowed is given back, so that such a row
// costs itself and not the rows below it.
type rowReader struct {
	lines     *bufio.Reader
	delimiter byte
	line      int            // the number of the line read last
	returned  []returnedLine // to be read again, in order

	text []byte // the cells of the row, one after another
	ends []int  // where each cell ends in text
}

// returnedLine is a line read already, or the fault found in its place.
type returnedLine struct {
	text []byte
	err  error
}

// brokenRow is a row that cannot be split into cells. The reader can go on.
type brokenRow struct{ reason string }

func (e *brokenRow) Error() string { return e.reason }

func newRowReader(text io.Reader, delimiter byte) *rowReader {
	return &rowReader{lines: bufio.NewReaderSize(text, longestLine), delimiter: delimiter}
}

// next is the cells of the next row and the line it begins on. The error is
// io.EOF at the end, a *brokenRow, or what reading the text failed with.
func (r *rowReader) next() (cells []string, line int, err error) {
	first, err := r.readLine()
	line = r.line
	if err != nil {
		return nil, line, err
	}
	r.text, r.ends = r.text[:0], r.ends[:0]
	open, err := r.splitLine(first, false)
	if err != nil || !open {
		return r.cells(), line, err
	}
	return r.continueRow(line)
}

// continueRow reads on while a quoted cell is open, and gives the lines back when
// it turns out that it was not meant to be.
func (r *rowReader) continueRow(line int) ([]string, int, error) {
	var swallowed []returnedLine
	for len(swallowed) < mostLines && len(r.text) < longestRow {
		next, err := r.readLine()
		var broken *brokenRow
		if err != nil && !errors.As(err, &broken) && !errors.Is(err, io.EOF) {
			return nil, line, err
		}
		if errors.Is(err, io.EOF) {
			break
		}
		swallowed = append(swallowed, returnedLine{text: bytes.Clone(next), err: err})
		if err != nil {
			break
		}
		r.text = append(r.text, '\n')
		open, err := r.splitLine(next, true)
		if err != nil {
			break
		}
		if !open {
			return r.cells(), line, nil
		}
	}
	r.returned = append(swallowed, r.returned...)
	r.line = line
	return nil, line, &brokenRow{"a quotation mark opens a cell and nothing closes it"}
}

// readLine is the next line without its end. It is valid until the next call.
func (r *rowReader) readLine() ([]byte, error) {
	r.line++
	if len(r.returned) > 0 {
		line := r.returned[0]
		r.returned = r.returned[1:]
		return line.text, line.err
	}
	line, err := r.lines.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.lines.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, &brokenRow{fmt.Sprintf("the line is longer than %d bytes", longestLine)}
	case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0):
		return nil, err
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), nil
}

// splitLine adds a line to the row. inside says that a quoted cell was left open
// by the line before; the result says whether one is at the end of this.
func (r *rowReader) splitLine(line []byte, inside bool) (open bool, err error) {
	if bytes.IndexByte(line, 0) >= 0 {
		return false, &brokenRow{"the row contains a NUL byte; the file is not text or is damaged"}
	}
	for {
		if !inside {
			if len(line) == 0 || line[0] != '"' {
				end := bytes.IndexByte(line, r.delimiter)
				if end < 0 {
					r.addCell(line)
					return false, nil
				}
				r.addCell(line[:end])
				line = line[end+1:]
				continue
			}
			line, inside = line[1:], true
		}
		quote := bytes.IndexByte(line, '"')
		if quote < 0 {
			r.text = append(r.text, line...)
			return true, nil
		}
		r.text = append(r.text, line[:quote]...)
		line = line[quote+1:]
		if len(line) > 0 && line[0] == '"' {
			r.text = append(r.text, '"')
			line = line[1:]
			continue
		}
		inside = false
		r.ends = append(r.ends, len(r.text))
		rest := bytes.TrimLeft(line, " ")
		switch {
		case len(rest) == 0:
			return false, nil
		case rest[0] != r.delimiter:
			return false, &brokenRow{"text follows the quotation mark that closes a cell; a quotation mark inside a quoted cell is written twice"}
		}
		line = rest[1:]
	}
}

func (r *rowReader) addCell(cell []byte) {
	r.text = append(r.text, cell...)
	r.ends = append(r.ends, len(r.text))
}

// cells are the cells of the row, sharing one string.
func (r *rowReader) cells() []string {
	text := string(r.text)
	cells := make([]string, len(r.ends))
	start := 0
	for i, end := range r.ends {
		cells[i] = text[start:end]
		start = end
	}
	return cells
}
