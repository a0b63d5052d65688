package season

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
)

func init() { event.RegisterState(RefKind, `SELECT id, state FROM season_task`) }

func insertTask(tx *db.Tx, t Task) error {
	_, err := tx.Exec(`INSERT INTO season_task (id, version, state, kind, title, body, unit, lead, sponsor, category, day, yearly, after, matter, matter_no, reason, made_at, made_by)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)`, t.ID, t.Version, t.State, t.Kind, t.Title, t.Body, t.Unit, t.Lead, t.Sponsor, t.Category, t.Day,
		t.Yearly, t.After, t.Matter, t.MatterNo, t.Reason, t.MadeAt, t.MadeBy)
	return err
}

// updateTask writes a task, if the row is still at the version that was read.
func updateTask(tx *db.Tx, t *Task) error {
	n, err := tx.Exec(`UPDATE season_task SET version = version + 1, state = $3, kind = $4, title = $5, body = $6, unit = $7, lead = $8, sponsor = $9, category = $10, day = $11,
		yearly = $12, matter = $13, matter_no = $14, reason = $15 WHERE id = $1 AND version = $2`,
		t.ID, t.Version, t.State, t.Kind, t.Title, t.Body, t.Unit, t.Lead, t.Sponsor, t.Category, t.Day, t.Yearly, t.Matter, t.MatterNo, t.Reason)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "season.stale")
	}
	t.Version++
	return err
}

func find(tx *db.Tx, key, lock string) (Task, error) {
	return db.Need[Task](tx, "season.unknown", `SELECT * FROM season_task WHERE id = $1`+lock, key)
}

// thing is a task as permission sees it: the calendar belongs to the organisation.
func thing(tx *db.Tx, id string) (access.Thing, error) {
	tree, err := org.TreeOf(tx)
	return access.Thing{Kind: RefKind, ID: id, Unit: tree.Path(org.Root), Lead: access.NoUnit}, err
}

func thingOf(tx *db.Tx, t Task) (access.Thing, error) { return thing(tx, t.ID) }

// See gives a task to somebody who may read the calendar.
func See(tx *db.Tx, who access.Person, key string) (Task, error) {
	t, _, err := access.Reach(tx, who, access.SeasonSee, key, "", find, thingOf)
	return t, err
}

// Filter chooses tasks.
type Filter struct {
	State string
	Kind  string
	After string // cursor
}

// PageSize is how many rows a page of the list has.
const PageSize = 50

// List lists the calendar, the latest day first, and the cursor of the next page.
func List(tx *db.Tx, who access.Person, f Filter) ([]Task, string, error) {
	th, err := thing(tx, "")
	if err != nil {
		return nil, "", err
	}
	if err := who.May(tx, access.SeasonSee, th); err != nil {
		return nil, "", err
	}
	w := db.NewWhere()
	if f.State != "" {
		w.Add("state = ?", f.State)
	}
	if f.Kind != "" {
		w.Add("kind = ?", f.Kind)
	}
	if err := w.BehindDay("day", "id", f.After); err != nil {
		return nil, "", err
	}
	cond, args := w.SQL()
	rows, err := db.All[Task](tx, `SELECT * FROM season_task WHERE `+cond+` ORDER BY day DESC, id DESC LIMIT `+w.Arg(PageSize+1), append(args, PageSize+1)...)
	page, next := db.Cut(rows, PageSize, func(t Task) string { return string(t.Day) + "~" + t.ID })
	return page, next, err
}

// PlanFor is the plan that a matter begins with because it came from the calendar: its leader. False where it did not.
func PlanFor(tx *db.Tx, matterID string) (matter.Slots, bool, error) {
	t, err := db.Maybe[Task](tx, `SELECT * FROM season_task WHERE matter = $1`, matterID)
	if err != nil || t == nil {
		return matter.Slots{}, false, err
	}
	return matter.Slots{Item: t.Body, Sponsor: t.Sponsor}, true, nil
}

// Leader is somebody who can answer for a task.
type Leader struct{ ID, Name, Unit string }

// Leaders lists those who can answer for a task.
func Leaders(tx *db.Tx) ([]Leader, error) {
	return db.All[Leader](tx, `SELECT DISTINCT p.id, p.name, p.unit FROM org_person p JOIN org_grant g ON g.person = p.id WHERE g.role = 'leader' AND p.status = 'active' ORDER BY p.name, p.id`)
}
