package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is the user the server runs as. PostgreSQL refuses to run as root, so root lends it another one; anyone else
// runs it as themselves, and then the account is empty.
type account struct {
	name     string
	uid, gid uint32
	// passage is the one right of root the server keeps, to pass folders on the way to its data that only root may
	// enter; empty when the way is open.
	passage string
}

// lendableUsers are tried in this order when root needs an unprivileged user.
var lendableUsers = []string{"postgres", "nobody"}

// ClosedFolderError says that the user the server runs as cannot reach its data.
type ClosedFolderError struct {
	Folder  string // the first folder on the way that the user may not enter
	DataDir string
	User    string
}

func (e *ClosedFolderError) Error() string {
	return fmt.Sprintf("PostgreSQL does not run as root, and the user it runs as, %s, may not enter %s on the way to %s: "+
		"choose a data folder elsewhere (/var/lib/relance), or open the folder with `chmod o+x %s`", e.User, e.Folder, e.DataDir, e.Folder)
}

// serverAccount chooses the user: the owner of the cluster when root finds one, so that data created by anyone stays
// theirs, else the first lendable user that exists.
func serverAccount(clusterDir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	if info, err := os.Stat(clusterDir); err == nil {
		if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid != 0 {
			return account{name: "user " + strconv.Itoa(int(owner.Uid)), uid: owner.Uid, gid: owner.Gid}, nil
		}
	}
	for _, name := range lendableUsers {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(found.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(found.Gid, 10, 32)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return account{name: name, uid: uint32(uid), gid: uint32(gid)}, nil
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody " +
		"to run it as: create one (`useradd --system postgres`), or run as a normal user")
}

// lent tells whether the server runs as another user than we do.
func (a account) lent() bool { return a.uid != 0 }

// run completes the description of a server program so that it runs as the account.
func (a account) run(spec processSpec) processSpec {
	switch {
	case !a.lent():
	case a.passage == "":
		spec.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	default:
		// Changing the user clears the parent-death signal, so setpriv, which does it here, has to set it again; both
		// initdb and postgres end on SIGINT.
		spec.Args = append([]string{
			fmt.Sprintf("--reuid=%d", a.uid), fmt.Sprintf("--regid=%d", a.gid), "--clear-groups",
			"--inh-caps=-all,+" + a.passage, "--ambient-caps=+" + a.passage,
			"--pdeathsig=INT", spec.Path,
		}, spec.Args...)
		spec.Path = "setpriv"
	}
	return spec
}

// enter checks that the account can reach a folder. Root's own folders are often closed to everyone else (/root);
// where the system allows it the server then gets the right to pass them, and nothing else of root's rights.
func (a account) enter(folder string) (account, error) {
	if !a.lent() {
		return a, nil
	}
	closed, err := a.firstClosed(folder)
	if err != nil || closed == "" {
		return a, err
	}
	if a.passage = lendablePassage(); a.passage == "" {
		return a, &ClosedFolderError{Folder: closed, DataDir: folder, User: a.name}
	}
	return a, nil
}

// lendablePassage names the capability of capabilities(7) that opens closed folders, the weaker if there is a choice:
// containers often grant root only the stronger. Empty when this system cannot lend one.
func lendablePassage() string {
	if _, err := exec.LookPath("setpriv"); err != nil {
		return ""
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return ""
	}
	_, after, _ := strings.Cut(string(status), "CapPrm:")
	line, _, _ := strings.Cut(after, "\n")
	permitted, err := strconv.ParseUint(strings.TrimSpace(line), 16, 64)
	if err != nil {
		return ""
	}
	const dacOverride, dacReadSearch = 1 << 1, 1 << 2
	switch {
	case permitted&dacReadSearch != 0:
		return "dac_read_search"
	case permitted&dacOverride != 0:
		return "dac_override"
	default:
		return ""
	}
}

// firstClosed returns the first folder on the way to path, itself included, that the account may not enter; "" if none.
func (a account) firstClosed(path string) (string, error) {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", fmt.Errorf("check the way to %s: %w", path, err)
	}
	if parent := filepath.Dir(resolved); parent != resolved {
		if closed, err := a.firstClosed(parent); closed != "" || err != nil {
			return closed, err
		}
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return "", fmt.Errorf("check the way to %s: %w", path, err)
	}
	if !a.mayEnter(info) {
		return resolved, nil
	}
	return "", nil
}

// mayEnter applies the permission bits as the kernel does: of owner, group and others, the first that fits decides.
func (a account) mayEnter(folder fs.FileInfo) bool {
	owner, ok := folder.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	switch permission := folder.Mode().Perm(); {
	case owner.Uid == a.uid:
		return permission&0o100 != 0
	case owner.Gid == a.gid:
		return permission&0o010 != 0
	default:
		return permission&0o001 != 0
	}
}

// own gives files and folders, with all that is in them, to the account, unless they are its own already.
func (a account) own(paths ...string) error {
	if !a.lent() {
		return nil
	}
	for _, path := range paths {
		if err := a.take(path); err != nil {
			return fmt.Errorf("give %s to %s: %w", path, a.name, err)
		}
	}
	return nil
}

func (a account) take(path string) (err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid == a.uid {
		return nil
	}
	// Within a root nobody can lead us out of the folder with a link.
	folder, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	return fs.WalkDir(folder.FS(), filepath.Base(path), func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return folder.Lchown(name, int(a.uid), int(a.gid))
	})
}
