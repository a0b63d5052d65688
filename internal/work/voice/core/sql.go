package core

import (
	"strconv"
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Columns are the columns of a voice in the order of [Voice].
const Columns = `id, number, level, kind, channel, proxy_by, submitter, place, place_text, unit, unit_path, text, redacted, redaction,
	title, category, class, state, version, day, registered_at, due, restricted, alarm, parent, root, matter, merged_into, claimed_by,
	lead, lead_path, transfers, asks, reopens, objected, appeal, contact_ok, named, refusal, refusal_by, refusal_by2, refusal_text, officer,
	called_at, asked_at, answered_at, closed_at, closed_how`

func Insert(tx *db.Tx, v *Voice) error {
	if v.fresh() {
		_, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, proxy_by, submitter, place, place_text, unit, unit_path, text,
			redacted, redaction, state, version, day, registered_at, due, alarm, contact_ok)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
			v.ID, v.Number, v.Level, v.Kind, v.Channel, v.ProxyBy, v.Submitter, v.Place, v.PlaceText, v.Unit, v.UnitPath, v.Text, v.Redacted,
			v.Redaction, v.State, v.Version, v.Day, v.RegisteredAt, v.Due, v.Alarm, v.ContactOK)
		return err
	}
	_, err := tx.Exec(`INSERT INTO voice (`+Columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
		$17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42,
		$43, $44, $45, $46, $47, $48)`,
		v.ID, v.Number, v.Level, v.Kind, v.Channel, v.ProxyBy, v.Submitter, v.Place, v.PlaceText, v.Unit, v.UnitPath, v.Text, v.Redacted,
		v.Redaction, v.Title, v.Category, v.Class, v.State, v.Version, v.Day, v.RegisteredAt, v.Due, v.Restricted, v.Alarm, v.Parent, v.Root,
		v.Matter, v.MergedInto, v.ClaimedBy, v.Lead, v.LeadPath, v.Transfers, v.Asks, v.Reopens, v.Objected, v.Appeal, v.ContactOK, v.Named,
		v.Refusal, v.RefusalBy, v.RefusalBy2, v.RefusalText, v.Officer, v.CalledAt, v.AskedAt, v.AnsweredAt, v.ClosedAt, v.ClosedHow)
	return err
}

// fresh reports whether nothing has happened to the voice but that somebody said it. All other columns are then what the table gives
// them by itself, and are not handed over one by one.
func (v Voice) fresh() bool {
	return v == Voice{ID: v.ID, Number: v.Number, Level: v.Level, Kind: v.Kind, Channel: v.Channel, ProxyBy: v.ProxyBy, Submitter: v.Submitter,
		Place: v.Place, PlaceText: v.PlaceText, Unit: v.Unit, UnitPath: v.UnitPath, Text: v.Text, Redacted: v.Redacted, Redaction: v.Redaction,
		State: v.State, Version: v.Version, Day: v.Day, RegisteredAt: v.RegisteredAt, Due: v.Due, Alarm: v.Alarm, ContactOK: v.ContactOK}
}

// update writes what may change of a voice and raises its version. What it was registered with (number, level, submitter,
// place of registration, day and time) is not among it.
func Update(tx *db.Tx, v *Voice) error {
	n, err := tx.Exec(`UPDATE voice SET kind = $3, place = $4, unit = $5, unit_path = $6, redacted = $7, redaction = $8, title = $9,
		category = $10, class = $11, state = $12, version = version + 1, due = $13, restricted = $14, alarm = $15, matter = $16,
		merged_into = $17, claimed_by = $18, lead = $19, lead_path = $20, transfers = $21, asks = $22, reopens = $23, objected = $24,
		appeal = $25, named = $26, refusal = $27, refusal_by = $28, refusal_text = $29, asked_at = $30, answered_at = $31, closed_at = $32,
		closed_how = $33, refusal_by2 = $34, officer = $35, called_at = $36 WHERE id = $1 AND version = $2`,
		v.ID, v.Version, v.Kind, v.Place, v.Unit, v.UnitPath, v.Redacted, v.Redaction, v.Title, v.Category, v.Class, v.State, v.Due,
		v.Restricted, v.Alarm, v.Matter, v.MergedInto, v.ClaimedBy, v.Lead, v.LeadPath, v.Transfers, v.Asks, v.Reopens, v.Objected, v.Appeal,
		v.Named, v.Refusal, v.RefusalBy, v.RefusalText, v.AskedAt, v.AnsweredAt, v.ClosedAt, v.ClosedHow,
		v.RefusalBy2, v.Officer, v.CalledAt)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "voice.stale")
	}
	v.Version++
	return nil
}

// blank takes the words out of a voice for good: a crisis, or the end of its keeping.
func Blank(tx *db.Tx, id string) error {
	if _, err := tx.Exec(`UPDATE voice SET text = '', redacted = '', title = '', place_text = '', submitter = '', refusal_text = ''
		WHERE id = $1`, id); err != nil {
		return err
	}
	for _, q := range []string{
		`UPDATE voice_entry SET text = '', extra = '' WHERE voice = $1`,
		`DELETE FROM voice_photo WHERE voice = $1`,
		`DELETE FROM voice_identity WHERE voice = $1`,
		`DELETE FROM voice_shown WHERE voice = $1`,
		`UPDATE voice_quote SET text = '', dropped = 1 WHERE voice = $1`,
	} {
		if _, err := tx.Exec(q, id); err != nil {
			return err
		}
	}
	return nil
}

func InsertReceipt(tx *db.Tx, number, voice, code string) error {
	_, err := tx.Exec(`INSERT INTO voice_receipt (number, voice, code, quick) VALUES ($1, $2, $3, 1)`, number, voice, code)
	return err
}

// hardenReceipt replaces a quick code by its hardened form, unless it has been ended meanwhile.
func HardenReceipt(tx *db.Tx, number, quick, hard string) (int64, error) {
	return tx.Exec(`UPDATE voice_receipt SET code = $3, quick = 0 WHERE number = $1 AND code = $2 AND quick = 1`, number, quick, hard)
}

func DeleteReceipt(tx *db.Tx, voice, number string) (int64, error) {
	return tx.Exec(`DELETE FROM voice_receipt WHERE number = $1 AND voice = $2`, number, voice)
}

func InsertIdentity(tx *db.Tx, voice string, sealed []byte, custodians string) error {
	_, err := tx.Exec(`INSERT INTO voice_identity (voice, sealed, custodians) VALUES ($1, $2, $3)`, voice, sealed, custodians)
	return err
}

// addEntry appends to the thread of a voice and returns the entry's number. The number comes from one statement, so that
// two who write at once get two numbers.
func AddEntry(tx *db.Tx, e Entry) (int64, error) {
	return db.One[int64](tx, `INSERT INTO voice_entry (voice, n, at, by_whom, role, unit, person, kind, text, result, extra)
		VALUES ($1, (SELECT COALESCE(MAX(n), 0) + 1 FROM voice_entry WHERE voice = $1), $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING n`,
		e.Voice, e.At, e.By, e.Role, e.Unit, e.Person, e.Kind, e.Text, e.Result, e.Extra)
}

func InsertPhotos(tx *db.Tx, voice string, entry int64, first int, photos []Photo) error {
	if len(photos) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString(`INSERT INTO voice_photo (voice, hash, thumb, w, h, n, entry) VALUES `)
	args := []any{voice, entry}
	for i, p := range photos {
		if i > 0 {
			b.WriteString(", ")
		}
		k := len(args)
		b.WriteString("($1")
		for j := 1; j <= 5; j++ {
			b.WriteString(", $" + strconv.Itoa(k+j))
		}
		b.WriteString(", $2)")
		args = append(args, p.Hash, p.Thumb, p.W, p.H, first+i)
	}
	b.WriteString(` ON CONFLICT DO NOTHING`)
	_, err := tx.Exec(b.String(), args...)
	return err
}

// showPhotos marks which photos a department may see.
func ShowPhotos(tx *db.Tx, voice string, hashes []string) error {
	if len(hashes) == 0 {
		return nil
	}
	in, args := db.In("hash", hashes, 2)
	_, err := tx.Exec(`UPDATE voice_photo SET shown = 1 WHERE voice = $1 AND covered = 0 AND `+in, append([]any{voice}, args...)...)
	return err
}

func InsertNamed(tx *db.Tx, voice, kind, ref, path string) error {
	_, err := tx.Exec(`INSERT INTO voice_named (voice, kind, ref, path) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, voice, kind, ref, path)
	return err
}

func CopyNamed(tx *db.Tx, from, to string) error {
	_, err := tx.Exec(`INSERT INTO voice_named (voice, kind, ref, path) SELECT $2, kind, ref, path FROM voice_named WHERE voice = $1
		ON CONFLICT DO NOTHING`, from, to)
	return err
}

// PathColumns hold paths of units, which follow the tree.
var PathColumns = []string{
	`UPDATE voice SET unit_path`,
	`UPDATE voice SET lead_path`,
	`UPDATE voice_named SET path`,
}

func InsertView(tx *db.Tx, id, voice, role, person string, day clock.Day, reason string) error {
	_, err := tx.Exec(`INSERT INTO voice_view (id, voice, role, person, day, reason) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, voice, role, person, day, reason)
	return err
}

func CountCrisis(tx *db.Tx, day clock.Day) error {
	_, err := tx.Exec(`INSERT INTO crisis_counter (day, n) VALUES ($1, 1) ON CONFLICT (day) DO UPDATE SET n = crisis_counter.n + 1`, day)
	return err
}

// holdKey ends the key that a custodian had and stores the new one. The old row stays: identities are sealed to it.
func HoldCustodianKey(tx *db.Tx, person, public, wrapped string) error {
	if _, err := tx.Exec(`UPDATE custodian_key SET ended_at = $2 WHERE person = $1 AND ended_at = 0`, person, tx.Millis()); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO custodian_key (public, person, wrapped, made_at) VALUES ($1, $2, $3, $4)`, public, person, wrapped, tx.Millis())
	return err
}
