//go:build linux

package faultlab

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// insideName is set in the process that has its own view of the file systems.
const insideName = "FAULTLAB_INSIDE"

// inside runs the calling test again in a process that has mounts of its own (as root, or as the root of a user namespace), hands
// on what it says and its verdict, and returns false; in that process it returns true.
func inside(t *testing.T) (bin string, ok bool) {
	t.Helper()
	if bin := os.Getenv(insideName); bin != "" {
		return bin, true
	}
	bin = build(t, "")
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+regexp.QuoteMeta(t.Name())+"$", "-test.v", "-test.count=1")
	cmd.Env = append(os.Environ(), insideName+"="+bin)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if !privileged() {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Fatalf("the test did not run inside:\n%s", out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "_test.go:") {
			t.Log(strings.TrimSpace(line))
		}
	}
	return "", false
}

// privileged reports whether this process may mount without a user namespace.
func privileged() bool {
	cmd := exec.Command("/bin/true")
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	return cmd.Run() == nil
}

// disk is a small file system of its own.
type disk struct {
	t   *testing.T
	dir string
}

// newDisk mounts one on dir.
func newDisk(t *testing.T, dir, size string) *disk {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size+",mode=0700"); err != nil {
		t.Fatalf("mount: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return &disk{t: t, dir: dir}
}

func (d *disk) ballast() string { return filepath.Join(d.dir, "ballast") }

// full takes all the space that is left but for a few bytes.
func (d *disk) full(left int) {
	d.t.Helper()
	f, err := os.OpenFile(d.ballast(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size >= 512; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			d.t.Fatal(err)
		}
	}
	if left > 0 {
		i, err := f.Stat()
		if err == nil {
			err = f.Truncate(max(i.Size()-int64(left), 0))
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
}

// free gives the space back.
func (d *disk) free() {
	d.t.Helper()
	if err := os.Remove(d.ballast()); err != nil && !errors.Is(err, os.ErrNotExist) {
		d.t.Fatal(err)
	}
}

// readOnly makes the disk one that can only be read; nothing on it may be open for writing.
func (d *disk) readOnly() {
	d.t.Helper()
	if err := unix.Mount("", d.dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		d.t.Fatal(err)
	}
}

// device is a disk with a file system as servers have them, in a file.
type device struct {
	t          *testing.T
	dir, image string
}

// newDevice makes one and mounts it on dir. Only root may; who is not root has no such device that could fail.
func newDevice(t *testing.T, dir string, size int64) *device {
	t.Helper()
	d := &device{t: t, dir: dir, image: dir + ".img"}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.image, size); err != nil {
		t.Fatal(err)
	}
	d.tool("mkfs.ext4", "-q", d.image)
	d.tool("mount", "-o", "loop", d.image, d.dir)
	t.Cleanup(func() { unix.Unmount(d.dir, unix.MNT_DETACH) })
	return d
}

func (d *device) tool(name string, args ...string) {
	d.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "PATH=/usr/sbin:/sbin:/usr/bin:/bin")
	if b, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("%s %v: %v\n%s", name, args, err, b)
	}
}

// turnReadOnly does what ext4 does by itself when the device returns errors.
func (d *device) turnReadOnly() {
	d.t.Helper()
	if err := unix.Mount("", d.dir, "ext4", unix.MS_REMOUNT, "abort"); err != nil {
		d.t.Fatal(err)
	}
}

// again mounts the device anew, after its journal has been replayed.
func (d *device) again() {
	d.t.Helper()
	if err := unix.Unmount(d.dir, 0); err != nil {
		d.t.Fatal(err)
	}
	d.tool("mount", "-o", "loop", d.image, d.dir)
}
