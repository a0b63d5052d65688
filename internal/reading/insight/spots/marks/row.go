package marks

// Row are sets that stand one behind the other. It tells what a further one has in common with the last of them by looking at what it shares, not at all
// that they hold: of most nothing.
type Row struct {
	at    map[uint64][]int32 // where in the row a pair stands, rising
	size  []int              // of each set
	count []int              // memory
}

// Add puts a set at the end.
func (r *Row) Add(s Set) {
	if r.at == nil {
		r.at = map[uint64][]int32{}
	}
	for _, m := range s {
		r.at[m] = append(r.at[m], int32(len(r.size)))
	}
	r.size = append(r.size, len(s))
}

// Shared is what [Shared] says of a set and each of the last so many, the newest first. It holds until the next call.
func (r *Row) Shared(s Set, last int) []int {
	last = min(last, len(r.size))
	r.count = append(r.count[:0], make([]int, last)...)
	end := len(r.size) - 1
	for _, m := range s {
		at := r.at[m]
		for i := len(at) - 1; i >= 0 && end-int(at[i]) < last; i-- {
			r.count[end-int(at[i])]++
		}
	}
	for i, n := range r.count {
		if n > 0 {
			r.count[i] = dice(n, len(s), r.size[end-i])
		}
	}
	return r.count
}
