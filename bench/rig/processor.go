package rig

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Spent is processor time by who spent it, in milliseconds. On a machine that does other things at the same time it says
// more than the time that passed.
type Spent struct {
	Server     float64 `json:"temporal_server"`
	PostgreSQL float64 `json:"postgresql"`
	Worker     float64 `json:"worker"`      // that of the product
	BareWorker float64 `json:"bare_worker"` // that of the bare workflow
	// Load is who opens, signals and plays the e-mail provider.
	Load float64 `json:"load"`
}

// Total is what all spent together.
func (s Spent) Total() float64 { return s.Server + s.PostgreSQL + s.Worker + s.BareWorker + s.Load }

// Since is what was spent after an earlier reading, for each of n pieces of work.
func (s Spent) Since(earlier Spent, n int) Spent {
	each := float64(max(n, 1))
	return Spent{
		Server: (s.Server - earlier.Server) / each, PostgreSQL: (s.PostgreSQL - earlier.PostgreSQL) / each, Worker: (s.Worker - earlier.Worker) / each,
		BareWorker: (s.BareWorker - earlier.BareWorker) / each, Load: (s.Load - earlier.Load) / each,
	}
}

// Spent reads what this program and those it has started have spent so far. Servers that were given are not seen; on
// systems without /proc nothing is.
func (r *Rig) Spent() (Spent, error) {
	var spent Spent
	processes, err := descendants(os.Getpid())
	if err != nil {
		return spent, err
	}
	for _, p := range processes {
		switch {
		case p.pid == os.Getpid():
			spent.Load += p.milliseconds
		case strings.HasPrefix(p.name, "postgres"):
			spent.PostgreSQL += p.milliseconds
		case strings.HasPrefix(p.name, "relance-tempora"): // names end after 15 letters
			spent.Server += p.milliseconds
		case p.role() == roleCases:
			spent.Worker += p.milliseconds
		case p.role() == roleBare:
			spent.BareWorker += p.milliseconds
		}
	}
	return spent, nil
}

type runningProcess struct {
	pid, parent  int
	name         string
	milliseconds float64
}

// role is what a worker of the benchmark was started as.
func (p runningProcess) role() string {
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.pid))
	if err != nil {
		return ""
	}
	for variable := range bytes.SplitSeq(environment, []byte{0}) {
		if role, found := bytes.CutPrefix(variable, []byte(envRole+"=")); found {
			return string(role)
		}
	}
	return ""
}

// descendants are a process and all that it or they have started.
func descendants(root int) ([]runningProcess, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	all := map[int]runningProcess{}
	for _, file := range files {
		if p, readable := readProcess(file); readable {
			all[p.pid] = p
		}
	}
	var found []runningProcess
	for _, p := range all {
		for up, known := p, true; known; up, known = all[up.parent] {
			if up.pid == root {
				found = append(found, p)
				break
			}
		}
	}
	return found, nil
}

// readProcess reads /proc/<pid>/stat; a process that has ended meanwhile is not readable.
func readProcess(file string) (runningProcess, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return runningProcess{}, false
	}
	begin, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if begin < 0 || end < 0 {
		return runningProcess{}, false
	}
	fields := strings.Fields(string(text[end+1:]))
	// After the name: state, parent, and from the twelfth on the time of the process in user and system mode, then that
	// of its children that have ended.
	if len(fields) < 15 {
		return runningProcess{}, false
	}
	p := runningProcess{name: string(text[begin+1 : end])}
	p.pid, _ = strconv.Atoi(strings.TrimSpace(string(text[:begin])))
	p.parent, _ = strconv.Atoi(fields[1])
	for _, field := range fields[11:15] {
		ticks, _ := strconv.ParseFloat(field, 64)
		p.milliseconds += ticks * 1000 / clockTick
	}
	return p, true
}

// clockTick is how many ticks a second /proc counts in, on every Linux that Go runs on.
const clockTick = 100
