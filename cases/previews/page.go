package previews

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"time"

	"relance/messaging"
)

//go:embed page.html
var pageSource string

// page is what is shown of a message in a browser.
type page struct {
	Language string
	Mark     string
	Title    string
	Lines    []line
	// HTML is a whole page of its own, shown in a frame without rights; Text is
	// shown as it is.
	HTML string
	Text string
}

type line struct{ Label, Value string }

// marks says in the reader's language that nothing is sent.
var marks = map[string]string{
	"fr": "Aperçu : ce message n’est ni enregistré ni envoyé.",
	"en": "Preview: this message is neither stored nor sent.",
}

// Page is the message as a page for a browser, marked as a preview. It needs
// nothing from elsewhere, and nothing in it runs.
func (m MessagePreview) Page() ([]byte, error) {
	shown := page{
		Language: m.Language, Mark: marks[m.Language], Title: m.Subject, HTML: withPictures(m.HTML, m.inline), Text: m.Text,
		Lines: []line{
			{"Step", m.Step}, {"Channel", string(m.Channel)}, {"To", m.To}, {"When", m.At.Format(time.RFC3339)}, {"Would not leave now", m.Withheld},
			{"Text", fmt.Sprintf("%s (%s)", m.Wording.File, m.Wording.Origin)}, {"Reader", m.Wording.Reader}, {"Why", m.Wording.Why},
		},
	}
	if shown.HTML == "" && shown.Text == "" {
		shown.Text = fmt.Sprintf("A letter as PDF, %d bytes: ask for the PDF to see it.", len(m.Letter))
	}
	return shown.write()
}

func (p page) write() ([]byte, error) {
	parsed, err := template.New("page").Parse(pageSource)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	err = parsed.Execute(&out, p)
	return []byte(out.String()), err
}

// withPictures puts the pictures of a mail into its page.
func withPictures(html string, inline []messaging.Attachment) string {
	for _, picture := range inline {
		html = strings.ReplaceAll(html, `"cid:`+picture.ContentID+`"`,
			`"data:`+picture.ContentType+`;base64,`+base64.StdEncoding.EncodeToString(picture.Content)+`"`)
	}
	return html
}
