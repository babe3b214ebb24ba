package invoice

import "io"

// File is a file to read. Large ones are read more than once and never held in
// memory, which is why the content must allow reading at any place; an *os.File
// and a *bytes.Reader do.
type File struct {
	Name    string // as it will appear in errors
	Content io.ReaderAt
	Size    int64
}
