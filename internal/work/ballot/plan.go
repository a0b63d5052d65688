package ballot

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/ballot/count"
)

// Plan makes a ballot of candidates that are ready. It opens on its first day, at once where that is today. It fills ID.
type Plan struct {
	ID         string       `json:"id,omitempty"`
	Title      string       `json:"title"`
	About      string       `json:"about,omitempty"`
	Electorate string       `json:"electorate"`
	Units      []string     `json:"units,omitempty"` // none: the whole organisation
	Places     int          `json:"places"`
	Rule       count.Rule   `json:"rule"`
	Quorum     count.Quorum `json:"quorum"`
	Opens      clock.Day    `json:"opens"`
	Closes     clock.Day    `json:"closes"`
	Candidates []string     `json:"candidates"` // in the order of the paper
}

// Do plans. Errors: access, Invalid at the fields: also where there are no more candidates than places, or so few electors that a vote could be
// told from the result.
func (in *Plan) Do(tx *db.Tx, who access.Person) error {
	t, err := thing(tx, Ballot{}, "")
	if err != nil {
		return err
	}
	if err := who.May(tx, access.BallotPlan, t); err != nil {
		return err
	}
	b, all, err := in.ballot(tx, who)
	if err != nil {
		return err
	}
	if b.State, err = Cycle.Next("", EventPlan); err != nil {
		return err
	}
	in.ID = b.ID
	if err := insertBallot(tx, b); err != nil {
		return err
	}
	for i, c := range all {
		if err := insertChoice(tx, Choice{Ballot: b.ID, N: int64(i + 1), Candidate: c.ID}); err != nil {
			return err
		}
		from := c.State
		if c.State, err = PoolCycle.Next(from, EventList); err != nil {
			return err
		}
		c.Ballot = b.ID
		if err := keep(tx, who, &c, from, EventList, struct {
			Ballot string `json:"ballot"`
			N      int    `json:"n"`
		}{b.ID, i + 1}); err != nil {
			return err
		}
	}
	if err := event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventPlan, Subject: b.Ref(), To: b.State, Data: in}); err != nil {
		return err
	}
	if b.Opens <= tx.Today() {
		return open(tx, b)
	}
	return nil
}

func (in *Plan) ballot(tx *db.Tx, who access.Person) (Ballot, []Candidate, error) {
	var f fault.Form
	b := Ballot{ID: id.V7(tx.Now), Version: 1, Title: f.Text("title", in.Title, 2, MaxTitle, "fault.required"), About: f.Text("about", in.About, 0, MaxAbout, "fault.required"),
		Electorate: in.Electorate, Places: int64(in.Places), Rule: in.Rule, Quorum: in.Quorum, Opens: in.Opens, Closes: in.Closes, MadeAt: tx.Millis(), MadeBy: who.ID}
	if !slices.Contains(Electorates(), in.Electorate) {
		f.Add("electorate", "fault.choice")
	}
	if !slices.Contains(count.Rules(), in.Rule) {
		f.Add("rule", "fault.choice")
	}
	if !slices.Contains(count.Quorums(), in.Quorum) {
		f.Add("quorum", "fault.choice")
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return b, nil, err
	}
	var units []string
	for _, u := range in.Units {
		if x, ok := tree.Get(u); !ok || !x.Active {
			f.Add("units", "fault.choice")
		} else if !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	slices.Sort(units)
	b.Units = strings.Join(units, ",")
	if in.Places < 1 || in.Places > MaxPlaces {
		f.Add("places", "fault.range", 1, MaxPlaces)
	}
	switch {
	case !in.Opens.Valid() || in.Opens < tx.Today():
		f.Add("opens", "survey.round.opens")
	case !in.Closes.Valid() || in.Closes < in.Opens || in.Opens.Until(in.Closes) > MaxOpen:
		f.Add("closes", "survey.round.closes", MaxOpen)
	}
	all, err := in.candidates(tx, &f)
	if err != nil {
		return b, nil, err
	}
	if err := f.Err(); err != nil {
		return b, nil, err
	}
	least, err := org.Int(tx, org.PlaceUsers)
	if err != nil {
		return b, nil, err
	}
	people, err := electorate(tx, b)
	if err == nil && len(people) < least {
		err = fault.Field("electorate", "ballot.small", least, len(people))
	}
	return b, all, err
}

func (in *Plan) candidates(tx *db.Tx, f *fault.Form) ([]Candidate, error) {
	var all []Candidate
	seen := map[string]bool{}
	for _, key := range in.Candidates {
		if seen[key] {
			continue
		}
		seen[key] = true
		c, err := db.Maybe[Candidate](tx, `SELECT * FROM ballot_candidate WHERE id = $1`+tx.ForUpdate(), key)
		if err != nil {
			return nil, err
		}
		if c == nil || !PoolCycle.Can(c.State, EventList) {
			f.Add("candidates", "ballot.not_ready")
			continue
		}
		all = append(all, *c)
	}
	switch {
	case len(all) <= in.Places:
		f.Add("candidates", "ballot.more", in.Places+1)
	case len(all) > MaxCandidates:
		f.Add("candidates", "ballot.most", MaxCandidates)
	}
	return all, nil
}

// elector is somebody who may vote.
type elector struct {
	ID   string
	Path access.Path
}

// electorate lists who may vote, in the order of their ids.
func electorate(tx *db.Tx, b Ballot) ([]elector, error) {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	w := db.NewWhere()
	var or []string
	for _, u := range b.UnitList() {
		from, to := tree.Path(u).Range()
		or = append(or, "p.path >= "+w.Arg(from)+" AND p.path < "+w.Arg(to))
	}
	cond := ""
	if len(or) > 0 {
		cond = " AND ((" + strings.Join(or, ") OR (") + "))"
	}
	if b.Electorate == Delegates {
		cond += " AND (p.delegate = 1 OR EXISTS (SELECT 1 FROM org_grant g WHERE g.person = p.id AND g.role = 'delegate'))"
	}
	_, args := w.SQL()
	return db.All[elector](tx, `SELECT p.id, p.path FROM org_person p WHERE p.status = 'active'`+cond+` ORDER BY p.id`, args...)
}

// topUnit is the unit right below the organisation in which somebody works, or the organisation.
func topUnit(p access.Path) string {
	parts := strings.Split(strings.Trim(string(p), "/"), "/")
	if len(parts) > 1 {
		return parts[1]
	}
	return parts[0]
}

// open fixes the electorate and seals the seed: its digest stands in the record before anybody votes.
func open(tx *db.Tx, b Ballot) error {
	who := access.System("ballot")
	people, err := electorate(tx, b)
	if err != nil {
		return err
	}
	least, err := org.Int(tx, org.PlaceUsers)
	if err != nil {
		return err
	}
	if len(people) < least { // people have left since it was planned
		return cancel(tx, who, b, "")
	}
	from := b.State
	if b.State, err = Cycle.Next(from, EventOpen); err != nil {
		return err
	}
	b.Seed, b.Electors = id.Random(), int64(len(people))
	units := map[string]int{}
	for _, p := range people {
		u := topUnit(p.Path)
		units[u]++
		if err := insertElector(tx, b.ID, p.ID, u); err != nil {
			return err
		}
	}
	if err := updateBallot(tx, &b); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventOpen, Subject: b.Ref(), From: from, To: b.State, Data: struct {
		Digest   string         `json:"digest"` // of the seed
		Electors int64          `json:"electors"`
		Units    map[string]int `json:"units"`
	}{SeedDigest(b.Seed), b.Electors, units}})
}

// SeedDigest is what the record of the opening says of the seed.
func SeedDigest(seed string) string {
	sum := sha256.Sum256([]byte("ballot seed " + seed))
	return hex.EncodeToString(sum[:])
}

// Cancel calls a ballot off. The papers are destroyed unread; the candidates are ready again.
type Cancel struct {
	Ballot  string `json:"ballot"`
	Version int64  `json:"version"`
	Reason  string `json:"reason"`
}

// Do calls off. Errors: access, Invalid without a reason, Conflict once it is over.
func (in Cancel) Do(tx *db.Tx, who access.Person) error {
	b, _, err := access.Reach(tx, who, access.BallotPlan, in.Ballot, tx.ForUpdate(), findBallot, thingOfBallot)
	if err != nil {
		return err
	}
	if in.Version != 0 && in.Version != b.Version {
		return fault.New(fault.Conflict, "pool.stale")
	}
	var f fault.Form
	reason := f.Text("reason", in.Reason, 2, MaxReason, "fault.required")
	if err := f.Err(); err != nil {
		return err
	}
	return cancel(tx, who, b, reason)
}

func cancel(tx *db.Tx, who access.Person, b Ballot, reason string) (err error) {
	from := b.State
	if b.State, err = Cycle.Next(from, EventCancel); err != nil {
		return err
	}
	b.Reason, b.ClosedAt = reason, tx.Millis()
	if err := dropPapers(tx, b.ID); err != nil {
		return err
	}
	if err := settle(tx, b.ID); err != nil {
		return err
	}
	if err := giveBack(tx, who, b); err != nil {
		return err
	}
	if err := updateBallot(tx, &b); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventCancel, Subject: b.Ref(), From: from, To: b.State, Data: struct {
		Reason string `json:"reason"`
	}{reason}})
}

// giveBack makes the candidates of a ballot that decided nothing ready again.
func giveBack(tx *db.Tx, who access.Person, b Ballot) error {
	all, err := Choices(tx, b.ID)
	if err != nil {
		return err
	}
	for _, x := range all {
		c, err := findCandidate(tx, x.Candidate, tx.ForUpdate())
		if err != nil {
			return err
		}
		from := c.State
		if c.State, err = PoolCycle.Next(from, EventUnlist); err != nil {
			return err
		}
		if err := keep(tx, who, &c, from, EventUnlist, struct {
			Ballot string `json:"ballot"`
		}{b.ID}); err != nil {
			return err
		}
	}
	return nil
}
