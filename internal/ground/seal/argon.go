package seal

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"sanwen/internal/ground/fault"
)

// ErrBusy: too many hashes are waiting already; the caller answers "try again
// in a moment".
var ErrBusy = fault.New(fault.TooMany, "seal.busy")

// gate admits a fixed number of expensive computations at a time and lets a
// bounded number of others wait, so that a flood costs neither all memory nor
// all processors.
type gate struct {
	slots   chan struct{}
	waiting atomic.Int32
	queue   int32
}

func newGate(slots, queue int) *gate {
	return &gate{slots: make(chan struct{}, slots), queue: int32(queue)}
}

func (g *gate) do(ctx context.Context, fn func()) error {
	if g.waiting.Add(1) > g.queue+int32(cap(g.slots)) {
		g.waiting.Add(-1)
		return ErrBusy
	}
	defer g.waiting.Add(-1)
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-g.slots }()
	fn()
	return nil
}

// Two at a time each: 92 MiB for codes and 38 MiB for passwords at most.
var (
	codeGate     = newGate(2, 200)
	passwordGate = newGate(2, 200)
)

// cost is the effort of one Argon2id computation.
type cost struct {
	time   uint32
	memory uint32 // KiB
	lanes  uint8
}

func (c cost) String() string { return fmt.Sprintf("m=%d,t=%d,p=%d", c.memory, c.time, c.lanes) }

// spent is the work of all derivations so far.
var spent atomic.Uint64

// Spent is how much work all derivations of this process have cost so far, in passes over a KiB of memory: what somebody who asks for a name
// or a number that nobody has costs can be compared with what he would have cost otherwise, on a machine however busy.
func Spent() uint64 { return spent.Load() }

func (c cost) key(secret, salt []byte, n int) []byte {
	spent.Add(uint64(c.time) * uint64(c.memory))
	return argon2.IDKey(secret, salt, c.time, c.memory, c.lanes, uint32(n))
}

// parseCost reads "m=…,t=…,p=…" and refuses what would exhaust the machine,
// since the text comes from storage that somebody may have changed.
func parseCost(s string) (c cost, err error) {
	if _, err = fmt.Sscanf(s, "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.lanes); err != nil {
		return c, errStored
	}
	if c.memory < 8*uint32(c.lanes) || c.memory > 1<<20 || c.time < 1 || c.time > 20 || c.lanes < 1 || c.lanes > 16 || c.String() != s {
		return c, errStored
	}
	return c, nil
}

// errStored: a stored hash that this program cannot have written.
var errStored = errors.New("seal: stored secret is not readable")

var b64 = base64.RawStdEncoding

// fields splits "kind$a$b…" and checks kind and number of parts.
func fields(s, kind string, n int) ([]string, error) {
	p := strings.Split(s, "$")
	if len(p) != n+1 || p[0] != kind {
		return nil, errStored
	}
	return p[1:], nil
}
