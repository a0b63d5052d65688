package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
	"time"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// DirStore keeps blobs as files "ab/abcdef…" below one directory. All access
// goes through os.Root, so no name can lead outside.
type DirStore struct {
	root *os.Root
	now  interface{ Now() time.Time }
	zone *time.Location
	// step is called before each operation that matters for durability; an
	// error from it takes the place of the operation. Only tests set it.
	step func(op, name string) error
}

const tmpDir = "tmp"

// OpenDir opens the store in dir and creates it (0700) if need be. The clock
// and the zone give the day that becomes the files' time.
func OpenDir(dir string, clk interface{ Now() time.Time }, zone *time.Location) (*DirStore, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	s := &DirStore{root: root, now: clk, zone: zone}
	if err := root.Mkdir(tmpDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return s, s.clean()
}

// Close releases the directory.
func (s *DirStore) Close() error { return s.root.Close() }

// clean removes what interrupted writers left behind more than a day ago;
// younger files may belong to another process on the same directory.
func (s *DirStore) clean() error {
	old, err := fs.ReadDir(s.root.FS(), tmpDir)
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	for _, e := range old {
		if i, err := e.Info(); err == nil && i.ModTime().Before(s.now.Now().Add(-48*time.Hour)) {
			_ = s.root.Remove(path.Join(tmpDir, e.Name()))
		}
	}
	return nil
}

func (s *DirStore) day() time.Time {
	y, m, d := s.now.Now().In(s.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.zone)
}

func name(hash string) string { return path.Join(hash[:2], hash) }

// Put implements Store: temporary file, its content to the disk, its name into
// place, the name to the disk.
func (s *DirStore) Put(ctx context.Context, r io.Reader) (string, error) {
	tmp := path.Join(tmpDir, id.Random())
	hash, err := s.put(ctx, tmp, r)
	if err != nil {
		_ = s.root.Remove(tmp)
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			return "", fault.Wrap(fault.Unavailable, "blob.disk_full", err)
		}
		if errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.EIO) {
			return "", fault.Wrap(fault.Unavailable, "blob.disk_refuses", err)
		}
		return "", err
	}
	return hash, nil
}

func (s *DirStore) put(ctx context.Context, tmp string, r io.Reader) (string, error) {
	f, err := s.root.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	err = s.do("write", tmp, func() error {
		_, err := io.Copy(io.MultiWriter(f, h), contextReader{ctx, r})
		return err
	})
	if err == nil {
		// Before the sync, so that the time is on the disk as well.
		day := s.day()
		err = s.root.Chtimes(tmp, day, day)
	}
	if err == nil {
		err = s.do("sync", tmp, f.Sync)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return "", err
	}
	hash := hex.EncodeToString(h.Sum(nil))
	sub := hash[:2]
	switch err := s.root.Mkdir(sub, 0o700); {
	case err == nil:
		if err := s.syncDir("."); err != nil {
			return "", err
		}
	case !errors.Is(err, fs.ErrExist):
		return "", err
	}
	if err := s.do("rename", name(hash), func() error { return s.root.Rename(tmp, name(hash)) }); err != nil {
		return "", err
	}
	if err := s.coarsen(sub); err != nil {
		return "", err
	}
	return hash, s.syncDir(sub)
}

// coarsen takes from the directories that were written to when that was: they tell the day, as the files do.
func (s *DirStore) coarsen(sub string) error {
	day := s.day()
	for _, dir := range []string{sub, tmpDir, "."} {
		if err := s.root.Chtimes(dir, day, day); err != nil {
			return err
		}
	}
	return nil
}

func (s *DirStore) do(op, name string, fn func() error) error {
	if s.step != nil {
		if err := s.step(op, name); err != nil {
			return err
		}
	}
	return fn()
}

func (s *DirStore) syncDir(dir string) error {
	return s.do("syncdir", dir, func() error {
		d, err := s.root.Open(dir)
		if err != nil {
			return err
		}
		defer d.Close()
		return d.Sync()
	})
}

// Open implements Store.
func (s *DirStore) Open(_ context.Context, hash string) (io.ReadSeekCloser, Info, error) {
	if !ValidHash(hash) {
		return nil, Info{}, missing()
	}
	f, err := s.root.Open(name(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Info{}, missing()
	}
	if err != nil {
		return nil, Info{}, err
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, Info{}, err
	}
	return f, Info{Hash: hash, Bytes: st.Size(), Day: st.ModTime()}, nil
}

// Has implements Store.
func (s *DirStore) Has(_ context.Context, hash string) (bool, error) {
	if !ValidHash(hash) {
		return false, nil
	}
	_, err := s.root.Stat(name(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Delete implements Store.
func (s *DirStore) Delete(_ context.Context, hash string) error {
	if !ValidHash(hash) {
		return nil
	}
	err := s.root.Remove(name(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.coarsen(hash[:2]); err != nil {
		return err
	}
	return s.syncDir(hash[:2])
}

// Each implements Store. Files that are no blobs are passed over.
func (s *DirStore) Each(ctx context.Context, fn func(Info) error) error {
	dirs, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, d := range dirs {
		if !d.IsDir() || len(d.Name()) != 2 {
			continue
		}
		files, err := fs.ReadDir(s.root.FS(), d.Name())
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !ValidHash(f.Name()) || f.Name()[:2] != d.Name() {
				continue
			}
			st, err := f.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // deleted meanwhile
			}
			if err != nil {
				return err
			}
			if err := fn(Info{Hash: f.Name(), Bytes: st.Size(), Day: st.ModTime()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// contextReader stops a copy when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
