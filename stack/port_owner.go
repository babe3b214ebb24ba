package stack

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// listenerOf names the program that listens on a TCP port, "postgres (process 4711)", or returns "" when the system
// does not tell: programs of other users stay hidden from a normal user, and only Linux has /proc.
func listenerOf(port int) string {
	sockets := listeningSockets(port)
	if len(sockets) == 0 {
		return ""
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || !sockets[target] {
			continue
		}
		pid := strings.Split(link, "/")[2]
		name, err := os.ReadFile(filepath.Join("/proc", pid, "comm"))
		if err != nil {
			return "process " + pid
		}
		return fmt.Sprintf("%s (process %s)", strings.TrimSpace(string(name)), pid)
	}
	return ""
}

// listeningSockets returns the links ("socket:[12345]") of the sockets that listen on a TCP port of this machine,
// from the tables described in proc_pid_net(5).
func listeningSockets(port int) map[string]bool {
	const stateListen = "0A"
	suffix := fmt.Sprintf(":%04X", port)
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		file, err := os.Open(table)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
			fields := strings.Fields(lines.Text())
			if len(fields) > 9 && strings.HasSuffix(fields[1], suffix) && fields[3] == stateListen {
				if inode, err := strconv.ParseUint(fields[9], 10, 64); err == nil {
					sockets[fmt.Sprintf("socket:[%d]", inode)] = true
				}
			}
		}
		_ = file.Close()
	}
	return sockets
}
