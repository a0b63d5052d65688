package spots

import (
	"slices"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// state is what the room knows of itself. Reading it in a transaction that writes keeps others from grouping meanwhile.
type state struct {
	Next    int64
	Version int64
	Wanted  int64 // grows whenever something changed that decides about many voices; 0: nothing waits
}

func stateOf(tx *db.Tx) (state, error) {
	return db.One[state](tx, `SELECT next, version, wanted FROM insight_spot_state WHERE id = 1`+tx.ForUpdate())
}

func putState(tx *db.Tx, s state) error {
	_, err := tx.Exec(`UPDATE insight_spot_state SET next = $1, version = $2, wanted = $3 WHERE id = 1`, s.Next, s.Version, s.Wanted)
	return err
}

// from reads voices with what is stored of them.
const from = ` FROM voice v LEFT JOIN insight_spot_voice s ON s.voice = v.id LEFT JOIN insight_spot_pin p ON p.voice = v.id`

// rowsOf reads voices that can be in a spot, by id.
func rowsOf(tx *db.Tx, ids []string) ([]row, error) {
	in, args := db.In("v.id", ids, 1)
	return db.All[row](tx, `SELECT `+rowColumns+from+` WHERE `+open+` AND `+in, args...)
}

// inHood reads voices that are stored in a surrounding.
const inHood = `SELECT ` + rowColumns + ` FROM insight_spot_voice s JOIN voice v ON v.id = s.voice LEFT JOIN insight_spot_pin p ON p.voice = v.id WHERE s.hood = $1`

// earlier reads the last voices of a surrounding before a point, the oldest first.
func earlier(tx *db.Tx, hood string, at clock.Millis, sort string, day clock.Day) ([]row, error) {
	rows, err := db.All[row](tx, inHood+` AND (s.at, s.sort) < ($2, $3) AND s.day >= $4 ORDER BY s.at DESC, s.sort DESC LIMIT $5`, hood, at, sort, day.Add(-reach), most)
	slices.Reverse(rows)
	return rows, err
}

// later reads the voices of a surrounding from a point on.
func later(tx *db.Tx, hood string, at clock.Millis, sort string) ([]row, error) {
	return db.All[row](tx, inHood+` AND (s.at, s.sort) >= ($2, $3) ORDER BY s.at, s.sort`, hood, at, sort)
}

// between reads the voices of a surrounding from one that stands there up to another.
func between(tx *db.Tx, hood string, first, last row) ([]row, error) {
	return db.All[row](tx, inHood+` AND (s.at, s.sort) >= ($2, $3) AND (s.at, s.sort) <= ($4, $5) ORDER BY s.at, s.sort`, hood, first.At, first.Sort, last.At, last.Sort)
}

// kept is what the table says of a voice.
type kept struct {
	Voice string
	Hood  string
	At    clock.Millis
	Day   clock.Day
	Spot  int64
	Sort  string
}

func keptOf(tx *db.Tx, ids []string) ([]kept, error) {
	in, args := db.In("voice", ids, 1)
	return db.All[kept](tx, `SELECT voice, hood, at, day, spot, sort FROM insight_spot_voice WHERE `+in, args...)
}

// firstOf finds the first voice of a matter before a point of a surrounding among the voices of the matter: those of a surrounding may be ten thousands, and
// in their order it would go through all of them for each matter of which none is there.
const firstOf = `SELECT s.spot FROM voice v CROSS JOIN insight_spot_voice s WHERE s.voice = v.id AND v.matter = $1 AND v.matter <> '' AND s.hood = $2
	AND (s.at, s.sort) < ($3, $4) ORDER BY s.at, s.sort LIMIT 1`

// boundOf tells in which spot the first voice of a matter stands that is before a point of a surrounding.
func boundOf(tx *db.Tx, hood, matter string, at clock.Millis, sort string) (int64, error) {
	n, err := db.Maybe[int64](tx, firstOf, matter, hood, at, sort)
	if n == nil {
		return 0, err
	}
	return *n, err
}

// mergedOf tells in which spot a voice stands, where it is before a point of a surrounding.
func mergedOf(tx *db.Tx, hood, voice string, at clock.Millis, sort string) (int64, error) {
	n, err := db.Maybe[int64](tx, `SELECT spot FROM insight_spot_voice WHERE voice = $1 AND hood = $2 AND (at, sort) < ($3, $4)`, voice, hood, at, sort)
	if n == nil {
		return 0, err
	}
	return *n, err
}

func putVoice(tx *db.Tx, m member, hood, sort string, hash int64) error {
	_, err := tx.Exec(`INSERT INTO insight_spot_voice (voice, hood, at, day, spot, hash, sort) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (voice) DO UPDATE SET hood = excluded.hood, at = excluded.at, day = excluded.day, spot = excluded.spot, hash = excluded.hash, sort = excluded.sort`,
		m.ID, hood, m.At, m.Day, m.spot, hash, sort)
	return err
}

// putSort says where in its hour a voice stands.
func putSort(tx *db.Tx, voice, sort string) error {
	_, err := tx.Exec(`UPDATE insight_spot_voice SET sort = $1 WHERE voice = $2`, sort, voice)
	return err
}

// forget removes every trace of voices.
func forget(tx *db.Tx, ids []string) error {
	in, args := db.In("voice", ids, 1)
	for _, table := range []string{`DELETE FROM insight_spot_voice WHERE `, `DELETE FROM insight_spot_pin WHERE `, `DELETE FROM insight_spot_moved WHERE `, `DELETE FROM insight_spot_apart WHERE `} {
		if _, err := tx.Exec(table+in, args...); err != nil {
			return err
		}
	}
	return nil
}

// takeOut removes voices from a surrounding that they have left; what people decided stays.
func takeOut(tx *db.Tx, ids []string) error {
	in, args := db.In("voice", ids, 1)
	_, err := tx.Exec(`DELETE FROM insight_spot_voice WHERE `+in, args...)
	return err
}

func putSpot(tx *db.Tx, n int64, hood string, day clock.Day) error {
	_, err := tx.Exec(`INSERT INTO insight_spot (n, hood, made_on) VALUES ($1, $2, $3)`, n, hood, day)
	return err
}

// dropEmpty removes spots of which no voice is left.
func dropEmpty(tx *db.Tx, spots []int64) error {
	for _, n := range spots {
		if _, err := tx.Exec(`DELETE FROM insight_spot WHERE n = $1 AND NOT EXISTS (SELECT 1 FROM insight_spot_voice WHERE spot = $2)`, n, n); err != nil {
			return err
		}
	}
	return nil
}

func pin(tx *db.Tx, voice string, spot int64, act string) error {
	if spot == 0 {
		_, err := tx.Exec(`DELETE FROM insight_spot_pin WHERE voice = $1`, voice)
		return err
	}
	_, err := tx.Exec(`INSERT INTO insight_spot_pin (voice, spot, act) VALUES ($1, $2, $3) ON CONFLICT (voice) DO UPDATE SET spot = excluded.spot, act = excluded.act`, voice, spot, act)
	return err
}

// Act is something that a person did with a spot.
type Act struct {
	ID       string
	Kind     string
	Spot     int64
	Other    int64
	Matter   string
	By       string `db:"by_person"`
	At       clock.Millis
	UndoneBy string
	UndoneAt clock.Millis
	Moves    int // how many voices it has put where they are, as far as that was asked; none where later acts have moved them all
}

const actColumns = `id, kind, spot, other, matter, by_person, at, undone_by, undone_at`

func insertAct(tx *db.Tx, a Act) error {
	_, err := tx.Exec(`INSERT INTO insight_spot_act (`+actColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, a.ID, a.Kind, a.Spot, a.Other, a.Matter, a.By, a.At, a.UndoneBy, a.UndoneAt)
	return err
}

func insertMoved(tx *db.Tx, act, voice string, before moved) error {
	_, err := tx.Exec(`INSERT INTO insight_spot_moved (act, voice, before, before_act) VALUES ($1, $2, $3, $4)`, act, voice, before.Before, before.BeforeAct)
	return err
}

// moved is a voice of an act, and where a person had put it before: 0 for nowhere.
type moved struct {
	Voice     string
	Before    int64
	BeforeAct string
}

const movedColumns = `m.voice, m.before, m.before_act`

// stood tells where a voice of an act was put before by an act that nobody has taken back since, and by which: 0 for nowhere.
func stood(tx *db.Tx, m moved) (spot int64, act string, err error) {
	for m.BeforeAct != "" {
		ended, err := db.One[bool](tx, `SELECT CASE WHEN EXISTS (SELECT 1 FROM insight_spot_act WHERE id = $1 AND undone_at > 0) THEN 1 ELSE 0 END`, m.BeforeAct)
		if err != nil || !ended {
			return m.Before, m.BeforeAct, err
		}
		earlier, err := db.Maybe[moved](tx, `SELECT `+movedColumns+` FROM insight_spot_moved m WHERE m.voice = $1 AND m.act = $2`, m.Voice, m.BeforeAct)
		if err != nil || earlier == nil { // it was only held
			return 0, "", err
		}
		m = *earlier
	}
	return m.Before, "", nil
}

func endAct(tx *db.Tx, a Act, by string, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE insight_spot_act SET undone_by = $1, undone_at = $2 WHERE id = $3`, by, at, a.ID)
	return err
}

// foreign tells of some spots which cannot be the one of voices behind a point of a surrounding: those that began elsewhere, and those that have
// voices here that stand before the ones that are looked at.
func foreign(tx *db.Tx, hood string, at clock.Millis, sort string, spots []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	for _, n := range spots {
		bad, err := db.One[bool](tx, `SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM insight_spot WHERE n = $1 AND hood = $2)
			OR EXISTS (SELECT 1 FROM insight_spot_voice WHERE spot = $3 AND hood = $4 AND (at, sort) < ($5, $6)) THEN 1 ELSE 0 END`, n, hood, n, hood, at, sort)
		if err != nil {
			return nil, err
		}
		out[n] = bad
	}
	return out, nil
}

// voicesIn reads all voices of places that can be in a spot.
func voicesIn(tx *db.Tx, places []string) ([]row, error) {
	in, args := db.In("v.place", places, 1)
	return db.All[row](tx, `SELECT `+rowColumns+from+` WHERE `+open+` AND `+in+` ORDER BY v.registered_at, v.id`, args...)
}

// storedIn lists the voices that are stored in a surrounding.
func storedIn(tx *db.Tx, hood string) ([]string, error) {
	return db.All[string](tx, `SELECT voice FROM insight_spot_voice WHERE hood = $1 ORDER BY voice`, hood)
}

// hoodsStored lists the surroundings of which something is stored, and places of voices whatever they are called.
func hoodsStored(tx *db.Tx) ([]string, error) {
	return db.All[string](tx, `SELECT DISTINCT hood FROM insight_spot_voice UNION SELECT DISTINCT place FROM voice`)
}

// sweep removes spots without voices.
func sweep(tx *db.Tx) error {
	_, err := tx.Exec(`DELETE FROM insight_spot WHERE NOT EXISTS (SELECT 1 FROM insight_spot_voice v WHERE v.spot = insight_spot.n)`)
	return err
}

// lost counts what should not be there: voices in a spot that is none, pins and acts of voices that are in no spot.
func lost(tx *db.Tx) (int, error) {
	return db.One[int](tx, `SELECT (SELECT COUNT(*) FROM insight_spot_voice v WHERE NOT EXISTS (SELECT 1 FROM insight_spot s WHERE s.n = v.spot))
		+ (SELECT COUNT(*) FROM insight_spot_pin p WHERE NOT EXISTS (SELECT 1 FROM insight_spot_voice v WHERE v.voice = p.voice))
		+ (SELECT COUNT(*) FROM insight_spot_apart a WHERE NOT EXISTS (SELECT 1 FROM insight_spot_voice v WHERE v.voice = a.voice))
		+ (SELECT COUNT(*) FROM insight_spot_moved m WHERE NOT EXISTS (SELECT 1 FROM insight_spot_voice v WHERE v.voice = m.voice))`)
}

// pinOf tells where a person has put a voice, and by which act.
func pinOf(tx *db.Tx, voice string) (moved, error) {
	m, err := db.Maybe[moved](tx, `SELECT voice, spot AS before, act AS before_act FROM insight_spot_pin WHERE voice = $1`, voice)
	if m == nil {
		return moved{Voice: voice}, err
	}
	return *m, err
}

// pinned lists the spots to which people have put voices.
func pinned(tx *db.Tx) ([]int64, error) {
	return db.All[int64](tx, `SELECT DISTINCT spot FROM insight_spot_pin`)
}

// hold pins a voice to the spot in which it is, for the sake of an act that puts others to it, unless it is pinned. What an act holds it has not moved.
func hold(tx *db.Tx, voice string, spot int64, act string) error {
	_, err := tx.Exec(`INSERT INTO insight_spot_pin (voice, spot, act) VALUES ($1, $2, $3) ON CONFLICT (voice) DO NOTHING`, voice, spot, act)
	return err
}

// heldBy lists the voices that an act holds.
func heldBy(tx *db.Tx, act string) ([]string, error) {
	return db.All[string](tx, `SELECT voice FROM insight_spot_pin p WHERE act = $1 AND NOT EXISTS (SELECT 1 FROM insight_spot_moved m WHERE m.voice = p.voice AND m.act = p.act) ORDER BY voice`, act)
}

// leaning finds the first act after another one by which voices are in a spot, "" for none.
func leaning(tx *db.Tx, spot int64, a Act) (string, error) {
	n, err := db.Maybe[string](tx, `SELECT b.id FROM insight_spot_act b WHERE b.id <> $1 AND b.at >= $2 AND EXISTS (SELECT 1 FROM insight_spot_pin p WHERE p.act = b.id AND p.spot = $3)
		ORDER BY b.at, b.id LIMIT 1`, a.ID, a.At, spot)
	if n == nil {
		return "", err
	}
	return *n, err
}

// holdJoined holds what was in a spot when others were joined to it, where that was not done then.
func holdJoined(tx *db.Tx) error {
	_, err := tx.Exec(`INSERT INTO insight_spot_pin (voice, spot, act) SELECT s.voice, s.spot, MIN(a.id) FROM insight_spot_voice s JOIN insight_spot_act a ON a.spot = s.spot
		WHERE a.kind = $1 AND a.undone_at = 0 AND s.at <= a.at AND a.id IN (SELECT act FROM insight_spot_pin)
		AND NOT EXISTS (SELECT 1 FROM insight_spot_pin p WHERE p.voice = s.voice) GROUP BY s.voice, s.spot`, ActJoin)
	return err
}

// wasIn lets a voice be taken for one of another spot when it is grouped next, so that the spot gets its number back.
func wasIn(tx *db.Tx, voice string, spot int64) error {
	_, err := tx.Exec(`UPDATE insight_spot_voice SET spot = $1, hash = -1 WHERE voice = $2`, spot, voice)
	return err
}

// again makes a spot that was left empty, in the surrounding of one of its voices.
func again(tx *db.Tx, n int64, voice string) error {
	_, err := tx.Exec(`INSERT INTO insight_spot (n, hood, made_on) SELECT $1, hood, day FROM insight_spot_voice WHERE voice = $2 ON CONFLICT (n) DO NOTHING`, n, voice)
	return err
}

// apart keeps that a voice is not of a matter, together that it is.
func apart(tx *db.Tx, voice, matter, by string, at clock.Millis) error {
	_, err := tx.Exec(`INSERT INTO insight_spot_apart (voice, matter, by_person, at) VALUES ($1, $2, $3, $4)`, voice, matter, by, at)
	return err
}

func together(tx *db.Tx, voice, matter string) error {
	_, err := tx.Exec(`DELETE FROM insight_spot_apart WHERE voice = $1 AND matter = $2`, voice, matter)
	return err
}
