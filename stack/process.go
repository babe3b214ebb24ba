package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// processSpec describes a child program to start.
type processSpec struct {
	Name string   // how error messages call it: "the Temporal server"
	Path string   // program file
	Args []string // without the program name
	Dir  string   // working directory; empty means ours
	Env  []string // full environment; nil means ours

	Stdout io.Writer // receives standard output; nil discards it
	Log    io.Writer // receives a copy of standard error; nil keeps only the tail

	// Credential runs the child as another user; nil means ours. Only root may set it.
	Credential *syscall.Credential
	// StopSignal asks the child to finish in order; 0 means SIGTERM.
	StopSignal syscall.Signal
	// Grace is how long Stop waits after StopSignal before it kills; 0 means 15 s.
	Grace time.Duration
}

const (
	defaultGrace = 15 * time.Second
	// A grandchild that inherited our pipes must not hold up the news that the child is gone.
	pipeDelay = 2 * time.Second
)

// process is a running child that does not outlive this program.
//
// Three things tie it to us: it leads its own process group, so that Ctrl-C on the terminal reaches only us and we
// stop the parts in order; the kernel signals it when we die (Linux); and its standard input is a pipe that closes
// with us, for programs that watch it.
type process struct {
	spec  processSpec
	cmd   *exec.Cmd
	stdin io.WriteCloser
	tail  *logTail
	done  chan struct{}

	mu       sync.Mutex
	stopping bool
	err      error // set before done is closed
}

// startProcess starts the child and returns as soon as it runs, which is before it is ready for anything.
// The context only carries values: the child lives until Stop, or until this program ends.
func startProcess(ctx context.Context, spec processSpec) (*process, error) {
	if spec.StopSignal == 0 {
		spec.StopSignal = syscall.SIGTERM
	}
	if spec.Grace == 0 {
		spec.Grace = defaultGrace
	}
	p := &process{spec: spec, tail: &logTail{also: spec.Log}, done: make(chan struct{})}

	p.cmd = exec.CommandContext(context.WithoutCancel(ctx), spec.Path, spec.Args...)
	p.cmd.Dir = spec.Dir
	p.cmd.Env = spec.Env
	p.cmd.Stdout = spec.Stdout
	p.cmd.Stderr = p.tail
	p.cmd.WaitDelay = pipeDelay
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: spec.Credential}
	dieWithParent(p.cmd.SysProcAttr, spec.StopSignal)

	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("open the standard input of %s: %w", spec.Name, err)
	}
	started := make(chan error, 1)
	go p.run(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s (%s): %w", spec.Name, spec.Path, err)
	}
	return p, nil
}

// run forks the child and stays with it until its end, all on one locked thread: the kernel ties the parent-death
// signal to the thread that forked, and Go ends idle threads when it pleases.
func (p *process) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	if err := p.cmd.Start(); err != nil {
		// Start has closed its own end of the pipe; ours is closed here.
		_ = p.stdin.Close()
		started <- err
		return
	}
	started <- nil
	err := p.cmd.Wait()

	p.mu.Lock()
	if !p.stopping {
		p.err = p.unexpectedExit(err)
	}
	p.mu.Unlock()
	close(p.done)
}

// Done is closed when the child has ended, for whatever reason.
func (p *process) Done() <-chan struct{} { return p.done }

// Err says why the child ended by itself. It is nil while it runs and after a Stop.
func (p *process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// PID is the process ID, and the ID of the process group the child leads.
func (p *process) PID() int { return p.cmd.Process.Pid }

// Tail is the last of what the child wrote on standard error.
func (p *process) Tail() string { return p.tail.String() }

// Stop asks the child to finish, waits for it until its grace or the context ends, then kills its process group.
// It returns when the child is gone. The error tells that it had to be killed. Calling it again, or on a child that
// already ended, does nothing.
func (p *process) Stop(ctx context.Context) error {
	if !p.beginStop() {
		return nil
	}
	if err := p.cmd.Process.Signal(p.spec.StopSignal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errors.Join(fmt.Errorf("signal %s (process %d): %w", p.spec.Name, p.PID(), err), p.kill())
	}
	grace := time.NewTimer(p.spec.Grace)
	defer grace.Stop()
	var reason string
	select {
	case <-p.done:
		return nil
	case <-grace.C:
		reason = fmt.Sprintf("within %s", p.spec.Grace)
	case <-ctx.Done():
		reason = fmt.Sprintf("before the caller gave up (%v)", context.Cause(ctx))
	}
	err := fmt.Errorf("%s (process %d) did not stop %s and was killed", p.spec.Name, p.PID(), reason)
	return errors.Join(err, p.kill())
}

// Kill ends the child at once, as a crash would.
func (p *process) Kill() error {
	if !p.beginStop() {
		return nil
	}
	return p.kill()
}

// beginStop tells whether there is still something to stop, and makes its end an expected one.
func (p *process) beginStop() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
		return false
	default:
		p.stopping = true
		return true
	}
}

func (p *process) kill() error {
	select {
	case <-p.done:
		return nil
	default:
	}
	if err := syscall.Kill(-p.PID(), syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill %s (process group %d): %w", p.spec.Name, p.PID(), err)
	}
	<-p.done
	return nil
}

// unexpectedExit wraps the *exec.ExitError of a child that failed.
func (p *process) unexpectedExit(err error) error {
	if err == nil {
		err = errors.New("exit status 0")
	}
	words := "it wrote nothing on standard error"
	if last := p.tail.String(); last != "" {
		words = "its last words:\n" + last
	}
	return fmt.Errorf("%s (process %d) ended by itself: %w; %s", p.spec.Name, p.cmd.Process.Pid, err, words)
}
