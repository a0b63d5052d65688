package duty

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/id"
)

// FactRung tells of a rung that was fired; its data names the duty, the rung and who is told.
const FactRung = "duty.rung"

// Fired is a rung that was fired. It stays, whatever becomes of the duty.
type Fired struct {
	ID          string
	Duty        string
	DueVersion  int64
	Rung        Rung
	N           int64 // how many of this rung the duty had before; always 0 but for calls
	SubjectKind string
	SubjectID   string
	Kind        Kind
	Path        access.Path
	Restricted  string
	Due         clock.Millis // the due at that time
	MeantAt     clock.Millis // when it was reached
	At          clock.Millis // when it was fired
	Passed      bool         // left out: what it would have reminded of had been done
}

// Notice is what is to be told to one person because of a rung.
type Notice struct {
	ID     string
	Rung   string // id of the fired rung
	Person string
	At     clock.Millis
	Seen   clock.Millis // zero: not yet
}

// Firing is a rung while it is fired, as acts see it.
type Firing struct {
	Fired
	Of    Duty
	Thing access.Thing // the subject as permission sees it
	to    []string
}

// Tell adds people who are told. Who is named in the subject is left out, and nobody is told twice.
func (f *Firing) Tell(people ...string) { f.to = append(f.to, people...) }

// Act is done when a rung is fired, in the same transaction.
type Act func(tx *db.Tx, who access.Person, f *Firing) error

var ladderHooks struct {
	mu     sync.RWMutex
	acts   map[Rung][]Act
	things map[string]func(tx *db.Tx, id string) (access.Thing, error)
}

// OnRung has act done whenever the rung is fired. It is called while the program starts. An error of the act undoes that rung, which
// is tried again later.
func OnRung(r Rung, act Act) {
	ladderHooks.mu.Lock()
	defer ladderHooks.mu.Unlock()
	if ladderHooks.acts == nil {
		ladderHooks.acts = map[Rung][]Act{}
	}
	ladderHooks.acts[r] = append(ladderHooks.acts[r], act)
}

// RegisterThing tells how a kind of subject is seen by permission, so that nobody named in it is told of it and its sponsor is. It is
// called while the program starts.
func RegisterThing(kind string, fn func(tx *db.Tx, id string) (access.Thing, error)) {
	ladderHooks.mu.Lock()
	defer ladderHooks.mu.Unlock()
	if ladderHooks.things == nil {
		ladderHooks.things = map[string]func(*db.Tx, string) (access.Thing, error){}
	}
	ladderHooks.things[kind] = fn
}

// climbBatch is how many duties climb in one transaction.
const climbBatch = 200

// climber fires the rungs of one transaction.
type climber struct {
	tx     *db.Tx
	who    access.Person
	ladder Ladder
	holds  map[string][]string
	named  map[string]access.Person
	fired  int
}

// RunLadder fires everything whose time has come. It may run on any number of replicas: a duty is locked while it climbs, who lost the
// lease of the job fires nothing more, and the database knows every rung once. Where one duty cannot climb the others do, and the error
// is returned.
func RunLadder(ctx context.Context, d *db.DB) error {
	for {
		n := 0
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			if err := jobs.Hold(tx); err != nil {
				return err
			}
			n, err = Climb(tx)
			return err
		})
		switch {
		case err != nil && ctx.Err() == nil && !errors.Is(err, jobs.ErrLost):
			return climbSingly(ctx, d)
		case err != nil || n == 0:
			return err
		}
	}
}

func climbSingly(ctx context.Context, d *db.DB) error {
	var ids []string
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		ids, err = db.All[string](tx, `SELECT id FROM duty WHERE rung_at > 0 AND rung_at <= $1 ORDER BY rung_at, id`, tx.Millis())
		return err
	})
	for _, one := range ids {
		e := d.Write(ctx, func(tx *db.Tx) error {
			if err := jobs.Hold(tx); err != nil {
				return err
			}
			_, err := climb(tx, ` AND id = $3`, one)
			return err
		})
		if err = errors.Join(err, e); ctx.Err() != nil || errors.Is(e, jobs.ErrLost) {
			break
		}
	}
	return err
}

// Climb fires the rungs whose time has come of some duties and returns how many duties it looked at; call it again until that is none.
func Climb(tx *db.Tx) (int, error) { return climb(tx, "") }

func climb(tx *db.Tx, more string, args ...any) (int, error) {
	c := &climber{tx: tx, who: access.System("duty.ladder"), holds: map[string][]string{}, named: map[string]access.Person{}}
	if err := c.who.May(tx, access.DutySystem, access.Thing{Kind: "duty"}); err != nil {
		return 0, err
	}
	ds, err := db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE rung_at > 0 AND rung_at <= $1`+more+` ORDER BY rung_at, id LIMIT $2`+tx.SkipLocked(),
		append([]any{tx.Millis(), climbBatch}, args...)...)
	if err != nil || len(ds) == 0 {
		return 0, err
	}
	if c.ladder, err = LadderOf(tx); err != nil {
		return 0, err
	}
	before, err := firedOf(tx, ds)
	if err != nil {
		return 0, err
	}
	for _, d := range ds {
		if err := c.climb(d, before[d.ID]); err != nil {
			return 0, err
		}
	}
	if c.fired == 0 {
		tx.Recorded() // only worked out when to look again, which changes nothing that anybody is told
	}
	return len(ds), nil
}

// climb fires every rung that the duty has reached, the lowest first, and writes down which is next.
func (c *climber) climb(d Duty, before []Fired) error {
	now := c.tx.Millis()
	for planned := d.RungAt != unplanned; ; planned = false {
		if !planned {
			d.Rung, d.RungAt = c.ladder.Next(d, before, now)
		}
		if d.Rung == "" || d.RungAt > now {
			return updateRung(c.tx, d)
		}
		f := Fired{ID: id.V7(c.tx.Now), Duty: d.ID, DueVersion: d.DueVersion, Rung: d.Rung, SubjectKind: d.SubjectKind, SubjectID: d.SubjectID,
			Kind: d.Kind, Path: d.Path, Restricted: d.Restricted, Due: d.Due, MeantAt: d.RungAt, At: now}
		if d.Rung == RungCall {
			f.N = int64(len(before))
		}
		if err := c.fire(&d, &f); err != nil {
			return err
		}
		before = append(before, f)
	}
}

// fire does one rung.
func (c *climber) fire(d *Duty, f *Fired) error {
	if f.Rung == RungRemind {
		touched, err := c.touched(*d)
		if err != nil {
			return err
		}
		f.Passed = touched
	}
	fresh, err := insertRung(c.tx, *f)
	if err != nil || !fresh || f.Passed {
		return err
	}
	x := &Firing{Fired: *f, Of: *d}
	ladderHooks.mu.RLock()
	thing, acts := ladderHooks.things[d.SubjectKind], ladderHooks.acts[f.Rung]
	ladderHooks.mu.RUnlock()
	if thing != nil {
		if x.Thing, err = thing(c.tx, d.SubjectID); err != nil {
			return err
		}
	}
	if err := c.address(x); err != nil {
		return err
	}
	for _, act := range acts {
		if err := act(c.tx, c.who, x); err != nil {
			return err
		}
	}
	people, err := c.people(x)
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := insertNotice(c.tx, Notice{ID: id.V7(c.tx.Now), Rung: f.ID, Person: p, At: f.At}); err != nil {
			return err
		}
	}
	c.fired++
	return event.Record(c.tx, c.who, event.Fact{Kind: FactRung, Subject: d.Subject(), Data: firedFact{Rung: f.Rung, Duty: d.told(), Version: f.DueVersion, N: f.N, To: people}})
}

type firedFact struct {
	Rung    Rung     `json:"rung"`
	Duty    told     `json:"duty"`
	Version int64    `json:"version"`
	N       int64    `json:"n,omitempty"`
	To      []string `json:"to"`
}

// touched reports whether somebody has been in touch with whoever said it: then half the time is no reason to remind of that.
func (c *climber) touched(d Duty) (bool, error) {
	if d.Kind != Answer {
		return false, nil
	}
	n, err := db.One[int](c.tx, `SELECT COUNT(*) FROM duty WHERE subject_kind = $1 AND subject_id = $2 AND kind = $3 AND outcome = $4`,
		d.SubjectKind, d.SubjectID, FirstContact, Done)
	return n > 0, err
}

// address adds those whom the ladder itself tells: who owes, the head of the department that owes, the supervising office, the sponsor
// leader. Of what is restricted only who owes it is told, and heads only of what their own departments owe.
func (c *climber) address(f *Firing) error {
	d := f.Of
	var list []string
	add := func(people []string, err error) error {
		list = append(list, people...)
		return err
	}
	owner := func() error {
		if d.Person != "" {
			return add([]string{d.Person}, nil)
		}
		return add(c.holders(d.Role, d.Unit))
	}
	head := func() error {
		if !d.Department() {
			return nil
		}
		people, err := c.holders(access.DeptHead, d.Unit)
		return add(people[:min(len(people), 1)], err)
	}
	office := func() error { return add(c.holders(access.Supervisor, d.Unit)) }
	sponsor := func() error {
		if f.Thing.Sponsor != "" {
			return add([]string{f.Thing.Sponsor}, nil)
		}
		people, err := c.holders(access.Leader, d.Unit)
		return add(people[:min(len(people), 1)], err)
	}
	steps := map[Rung][]func() error{RungRemind: {owner}, RungNear: {owner, head}, RungRed: {owner, head, office}, RungSponsor: {head, sponsor},
		RungAgenda: {head, office}, RungTalk: {head, sponsor, office}, RungCircular: {head, sponsor, office}}[f.Rung]
	switch {
	case f.Rung == RungCall && f.At > d.Due:
		steps = []func() error{office}
	case d.Restricted != "" && f.Rung != RungCall:
		steps = []func() error{owner}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	f.Tell(list...)
	return nil
}

// Department reports whether a department owes the duty, and not the union's office.
func (d Duty) Department() bool { return d.Role == access.Handler || d.Role == access.DeptHead }

func (c *climber) holders(r access.Role, unit string) ([]string, error) {
	key := string(r) + "/" + unit
	if ids, ok := c.holds[key]; ok {
		return ids, nil
	}
	people, err := org.Holders(c.tx, r, unit)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	c.holds[key] = ids
	return ids, nil
}

// people are those whom a firing tells, each once, without who is named in the subject or has left.
func (c *climber) people(f *Firing) ([]string, error) {
	list := slices.DeleteFunc(slices.Clone(f.to), func(p string) bool { return strings.TrimSpace(p) == "" })
	slices.Sort(list)
	list = slices.Compact(list)
	if len(f.Thing.NamedPersons) == 0 && len(f.Thing.NamedUnits) == 0 {
		return append([]string{}, list...), nil
	}
	out := []string{}
	for _, p := range list {
		who, ok := c.named[p]
		if !ok {
			var err error
			if who, err = org.Actor(c.tx, p); err != nil {
				return nil, err
			}
			c.named[p] = who
		}
		if !who.Recused(f.Thing) {
			out = append(out, p)
		}
	}
	return out, nil
}

// firedOf returns the rungs that duties have behind them, by duty.
func firedOf(tx *db.Tx, ds []Duty) (map[string][]Fired, error) {
	ids := make([]string, len(ds))
	for i, d := range ds {
		ids[i] = d.ID
	}
	in, args := db.In("duty", ids, 1)
	fs, err := inOrder(db.All[Fired](tx, `SELECT `+rungColumns+` FROM duty_rung WHERE `+in+` ORDER BY at, meant_at, id`, args...))
	out := map[string][]Fired{}
	for _, f := range fs {
		out[f.Duty] = append(out[f.Duty], f)
	}
	return out, err
}
