package epcqr_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/require"

	"relance/epcqr"
)

// scanned is what a reader makes of the picture. It takes it as it is, straight and
// clean: how to find a code in a photograph is the reader's own matter.
func scanned(t require.TestingT, code epcqr.Code, scale int) string {
	file, err := code.PNG(scale)
	require.NoError(t, err)
	picture, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	require.NoError(t, err)
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_CHARACTER_SET: "UTF-8", gozxing.DecodeHintType_PURE_BARCODE: true,
	})
	require.NoError(t, err)
	return result.GetText()
}

func TestAPictureIsSmallAndAlwaysTheSame(t *testing.T) {
	t.Parallel()
	code, err := epcqr.New(transfer())
	require.NoError(t, err)
	require.Equal(t, code.Payload(), scanned(t, code, 6))
	file, err := code.PNG(6)
	require.NoError(t, err)
	require.Less(t, len(file), 2000)
	again, err := epcqr.New(transfer())
	require.NoError(t, err)
	same, err := again.PNG(6)
	require.NoError(t, err)
	require.Equal(t, file, same)

	header, err := png.DecodeConfig(bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, (code.Size()+2*epcqr.QuietZone)*6, header.Width)
	require.Equal(t, header.Width, header.Height)
}

// With an odd number of pixels a module begins and ends within a byte of the file.
func TestAPictureOfEverySizeIsScannedAndItsMarginIsWhite(t *testing.T) {
	t.Parallel()
	code, err := epcqr.New(transfer())
	require.NoError(t, err)
	for scale := 1; scale <= 9; scale++ {
		require.Equal(t, code.Payload(), scanned(t, code, scale), "%d pixels a module", scale)
		file, err := code.PNG(scale)
		require.NoError(t, err)
		picture, err := png.Decode(bytes.NewReader(file))
		require.NoError(t, err)
		for x := range picture.Bounds().Dx() {
			for y := range picture.Bounds().Dy() {
				dark := code.Dark(x/scale-epcqr.QuietZone, y/scale-epcqr.QuietZone)
				require.Equal(t, dark, color.GrayModel.Convert(picture.At(x, y)) == color.Gray{}, "pixel %d, %d at %d a module", x, y, scale)
			}
		}
	}
}

func TestAVectorPictureIsWellFormed(t *testing.T) {
	t.Parallel()
	code, err := epcqr.New(transfer())
	require.NoError(t, err)
	picture, err := code.SVG()
	require.NoError(t, err)
	decoder := xml.NewDecoder(bytes.NewReader(picture))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
	require.Contains(t, string(picture), "<svg")
	require.Contains(t, string(picture), "<path")
}

func TestWhatCannotBeDrawnIsRefused(t *testing.T) {
	t.Parallel()
	code, err := epcqr.New(transfer())
	require.NoError(t, err)
	for _, scale := range []int{-1, 0, 101} {
		_, err := code.PNG(scale)
		require.ErrorContains(t, err, "pixels a module: use 1 to 100")
	}
	var none epcqr.Code
	_, err = none.PNG(4)
	require.ErrorContains(t, err, "there is no payment code to draw")
	_, err = none.SVG()
	require.ErrorContains(t, err, "there is no payment code to draw")
	require.False(t, none.Dark(0, 0))
	require.Zero(t, none.Size())
}
