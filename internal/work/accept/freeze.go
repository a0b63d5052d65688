package accept

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
)

// init follows the matters: freeze the list when it is said to be done, open the window when the inspection has passed,
// set it aside when the claim was void or the matter ended otherwise.
func init() {
	event.RegisterState("acceptance", `SELECT matter || '/' || round AS id, state FROM acceptance`)
	matter.OnMove(func(tx *db.Tx, who access.Person, m matter.Moved) error {
		switch {
		case m.Event == matter.EventClaim:
			return freeze(tx, m.After)
		case m.Event == matter.EventPass:
			return open(tx, m.After)
		case m.Event == matter.EventFail, m.After.State == matter.Cancelled:
			return setAside(tx, m.Before)
		case m.Before.Round != 0 && m.After.Round != m.Before.Round:
			return setAside(tx, m.Before)
		}
		return nil
	})
}

type setup struct {
	Question string
	Sample   int
}

// freeze draws up the list of who will be asked and publishes its seed and sizes.
func freeze(tx *db.Tx, m matter.Matter) error {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return err
	}
	how := setup{Sample: set.Int(org.AcceptSample)}
	own, err := db.Maybe[setup](tx, `SELECT question, sample FROM accept_setup WHERE matter = $1`, m.ID)
	if err != nil {
		return err
	}
	if own != nil {
		how.Question = own.Question
		if own.Sample > 0 {
			how.Sample = own.Sample
		}
	}
	old, err := roundOf(tx, m.ID, m.Round)
	if err != nil {
		return err
	}
	a := Acceptance{Matter: m.ID, Round: m.Round, State: Frozen, Attempt: 1, Question: how.Question, Sense: senseOf(m.Number, m.Round), Seed: id.Random(),
		Sample: int64(how.Sample), FrozenAt: tx.Millis()}
	from := ""
	if old != nil {
		if old.State != Void {
			return fmt.Errorf("accept: %s is claimed while its acceptance is %s", m.Number, old.State)
		}
		from, a.Attempt = old.State, old.Attempt+1
		if err := dropInvitations(tx, m.ID, m.Round); err != nil {
			return err
		}
	}
	list, pool, err := invite(tx, m, a.Seed, how.Sample)
	if err != nil {
		return err
	}
	a.Pool, a.Invited = int64(pool), int64(len(list))
	if err := putAcceptance(tx, a); err != nil {
		return err
	}
	for _, i := range list {
		i.ID, i.Matter, i.Round = id.Random(), m.ID, m.Round
		if err := insertInvitation(tx, i); err != nil {
			return err
		}
	}
	return event.Record(tx, access.System("accept"), event.Fact{Kind: "accept.frozen", Subject: a.Ref(), About: m.Ref(), From: from, To: a.State,
		Data: struct {
			Seed    string `json:"seed"`
			Pool    int64  `json:"pool"`
			Sample  int64  `json:"sample"`
			Invited int64  `json:"invited"`
			Attempt int64  `json:"attempt"`
		}{a.Seed, a.Pool, a.Sample, a.Invited, a.Attempt}})
}

// invite gathers submitters, acceptors and the lot, and leaves out who may never be asked.
func invite(tx *db.Tx, m matter.Matter, seed string, sample int) (list []Invitation, pool int, err error) {
	b, acceptors, err := barredOf(tx, m)
	if err != nil {
		return nil, 0, err
	}
	seen := map[string]bool{}
	people := func(why string, ids []string, most int) error {
		all, err := candidates(tx, ids)
		if err != nil {
			return err
		}
		for _, p := range ids {
			c, ok := all[p]
			if !ok || seen[p] || most == 0 || b.has(c, org.Contractor) {
				continue
			}
			seen[p] = true
			most--
			list = append(list, Invitation{Person: p, Why: why})
		}
		return nil
	}
	type voice struct{ Holder, Submitter string }
	// The parts of a split voice have one receipt, that of the whole.
	voices, err := db.All[voice](tx, `SELECT DISTINCT CASE WHEN root <> '' THEN root ELSE id END AS holder, submitter FROM voice
		WHERE matter = $1 AND matter <> '' ORDER BY holder`, m.ID)
	if err != nil {
		return nil, 0, err
	}
	var submitters []string
	for _, v := range voices {
		if v.Submitter == "" {
			list = append(list, Invitation{Voice: v.Holder, Why: WhySubmitter})
		} else if !slices.Contains(submitters, v.Submitter) {
			submitters = append(submitters, v.Submitter)
		}
	}
	if err := people(WhySubmitter, submitters, -1); err != nil {
		return nil, 0, err
	}
	if err := people(WhyAcceptor, acceptors, -1); err != nil {
		return nil, 0, err
	}
	cond, args, err := users(tx, m)
	if err != nil {
		return nil, 0, err
	}
	units, err := db.All[crowd](tx, `SELECT path, COUNT(*) AS n FROM org_person WHERE status = 'active' AND `+cond+` GROUP BY path ORDER BY path`, args...)
	if err != nil {
		return nil, 0, err
	}
	for _, u := range units {
		pool += u.N
	}
	drawn, err := drawn(tx, units, Draw(seed, pool, 4*sample+20))
	if err != nil {
		return nil, 0, err
	}
	return list, pool, people(WhySample, drawn, sample)
}

// users is the condition that somebody uses the place of a matter, or is of the unit that it is for.
func users(tx *db.Tx, m matter.Matter) (string, []any, error) {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return "", nil, err
	}
	paths := []access.Path{m.UnitPath}
	if m.Place != "" {
		p, err := org.PlaceByCode(tx, m.Place)
		if err != nil {
			return "", nil, err
		}
		if codes := p.Audience.Codes(); len(codes) > 0 {
			paths = nil
			for _, c := range codes {
				paths = append(paths, tree.Path(c))
			}
		} else if p.Path != "" {
			paths = []access.Path{p.Path}
		}
	}
	w := db.NewWhere()
	var or []string
	for _, p := range paths {
		from, to := p.Range()
		or = append(or, "path >= "+w.Arg(from)+" AND path < "+w.Arg(to))
	}
	_, args := w.SQL()
	return "((" + strings.Join(or, ") OR (") + "))", args, nil
}

// crowd is how many of the users are in a unit.
type crowd struct {
	Path string
	N    int
}

// drawn gives the persons at the places of a draw, in its order, from the list of the users sorted by the path of their unit and by id.
func drawn(tx *db.Tx, units []crowd, places []int) ([]string, error) {
	before := make([]int, len(units)) // how many stand before the first of the unit
	sum := 0
	for i, u := range units {
		before[i] = sum
		sum += u.N
	}
	var out []string
	for _, p := range places {
		i, first := slices.BinarySearch(before, p)
		if !first {
			i--
		}
		id, err := db.Maybe[string](tx, `SELECT id FROM org_person WHERE path = $1 AND status = 'active' ORDER BY id LIMIT 1 OFFSET $2`, units[i].Path, p-before[i])
		if err != nil {
			return nil, err
		}
		if id != nil {
			out = append(out, *id)
		}
	}
	return out, nil
}

func candidates(tx *db.Tx, ids []string) (map[string]candidate, error) {
	out := map[string]candidate{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In("id", ids, 1)
	all, err := db.All[candidate](tx, `SELECT id, path, employment FROM org_person WHERE status = 'active' AND `+in, args...)
	for _, c := range all {
		out[c.ID] = c
	}
	return out, err
}

// barredOf tells who is never asked about a matter, and who the plan names as acceptors.
func barredOf(tx *db.Tx, m matter.Matter) (barred, []string, error) {
	t, err := matter.ThingOf(tx, m)
	if err != nil {
		return barred{}, nil, err
	}
	b := barred{lead: m.LeadPath, persons: map[string]bool{m.Owner: true, m.Claimant: true, m.Sponsor: true, m.Author: true, m.Inspector: true},
		units: t.NamedUnits}
	for _, p := range t.NamedPersons {
		b.persons[p] = true
	}
	heads, err := org.Holders(tx, access.DeptHead, m.Lead)
	if err != nil {
		return b, nil, err
	}
	for _, h := range heads {
		b.persons[h.ID] = true
	}
	delete(b.persons, "")
	p, err := matter.PlanOf(tx, m)
	return b, p.Slots.Acceptors, err
}

// open starts the window of the frozen list.
func open(tx *db.Tx, m matter.Matter) error {
	a, err := roundOf(tx, m.ID, m.Round)
	if err != nil {
		return err
	}
	if a == nil || a.State != Frozen {
		return fmt.Errorf("accept: %s passed its inspection without a frozen list", m.Number)
	}
	days, err := org.Int(tx, org.AcceptDays)
	if err != nil {
		return err
	}
	who, from := access.System("accept"), a.State
	a.State, a.OpenedAt, a.WindowEnd = Opened, tx.Millis(), windowEnd(tx, days)
	if err := setState(tx, *a); err != nil {
		return err
	}
	if err := spread(tx, *a); err != nil {
		return err
	}
	if err := event.Record(tx, who, event.Fact{Kind: "accept.opened", Subject: a.Ref(), About: m.Ref(), From: from, To: a.State,
		Data: struct {
			Until clock.Millis `json:"until"`
		}{a.WindowEnd}}); err != nil {
		return err
	}
	return matter.AwaitRating(tx, who, m, a.WindowEnd)
}

// affected reports whether the matter is somebody's own: he said it, was invited, or uses the place. Who answers for
// the matter is never affected by it.
func affected(tx *db.Tx, m matter.Matter, who access.Person) (bool, error) {
	if who.Kind == access.Receipt {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM voice WHERE (id = $1 OR root = $1) AND matter = $2`, who.Voice, m.ID)
		return n > 0, err
	}
	if who.Kind != access.Account || who.ID == "" || who.ID == m.Owner || who.ID == m.Claimant {
		return false, nil
	}
	n, err := db.One[int](tx, `SELECT (SELECT COUNT(*) FROM voice WHERE submitter = $1 AND submitter <> '' AND matter = $2) +
		(SELECT COUNT(*) FROM invitation WHERE person = $1 AND matter = $2)`, who.ID, m.ID)
	if err != nil || n > 0 {
		return n > 0, err
	}
	cond, args, err := users(tx, m)
	if err != nil {
		return false, err
	}
	n, err = db.One[int](tx, `SELECT COUNT(*) FROM org_person WHERE id = `+fmt.Sprintf("$%d", len(args)+1)+` AND status = 'active' AND `+cond,
		append(args, who.ID)...)
	return n > 0, err
}

// dispute tells what "not fixed" does to a matter on a day: reopen within the first days after closing and while
// employees are asked, relapse until much later, nothing after that.
func dispute(m matter.Matter, today clock.Day, zone *time.Location, reopen, relapse int) (string, error) {
	switch m.State {
	case matter.Accepting, matter.Rated:
		return matter.EventReopen, nil
	case matter.Closed:
		switch days := m.ClosedAt.Day(zone).Until(today); {
		case days <= reopen:
			return matter.EventReopen, nil
		case days <= relapse:
			return matter.EventRelapse, nil
		}
		return "", fault.New(fault.Gone, "accept.notfixed.late", relapse)
	}
	return "", fault.New(fault.Conflict, "accept.notfixed.open")
}

func find(tx *db.Tx, key string) (matter.Matter, access.Thing, error) {
	m, err := matter.Find(tx, key)
	if err != nil {
		tx.Asked()
		return m, access.Thing{}, err
	}
	t, err := matter.ThingOf(tx, m)
	return m, t, err
}
