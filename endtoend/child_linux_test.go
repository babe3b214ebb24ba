package endtoend_test

import "syscall"

// endWithTests has the kernel end the child when the test program dies, whatever
// ended it.
func endWithTests(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGTERM }
