package messaging

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPictureIsShownWhereTheHTMLNamesItAsASource(t *testing.T) {
	t.Parallel()
	for html, shown := range map[string][]string{
		`<img src="cid:code" alt="a: b">`:                          {"code"},
		`<IMG SRC = 'CID:code'><p style="color:red">`:              {"code"},
		`<img src="cid:code"><img width="9" src="cid:logo">`:       {"code", "logo"},
		`<img` + strings.Repeat(" ", 40) + `src = "cid:code">`:     {"code"},
		`<img data-src="cid:code">`:                                {"code"},
		`<img imgsrc="cid:code">`:                                  nil,
		`<a href="cid:code">cid:code</a> https://example.org/a:b:`: nil,
		`<img src="cid:code`:                                       nil,
		`cid:`:                                                     nil,
		`:`:                                                        nil,
		``:                                                         nil,
	} {
		found := shownPictures(html)
		require.Len(t, found, len(shown), html)
		for _, id := range shown {
			require.True(t, found[id], html)
		}
	}
}
