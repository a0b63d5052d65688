package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"

	"sanwen/internal/ground/fault"
)

// bomb is the answer to every archive that promises or does too much.
func bomb() error { return fault.New(fault.TooLarge, "sheet.bomb") }

// openZip examines the directory of an archive before anything is unpacked:
// its own size first (a directory of a million entries is an attack too), then
// names, sizes and ratios as declared. What entries really hold is counted
// while they are read.
func openZip(f io.ReaderAt, size int64, l Limits) (*zip.Reader, error) {
	if err := checkDirectory(f, size, l); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, broken(err)
	}
	if len(z.File) > l.Entries {
		return nil, bomb()
	}
	var total uint64
	seen := map[string]bool{}
	for _, e := range z.File {
		if n := strings.ToLower(path.Clean("/" + e.Name)); seen[n] {
			return nil, broken(errors.New("two entries of the same name"))
		} else {
			seen[n] = true
		}
		total += e.UncompressedSize64
		if e.UncompressedSize64 > uint64(l.Unpacked) || total > uint64(l.Unpacked) ||
			e.UncompressedSize64 > uint64(l.Ratio)*max(e.CompressedSize64, 1024) {
			return nil, bomb()
		}
		if e.Flags&1 != 0 {
			return nil, fault.New(fault.Invalid, "sheet.old")
		}
	}
	return z, nil
}

// checkDirectory reads the end record of a zip file.
func checkDirectory(f io.ReaderAt, size int64, l Limits) error {
	tail := make([]byte, min(size, 22+65_535))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return err
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || i+22 > len(tail) {
		return broken(errors.New("no end of archive"))
	}
	end := tail[i:]
	entries := int(binary.LittleEndian.Uint16(end[10:]))
	length := int64(binary.LittleEndian.Uint32(end[12:]))
	start := int64(binary.LittleEndian.Uint32(end[16:]))
	if entries > l.Entries || length > 1024*int64(l.Entries) {
		return bomb()
	}
	if start+length != size-int64(len(tail))+int64(i) {
		return broken(errors.New("archive directory is not where it should be"))
	}
	return nil
}

// entry finds a file of the archive; OOXML names do not depend on case.
func entry(z *zip.Reader, name string) *zip.File {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	for _, e := range z.File {
		if strings.EqualFold(e.Name, name) {
			return e
		}
	}
	return nil
}

// unpack opens an entry and counts what it really gives, whatever was declared.
func unpack(ctx context.Context, e *zip.File, limit int64, ratio int64) (io.ReadCloser, error) {
	r, err := e.Open()
	if err != nil {
		return nil, broken(err)
	}
	return &counted{ctx: ctx, r: r, left: min(limit, ratio*max(int64(e.CompressedSize64), 1024))}, nil
}

type counted struct {
	ctx  context.Context
	r    io.ReadCloser
	left int64
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, bomb()
	}
	if err != nil && err != io.EOF {
		err = broken(err)
	}
	return n, err
}

func (c *counted) Close() error { return c.r.Close() }
