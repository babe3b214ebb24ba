package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"

	"relance/messaging"
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
	if message.Channel == messaging.ChannelSMS {
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			return Content{}, fmt.Errorf("the body of message %d: %w", number, err)
		}
		content.Text = form.Get("Body")
		return content, nil
	}
	var request mailRequest
	if err := json.Unmarshal(raw, &request); err != nil {
		return Content{}, fmt.Errorf("the body of message %d: %w", number, err)
	}
	content.Text, content.HTML = request.part("text/plain"), request.part("text/html")
	for _, attached := range request.Attachments {
		decoded, err := base64.StdEncoding.DecodeString(attached.Content)
		if err != nil {
			return Content{}, fmt.Errorf("the file %s of message %d: %w", attached.Filename, number, err)
		}
		content.Files = append(content.Files, File{Name: attached.Filename, ContentType: attached.Type, Content: decoded})
	}
	return content, nil
}
