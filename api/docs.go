package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsPage string

//go:embed docs.css
var docsStyle string

// serveDocumentation serves the description of the API and a page that people
// read. Both are made once.
func (a *api) serveDocumentation() error {
	asJSON, asYAML, err := a.documents()
	if err != nil {
		return err
	}
	page, err := renderDocs(a.huma.OpenAPI(), a.operations)
	if err != nil {
		return fmt.Errorf("rendering the reference: %w", err)
	}
	style := sha256.Sum256([]byte(docsStyle))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(style[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	a.mux.HandleFunc("GET "+pathOpenAPIJSON, serveFixed("application/openapi+json", "", asJSON))
	a.mux.HandleFunc("GET "+pathOpenAPIYAML, serveFixed("application/openapi+yaml", "", asYAML))
	a.mux.HandleFunc("GET "+pathDocs, serveFixed("text/html; charset=utf-8", policy, page))
	return nil
}

// serveFixed serves a document that changes only with the program.
func serveFixed(contentType, policy string, content []byte) http.HandlerFunc {
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

func renderDocs(description *huma.OpenAPI, operations []*huma.Operation) ([]byte, error) {
	page, err := template.New("docs").Parse(docsPage)
	if err != nil {
		return nil, err
	}
	var rendered bytes.Buffer
	if err := page.Execute(&rendered, newReference(description, operations)); err != nil {
		return nil, err
	}
	return rendered.Bytes(), nil
}
