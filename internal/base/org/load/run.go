package load

import (
	"encoding/json"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

func record(tx *db.Tx, who access.Person, what, run string, data any) error {
	return event.Record(tx, who, event.Fact{Kind: "org." + what, Subject: event.Ref{Kind: "import", ID: run}, Data: data})
}

// States of an import.
const (
	Queued  = "queued" // waits for its turn as a job
	Running = "running"
	Done    = "done"
	Failed  = "failed"

	Cancelling = "cancelling" // will stop after the present piece
	Cancelled  = "cancelled"
)

// keyCancelled is the fault by which an import that was stopped ends.
const keyCancelled = "org.import.cancelled"

// Run is what is kept of an import: counts and the digest of the file, no row of it.
type Run struct {
	ID        string
	Kind      string // people or places
	FileHash  string
	State     string
	RowsTotal int // rows that are to be written
	RowsDone  int
	Added     int
	Changed   int
	Removed   int // people who left, places deactivated
	Refused   int // rows with faults that were left out
	StartedAt clock.Millis
	EndedAt   clock.Millis
	MadeBy    string
	Error     string // why it failed, key of a sentence; empty where only the program's log knows
	Result    string // hash of the result workbook, which is kept for two days
	Queue     string // what it was told, as JSON
}

// start notes that an import begins. While it is running nobody can start another of its kind; one that stands
// still because the program ended is taken over after an hour.
type start struct {
	ID       string // of the queued import, or empty
	Kind     string
	FileHash string
	Rows     int
	Refused  int
	Result   string
}

// stale is how long an import may run before another may begin.
const stale = time.Hour

// Do notes it and returns the id for the bulk actions.
func (in start) Do(tx *db.Tx, who access.Person) (string, error) {
	if err := who.May(tx, actionOf(in.Kind), access.Thing{Kind: "import"}); err != nil {
		return "", err
	}
	running, err := db.All[Run](tx, `SELECT `+columns+` FROM org_import WHERE kind = $1 AND state = 'running' AND id <> $2`+tx.ForUpdate(), in.Kind, in.ID)
	if err != nil {
		return "", err
	}
	for _, r := range running {
		if tx.Now.Sub(r.StartedAt.Time()) < stale {
			return "", fault.New(fault.Conflict, "org.import.running")
		}
		r.State, r.EndedAt = Failed, tx.Millis()
		if err := writeRun(tx, r); err != nil {
			return "", err
		}
	}
	if in.ID == "" {
		in.ID = id.V7(tx.Now)
	} else if had, err := runByID(tx, in.ID); err == nil && (had.State == Cancelled || had.State == Cancelling) {
		return "", fault.New(fault.Conflict, keyCancelled)
	}
	r := Run{ID: in.ID, Kind: in.Kind, Result: in.Result, FileHash: in.FileHash, State: Running, RowsTotal: in.Rows, Refused: in.Refused,
		StartedAt: tx.Millis(), MadeBy: who.ID}
	if err := writeRun(tx, r); err != nil {
		return "", err
	}
	return r.ID, record(tx, who, "import_started", r.ID, map[string]any{"kind": in.Kind, "file": in.FileHash, "rows": in.Rows, "refused": in.Refused})
}

// end notes how an import ended and counts everybody anew.
type end struct {
	ID                            string
	State                         string
	Done, Added, Changed, Removed int
}

// Do notes it.
func (in end) Do(tx *db.Tx, who access.Person) error {
	r, err := runByID(tx, in.ID)
	if err != nil {
		return err
	}
	if err := who.May(tx, actionOf(r.Kind), access.Thing{Kind: "import", ID: in.ID}); err != nil {
		return err
	}
	r.State, r.RowsDone, r.Added, r.Changed, r.Removed, r.EndedAt = in.State, in.Done, in.Added, in.Changed, in.Removed, tx.Millis()
	if err := writeRun(tx, r); err != nil {
		return err
	}
	if err := (org.Recount{}).Do(tx, who); err != nil {
		return err
	}
	return record(tx, who, "import_ended", in.ID, in)
}

// Cancel stops an import: at once where it has not begun, else after the piece that is being written. What is written stays.
type Cancel struct {
	ID string `json:"id"`
}

// Do stops it. Errors: access, NotFound "org.import.unknown", Conflict "org.import.over".
func (in Cancel) Do(tx *db.Tx, who access.Person) error {
	r, err := RunByID(tx, who, in.ID)
	if err != nil {
		return err
	}
	switch r.State {
	case Queued:
		if _, err := jobs.Cancel(tx, JobKind, r.ID); err != nil {
			return err
		}
		r.State, r.EndedAt = Cancelled, tx.Millis()
	case Running:
		r.State = Cancelling
	default:
		return fault.New(fault.Conflict, "org.import.over")
	}
	if err := writeRun(tx, r); err != nil {
		return err
	}
	return record(tx, who, "import_cancelled", r.ID, map[string]any{"done": r.RowsDone, "total": r.RowsTotal})
}

// Continues reports whether the import can go on: it was stopped or cut off, and it is known what it was told.
func (r Run) Continues() bool {
	return r.Queue != "" && (r.State == Cancelled || r.State == Failed && r.Error == "")
}

// Continue goes on with an import that was stopped or cut off, as a new one: what is written already is found unchanged.
type Continue struct {
	ID string `json:"id"`
}

// Do queues it and returns its id. Errors: access, NotFound "org.import.unknown", Conflict "org.import.over".
func (in Continue) Do(tx *db.Tx, who access.Person) (string, error) {
	r, err := RunByID(tx, who, in.ID)
	if err != nil {
		return "", err
	}
	var q Queue
	if !r.Continues() {
		return "", fault.New(fault.Conflict, "org.import.over")
	}
	if err := json.Unmarshal([]byte(r.Queue), &q); err != nil {
		return "", err
	}
	return q.Do(tx, who)
}

// Runs lists the latest imports.
func Runs(tx *db.Tx, limit int) ([]Run, error) {
	return db.All[Run](tx, `SELECT `+columns+` FROM org_import ORDER BY started_at DESC, id DESC LIMIT $1`, limit)
}

// RunByID finds an import: NotFound "org.import.unknown" where there is none.
func RunByID(tx *db.Tx, who access.Person, id string) (Run, error) {
	r, err := runByID(tx, id)
	if db.IsNone(err) {
		return r, fault.New(fault.NotFound, "org.import.unknown")
	}
	if err != nil {
		return r, err
	}
	return r, who.May(tx, actionOf(r.Kind), access.Thing{Kind: "import", ID: id})
}

// actionOf is what whoever imports a kind must be allowed to do.
func actionOf(kind string) access.Action {
	if kind == string(Places) {
		return access.OrgEdit
	}
	return access.OrgPeople
}

func runByID(tx *db.Tx, id string) (Run, error) {
	return db.One[Run](tx, `SELECT `+columns+` FROM org_import WHERE id = $1`, id)
}
