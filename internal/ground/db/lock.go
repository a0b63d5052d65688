package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// lockName is the file within the data directory whose lock says that a process has it open.
const lockName = "sanwen.lock"

// lockDir takes the data directory for this process until the file is closed. The kernel frees it when the process ends in any way.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("db: lock the data directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("db: lock the data directory %s: %w", dir, err)
		}
		b := make([]byte, 32)
		n, _ := f.ReadAt(b, 0)
		if pid := strings.TrimSpace(string(b[:n])); pid != "" {
			return nil, fmt.Errorf("%w: %s, process %s", ErrInUse, dir, pid)
		}
		return nil, fmt.Errorf("%w: %s", ErrInUse, dir)
	}
	f.Truncate(0)
	f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return f, nil
}

// InUse reports, as an error with [ErrInUse] in its chain, that another process has the data directory open.
func InUse(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, lockName)); err != nil {
		return nil
	}
	f, err := lockDir(dir)
	if err != nil {
		return err
	}
	return f.Close()
}

// networkFS are the statfs magic numbers of file systems that live on another machine or in a user process.
var networkFS = map[uint32]string{
	0x6969:     "NFS",
	0x517B:     "SMB",
	0xFF534D42: "CIFS",
	0xFE534D42: "SMB2",
	0x65735546: "FUSE",
	0x564C:     "NCP",
	0x01021997: "9P",
	0x00C36400: "Ceph",
	0x5346414F: "AFS",
	0x0BD00BD0: "Lustre",
	0x47504653: "GPFS",
	0x01161970: "GFS2",
	0x7461636F: "OCFS2",
	0x73757245: "Coda",
	0x786F4256: "VirtualBox shared folder",
}

func refuseNetworkDir(dir string) error {
	magic, err := fileSystem(dir)
	if err != nil {
		return err
	}
	if name := networkFS[magic]; name != "" {
		return fmt.Errorf("%w: %s is on %s", ErrNetworkDir, dir, name)
	}
	return nil
}

// fileSystem returns the magic number of the file system that holds dir.
func fileSystem(dir string) (uint32, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("db: file system of %s: %w", dir, err)
	}
	return uint32(s.Type), nil
}
