//go:build unix

package app

import "golang.org/x/sys/unix"

// noCore forbids core dumps: they would hold what people typed.
func noCore() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
