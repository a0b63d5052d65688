package meeting

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

func insertMeeting(tx *db.Tx, m Meeting) error {
	_, err := tx.Exec(`INSERT INTO meeting (id, version, kind, state, title, start_at, end_at, place, unit, unit_path, chair, recorder, positions_due,
		called_at, called_by, changed_at, frozen_at, opened_at, ended_at, signed_at, signed_by, number, year, n, sequence, item, opening, demands,
		figures, minutes, end_reason) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,'',$13,$14,$15,0,0,0,0,'','',0,0,0,'','','','',0,'')`,
		m.ID, m.Version, m.Kind, m.State, m.Title, m.StartAt, m.EndAt, m.Place, m.Unit, m.UnitPath, m.Chair, m.Recorder, m.CalledAt, m.CalledBy, m.ChangedAt)
	return err
}

// updateMeeting writes a meeting, if the row is still at the version that was read.
func updateMeeting(tx *db.Tx, m *Meeting) error {
	n, err := tx.Exec(`UPDATE meeting SET version = version + 1, state = $3, title = $4, start_at = $5, end_at = $6, place = $7, chair = $8, recorder = $9,
		positions_due = $10, changed_at = $11, frozen_at = $12, opened_at = $13, ended_at = $14, signed_at = $15, signed_by = $16, number = $17,
		year = $18, n = $19, sequence = $20, item = $21, opening = $22, demands = $23, figures = $24, minutes = $25, end_reason = $26
		WHERE id = $1 AND version = $2`,
		m.ID, m.Version, m.State, m.Title, m.StartAt, m.EndAt, m.Place, m.Chair, m.Recorder, m.PositionsDue, m.ChangedAt, m.FrozenAt, m.OpenedAt,
		m.EndedAt, m.SignedAt, m.SignedBy, m.Number, m.Year, m.N, m.Sequence, m.Item, m.Opening, m.Demands, m.Figures, m.Minutes, m.EndReason)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "meeting.stale")
	}
	m.Version++
	return err
}

// nextNumber counts the running number of a year up, for both kinds together. What is undone leaves no gap.
func nextNumber(tx *db.Tx, year int64) (int64, error) {
	return db.One[int64](tx, `INSERT INTO meeting_number (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = meeting_number.last + 1 RETURNING last`, year)
}

// setParties writes the list of units; what was written down of those who stay, stays.
func setParties(tx *db.Tx, meeting string, parties []Party) error {
	codes := []string{"-"}
	for _, p := range parties {
		codes = append(codes, p.Unit)
		if _, err := tx.Exec(`INSERT INTO meeting_party (meeting, unit, path, sits_in, presence, person, note) VALUES ($1,$2,$3,$4,'','','')
			ON CONFLICT (meeting, unit) DO UPDATE SET sits_in = excluded.sits_in`, p.Meeting, p.Unit, p.Path, p.SitsIn); err != nil {
			return err
		}
	}
	in, args := db.In("unit", codes, 2)
	_, err := tx.Exec(`DELETE FROM meeting_party WHERE meeting = $1 AND NOT (`+in+`)`, append([]any{meeting}, args...)...)
	return err
}

func setPresence(tx *db.Tx, meeting string, h Here) error {
	n, err := tx.Exec(`UPDATE meeting_party SET presence = $3, person = $4, note = $5 WHERE meeting = $1 AND unit = $2`, meeting, h.Unit, h.Presence, h.Person, h.Note)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "meeting.unknown")
	}
	return err
}

func insertItem(tx *db.Tx, it Item) error {
	_, err := tx.Exec(`INSERT INTO meeting_item (id, meeting, n, kind, subject, number, title, why, by_hand, note, taken_out, out_reason, together, lead,
		lead_path, brief, draft, conclusion, discussed_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,'','',0)`,
		it.ID, it.Meeting, it.N, it.Kind, it.Subject, it.Number, it.Title, it.Why, it.ByHand, it.Note, it.TakenOut, it.OutReason, it.Together, it.Lead, it.LeadPath, it.Brief)
	return err
}

func updateItem(tx *db.Tx, it Item) error {
	_, err := tx.Exec(`UPDATE meeting_item SET n = $2, number = $3, title = $4, why = $5, by_hand = $6, note = $7, taken_out = $8, out_reason = $9,
		together = $10, lead = $11, lead_path = $12, brief = $13 WHERE id = $1`,
		it.ID, it.N, it.Number, it.Title, it.Why, it.ByHand, it.Note, it.TakenOut, it.OutReason, it.Together, it.Lead, it.LeadPath, it.Brief)
	return err
}

// thawItems forgets the briefs, and that something had settled itself.
func thawItems(tx *db.Tx, meeting string) error {
	_, err := tx.Exec(`UPDATE meeting_item SET brief = '', taken_out = CASE WHEN out_reason = $2 THEN 0 ELSE taken_out END,
		out_reason = CASE WHEN out_reason = $2 THEN '' ELSE out_reason END WHERE meeting = $1`, meeting, OutSettled)
	return err
}

func setDraft(tx *db.Tx, item, draft string, discussed clock.Millis) error {
	_, err := tx.Exec(`UPDATE meeting_item SET draft = $2, discussed_at = $3 WHERE id = $1`, item, draft, discussed)
	return err
}

func conclude(tx *db.Tx, item, words string, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE meeting_item SET conclusion = $2, discussed_at = $3 WHERE id = $1`, item, words, at)
	return err
}

// insertPosition asks a unit about an item, and reports false where it was asked before.
func insertPosition(tx *db.Tx, p Position) (bool, error) {
	n, err := tx.Exec(`INSERT INTO meeting_position (item, meeting, unit, path, asked_at, text, given_at, given_by) VALUES ($1,$2,$3,$4,$5,'',0,'')
		ON CONFLICT DO NOTHING`, p.Item, p.Meeting, p.Unit, p.Path, p.AskedAt)
	return n == 1, err
}

func givePosition(tx *db.Tx, p Position) error {
	_, err := tx.Exec(`UPDATE meeting_position SET text = $3, given_at = $4, given_by = $5 WHERE item = $1 AND unit = $2`, p.Item, p.Unit, p.Text, p.GivenAt, p.GivenBy)
	return err
}

func nextResolution(tx *db.Tx, meeting string) (int64, error) {
	n, err := db.One[int64](tx, `SELECT COALESCE(MAX(n), 0) FROM resolution WHERE meeting = $1`, meeting)
	return n + 1, err
}

func insertResolution(tx *db.Tx, r Resolution) error {
	_, err := tx.Exec(`INSERT INTO resolution (id, version, meeting, item, n, state, text, unit_path, lead, lead_path, co, person, supervisor, day, day_at,
		matter, matter_no, decided_at, decided_by, result, reported_at, reported_by, returns, note, ended_at, ended_by)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,'',0,'',0,'',0,'')`,
		r.ID, r.Version, r.Meeting, r.Item, r.N, r.State, r.Text, r.UnitPath, r.Lead, r.LeadPath, r.Co, r.Person, r.Supervisor, r.Day, r.DayAt, r.Matter,
		r.MatterNo, r.DecidedAt, r.DecidedBy)
	return err
}

func insertCo(tx *db.Tx, resolution string, path access.Path) error {
	_, err := tx.Exec(`INSERT INTO resolution_co (resolution, path) VALUES ($1, $2) ON CONFLICT DO NOTHING`, resolution, path)
	return err
}

func updateResolution(tx *db.Tx, r *Resolution) error {
	n, err := tx.Exec(`UPDATE resolution SET version = version + 1, state = $3, result = $4, reported_at = $5, reported_by = $6, returns = $7, note = $8,
		ended_at = $9, ended_by = $10 WHERE id = $1 AND version = $2`, r.ID, r.Version, r.State, r.Result, r.ReportedAt, r.ReportedBy, r.Returns, r.Note, r.EndedAt, r.EndedBy)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "meeting.stale")
	}
	r.Version++
	return err
}

func insertSpeech(tx *db.Tx, x Speech) error {
	_, err := tx.Exec(`INSERT INTO meeting_speech (id, meeting, kind, n, title, unit, who, matter, matter_no, text, practice)
		SELECT $1, $2, $3, COALESCE(MAX(n), 0) + 1, $4, $5, $6, $7, $8, $9, $10 FROM meeting_speech WHERE meeting = $2`,
		x.ID, x.Meeting, x.Kind, x.Title, x.Unit, x.Who, x.Matter, x.MatterNo, x.Text, x.Practice)
	return err
}

func placeSpeech(tx *db.Tx, key string, n int64) error {
	_, err := tx.Exec(`UPDATE meeting_speech SET n = $2 WHERE id = $1`, key, n)
	return err
}

func deleteSpeech(tx *db.Tx, meeting, key string) error {
	_, err := tx.Exec(`DELETE FROM meeting_speech WHERE meeting = $1 AND id = $2`, meeting, key)
	return err
}

func insertMinutes(tx *db.Tx, meeting string, v int64, body, digest, reason string, at clock.Millis, by string) error {
	_, err := tx.Exec(`INSERT INTO meeting_minutes (meeting, v, body, digest, reason, signed_at, signed_by) VALUES ($1,$2,$3,$4,$5,$6,$7)`, meeting, v, body, digest, reason, at, by)
	return err
}

func insertReceipt(tx *db.Tx, meeting string, v int64, unit string, path access.Path) error {
	_, err := tx.Exec(`INSERT INTO meeting_receipt (meeting, v, unit, path, received_at, received_by) VALUES ($1,$2,$3,$4,0,'')`, meeting, v, unit, path)
	return err
}

func receive(tx *db.Tx, meeting string, v int64, unit string, at clock.Millis, by string) error {
	n, err := tx.Exec(`UPDATE meeting_receipt SET received_at = $4, received_by = $5 WHERE meeting = $1 AND v = $2 AND unit = $3 AND received_at = 0`, meeting, v, unit, at, by)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "meeting.received_before")
	}
	return err
}

func setFeed(tx *db.Tx, person, digest string, at clock.Millis) error {
	_, err := tx.Exec(`INSERT INTO meeting_feed (person, digest, made_at) VALUES ($1,$2,$3)
		ON CONFLICT (person) DO UPDATE SET digest = excluded.digest, made_at = excluded.made_at`, person, digest, at)
	return err
}

func dropFeed(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM meeting_feed WHERE person = $1`, person)
	return err
}

// pathColumns hold paths of units, which follow the tree.
var pathColumns = []string{
	`UPDATE meeting SET unit_path`,
	`UPDATE meeting_party SET path`,
	`UPDATE meeting_item SET lead_path`,
	`UPDATE meeting_position SET path`,
	`UPDATE resolution SET unit_path`,
	`UPDATE resolution SET lead_path`,
	`UPDATE resolution_co SET path`,
	`UPDATE meeting_receipt SET path`,
}
