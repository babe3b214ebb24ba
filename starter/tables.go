package main

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/mattn/go-isatty"
)

// table prints rows under a title, and nothing when there are none.
func (p *program) table(title string, header table.Row, rows int, row func(i int) table.Row) {
	p.tableOf(title, header, rows, row, nil)
}

// tableOf is table with columns of its own widths.
func (p *program) tableOf(title string, header table.Row, rows int, row func(i int) table.Row, columns []table.ColumnConfig) {
	if rows == 0 {
		return
	}
	fmt.Fprintf(p.out, "\n%s\n", p.bold(title))
	written := table.NewWriter()
	written.SetOutputMirror(p.out)
	written.SetStyle(tableStyle())
	written.SetColumnConfigs(columns)
	written.AppendHeader(header)
	for i := range rows {
		written.AppendRow(row(i))
	}
	written.Render()
}

// bold stands out on a terminal only.
func (p *program) bold(title string) string {
	if !isTerminal(p.out) {
		return title
	}
	return text.Bold.Sprint(title)
}

func tableStyle() table.Style {
	style := table.StyleLight
	style.Options.DrawBorder, style.Options.SeparateColumns = false, false
	style.Format.Header = 0
	return style
}

func plural(n int, thing string) string {
	if n != 1 && strings.HasSuffix(thing, "y") {
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(thing, "y"))
	}
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func isTerminal(out any) bool {
	file, isFile := out.(interface{ Fd() uintptr })
	return isFile && isatty.IsTerminal(file.Fd())
}
