package crux

import (
	"maps"
	"slices"
)

// Commonest is what was counted most; of equal ones that which stands first by its characters.
func Commonest(n map[string]int) string {
	best := ""
	for _, k := range slices.Sorted(maps.Keys(n)) {
		if best == "" || n[k] > n[best] {
			best = k
		}
	}
	return best
}
