package dbtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSweep: what a killed process has left goes, what a living one uses stays.
func TestSweep(t *testing.T) {
	place := t.TempDir()
	dead := exec.Command(os.Args[0], "-test.run=^$")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	make := func(pid int) string {
		dir := filepath.Join(place, fmt.Sprintf("%s%d-x", copyPrefix, pid))
		if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	left, used, other := make(dead.Process.Pid), make(os.Getpid()), filepath.Join(place, "sanwen-other")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	sweep(place)
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("what a process that is gone has left is still there: %v", err)
	}
	for _, dir := range []string{used, other} {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
}
