package search

import (
	"slices"
	"unicode/utf8"

	"sanwen/internal/ground/db"
)

// Among gives every thing of a shelf that may hold what is looked for, for a list that filters by words itself and need not read all its
// rows: those that the index finds, and those whose entries it has not read yet. Their texts may hold more than that list looks at, and no
// rights are asked for. ok is false where that would be more than most, or where the index cannot tell: for single characters, while it is
// being built, and while it lags far behind.
func Among(tx *db.Tx, s Shelf, words string, most int) (refs []string, ok bool, err error) {
	if !slices.ContainsFunc(Parts(words), func(p string) bool { return utf8.RuneCountInString(p) > 1 }) {
		return nil, false, nil
	}
	hits, err := Find(tx, Query{Shelf: s, Words: words, Limit: most, Keep: func(refs []string) (map[string]bool, error) {
		all := make(map[string]bool, len(refs))
		for _, r := range refs {
			all[r] = true
		}
		return all, nil
	}})
	if err != nil || hits.Unready || hits.Partial || hits.Next != "" {
		return nil, false, err
	}
	unread, ok, err := s.unread(tx, most)
	if err != nil || !ok {
		return nil, false, err
	}
	refs = append(append([]string{}, hits.Refs...), unread...)
	slices.Sort(refs)
	return slices.Compact(refs), true, nil
}

// unread lists the things of a shelf with entries that the index has not read yet; ok is false where there are more than most.
func (s Shelf) unread(tx *db.Tx, most int) ([]string, bool, error) {
	next, err := db.Maybe[int64](tx, `SELECT next FROM event_cursor WHERE name = $1`, Consumer().Name)
	if err != nil || next == nil {
		return nil, false, err
	}
	var out []string
	for _, q := range []struct {
		cond string
		args []any
	}{{"seq >= $1", []any{*next}}, {"seq IS NULL", nil}} {
		w := db.NewWhere(q.args...)
		w.Add(q.cond)
		w.In("subject_kind", sources[s].kinds)
		n := w.Arg(most + 1)
		cond, args := w.SQL()
		refs, err := db.All[string](tx, `SELECT DISTINCT subject_id FROM event WHERE `+cond+` LIMIT `+n, args...)
		if err != nil || len(refs) > most {
			return nil, false, err
		}
		out = append(out, refs...)
	}
	return out, len(out) <= most, nil
}
