package blob

import (
	"context"
	"io"
	"time"

	"sanwen/internal/ground/fault"
)

// Info describes one stored blob.
type Info struct {
	Hash  string // SHA-256 of the content, 64 lower-case hexadecimal digits
	Bytes int64
	// Day is the beginning of the day it was stored; nothing finer is kept,
	// because a photo of an anonymous voice must not tell when it came.
	Day time.Time
}

// Store keeps blobs. All methods may be called at the same time.
type Store interface {
	// Put stores everything r gives and returns its hash. When it returns
	// without error the content survives a loss of power.
	Put(ctx context.Context, r io.Reader) (hash string, err error)
	// Open returns the content, or a NotFound error.
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, Info, error)
	// Has reports whether the content is there.
	Has(ctx context.Context, hash string) (bool, error)
	// Delete removes the content; it is no error if there is none.
	Delete(ctx context.Context, hash string) error
	// Each calls fn for every blob in the order of the hashes, until fn fails.
	Each(ctx context.Context, fn func(Info) error) error
}

// ValidHash reports whether s has the shape of a hash.
func ValidHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Renew writes a blob anew: its time is that of today, and nothing that the file system keeps for itself tells when it first came. Errors: as of Open
// and Put.
func Renew(ctx context.Context, s Store, hash string) error {
	r, _, err := s.Open(ctx, hash)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = s.Put(ctx, r)
	return err
}

func missing() error { return fault.New(fault.NotFound, "blob.missing") }

// Sweep deletes the blobs stored before the given day that nobody uses and
// returns how many. used is asked once for each candidate.
func Sweep(ctx context.Context, s Store, before time.Time, used func(hash string) (bool, error)) (int, error) {
	var unused []string
	err := s.Each(ctx, func(i Info) error {
		if !i.Day.Before(before) {
			return nil
		}
		u, err := used(i.Hash)
		if err == nil && !u {
			unused = append(unused, i.Hash)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for n, h := range unused {
		if err := s.Delete(ctx, h); err != nil {
			return n, err
		}
	}
	return len(unused), nil
}
