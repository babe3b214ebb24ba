package epcqr

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"io"
	"sync"
)

// What a PNG file is made of (W3C, Portable Network Graphics, third edition).
const (
	pngSignature = "\x89PNG\r\n\x1a\n"

	bitDepth  = 1 // a pixel is a bit: 1 is white
	grayscale = 0

	filterNone = 0 // the pixels of a line as they are
	filterUp   = 2 // their difference from the line above
)

// draw writes the picture a row of modules at a time: its first line of pixels, and for the others that nothing changes.
// Package image/png goes through each pixel of a mail's picture several times, which made it the dearest part of a
// reminder.
func (c Code) draw(scale int) ([]byte, error) {
	side := (c.Size() + 2*QuietZone) * scale
	compressed, err := compress(c.lines(side, scale))
	if err != nil {
		return nil, err
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(side))   //nolint:gosec // largestScale keeps it small
	header = binary.BigEndian.AppendUint32(header, uint32(side)) //nolint:gosec // the same
	header = append(header, bitDepth, grayscale, 0, 0, 0)        // the one compression, the one filter method, not interlaced
	file := append(make([]byte, 0, len(compressed)+100), pngSignature...)
	file = appendChunk(file, "IHDR", header)
	file = appendChunk(file, "IDAT", compressed)
	return appendChunk(file, "IEND", nil), nil
}

// lines are the filtered lines of pixels, the quiet zone included.
func (c Code) lines(side, scale int) []byte {
	length := 1 + (side+7)/8 // the kind of filter, then the pixels
	lines := make([]byte, side*length)
	for y := range side {
		line := lines[y*length:][:length]
		if y%scale > 0 {
			line[0] = filterUp
			continue
		}
		line[0] = filterNone
		for i := range line[1:] {
			line[1+i] = 0xff
		}
		for column := range c.Size() {
			if !c.Dark(column, y/scale-QuietZone) {
				continue
			}
			for x := (QuietZone + column) * scale; x < (QuietZone+column+1)*scale; x++ {
				line[1+x/8] &^= 0x80 >> (x % 8)
			}
		}
	}
	return lines
}

// compressors are kept, because one takes far more memory than the pictures: every mail has one.
var compressors = sync.Pool{New: func() any {
	compressor, _ := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed) // an error would only say that there is no such level
	return compressor
}}

func compress(data []byte) ([]byte, error) {
	var out bytes.Buffer
	compressor, _ := compressors.Get().(*zlib.Writer)
	defer compressors.Put(compressor)
	compressor.Reset(&out)
	if _, err := compressor.Write(data); err != nil {
		return nil, err
	}
	err := compressor.Close()
	return out.Bytes(), err
}

// appendChunk adds a part of the file: length, kind, content, checksum.
func appendChunk(file []byte, kind string, content []byte) []byte {
	file = binary.BigEndian.AppendUint32(file, uint32(len(content))) //nolint:gosec // a few kilobytes
	begin := len(file)
	file = append(append(file, kind...), content...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(file[begin:]))
}
