// Package sheettest makes files that a reader of sheets must refuse.
package sheettest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"testing"
)

// Part is an entry of an archive that unpacks to Unit, Times times over.
type Part struct {
	Name  string
	Head  string // before the units
	Unit  []byte
	Times int
	Tail  string // after them
	Says  uint64 // the length that the archive declares for it, in bytes; 0 for the true one
}

// Archive packs the parts. A unit is packed once and its bytes are repeated, so that a bomb of hundreds of megabytes costs its maker
// nothing.
func Archive(t testing.TB, parts ...Part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		body := bytes.Join([][]byte{packed(t, []byte(p.Head), false), bytes.Repeat(packed(t, p.Unit, false), p.Times), packed(t, []byte(p.Tail), true)}, nil)
		sum := crc32.ChecksumIEEE([]byte(p.Head))
		for range p.Times {
			sum = crc32.Update(sum, crc32.IEEETable, p.Unit)
		}
		h := zip.FileHeader{Name: p.Name, Method: zip.Deflate, CRC32: crc32.Update(sum, crc32.IEEETable, []byte(p.Tail)),
			CompressedSize64: uint64(len(body)), UncompressedSize64: p.Says}
		if p.Says == 0 {
			h.UncompressedSize64 = uint64(len(p.Head) + len(p.Unit)*p.Times + len(p.Tail))
		}
		w, err := z.CreateRaw(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// packed is a piece of a deflate stream that depends on none before it.
func packed(t testing.TB, text []byte, last bool) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = w.Write(text); err == nil && last {
		err = w.Close()
	} else if err == nil {
		err = w.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
