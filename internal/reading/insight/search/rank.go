package search

import (
	"strconv"
	"strings"
)

// apart counts places that do not overlap, as strings.Count does.
func apart(places []uint32, size int) int {
	n, free := 0, uint32(0)
	for _, p := range places {
		if p >= free {
			n++
			free = p + uint32(size)
		}
	}
	return n
}

// The numbers of BM25 as they are usual; usualLen is taken for the mean length of texts, so that how a text stands does not depend on
// texts that somebody else may see.
const (
	saturation = 1.2
	byLength   = 0.75
	usualLen   = 100
)

// score is what a part is worth that stands so many times in a text of so many characters, in millionths. What a part is worth by itself
// is the same for every hit, because every hit holds every part.
func score(times, length int) int64 {
	t := float64(times)
	return int64(1e6 * t * (saturation + 1) / (t + saturation*(1-byLength+byLength*float64(length)/usualLen)))
}

// scoreOf is score for a length as it is kept, from a table for what is usual.
func scoreOf(times int, length byte) int64 {
	if times < len(usualScores) {
		return usualScores[times][length]
	}
	return score(times, longLen(length))
}

var usualScores = func() (out [8][256]int64) {
	for times := range out {
		for length := range out[times] {
			out[times][length] = score(times, longLen(byte(length)))
		}
	}
	return out
}()

// few is how many of the best are gathered at first.
const few = 512

// topmost gathers the best hits after one.
type topmost struct {
	most  int
	after *hit  // those before it and itself are left out; nil: none are
	hits  []hit // a heap with the worst on top, as soon as there are as many as that
	more  bool  // some were left out that come after these
}

func (t *topmost) add(h hit) {
	full := len(t.hits) == t.most
	if full && h.score < t.hits[0].score {
		t.more = true
		return
	}
	if t.after != nil && best(h, *t.after) <= 0 {
		return
	}
	if !full {
		if t.hits = append(t.hits, h); len(t.hits) == t.most {
			for i := len(t.hits)/2 - 1; i >= 0; i-- {
				sink(t.hits, i)
			}
		}
		return
	}
	t.more = true
	if best(h, t.hits[0]) < 0 {
		t.hits[0] = h
		sink(t.hits, 0)
	}
}

// sink puts hit i of a heap with the worst on top into its place.
func sink(hits []hit, i int) {
	for {
		child := 2*i + 1
		if child >= len(hits) {
			return
		}
		if child+1 < len(hits) && best(hits[child+1], hits[child]) > 0 {
			child++
		}
		if best(hits[i], hits[child]) >= 0 {
			return
		}
		hits[i], hits[child] = hits[child], hits[i]
		i = child
	}
}

// cursor names a hit: what it is ordered by.
func cursor(h hit, ranked bool) string {
	n := strconv.FormatInt(h.n, 36)
	if h.n == late {
		n = "-" // no number has this form
	}
	s := n + "." + strconv.FormatInt(h.at/hour, 36) + "." + h.ref
	if ranked {
		return strconv.FormatInt(h.score, 36) + "." + s
	}
	return "n." + s
}

func parseCursor(s string) (h hit, ok bool) {
	p := strings.SplitN(s, ".", 4)
	if len(p) != 4 || p[3] == "" {
		return h, false
	}
	var err1, err2, err3 error
	if p[0] != "n" {
		h.score, err1 = strconv.ParseInt(p[0], 36, 64)
	}
	if p[1] == "-" {
		h.n = late
	} else {
		h.n, err2 = strconv.ParseInt(p[1], 36, 64)
	}
	h.at, err3 = strconv.ParseInt(p[2], 36, 64)
	h.at *= hour
	h.ref = p[3]
	return h, err1 == nil && err2 == nil && err3 == nil
}
