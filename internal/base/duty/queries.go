package duty

import (
	"slices"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Of returns the duties of a subject, open and discharged, in order of their due.
func Of(tx *db.Tx, subject event.Ref) ([]Duty, error) {
	return db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE subject_kind = $1 AND subject_id = $2 ORDER BY due, id`, subject.Kind, subject.ID)
}

// OpenOf returns the open duties of many subjects of one kind, by subject id, in order of their due: for the lights of a list.
func OpenOf(tx *db.Tx, subjectKind string, ids []string) (map[string][]Duty, error) {
	out := map[string][]Duty{}
	cond, args := db.In("subject_id", ids, 2)
	ds, err := db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE subject_kind = $1 AND `+cond+` AND open = 1 ORDER BY due, id`,
		append([]any{subjectKind}, args...)...)
	for _, d := range ds {
		out[d.SubjectID] = append(out[d.SubjectID], d)
	}
	return out, err
}

// Get returns one duty: NotFound "duty.unknown" where there is none.
func Get(tx *db.Tx, id string) (Duty, error) {
	d, err := db.One[Duty](tx, `SELECT `+columns+` FROM duty WHERE id = $1`+tx.ForUpdate(), id)
	if db.IsNone(err) {
		return Duty{}, fault.Wrap(fault.NotFound, "duty.unknown", err)
	}
	return d, err
}

// ByID returns duties, open and discharged, by their ids.
func ByID(tx *db.Tx, ids []string) (map[string]Duty, error) {
	out := map[string]Duty{}
	in, args := db.In("id", ids, 1)
	ds, err := db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE `+in, args...)
	for _, d := range ds {
		out[d.ID] = d
	}
	return out, err
}

// Overdue returns open duties of the kinds whose current due has passed and which do not wait, the oldest first, at most limit.
func Overdue(tx *db.Tx, kinds []Kind, limit int) ([]Duty, error) {
	w := db.NewWhere(tx.Millis()).In("kind", texts(kinds))
	cond, args := w.SQL()
	return db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE open = 1 AND due < $1 AND waiting_from = 0 AND `+cond+` ORDER BY due, id LIMIT `+w.Arg(limit), append(args, limit)...)
}

// Spells returns the spells of waiting of duties by the duty's id, in order of their beginning.
func Spells(tx *db.Tx, ds ...Duty) (map[string][]Spell, error) {
	out := map[string][]Spell{}
	if len(ds) == 0 {
		return out, nil
	}
	ids := make([]string, len(ds))
	for i, d := range ds {
		ids[i] = d.ID
	}
	cond, args := db.In("duty", ids, 1)
	ws, err := db.All[Spell](tx, `SELECT `+waitColumns+` FROM duty_wait WHERE `+cond+` ORDER BY from_at, id`, args...)
	for _, w := range ws {
		out[w.Duty] = append(out[w.Duty], w)
	}
	return out, err
}

// open returns the open duties of a subject, those of the kinds where any are given, locked for a change.
func open(tx *db.Tx, subject event.Ref, kinds []Kind) ([]Duty, error) {
	all, err := db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE subject_kind = $1 AND subject_id = $2 AND open = 1 ORDER BY due, id`+tx.ForUpdate(),
		subject.Kind, subject.ID)
	return slices.DeleteFunc(all, func(d Duty) bool { return len(kinds) > 0 && !slices.Contains(kinds, d.Kind) }), err
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = string(k)
	}
	return out
}

// later is the moment of now, but not before from: the time of a coarse transaction can lie before what staff did in that hour.
func later(tx *db.Tx, from clock.Millis) clock.Millis { return max(tx.Millis(), from) }
