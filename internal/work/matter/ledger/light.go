package ledger

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/db"
)

// lightAs is [Light] as an expression over the columns of matter: it gives a value for each light, the worst first, and for none. It is
// worked out for every open matter of the ledger, so it asks for the state once, and for the deadline by the key of its order, which has the
// end of time where there is none. A test compares the two on many rows.
func lightAs(w *db.Where, p Lamps, values ...string) string {
	red, yellow, blue, green, none := values[0], values[1], values[2], values[3], values[4]
	today, now, near, share, stale := w.Arg(p.Today), w.Arg(p.Now), w.Arg(p.NearDay), w.Arg(p.NearShare), w.Arg(p.StaleAt)
	late := "WHEN due_key < " + today + " THEN " + red
	idle := " WHEN moved_at <= " + stale + " OR milestone_due < " + today + " AND milestone_due <> ''"
	soon := " WHEN due_key <= " + near + " OR due <> '' AND (due_at - " + now + ") * 100 <= (due_at - due_from) * " + share + " THEN " + blue + " ELSE " + green + " END"
	early := "CASE WHEN due_key < " + today + " AND due_open = 0 THEN " + red + " WHEN plan_due < " + now + " AND plan_due <> 0 THEN " + yellow + " ELSE " + green + " END"
	return "CASE state WHEN 'executing' THEN CASE " + late + idle + " THEN " + yellow + soon +
		" WHEN 'plan_review' THEN CASE " + late + idle + " OR plan_version = 0 AND plan_due < " + now + " THEN " + yellow + soon +
		" WHEN 'assigned' THEN " + early + " WHEN 'proposed' THEN " + early + " WHEN 'paused' THEN CASE" + soon + " ELSE " + none + " END"
}

// nowRank is the rank of the light of a row as an expression: from 1 for green to 4, 0 for none.
func nowRank(w *db.Where, l Lamps) string { return lightAs(w, l, "4", "3", "2", "1", "0") }

// addLight restricts w to the rows with a light. Red ones are overdue, which an index knows; where rows are read in their order, it is not to
// be told, and the expression names no column that an index begins with.
func (f Filter) addLight(w *db.Where, c duty.Color, p Lamps) {
	rank := rankOf(c)
	if rank == 0 {
		w.Add("1 = 0")
		return
	}
	if c == duty.Red && !f.inOrder {
		w.Add("due_key < ?", p.Today)
	}
	w.Add("(" + nowRank(w, p) + ") = " + strconv.FormatInt(rank, 10))
}

// LightsOf counts the rows of a filter by light. It is asked for with every page of the ledger: all four counts come out of one pass over
// an index, as one number with twenty bits for each of the first three, because a database takes longer to group rows than to read them.
func LightsOf(tx *db.Tx, who access.Person, f Filter) (map[duty.Color]int, error) {
	l, err := LampsOf(tx)
	if err != nil {
		return nil, err
	}
	w, err := f.where(tx, who, access.MatterList, l)
	if err != nil {
		return nil, err
	}
	w.In(f.state(), lit) // only matters that are worked on have a light; the many that are over need not be looked at
	one := lightAs(w, l, places[0], places[1], places[2], "0", "0")
	cond, args := w.SQL()
	type sum struct{ Every, Packed int }
	n, err := db.One[sum](tx, `SELECT COUNT(*) AS every, COALESCE(CAST(SUM(`+one+`) AS BIGINT), 0) AS packed FROM matter WHERE `+cond, args...)
	return unpackLights(n.Every, n.Packed), err
}

// A packed sum holds three counts of twenty bits; places are by what each counts.
const packBits = 20

var places = [3]string{"1", strconv.Itoa(1 << packBits), strconv.Itoa(1 << (2 * packBits))}

func unpack(packed, place int) int { return packed >> (packBits * place) & (1<<packBits - 1) }

// unpackLights gives the counts of the lights: the worst three are packed, and what is left of all is green.
func unpackLights(every, packed int) map[duty.Color]int {
	out := map[duty.Color]int{}
	for i, c := range []duty.Color{duty.Red, duty.Yellow, duty.Blue} {
		if k := unpack(packed, i); k > 0 {
			out[c] = k
			every -= k
		}
	}
	if every > 0 {
		out[duty.Green] = every
	}
	return out
}
