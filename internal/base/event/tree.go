package event

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// edge is the right edge of the tree: its size and the roots of its complete subtrees, largest first. Appending needs no more,
// so it is kept in log_state and read and written in the transaction that appends: there is nothing in memory to be undone when
// that transaction fails.
type edge struct {
	size  int64
	peaks []tlog.Hash
}

const hashSize = tlog.HashSize

func newEdge(size int64, packed []byte) (edge, error) {
	hs, err := unpack(packed)
	if err != nil || size < 0 || len(hs) != bits.OnesCount64(uint64(size)) {
		return edge{}, fmt.Errorf("event: log_state holds %d bytes of edge for %d entries", len(packed), size)
	}
	return edge{size, hs}, nil
}

// add appends a leaf whose record is c and returns the hashes that it completes, lowest level first.
func (e *edge) add(c []byte) []tlog.Hash { return e.addHash(tlog.RecordHash(c), nil) }

func (e *edge) addHash(h tlog.Hash, out []tlog.Hash) []tlog.Hash {
	out = append(out, h)
	for n := e.size; n&1 == 1; n >>= 1 {
		last := len(e.peaks) - 1
		h = tlog.NodeHash(e.peaks[last], h)
		e.peaks = e.peaks[:last]
		out = append(out, h)
	}
	e.peaks = append(e.peaks, h)
	e.size++
	return out
}

// root is the root of the whole tree.
func (e *edge) root() tlog.Hash {
	if e.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	h := e.peaks[len(e.peaks)-1]
	for i := len(e.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(e.peaks[i], h)
	}
	return h
}

func pack(hs []tlog.Hash) []byte {
	b := make([]byte, 0, len(hs)*hashSize)
	for _, h := range hs {
		b = append(b, h[:]...)
	}
	return b
}

func unpack(b []byte) ([]tlog.Hash, error) {
	if len(b)%hashSize != 0 {
		return nil, fmt.Errorf("event: %d bytes are not whole hashes", len(b))
	}
	hs := make([]tlog.Hash, len(b)/hashSize)
	for i := range hs {
		copy(hs[i][:], b[i*hashSize:])
	}
	return hs, nil
}

// leafOf returns the entry that completes the stored hash with the given tlog index, and its place in that entry's row.
func leafOf(index int64) (n int64, level int) {
	level, k := tlog.SplitStoredHashIndex(index)
	return (k+1)<<level - 1, level
}
