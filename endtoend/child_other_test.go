//go:build !linux

package endtoend_test

import "syscall"

func endWithTests(*syscall.SysProcAttr) {}
