//go:build unix && !linux

package stack

import "syscall"

// dieWithParent does nothing where the kernel offers no parent-death signal: there the child notices by its
// standard input, which closes with us.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}
