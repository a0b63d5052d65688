// Package lot draws places by a seed that is published, so that everybody can draw again.
package lot

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Draw gives the places, from 0 to pool−1, that a lot draws from a list of pool: all of them in the order of the draw, as far as wanted. Place i
// of the draw is the first eight bytes of SHA-256("<seed>/<i>") modulo pool; a place drawn before is passed over.
func Draw(seed string, pool, want int) []int {
	if pool <= 0 {
		return nil
	}
	want = min(want, pool)
	seen := map[int]bool{}
	var out []int
	for i := 0; len(out) < want && i < 40*want+1000; i++ {
		h := sha256.Sum256(fmt.Appendf(nil, "%s/%d", seed, i))
		n := int(binary.BigEndian.Uint64(h[:8]) % uint64(pool))
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}
