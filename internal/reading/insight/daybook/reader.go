package daybook

import "encoding/binary"

// reader takes a page apart; bad is set where there is less than was told.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if r.bad = r.bad || n > len(r.b); r.bad {
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

// count is a number of things that take at least a byte each.
func (r *reader) count() int {
	n := r.unsigned()
	if r.bad = r.bad || n > uint64(len(r.b)); r.bad {
		return 0
	}
	return int(n)
}

func (r *reader) unsigned() uint64 { return number(r, binary.Uvarint) }

func (r *reader) signed() int64 { return number(r, binary.Varint) }

// number takes a number off in one of the two ways in which they are written.
func number[T int64 | uint64](r *reader, read func([]byte) (T, int)) T {
	n, used := read(r.b)
	if r.bad = r.bad || used <= 0; r.bad {
		return 0
	}
	r.b = r.b[used:]
	return n
}

func (r *reader) digest() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}
