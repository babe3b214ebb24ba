package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
)

// Table writes the figures for the terminal.
func (r *Result) Table(out io.Writer) {
	writer := table.NewWriter()
	writer.SetOutputMirror(out)
	writer.SetStyle(table.StyleLight)
	writer.AppendHeader(r.header())
	for _, line := range r.Lines {
		writer.AppendRow(line.row())
	}
	writer.Render()
}

func (r *Result) header() table.Row {
	return table.Row{"Figure", "Relance", "Bare workflow", "Ratio", "Target", ""}
}

func (l Line) row() table.Row {
	ratio := ""
	if l.Ratio > 0 {
		ratio = fmt.Sprintf("%.2f", l.Ratio)
	}
	return table.Row{l.Figure, l.Measured, l.Bare, ratio, l.Target, l.Verdict}
}

// Save writes <date>-<machine>.json and .md into a folder and returns their paths.
func (r *Result) Save(folder string) (paths []string, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // results are for everybody
		return nil, fmt.Errorf("making the folder of the results: %w", err)
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, err
	}
	name := filepath.Join(folder, r.At.Format("2006-01-02")+"-"+r.Machine.Name())
	paths = []string{name + ".json", name + ".md"}
	return paths, errors.Join(write(paths[0], append(data, '\n')), write(paths[1], []byte(r.Page())))
}

func write(path string, data []byte) error {
	if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // results are for everybody
		return fmt.Errorf("writing the results: %w", err)
	}
	return nil
}

// Page is the result as Markdown.
func (r *Result) Page() string {
	var page strings.Builder
	fmt.Fprintf(&page, "# Benchmark of %s\n\n", r.At.Format("2 January 2006"))
	m := r.Machine
	fmt.Fprintf(&page, "%s, %d cores, %.0f GB of memory, %s; load average before: %s. ", m.CPU, m.Cores, float64(m.Memory)/(1<<30), m.System, m.LoadBefore)
	fmt.Fprintf(&page, "%s, Temporal SDK %s, Temporal server %s, PostgreSQL %s. ", m.Go, m.SDK, m.Temporal, m.PostgreSQL)
	fmt.Fprintf(&page, "Durability: %s. Servers, workers, simulator and load share the machine.\n\n", m.Durability)
	fmt.Fprintf(&page, "%d cases open; %d rounds of %d; the run took %s.\n\n", r.Size.Cases, r.Size.Rounds, r.Size.Block, r.Took)

	writer := table.NewWriter()
	writer.AppendHeader(r.header())
	for _, line := range r.Lines {
		writer.AppendRow(line.row())
	}
	page.WriteString(writer.RenderMarkdown())
	page.WriteString("\n")
	if len(r.Trouble.Words) > 0 {
		page.WriteString("\nWhat went wrong:\n\n")
		for _, word := range r.Trouble.Words {
			fmt.Fprintf(&page, "- `%s`\n", word)
		}
	}
	return page.String()
}
