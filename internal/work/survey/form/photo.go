package form

import (
	"fmt"
	"strconv"
	"strings"

	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/fault"
)

// Picture is one photo of an answer: a stored photo by the hashes of its files.
type Picture struct {
	Hash  string `json:"hash"`
	Thumb string `json:"thumb"`
	W     int    `json:"w"`
	H     int    `json:"h"`
}

// usualPhotos is how many photos are taken where a question does not say.
const usualPhotos = 3

// Most is how many photos a question takes.
func (q Question) Most() int {
	if q.Max > 0 {
		return q.Max
	}
	return usualPhotos
}

// String is the photo as a value among [Answers].
func (p Picture) String() string { return fmt.Sprintf("%s %s %d %d", p.Hash, p.Thumb, p.W, p.H) }

// pictureOf reads a value among answers; false for what is none.
func pictureOf(s string) (p Picture, ok bool) {
	part := strings.Fields(s)
	if len(part) != 4 || !blob.ValidHash(part[0]) || !blob.ValidHash(part[1]) {
		return p, false
	}
	w, err := strconv.Atoi(part[2])
	h, err2 := strconv.Atoi(part[3])
	return Picture{part[0], part[1], w, h}, err == nil && err2 == nil
}

func checkPhotos(f *fault.Form, q *Question, v []string) {
	at := q.field("")
	if len(v) > q.Most() {
		f.Add(at, "voice.photos.many", q.Most())
	}
	seen := map[string]bool{}
	for _, s := range v {
		p, ok := pictureOf(s)
		if !ok || seen[p.Hash] {
			f.Add(at, "fault.choice")
			return
		}
		seen[p.Hash] = true
	}
}

// Without is the questionnaire without its questions of a kind, and without sections that had no others.
func (b Body) Without(k Kind) Body {
	for _, q := range b.Questions() {
		if q.Kind == k {
			b = b.Drop(q.Key)
		}
	}
	return b
}
