package letters

import (
	"errors"
	"fmt"

	"github.com/carlos7ags/folio/document"
	"github.com/carlos7ags/folio/image"
	"github.com/carlos7ags/folio/reader"
)

// Pages are the pages of a file that can be shown in another one.
type Pages struct{ pages []PageOfFile }

// Count is how many pages there are.
func (p *Pages) Count() int { return len(p.pages) }

// PageOfFile is one page of a PDF, or a picture.
type PageOfFile struct {
	// file is read anew for each page that is drawn: writing a document changes what it
	// was given.
	file    *reader.PdfReader
	number  int // from 0
	width   float64
	height  float64
	rotated int
	picture *image.Image
}

// Content types of files that have pages.
const (
	typePDF  = "application/pdf"
	typePNG  = "image/png"
	typeJPEG = "image/jpeg"
)

// ErrNoPages: the file is of a kind that has no pages, or that cannot be shown within
// another file.
var ErrNoPages = errors.New("the pages of the file cannot be shown")

// PagesOf reads the pages of a PDF, a PNG or a JPEG. What cannot be read, or is locked
// by a password, is ErrNoPages.
func PagesOf(contentType string, file []byte) (pages *Pages, err error) {
	// Files of others are read by a library that was not made for hostile ones.
	defer func() {
		if fault := recover(); fault != nil {
			pages, err = nil, fmt.Errorf("%w: %v", ErrNoPages, fault)
		}
	}()
	switch contentType {
	case typePDF:
		return pagesOfPDF(file)
	case typePNG:
		return pagesOfPicture(image.NewPNG(file))
	case typeJPEG:
		return pagesOfPicture(image.NewJPEG(file))
	default:
		return nil, fmt.Errorf("%w: it is of the type %s", ErrNoPages, contentType)
	}
}

func pagesOfPicture(picture *image.Image, err error) (*Pages, error) {
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPages, err)
	}
	return &Pages{pages: []PageOfFile{{picture: picture}}}, nil
}

func pagesOfPDF(file []byte) (*Pages, error) {
	opened, err := reader.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPages, err)
	}
	if locked := opened.Trailer().Get("Encrypt"); locked != nil {
		return nil, fmt.Errorf("%w: it is encrypted", ErrNoPages)
	}
	pages := &Pages{}
	for i := range opened.PageCount() {
		info, err := opened.Page(i)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoPages, err)
		}
		box := info.VisibleBox()
		if box.X1 != 0 || box.Y1 != 0 || info.Width <= 0 || info.Height <= 0 {
			return nil, fmt.Errorf("%w: page %d does not begin at its corner", ErrNoPages, i+1)
		}
		if _, err := reader.ExtractPageImport(opened, i); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoPages, err)
		}
		pages.pages = append(pages.pages, PageOfFile{file: opened, number: i, width: info.Width, height: info.Height, rotated: info.Rotate})
	}
	if len(pages.pages) == 0 {
		return nil, fmt.Errorf("%w: it has none", ErrNoPages)
	}
	return pages, nil
}

// frame is a place on a page, in points from its lower left corner.
type frame struct{ x, y, width, height float64 }

// draw shows the page of the file in a frame, as large as it fits.
func (p *PageOfFile) draw(on *document.Page, in frame) error {
	width, height := p.width, p.height
	if p.picture != nil {
		width, height = float64(p.picture.Width()), float64(p.picture.Height())
	} else if p.rotated%180 != 0 {
		width, height = height, width
	}
	scale := min(in.width/width, in.height/height)
	if p.picture == nil {
		scale = min(scale, 1)
	}
	shownWidth, shownHeight := width*scale, height*scale
	x, y := in.x+(in.width-shownWidth)/2, in.y+in.height-shownHeight
	if p.picture != nil {
		on.AddImage(p.picture, x, y, shownWidth, shownHeight)
		return nil
	}
	// Pages turn clockwise about their corner; the corner is moved to where it then is.
	options := &document.ImportPageOpts{X: x, Y: y, ScaleX: scale, ScaleY: scale, Rotation: float64(-p.rotated)}
	switch p.rotated {
	case 90:
		options.Y += shownHeight
	case 180:
		options.X, options.Y = x+shownWidth, y+shownHeight
	case 270:
		options.X += shownWidth
	}
	imported, err := reader.ExtractPageImport(p.file, p.number)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoPages, err)
	}
	on.ImportPageWithOpts(imported.ContentStream, imported.Resources, imported.Width, imported.Height, options)
	const line = 0.4
	on.AddRect(x, y, shownWidth, shownHeight, line, [3]float64{rule.R, rule.G, rule.B})
	return nil
}
