package alike

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/words"
)

// Voice is an open voice that speaks of the same, as the inbox of somebody shows it.
type Voice struct {
	Hit
	show.Row
	said string
}

// Matching are the longest pieces, at most most, that stand in the voice and in a text.
func (v Voice) Matching(text string, most int) []string { return words.Shared(text, v.said, most) }

// Matter is an open matter that speaks of the same.
type Matter struct {
	Hit
	matter.Matter
	said string
}

// Matching are the longest pieces, at most most, that stand in the matter and in a text.
func (m Matter) Matching(text string, most int) []string { return words.Shared(text, m.said, most) }

// question asks for what is like a voice. On the restricted paths nothing is compared.
func question(v core.Voice, s Shelf, most int) (Question, bool) {
	return Question{Shelf: s, Ref: v.ID, Text: Said(v.Title, v.Redacted), Place: v.Place, Topic: v.Category, Hour: int64(v.RegisteredAt) / hour, Most: most}, v.Restricted == ""
}

// VoicesLike lists open voices that are nearest to one, as far as the person's inbox shows them, the nearest first. ready is false while the index
// is being made.
func (f *Finder) VoicesLike(tx *db.Tx, who access.Person, v core.Voice, most int) (out []Voice, ready bool, err error) {
	tx.Asked()
	q, ok := question(v, Voices, most)
	if !ok {
		return nil, true, nil
	}
	rows := map[string]show.Row{}
	q.Keep = func(refs []string) (map[string]bool, error) {
		found, err := show.AmongWhole(tx, who, refs)
		keep := map[string]bool{}
		for id, r := range found {
			if open(r) {
				rows[id], keep[id] = r, true
			}
		}
		return keep, err
	}
	hits, ready, err := f.Near(tx, q)
	for _, h := range hits {
		r := rows[h.Ref]
		x := Voice{Hit: h, Row: r, said: Said(r.Title, r.Excerpt)}
		x.Excerpt = words.Excerpt(r.Excerpt, 60)
		out = append(out, x)
	}
	return out, ready, err
}

// open reports whether a voice may still be dealt with together with others: the index is a moment behind.
func open(r show.Row) bool { return r.Restricted == "" && slices.Contains(openVoices, r.State) }

// MattersLike lists open matters that are nearest to a voice, as far as the person's ledger shows them.
func (f *Finder) MattersLike(tx *db.Tx, who access.Person, v core.Voice, most int) (out []Matter, err error) {
	tx.Asked()
	q, ok := question(v, Matters, most)
	if !ok {
		return nil, nil
	}
	rows := map[string]matter.Matter{}
	q.Keep = func(refs []string) (map[string]bool, error) {
		found, err := ledger.Among(tx, who, refs)
		keep := map[string]bool{}
		for id, m := range found {
			if m.Restricted == "" && slices.Contains(matter.Open, m.State) {
				rows[id], keep[id] = m, true
			}
		}
		return keep, err
	}
	hits, _, err := f.Near(tx, q)
	for _, h := range hits {
		m := rows[h.Ref]
		out = append(out, Matter{Hit: h, Matter: m, said: Said(m.Title, m.Body)})
	}
	return out, err
}

// leastWords is the least likeness of words of what is shown to somebody who is about to say something: that something is being done at the
// place he has been told before.
const leastWords = 0.06

// OnBoard lists open matters that everybody may see and that are nearest to what somebody is about to say at a place. Nothing of what is typed
// is kept.
func (f *Finder) OnBoard(tx *db.Tx, text, place string, most int) (out []Matter, err error) {
	tx.Asked()
	rows := map[string]matter.Matter{}
	q := Question{Shelf: Board, Text: text, Place: place, Most: most, Keep: func(refs []string) (map[string]bool, error) {
		keep := map[string]bool{}
		in, args := db.In("id", refs, 1)
		found, err := db.All[matter.Matter](tx, `SELECT * FROM matter WHERE (public + 0) = 1 AND (restricted || '') = '' AND `+in, args...)
		for _, m := range found {
			if slices.Contains(matter.Open, m.State) {
				rows[m.ID], keep[m.ID] = m, true
			}
		}
		return keep, err
	}}
	hits, _, err := f.Near(tx, q)
	for _, h := range hits {
		if m := rows[h.Ref]; h.Words >= leastWords {
			out = append(out, Matter{Hit: h, Matter: m, said: m.Shown()})
		}
	}
	return out, err
}

// counted is up to how many voices a list counts beside each of its rows.
const counted = 10

// CountLike counts for each of some rows of an inbox the open voices like it that the person's inbox shows, up to ten. It asks for the rights of
// all at once; where voices that the person may not see could stand in the way of others, for that row alone.
func (f *Finder) CountLike(tx *db.Tx, who access.Person, rows []show.Row) (map[string]int, error) {
	tx.Asked()
	near := map[string][]Hit{}
	asked := map[string]bool{}
	var refs []string
	of := func(r show.Row, most int) (Question, bool) {
		return question(core.Voice{ID: r.ID, Title: r.Title, Redacted: r.Excerpt, Place: r.Place, Category: r.Category, Restricted: r.Restricted}, Voices, most)
	}
	for _, r := range rows {
		q, ok := of(r, counted+1)
		if !ok {
			continue
		}
		hits, err := f.Candidates(tx, q)
		if err != nil {
			return nil, err
		}
		near[r.ID] = hits
		for _, h := range hits {
			if !asked[h.Ref] {
				asked[h.Ref] = true
				refs = append(refs, h.Ref)
			}
		}
	}
	seen := map[string]bool{}
	look := func(refs []string) (map[string]bool, error) {
		found, err := show.AmongOpen(tx, who, openVoices, refs)
		for _, id := range found {
			seen[id] = true
		}
		return seen, err
	}
	for part := range slices.Chunk(refs, atOnce) {
		if _, err := look(part); err != nil {
			return nil, err
		}
	}
	out := map[string]int{}
	for _, r := range rows {
		hits := near[r.ID]
		n := 0
		for _, h := range hits {
			if seen[h.Ref] {
				n++
			}
		}
		if n < counted && n < len(hits) {
			q, _ := of(r, counted)
			q.Keep = look
			hits, _, err := f.Near(tx, q)
			if err != nil {
				return nil, err
			}
			n = len(hits)
		}
		if n > 0 {
			out[r.ID] = min(n, counted)
		}
	}
	return out, nil
}
