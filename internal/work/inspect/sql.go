package inspect

import (
	"encoding/json"

	"sanwen/internal/ground/db"
)

func nextNumber(tx *db.Tx, year int) (int64, error) {
	return db.One[int64](tx, `INSERT INTO visit_number (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = visit_number.last + 1 RETURNING last`, year)
}

func putInstrument(tx *db.Tx, i Instrument) error {
	_, err := tx.Exec(`INSERT INTO instrument (number, name, measure, due, active, version) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (number) DO UPDATE SET name = excluded.name, measure = excluded.measure, due = excluded.due, active = excluded.active,
		version = excluded.version`, i.Number, i.Name, i.Measure, i.Due, i.Active, i.Version)
	return err
}

func insertSign(tx *db.Tx, s Signature) error {
	_, err := tx.Exec(`INSERT INTO visit_sign (visit, person, at, agrees, note) VALUES ($1,$2,$3,$4,$5)`, s.Visit, s.Person, s.At, s.Agrees, s.Note)
	return err
}

func putCall(tx *db.Tx, c Call) error {
	_, err := tx.Exec(`INSERT INTO visit_call (visit, roster, person, called_at, accepted_at, note) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (visit) DO UPDATE SET person = excluded.person, called_at = excluded.called_at, accepted_at = excluded.accepted_at, note = excluded.note`,
		c.Visit, c.Roster, c.Person, c.CalledAt, c.AcceptedAt, c.Note)
	return err
}

func putRound(tx *db.Tx, r Round) error {
	_, err := tx.Exec(`INSERT INTO visit_round (id, name, unit, unit_path, kind, every, on_day, days, inspector, places, looked, active, version)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, unit = excluded.unit, unit_path = excluded.unit_path, kind = excluded.kind,
		every = excluded.every, on_day = excluded.on_day, days = excluded.days, inspector = excluded.inspector, places = excluded.places,
		looked = excluded.looked, active = excluded.active, version = excluded.version`, r.ID, r.Name, r.Unit, r.UnitPath, r.Kind, r.Every, r.OnDay,
		r.Days, r.Inspector, r.Places, r.Looked, r.Active, r.Version)
	return err
}

// insertWalk reports whether the walk of that day is new.
func insertWalk(tx *db.Tx, w Walk) (bool, error) {
	n, err := tx.Exec(`INSERT INTO visit_walk (id, round, name, day, due, inspector, unit_path, kind, places, done_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,0)
		ON CONFLICT (round, day) DO NOTHING`, w.ID, w.Round, w.Name, w.Day, w.Due, w.Inspector, w.UnitPath, w.Kind, w.Places)
	return n > 0, err
}

func walkDone(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE visit_walk SET done_at = $2 WHERE id = $1`, id, tx.Millis())
	return err
}

// pathColumns hold paths of units, which follow the tree.
var pathColumns = []string{
	`UPDATE visit SET unit_path`,
	`UPDATE visit_round SET unit_path`,
	`UPDATE visit_walk SET unit_path`,
}

// insertDraw reports whether that month had not been drawn yet.
func insertDraw(tx *db.Tx, d Draw) (bool, error) {
	n, err := tx.Exec(`INSERT INTO inspect_draw (month, seed, size, percent, method, at, closed, drawn) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)
		ON CONFLICT (month) DO NOTHING`, d.Month, d.Seed, d.Size, d.Percent, d.Method, d.At, len(d.Tickets), d.Drawn())
	if err != nil || n == 0 {
		return false, err
	}
	for _, t := range d.Tickets {
		if _, err := tx.Exec(`INSERT INTO inspect_draw_item (month, number, matter, ticket, drawn) VALUES ($1,$2,$3,$4,$5)`,
			d.Month, t.Number, t.Matter, t.Ticket, t.Drawn); err != nil {
			return false, err
		}
	}
	return true, nil
}

func insert(tx *db.Tx, v Visit, items []Item, photos []Photo) error {
	if _, err := tx.Exec(`INSERT INTO visit (id, number, kind, place, unit, unit_path, person, present, note, device_at, at, items, fails, critical,
		again, walk) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`, v.ID, v.Number, v.Kind, v.Place, v.Unit, v.UnitPath, v.Person, v.Present,
		v.Note, v.DeviceAt, v.At, v.Items, v.Fails, v.Critical, v.Again, v.Walk); err != nil {
		return err
	}
	for _, it := range items {
		spec, err := json.Marshal(it.Spec)
		if err != nil {
			return err
		}
		readings, err := json.Marshal(it.Values)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO visit_item (visit, n, code, place, at, spec, readings, mean, worst, instrument, expired, outside, why, result,
			problem, order_unit, order_due, matter) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)`,
			it.Visit, it.N, it.Code, v.Place, v.At, string(spec), string(readings), it.Mean, it.Worst, it.Instrument, it.Expired, it.Outside,
			it.Why, it.Result, it.Problem, it.OrderUnit, it.OrderDue, it.Matter); err != nil {
			return err
		}
	}
	for i, p := range photos {
		if _, err := tx.Exec(`INSERT INTO visit_photo (visit, n, item, hash, thumb, caption, taken) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			v.ID, i+1, p.Item, p.Hash, p.Thumb, p.Caption, p.Taken); err != nil {
			return err
		}
	}
	return nil
}
