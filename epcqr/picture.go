package epcqr

import (
	"errors"
	"fmt"

	qr "github.com/piglig/go-qr"
)

// QuietZone is how many light modules must stay free around the code.
const QuietZone = 4

// largestScale keeps a picture within what a screen or a page can show.
const largestScale = 100

var errNoCode = errors.New("there is no payment code to draw")

// Size is how many modules the code has on each side, without the quiet zone.
func (c Code) Size() int {
	if c.IsZero() {
		return 0
	}
	return c.symbol.Size()
}

// Dark reports whether the module in a column and row is dark, counted from the
// top left corner. Outside of the code everything is light.
func (c Code) Dark(x, y int) bool { return !c.IsZero() && c.symbol.Module(x, y) }

// PNG is the code as a picture in black and white, its quiet zone included, with
// scale pixels a module.
func (c Code) PNG(scale int) ([]byte, error) {
	if c.IsZero() {
		return nil, errNoCode
	}
	if scale < 1 || scale > largestScale {
		return nil, fmt.Errorf("the payment code cannot be drawn with %d pixels a module: use 1 to %d", scale, largestScale)
	}
	file, err := c.draw(scale)
	if err != nil {
		return nil, fmt.Errorf("the payment code cannot be drawn: %w", err)
	}
	return file, nil
}

// SVG is the code as a vector picture, its quiet zone included.
func (c Code) SVG() ([]byte, error) {
	if c.IsZero() {
		return nil, errNoCode
	}
	picture, err := c.symbol.ToSVGBytes(qr.NewQrCodeImgConfig(1, QuietZone, qr.WithOptimalSVG()))
	if err != nil {
		return nil, fmt.Errorf("the payment code cannot be drawn: %w", err)
	}
	return picture, nil
}
