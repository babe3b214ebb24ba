//go:build unix

package relance_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The tests in this file run a copy of ./relance on a machine of their own: a search path with the tools of the system that
// the script uses and, where the system would be changed or a build would take minutes, with programs that only note
// how they were called.

// nobody is a user without rights, which root becomes to be a normal user.
const nobody = 65534

// machine is a checkout of the script and what is installed around it.
type machine struct {
	t testing.TB
	// dir stands for the root of the file system.
	dir      string
	checkout string
	env      map[string]string
	// normalUser: the script is run by a user who is not root.
	normalUser bool
}

// systemTools are what the script may use of any Debian system.
var systemTools = []string{
	"awk", "bash", "cat", "date", "dirname", "env", "find", "gofmt", "head", "id", "kill", "mkdir", "mktemp", "readlink", "realpath", "rm", "rmdir", "sed",
	"sha256sum", "sort", "stat", "chmod", "ln", "tail", "tee", "true", "wc", "xargs",
}

// newMachine has Go, apt-get and sudo, and no PostgreSQL.
func newMachine(t *testing.T) *machine {
	t.Helper()
	dir, err := os.MkdirTemp("", "relance-machine") //nolint:usetesting // other users have to reach it
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	m := &machine{t: t, dir: dir, checkout: filepath.Join(dir, "my checkout"), env: map[string]string{}, normalUser: os.Geteuid() != 0}
	for _, name := range systemTools {
		if path, err := exec.LookPath(name); err == nil {
			m.write("bin/"+name, "")
			require.NoError(t, os.Remove(m.path("bin/"+name)))
			require.NoError(t, os.Symlink(path, m.path("bin/"+name)))
		}
	}
	m.program("go", fakeGo)
	m.program("apt-get", fakeAptGet)
	m.program("sudo", fakeSudo)
	m.copyScripts()
	m.write("my checkout/devserver/main.go", "package main\n")
	m.write("my checkout/tools/gotestsum/go.mod", "module tools\n")
	m.write("calls", "")
	m.openToAll()
	return m
}

// copyScripts takes what the script knows of the system into the folder of the machine.
func (m *machine) copyScripts() {
	scripts, err := filepath.Glob("tools/*.sh")
	require.NoError(m.t, err)
	system := []string{"/usr/lib/postgresql", "/etc/postgresql-common", "/usr/local/go"}
	all := ""
	for _, name := range append(scripts, "relance", "go.mod") {
		content, err := os.ReadFile(name)
		require.NoError(m.t, err)
		all += string(content)
		text := string(content)
		for _, path := range system {
			text = strings.ReplaceAll(text, path, m.dir+path)
		}
		m.write("my checkout/"+name, text)
	}
	for _, path := range system {
		require.Contains(m.t, all, path, "the tests know where the script looks")
	}
}

func (m *machine) path(name string) string { return filepath.Join(m.dir, name) }

func (m *machine) write(name, content string) {
	m.t.Helper()
	require.NoError(m.t, os.MkdirAll(filepath.Dir(m.path(name)), 0o755))
	require.NoError(m.t, os.WriteFile(m.path(name), []byte(content), 0o755))
}

func (m *machine) program(name, script string) {
	m.write("bin/"+name, "#!/usr/bin/env bash\nset -euo pipefail\n"+script)
}

func (m *machine) without(name string) { require.NoError(m.t, os.Remove(m.path("bin/"+name))) }

func (m *machine) hasPostgreSQL() { m.write("usr/lib/postgresql/15/bin/initdb", "") }

// openToAll lets every user write everywhere.
func (m *machine) openToAll() {
	require.NoError(m.t, filepath.WalkDir(m.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Type()&os.ModeSymlink != 0 {
			return err
		}
		return os.Chmod(path, 0o777)
	}))
}

// asRoot runs the script as root, which only root can.
func (m *machine) asRoot() {
	if os.Geteuid() != 0 {
		m.t.Skip("only root can show what root sees")
	}
}

// asNormalUser runs the script as a user without rights.
func (m *machine) asNormalUser() { m.normalUser = true }

// run is what a start of the script came to.
type run struct {
	status int
	// out is what a pipe would get, told what the person at the terminal reads.
	out, told string
	// calls are the programs that were called, in order.
	calls []string
}

func (r run) callsOf(name string) []string {
	return slices.DeleteFunc(slices.Clone(r.calls), func(call string) bool { return !strings.HasPrefix(call, name+" ") })
}

func (m *machine) relance(arguments ...string) run {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), time.Minute)
	defer cancel()
	require.NoError(m.t, os.Truncate(m.path("calls"), 0))
	cmd := exec.CommandContext(ctx, m.checkout+"/relance", arguments...)
	cmd.Dir = m.checkout
	cmd.Env = []string{"PATH=" + m.path("bin"), "MACHINE=" + m.dir, "HOME=" + m.dir, "LC_ALL=C"}
	for name, value := range m.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if m.normalUser && os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	var out, told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &told
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(m.t, err)
	}
	calls, err := os.ReadFile(m.path("calls"))
	require.NoError(m.t, err)
	r := run{status: cmd.ProcessState.ExitCode(), out: out.String(), told: told.String()}
	for line := range strings.Lines(string(calls)) {
		r.calls = append(r.calls, strings.TrimSuffix(line, "\n"))
	}
	return r
}

// fakeGo answers what Go is asked, and builds programs that say how they were called.
const fakeGo = `
case $1 in
env)
	case $2 in
	GOVERSION) echo "${GO_VERSION-go1.26.8}" ;;
	GOTOOLCHAIN) echo "${GO_TOOLCHAIN-local}" ;;
	esac
	exit ;;
version) echo "go version ${GO_VERSION-go1.26.8}"; exit ;;
esac
[[ $1 == -C && $3 == build ]] || exit 0
output='' package=${*: -1}
for argument; do
	[[ $output != next ]] || output=$argument
	[[ $argument != -o ]] || output=next
done
echo "go build $(realpath --relative-to="$MACHINE/my checkout" "$2") $package" >>"$MACHINE/calls"
if [[ -n ${BUILD_FAILS-} ]]; then
	echo "starter/main.go:7:1: syntax error: unexpected EOF"
	exit 1
fi
printf '#!/usr/bin/env bash\necho "${0##*/}: $*"\nexit "${PROGRAM_STATUS-0}"\n' >"$output"

chmod +x "$output"
`

// fakeAptGet notes whether Debian would make a cluster of its own, and "installs" PostgreSQL.
const fakeAptGet = `
cluster=$(cat "$MACHINE"/etc/postgresql-common/createcluster.d/*.conf 2>/dev/null || echo "a cluster is made")
echo "apt-get $* (${DEBIAN_FRONTEND-asks}, $cluster)" >>"$MACHINE/calls"
for argument; do
	case $argument in
	"${APT_FAILS-}")
		echo "E: Could not $argument"
		exit 100 ;;
	install) [[ -z ${APT_INTERRUPTED-} ]] || kill -TERM "$PPID" ;;
	postgresql)
		mkdir -p "$MACHINE/usr/lib/postgresql/15/bin"
		: >"$MACHINE/usr/lib/postgresql/15/bin/initdb" ;;
	poppler-utils) ln -s true "$MACHINE/bin/pdftotext" ;;
	esac
done
`

const fakeSudo = `
echo "sudo $*" >>"$MACHINE/calls"
[[ $1 == -n && -z ${SUDO_ASKS-} ]] || exit 1
shift
exec "$@"
`

const (
	aptUpdate  = "apt-get update -q (asks, create_main_cluster = false)"
	aptInstall = "apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends postgresql (noninteractive, create_main_cluster = false)"
	byHand     = "apt-get update && apt-get install -y --no-install-recommends postgresql"
)

// leavesNoTrace: Debian's own settings are as they were before the installation.
func (m *machine) leavesNoTrace() {
	m.t.Helper()
	require.NoFileExists(m.t, m.path("etc/postgresql-common/createcluster.d/relance.conf"), "it is the owner of the machine who decides about clusters afterwards")
}

func TestRootInstallsPostgreSQLOnceAndGoesOn(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asRoot()
	first := m.relance("demo", "--days", "3")
	require.Zero(t, first.status, first.told)
	require.Equal(t, []string{aptUpdate, aptInstall}, first.callsOf("apt-get"))
	require.Empty(t, first.callsOf("sudo"), "root needs none")
	require.Equal(t, "relance: demo --days 3\n", first.out)
	require.Contains(t, first.told, "Installing the Debian packages postgresql (once)")
	m.leavesNoTrace()
	require.Empty(t, m.relance("demo").callsOf("apt-get"), "once")
}

func TestTheTestsNeedPopplerToo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asRoot()
	r := m.relance("test", "./money")
	require.Zero(t, r.status, r.told)
	require.Contains(t, r.callsOf("apt-get")[1], "poppler-utils postgresql")
	require.Equal(t, "gotestsum: --format pkgname --format-hide-empty-pkg -- ./money\n", r.out)
}

func TestAnInstallationThatFailsIsExplained(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asRoot()
	m.env["APT_FAILS"] = "install"
	r := m.relance("demo")
	require.Equal(t, 1, r.status)
	require.Contains(t, r.told, "E: Could not install", "what apt-get said")
	require.Contains(t, r.told, "apt-get could not install postgresql")
	require.Contains(t, r.told, "\n    "+byHand+"\n", "and what to do")
	require.Empty(t, r.callsOf("go"), "nothing is built for a machine that cannot run it")
	m.leavesNoTrace()
}

func TestListsOfPackagesThatCannotBeRenewedDoNotStopTheInstallation(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asRoot()
	m.env["APT_FAILS"] = "update"
	r := m.relance("demo")
	require.Zero(t, r.status, r.told)
	require.Contains(t, r.told, "apt-get update failed")
	require.Equal(t, "relance: demo\n", r.out)
}

func TestAnInterruptedInstallationLeavesTheSettingsOfDebianAlone(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asRoot()
	m.env["APT_INTERRUPTED"] = "yes"
	r := m.relance("demo")
	require.NotZero(t, r.status)
	require.Empty(t, r.callsOf("go"))
	require.Len(t, r.callsOf("apt-get"), 2)
	m.leavesNoTrace()
}

func TestANormalUserInstallsThroughSudo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asNormalUser()
	r := m.relance("demo")
	require.Zero(t, r.status, r.told)
	require.Equal(t, []string{aptUpdate, aptInstall}, r.callsOf("apt-get"))
	sudo := r.callsOf("sudo")
	require.Contains(t, sudo, "sudo -n apt-get update -q")
	for _, call := range sudo {
		require.True(t, strings.HasPrefix(call, "sudo -n "), "%s: nobody would see that it asks for a password", call)
	}
	require.Equal(t, "relance: demo\n", r.out)
	m.leavesNoTrace()
}

func TestANormalUserWhoMayNotInstallIsToldWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(*machine)
		told    string
	}{
		"sudo asks":       {func(m *machine) { m.env["SUDO_ASKS"] = "yes" }, "\n    sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql\n"},
		"no sudo":         {func(m *machine) { m.without("sudo") }, "have root run\n    " + byHand + "\n"},
		"not even Debian": {func(m *machine) { m.without("apt-get") }, "please install postgresql with the package manager of this system"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			m.asNormalUser()
			c.prepare(m)
			r := m.relance("demo")
			require.Equal(t, 1, r.status)
			require.Contains(t, r.told, c.told)
			require.Empty(t, r.callsOf("apt-get"))
			require.Empty(t, r.callsOf("go"))
			require.Empty(t, r.out)
		})
	}
}

func TestNothingIsInstalledWhereEverythingIsThere(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*machine){
		"of Debian": (*machine).hasPostgreSQL,
		"one's own": func(m *machine) { m.program("initdb", "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			prepare(m)
			m.without("apt-get")
			m.without("sudo")
			r := m.relance("up")
			require.Zero(t, r.status, r.told)
			require.Equal(t, "relance: up\n", r.out)
			require.Equal(t, []string{"go build . ./starter", "go build . ./worker", "go build devserver ."}, r.calls)
		})
	}
}

func TestGoThatIsMissingOrTooOldIsExplained(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		version, toolchain string
		told               string
	}{
		"older":                               {"go1.25.4", "local", "and this is Go 1.25.4"},
		"before it could fetch a newer one":   {"go1.19.8", "", "and this is Go 1.19.8"},
		"older, from what is on the path":     {"go1.25.4", "local+path", "and this is Go 1.25.4"},
		"older, may fetch":                    {"go1.25.4", "auto", ""},
		"older, may fetch what is not local":  {"go1.25.4", "local+auto", ""},
		"exactly what is needed":              {"go1.26.0", "local", ""},
		"newer":                               {"go1.30.1", "local", ""},
		"newer, with more digits than needed": {"go1.126.0", "local", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			m.hasPostgreSQL()
			m.env["GO_VERSION"], m.env["GO_TOOLCHAIN"] = c.version, c.toolchain
			r := m.relance("build")
			if c.told == "" {
				require.Zero(t, r.status, r.told)
				return
			}
			require.Equal(t, 1, r.status)
			require.Contains(t, r.told, "Go 1.26.0 or newer is needed")
			require.Contains(t, r.told, c.told)
			require.Contains(t, r.told, "https://go.dev/dl/")
			require.Empty(t, r.calls)
		})
	}
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		m := newMachine(t)
		m.without("go")
		r := m.relance("demo")
		require.Equal(t, 1, r.status)
		require.Contains(t, r.told, "Go 1.26.0 or newer is not installed")
		require.Empty(t, r.calls, "nothing is installed for a checkout that cannot be built")
	})
	t.Run("where its guide unpacks it", func(t *testing.T) {
		t.Parallel()
		m := newMachine(t)
		m.hasPostgreSQL()
		m.without("go")
		m.write("usr/local/go/bin/go", "#!/usr/bin/env bash\n"+fakeGo)
		r := m.relance("up")
		require.Zero(t, r.status, r.told)
		require.Equal(t, "relance: up\n", r.out)
	})
}

func TestTheSecondStartBuildsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.hasPostgreSQL()
	require.Len(t, m.relance("up").callsOf("go"), 3)
	// Go itself knows whether the first two changed; to ask it about the Temporal server takes seconds.
	unchanged := []string{"go build . ./starter", "go build . ./worker"}
	second := m.relance("up")
	require.Equal(t, unchanged, second.callsOf("go"))
	require.Empty(t, second.told, "a start has nothing to say")
	m.write("my checkout/devserver/main_test.go", "package main\n")
	require.Equal(t, unchanged, m.relance("up").callsOf("go"), "tests are no part of it")
	m.write("my checkout/devserver/main.go", "package main // changed\n")
	require.Equal(t, append(unchanged, "go build devserver ."), m.relance("up").callsOf("go"))
	m.env["GO_VERSION"] = "go1.27.0"
	require.Len(t, m.relance("up").callsOf("go"), 3, "another Go")
}

func TestABuildThatFailsRunsNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.hasPostgreSQL()
	require.Zero(t, m.relance("up").status)
	m.env["BUILD_FAILS"] = "yes"
	r := m.relance("up")
	require.Equal(t, 1, r.status)
	require.Contains(t, r.told, "starter/main.go:7:1: syntax error")
	require.Contains(t, r.told, "building Relance failed")
	require.Empty(t, r.out, "the program of the last build is not run instead")
}

func TestHelpNeedsNoDatabaseAndTellsTheCommandsOfTheScriptToo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asNormalUser()
	m.without("sudo")
	for _, ask := range []string{"-h", "--help", "version", ""} {
		r := m.relance(strings.Fields(ask)...)
		require.Zero(t, r.status, r.told)
		require.Contains(t, r.out, "relance: "+cmp.Or(ask, "--help")+"\n")
		require.Equal(t, []string{"go build . ./starter"}, r.calls, "nothing else is needed")
		if ask != "version" {
			for _, command := range []string{"demo", "build", "test", "lint", "bench"} {
				require.Contains(t, r.out, "./relance "+command+" ")
			}
		}
	}
}

func TestWhatTheScriptDoesNotKnowIsForTheProgramAndSoIsItsAnswer(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.hasPostgreSQL()
	m.env["PROGRAM_STATUS"] = "7"
	r := m.relance("dunn", "two words", "*")
	require.Equal(t, 7, r.status)
	require.Equal(t, "relance: dunn two words *\n", r.out)
	require.Equal(t, []string{"go build . ./starter"}, r.calls, "nobody waits minutes for the servers to read that there is no such command")
}

func TestACheckoutOfSomebodyElseIsExplained(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asRoot()
	m.hasPostgreSQL()
	m.asNormalUser()
	require.NoError(t, os.Chmod(m.checkout, 0o755))
	r := m.relance("up")
	require.Equal(t, 1, r.status)
	require.Contains(t, r.told, "may not write to "+m.checkout+"/.build")
	require.Contains(t, r.told, "Run this as root, or in a checkout of your own.")
}

// A build with the real Go, in a checkout whose programs are small.
func TestANormalUserBuildsAndRunsWithTheRealGo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.asNormalUser()
	goProgram, err := exec.LookPath("go")
	require.NoError(t, err)
	m.without("go")
	require.NoError(t, os.Symlink(goProgram, m.path("bin/go")))
	m.env["GOCACHE"], m.env["GOPATH"] = m.path("cache"), m.path("gopath")
	m.env["GOTOOLCHAIN"], m.env["GOPROXY"] = "local", "off"
	m.write("my checkout/go.mod", "module relance\n\ngo 1.26.0\n")
	m.write("my checkout/starter/main.go", "package main\n\nfunc main() { println(\"relance 0.0.1\") }\n")
	m.openToAll()
	r := m.relance("version")
	require.Zero(t, r.status, r.told)
	require.Equal(t, "relance 0.0.1\n", r.told[strings.LastIndex(strings.TrimSuffix(r.told, "\n"), "\n")+1:])
	built, err := os.Stat(filepath.Join(m.checkout, ".build/relance"))
	require.NoError(t, err)
	if os.Geteuid() == 0 {
		require.Equal(t, uint32(nobody), built.Sys().(*syscall.Stat_t).Uid)
	}
	again := m.relance("version")
	require.Equal(t, "relance 0.0.1\n", again.told)
	unchanged, err := os.Stat(filepath.Join(m.checkout, ".build/relance"))
	require.NoError(t, err)
	require.True(t, os.SameFile(built, unchanged), "a program that did not change is not linked again")

	m.write("my checkout/starter/main.go", "package main\n\nfunc main() { println(nothing) }\n")
	wrong := m.relance("version")
	require.Equal(t, 1, wrong.status)
	require.Contains(t, wrong.told, "undefined: nothing")
	require.Contains(t, wrong.told, "building Relance failed")
}
