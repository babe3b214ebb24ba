package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"strings"
)

// Content is what a message says.
type Content struct {
	Text  string `json:"text"`
	HTML  string `json:"html,omitempty"`
	Files []File `json:"files,omitempty"`
	Raw   []byte `json:"raw"` // the request body as it came
}

// File is an attachment.
type File struct {
	Name        string `json:"name"`
	ContentType string `json:"content_type"`
	Content     []byte `json:"content"`
	// ContentID is set when the file is a picture that the HTML shows.
	ContentID string `json:"content_id,omitempty"`
}

// Content returns what a message says; an error when its body is no longer kept.
func (s *Simulator) Content(number int64) (Content, error) {
	message, err := s.mailbox.message(number)
	if err != nil {
		return Content{}, err
	}
	raw, err := s.mailbox.body(number)
	if err != nil {
		return Content{}, err
	}
	content := Content{Raw: raw}
	if isTwilios(message.Channel) {
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return Content{}, fmt.Errorf("the body of message %d: %w", number, err)
		}
		content.Text = wording(form)
		return content, nil
	}
	if message.Provider == mailServers {
		mail, err := readMail(raw)
		if err != nil {
			return Content{}, fmt.Errorf("the body of message %d: %w", number, err)
		}
		read, err := mail.content()
		read.Raw = raw
		return read, err
	}
	var request mailRequest
	if err := json.Unmarshal(raw, &request); err != nil {
		return Content{}, fmt.Errorf("the body of message %d: %w", number, err)
	}
	content.Text, content.HTML = request.part("text/plain"), request.part("text/html")
	if message.Added != "" {
		content.Text += "\n" + message.Added
		if content.HTML != "" {
			content.HTML += "<p>" + message.Added + "</p>"
		}
	}
	for _, attached := range request.Attachments {
		decoded, err := base64.StdEncoding.DecodeString(attached.Content)
		if err != nil {
			return Content{}, fmt.Errorf("the file %s of message %d: %w", attached.Filename, number, err)
		}
		file := File{Name: attached.Filename, ContentType: attached.Type, Content: decoded}
		if attached.inline() {
			file.ContentID = attached.ContentID
		}
		content.Files = append(content.Files, file)
	}
	return content, nil
}

// shownPictures are the kinds of pictures that mail programs show.
var shownPictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true}

// Shown is the HTML as a mail program shows it, the pictures that came with the mail in their places.
func (c Content) Shown() string {
	var places []string
	for _, file := range c.Files {
		kind, _, err := mime.ParseMediaType(file.ContentType)
		if file.ContentID == "" || err != nil || !shownPictures[kind] {
			continue
		}
		picture := "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(file.Content)
		for _, quote := range []string{`"`, `'`} {
			places = append(places, quote+"cid:"+file.ContentID+quote, quote+picture+quote)
		}
	}
	return strings.NewReplacer(places...).Replace(c.HTML)
}
