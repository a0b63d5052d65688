package org

import (
	"fmt"
	"strings"
	"sync/atomic"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

const (
	unitColumns     = `code, parent, kind, name_zh, name_en, path, headcount, contractor, active, sort, version`
	personColumns   = `id, employee_no, name, unit, path, post, shift, employment, phone, gender, birth_year, union_member, delegate, account, status, remark, lang, version`
	placeColumns    = `code, key, name_zh, name_en, kind, unit, path, parent, audience, users, closed_note, active, sort, version`
	categoryColumns = `code, parent, name_zh, name_en, lead, co, class, first_mins, first_days, limit_mins, limit_days, level_hint, restricted, keywords, active, sort, version`
	ruleColumns     = `id, category, place, lead, co, class, version, basis, active, since, made_by`
	checkColumns    = `code, place_kind, name_zh, name_en, method_zh, method_en, measure, op, low, high, crit_low, crit_high, points, critical, avoid, basis_zh, basis_en, mark, active, sort, version`
)

func personColumnsOf(alias string) string { return qualified(alias, personColumns) }

func qualified(alias, columns string) string {
	return alias + "." + strings.ReplaceAll(columns, ", ", ", "+alias+".")
}

var changes atomic.Uint64

// Changes counts the commits of this process that changed a part of the organisation that is kept in memory.
func Changes() uint64 { return changes.Load() }

// touch gives a cached part a new stamp. It is called after the change itself, so that nothing older is kept under it.
func touch(tx *db.Tx, parts ...string) error {
	for _, p := range parts {
		if _, err := tx.Exec(`INSERT INTO org_version (part, n, stamp) VALUES ($1, 1, $2)
			ON CONFLICT (part) DO UPDATE SET n = org_version.n + 1, stamp = excluded.stamp`, p, id.Random()); err != nil {
			return err
		}
	}
	tx.Keep(versionsKey{}, nil)
	tx.OnCommit(func() { changes.Add(1) })
	return nil
}

// orNull is nil for an empty code, so that a missing parent is no foreign key.
func orNull(code string) any {
	if code == "" {
		return nil
	}
	return code
}

// changed turns "no row had that version" into a Conflict.
func changed(n int64, err error) error {
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "org.changed")
	}
	return err
}

// taken turns "there is one already" into what the form says about it: two people added the same at the same time.
func taken(err error, field, key, value string) error {
	if db.IsUnique(err) {
		return fault.Field(field, key, value)
	}
	return err
}

// bulk inserts rows with as few statements as the databases' limits allow; suffix follows the VALUES.
func bulk(tx *db.Tx, head string, columns int, rows [][]any, suffix string) error {
	const most = 2000 // parameters of one statement
	step := most / columns
	for len(rows) > 0 {
		n := min(step, len(rows))
		args := make([]any, 0, n*columns)
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := tx.Exec(head+values(n, columns)+suffix, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func values(rows, columns int) string {
	var b strings.Builder
	b.WriteString(" VALUES ")
	for r := range rows {
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for c := range columns {
			if c > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "$%d", r*columns+c+1)
		}
		b.WriteByte(')')
	}
	return b.String()
}

func insertUnits(tx *db.Tx, units ...Unit) error {
	var rows [][]any
	for _, u := range units {
		rows = append(rows, []any{u.Code, orNull(u.Parent), u.Kind, u.NameZh, u.NameEn, u.Path, u.Headcount, u.Contractor, u.Active, u.Sort, 1})
	}
	return bulk(tx, `INSERT INTO org_unit (`+unitColumns+`)`, 11, rows, "")
}

func updateUnit(tx *db.Tx, u Unit) error {
	return changed(tx.Exec(`UPDATE org_unit SET parent = $1, kind = $2, name_zh = $3, name_en = $4, path = $5, contractor = $6, active = $7,
		sort = $8, version = version + 1 WHERE code = $9 AND version = $10`,
		orNull(u.Parent), u.Kind, u.NameZh, u.NameEn, u.Path, u.Contractor, u.Active, u.Sort, u.Code, u.Version))
}

// movePaths rewrites the paths of everything under from.
func movePaths(tx *db.Tx, from, to access.Path) error {
	if err := access.MovePaths(tx, from, to, `UPDATE org_unit SET path`, `UPDATE org_person SET path`, `UPDATE org_grant SET path`, `UPDATE org_place SET path`); err != nil {
		return err
	}
	return touch(tx, partPlaces)
}

const personHead = `INSERT INTO org_person (` + personColumns + `)`

func personRow(p Person) []any {
	return []any{p.ID, p.EmployeeNo, p.Name, p.Unit, p.Path, p.Post, p.Shift, p.Employment, p.Phone, p.Gender, p.BirthYear, p.UnionMember,
		p.Delegate, p.Account, p.Status, p.Remark, p.Lang, 1}
}

func insertPeople(tx *db.Tx, people ...Person) error {
	var rows [][]any
	for _, p := range people {
		rows = append(rows, personRow(p))
	}
	return bulk(tx, personHead, 18, rows, "")
}

// upsertPeople writes people by employee number. The id of somebody who is already there stays.
func upsertPeople(tx *db.Tx, people []Person) error {
	var rows [][]any
	for _, p := range people {
		rows = append(rows, personRow(p))
	}
	return bulk(tx, personHead, 18, rows, ` ON CONFLICT (employee_no) DO UPDATE SET name = excluded.name, unit = excluded.unit,
		path = excluded.path, post = excluded.post, shift = excluded.shift, employment = excluded.employment, phone = excluded.phone,
		gender = excluded.gender, birth_year = excluded.birth_year, union_member = excluded.union_member, delegate = excluded.delegate,
		account = excluded.account, status = excluded.status, remark = excluded.remark, version = org_person.version + 1`)
}

func updatePerson(tx *db.Tx, p Person) error {
	return changed(tx.Exec(`UPDATE org_person SET name = $1, unit = $2, path = $3, post = $4, shift = $5, employment = $6, phone = $7,
		gender = $8, birth_year = $9, union_member = $10, delegate = $11, account = $12, status = $13, remark = $14, lang = $15,
		version = version + 1 WHERE id = $16 AND version = $17`,
		p.Name, p.Unit, p.Path, p.Post, p.Shift, p.Employment, p.Phone, p.Gender, p.BirthYear, p.UnionMember, p.Delegate, p.Account,
		p.Status, p.Remark, p.Lang, p.ID, p.Version))
}

func insertGrant(tx *db.Tx, g Grant) (int64, error) {
	return tx.Exec(`INSERT INTO org_grant (person, role, unit, path, since, granted_by) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (person, role, unit) DO NOTHING`, g.Person, g.Role, g.Unit, g.Path, g.Since, g.GrantedBy)
}

func deleteGrant(tx *db.Tx, person, role, unit string) (int64, error) {
	return tx.Exec(`DELETE FROM org_grant WHERE person = $1 AND role = $2 AND unit = $3`, person, role, unit)
}

func insertPlaces(tx *db.Tx, places ...Place) error {
	if err := bulk(tx, `INSERT INTO org_place (`+placeColumns+`)`, 14, placeRows(places), ""); err != nil {
		return err
	}
	return touch(tx, partPlaces)
}

func upsertPlaces(tx *db.Tx, places []Place) error {
	if err := bulk(tx, `INSERT INTO org_place (`+placeColumns+`)`, 14, placeRows(places), ` ON CONFLICT (code) DO UPDATE SET
		name_zh = excluded.name_zh, name_en = excluded.name_en, kind = excluded.kind, unit = excluded.unit, path = excluded.path,
		parent = excluded.parent, audience = excluded.audience, closed_note = excluded.closed_note, active = excluded.active,
		version = org_place.version + 1`); err != nil {
		return err
	}
	return touch(tx, partPlaces)
}

func placeRows(places []Place) [][]any {
	var rows [][]any
	for _, p := range places {
		rows = append(rows, []any{p.Code, p.Key, p.NameZh, p.NameEn, p.Kind, p.Unit, p.Path, orNull(p.Parent), p.Audience, p.Users,
			p.ClosedNote, p.Active, p.Sort, 1})
	}
	return rows
}

func updatePlace(tx *db.Tx, p Place) error {
	if err := changed(tx.Exec(`UPDATE org_place SET name_zh = $1, name_en = $2, kind = $3, unit = $4, path = $5, parent = $6, audience = $7,
		closed_note = $8, active = $9, sort = $10, version = version + 1 WHERE code = $11 AND version = $12`,
		p.NameZh, p.NameEn, p.Kind, p.Unit, p.Path, orNull(p.Parent), p.Audience, p.ClosedNote, p.Active, p.Sort, p.Code, p.Version)); err != nil {
		return err
	}
	return touch(tx, partPlaces)
}

func insertCategories(tx *db.Tx, cats ...Category) error {
	var rows [][]any
	for _, c := range cats {
		rows = append(rows, []any{c.Code, orNull(c.Parent), c.NameZh, c.NameEn, c.Lead, c.Co, c.Class, c.FirstMins, c.FirstDays,
			c.LimitMins, c.LimitDays, c.LevelHint, c.Restricted, c.Keywords, c.Active, c.Sort, 1})
	}
	return bulk(tx, `INSERT INTO org_category (`+categoryColumns+`)`, 17, rows, "")
}

func updateCategory(tx *db.Tx, c Category) error {
	return changed(tx.Exec(`UPDATE org_category SET parent = $1, name_zh = $2, name_en = $3, lead = $4, co = $5, class = $6,
		first_mins = $7, first_days = $8, limit_mins = $9, limit_days = $10, level_hint = $11, restricted = $12, keywords = $13,
		active = $14, sort = $15, version = version + 1 WHERE code = $16 AND version = $17`,
		orNull(c.Parent), c.NameZh, c.NameEn, c.Lead, c.Co, c.Class, c.FirstMins, c.FirstDays, c.LimitMins, c.LimitDays, c.LevelHint,
		c.Restricted, c.Keywords, c.Active, c.Sort, c.Code, c.Version))
}

func retireRule(tx *db.Tx, rule string) error {
	return changed(tx.Exec(`UPDATE org_rule SET active = 0 WHERE id = $1 AND active = 1`, rule))
}

func insertRule(tx *db.Tx, r Rule) error {
	_, err := tx.Exec(`INSERT INTO org_rule (`+ruleColumns+`)`+values(1, 11),
		r.ID, r.Category, r.Place, r.Lead, r.Co, r.Class, r.Version, r.Basis, r.Active, r.Since, r.MadeBy)
	return err
}

func writeSetting(tx *db.Tx, key, value, basis string, version int64) error {
	if version == 0 {
		n, err := tx.Exec(`INSERT INTO org_setting (key, value, basis, version) VALUES ($1, $2, $3, 1) ON CONFLICT (key) DO NOTHING`, key, value, basis)
		return changed(n, err)
	}
	return changed(tx.Exec(`UPDATE org_setting SET value = $1, basis = $2, version = version + 1 WHERE key = $3 AND version = $4`,
		value, basis, key, version))
}

func writeCalendarYear(tx *db.Tx, y CalendarYear) error {
	_, err := tx.Exec(`INSERT INTO org_calendar (year, version, data, source, provisional, imported_at) VALUES ($1, 1, $2, $3, $4, $5)
		ON CONFLICT (year) DO UPDATE SET version = org_calendar.version + 1, data = excluded.data, source = excluded.source,
		provisional = excluded.provisional, imported_at = excluded.imported_at`, y.Year, y.Data, y.Source, y.Provisional, y.ImportedAt)
	return err
}

func writeRoster(tx *db.Tx, kind string, people []string) error {
	if _, err := tx.Exec(`DELETE FROM org_roster WHERE kind = $1`, kind); err != nil {
		return err
	}
	for i, p := range people {
		if _, err := tx.Exec(`INSERT INTO org_roster (kind, position, person) VALUES ($1, $2, $3)`, kind, i+1, p); err != nil {
			return err
		}
	}
	return nil
}

func insertCheckItems(tx *db.Tx, items ...CheckItem) error {
	var rows [][]any
	for _, c := range items {
		rows = append(rows, []any{c.Code, c.PlaceKind, c.NameZh, c.NameEn, c.MethodZh, c.MethodEn, c.Measure, c.Op, c.Low, c.High,
			c.CritLow, c.CritHigh, c.Points, c.Critical, c.Avoid, c.BasisZh, c.BasisEn, c.Mark, c.Active, c.Sort, 1})
	}
	return bulk(tx, `INSERT INTO org_check_item (`+checkColumns+`)`, 21, rows, "")
}

func updateCheckItem(tx *db.Tx, c CheckItem) error {
	return changed(tx.Exec(`UPDATE org_check_item SET place_kind = $1, name_zh = $2, name_en = $3, method_zh = $4, method_en = $5,
		measure = $6, op = $7, low = $8, high = $9, crit_low = $10, crit_high = $11, points = $12, critical = $13, avoid = $14,
		basis_zh = $15, basis_en = $16, mark = $17, active = $18, version = version + 1 WHERE code = $19 AND version = $20`,
		c.PlaceKind, c.NameZh, c.NameEn, c.MethodZh, c.MethodEn, c.Measure, c.Op, c.Low, c.High, c.CritLow, c.CritHigh, c.Points,
		c.Critical, c.Avoid, c.BasisZh, c.BasisEn, c.Mark, c.Active, c.Code, c.Version))
}

// recount sets the headcount of every unit and the users of every place from the people at work. Only rows that change
// are written.
func recount(tx *db.Tx) error {
	type line struct {
		Unit string
		N    int
	}
	lines, err := db.All[line](tx, `SELECT unit, COUNT(*) AS n FROM org_person WHERE status <> 'left' GROUP BY unit`)
	if err != nil {
		return err
	}
	tree, err := freshTree(tx)
	if err != nil {
		return err
	}
	sum := map[string]int{}
	for _, l := range lines {
		for _, u := range tree.Chain(l.Unit) {
			sum[u.Code] += l.N
		}
	}
	for _, u := range tree.All() {
		if u.Headcount == sum[u.Code] {
			continue
		}
		if _, err := tx.Exec(`UPDATE org_unit SET headcount = $1 WHERE code = $2`, sum[u.Code], u.Code); err != nil {
			return err
		}
	}
	return recountPlaces(tx)
}

// count moves the headcount of a unit and everything above it by n.
func count(tx *db.Tx, tree *Tree, unit string, n int) error {
	var above []string
	for _, u := range tree.Chain(unit) {
		above = append(above, u.Code)
	}
	if len(above) == 0 || n == 0 {
		return nil
	}
	in, args := db.In("code", above, 2)
	_, err := tx.Exec(`UPDATE org_unit SET headcount = headcount + $1 WHERE `+in, append([]any{n}, args...)...)
	return err
}

// recountPlaces sets the users of every place from the headcounts.
func recountPlaces(tx *db.Tx) error {
	tree, err := freshTree(tx)
	if err != nil {
		return err
	}
	places, err := db.All[Place](tx, `SELECT `+placeColumns+` FROM org_place`)
	if err != nil {
		return err
	}
	counted := users(places, tree)
	for _, p := range places {
		if p.Users == counted[p.Code] {
			continue
		}
		if _, err := tx.Exec(`UPDATE org_place SET users = $1 WHERE code = $2`, counted[p.Code], p.Code); err != nil {
			return err
		}
	}
	return touch(tx, partTree, partPlaces)
}

func freshTree(tx *db.Tx) (*Tree, error) {
	units, err := db.All[Unit](tx, `SELECT `+unitColumns+` FROM org_unit`)
	if err != nil {
		return nil, err
	}
	return newTree(units), nil
}

func leaveRosters(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM org_roster WHERE person = $1`, person)
	return err
}

var activeTables = map[string][2]string{ // kind → statement, cached part
	KindUnit:     {`UPDATE org_unit SET active = $1, version = version + 1 WHERE code = $2 AND version = $3`, partTree},
	KindPlace:    {`UPDATE org_place SET active = $1, version = version + 1 WHERE code = $2 AND version = $3`, partPlaces},
	KindCategory: {`UPDATE org_category SET active = $1, version = version + 1 WHERE code = $2 AND version = $3`, partCatalogue},
	KindCheck:    {`UPDATE org_check_item SET active = $1, version = version + 1 WHERE code = $2 AND version = $3`, ""},
}

func setActive(tx *db.Tx, kind, code string, active bool, version int64) (part string, err error) {
	t, ok := activeTables[kind]
	if !ok {
		return "", fault.New(fault.Invalid, "org.kind.unknown", kind)
	}
	return t[1], changed(tx.Exec(t[0], active, code, version))
}

func markLeft(tx *db.Tx, people []string) error {
	in, args := db.In("id", people, 1)
	_, err := tx.Exec(`UPDATE org_person SET status = 'left', version = version + 1 WHERE `+in, args...)
	return err
}
