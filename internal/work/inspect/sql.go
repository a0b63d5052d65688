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

func insert(tx *db.Tx, v Visit, items []Item, photos []Photo) error {
	if _, err := tx.Exec(`INSERT INTO visit (id, number, kind, place, unit, unit_path, person, present, note, device_at, at, items, fails, critical)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)`, v.ID, v.Number, v.Kind, v.Place, v.Unit, v.UnitPath, v.Person, v.Present,
		v.Note, v.DeviceAt, v.At, v.Items, v.Fails, v.Critical); err != nil {
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
