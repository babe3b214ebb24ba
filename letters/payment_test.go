package letters

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/carlos7ags/folio/content"
	"github.com/carlos7ags/folio/layout"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/require"

	"relance/epcqr"
	"relance/money"
)

// What is drawn on the page is read back from the drawing itself.
func TestThePrintedCodeCanBeScanned(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"F-1", strings.Repeat("Facture ", 17)} {
		code, err := epcqr.New(epcqr.Transfer{
			Payee: "Ateliers Vauban", IBAN: "FR7630006000011234567890189", Amount: money.FromMinor(123_456, money.EUR), Text: text,
		})
		require.NoError(t, err)
		plan := codePicture{code: code, description: "Code"}.PlanLayout(layout.LayoutArea{Width: codeSide, Height: boundless})
		require.Equal(t, layout.LayoutFull, plan.Status)
		require.InDelta(t, codeSide, plan.Consumed, 0.001)
		require.Equal(t, "Figure", plan.Blocks[0].Tag)
		require.Equal(t, "Code", plan.Blocks[0].AltText)

		stream := content.NewStream()
		plan.Blocks[0].Draw(layout.DrawContext{Stream: stream}, 100, 500)
		require.Equal(t, code.Payload(), scanned(t, string(stream.Bytes())))
	}
	narrow := codePicture{}.PlanLayout(layout.LayoutArea{Width: codeSide, Height: codeSide - 1})
	require.Equal(t, layout.LayoutNothing, narrow.Status, "it goes to the next page rather than being cut")
}

// scanned paints the rectangles of a drawing, the first of them the white square,
// and reads the code.
func scanned(t *testing.T, drawing string) string {
	t.Helper()
	const pixels = 4 // a module
	var picture *image.Gray
	for line := range strings.Lines(drawing) {
		var x, y, width, height int
		if n, _ := fmt.Sscanf(line, "%d %d %d %d re", &x, &y, &width, &height); n != 4 || !strings.HasSuffix(strings.TrimSpace(line), "re") {
			continue
		}
		shade := color.Gray{}
		if picture == nil {
			picture, shade = image.NewGray(image.Rect(0, 0, width*pixels, height*pixels)), color.Gray{Y: 255}
		}
		side := picture.Bounds().Dy()
		for px := x * pixels; px < (x+width)*pixels; px++ {
			for py := y * pixels; py < (y+height)*pixels; py++ {
				picture.SetGray(px, side-1-py, shade) // the paper's origin is at the bottom
			}
		}
	}
	require.NotNil(t, picture, "nothing was drawn")
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	require.NoError(t, err)
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_CHARACTER_SET: "UTF-8", gozxing.DecodeHintType_PURE_BARCODE: true,
	})
	require.NoError(t, err)
	return result.GetText()
}
