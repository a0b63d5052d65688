package ballot

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/few"
)

func init() {
	event.RegisterState(RefKind, `SELECT id, state FROM ballot`)
	event.RegisterState(PoolKind, `SELECT id, state FROM ballot_candidate`)
	org.FollowMoves(pathColumns...)
	duty.RegisterThing(PoolKind, func(tx *db.Tx, id string) (access.Thing, error) {
		c, err := findCandidate(tx, id, "")
		return c.Thing(), err
	})
}

func findCandidate(tx *db.Tx, key, lock string) (Candidate, error) {
	return db.Need[Candidate](tx, "pool.unknown", `SELECT * FROM ballot_candidate WHERE id = $1`+lock, key)
}

func thingOfCandidate(_ *db.Tx, c Candidate) (access.Thing, error) { return c.Thing(), nil }

func findBallot(tx *db.Tx, key, lock string) (Ballot, error) {
	return db.Need[Ballot](tx, "ballot.unknown", `SELECT * FROM ballot WHERE id = $1`+lock, key)
}

// thing is a ballot as permission sees it: it belongs to the organisation, and everybody may see what came out.
func thing(tx *db.Tx, b Ballot, id string) (access.Thing, error) {
	tree, err := org.TreeOf(tx)
	return access.Thing{Kind: RefKind, ID: id, Unit: tree.Path(org.Root), Lead: access.NoUnit, Public: b.State == Counted || b.State == Void}, err
}

func thingOfBallot(tx *db.Tx, b Ballot) (access.Thing, error) { return thing(tx, b, b.ID) }

// SeeCandidate gives a candidate to somebody who may read the pool.
func SeeCandidate(tx *db.Tx, who access.Person, key string) (Candidate, error) {
	c, _, err := access.Reach(tx, who, access.PoolSee, key, "", findCandidate, thingOfCandidate)
	return c, err
}

// AnyState is the filter for candidates in every state.
const AnyState = "any"

// PoolFilter chooses candidates.
type PoolFilter struct {
	State  string // empty: all that are not over
	Source string
	Unit   access.Path
	Lead   access.Path
	Text   string
	After  string // cursor
}

// PageSize is how many rows a page of a list has.
const PageSize = 50

// Pool lists candidates, the newest first, and the cursor of the next page.
func Pool(tx *db.Tx, who access.Person, f PoolFilter) ([]Candidate, string, error) {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, "", err
	}
	if err := who.May(tx, access.PoolSee, access.Thing{Kind: PoolKind, Unit: tree.Path(org.Root), Lead: access.NoUnit}); err != nil {
		return nil, "", err
	}
	w := db.NewWhere()
	switch f.State {
	case "":
		w.Add("state IN ('pooled', 'asked', 'ready', 'listed')")
	case AnyState:
	default:
		w.Add("state = ?", f.State)
	}
	if f.Source != "" {
		w.Add("source = ?", f.Source)
	}
	for col, p := range map[string]access.Path{"unit_path": f.Unit, "lead_path": f.Lead} {
		if p != "" {
			from, to := p.Range()
			w.Add(col+" >= ? AND "+col+" < ?", from, to)
		}
	}
	if f.Text != "" {
		w.Add(`LOWER(title) LIKE ? ESCAPE '\'`, db.Within(f.Text))
	}
	if err := w.BehindMillis("made_at", "id", f.After); err != nil {
		return nil, "", err
	}
	cond, args := w.SQL()
	rows, err := db.All[Candidate](tx, `SELECT * FROM ballot_candidate WHERE `+cond+` ORDER BY made_at DESC, id DESC LIMIT `+w.Arg(PageSize+1), append(args, PageSize+1)...)
	page, next := db.Cut(rows, PageSize, func(c Candidate) string { return strconv.FormatInt(int64(c.MadeAt), 10) + "~" + c.ID })
	return page, next, err
}

// Admitted lists the candidates that may stand in a ballot, the first in the pool first.
func Admitted(tx *db.Tx, who access.Person) ([]Candidate, error) {
	t, err := thing(tx, Ballot{}, "")
	if err != nil {
		return nil, err
	}
	if err := who.May(tx, access.BallotPlan, t); err != nil {
		return nil, err
	}
	return db.All[Candidate](tx, `SELECT * FROM ballot_candidate WHERE state = 'ready' ORDER BY made_at, id LIMIT 200`)
}

// MergedInto lists what was merged into a candidate.
func MergedInto(tx *db.Tx, key string) ([]Candidate, error) {
	return db.All[Candidate](tx, `SELECT * FROM ballot_candidate WHERE into_id = $1 ORDER BY made_at, id LIMIT 50`, key)
}

// FromSource lists the candidates that came from something.
func FromSource(tx *db.Tx, source, id string) ([]Candidate, error) {
	return db.All[Candidate](tx, `SELECT * FROM ballot_candidate WHERE source = $1 AND source_id = $2 ORDER BY made_at, id LIMIT 50`, source, id)
}

// Stood is a ballot in which a candidate stood.
type Stood struct {
	Ballot Ballot
	Choice Choice
}

// History lists the ballots in which a candidate stood, the last first.
func History(tx *db.Tx, candidate string) ([]Stood, error) {
	all, err := db.All[Choice](tx, `SELECT c.* FROM ballot_choice c JOIN ballot b ON b.id = c.ballot WHERE c.candidate = $1 ORDER BY b.closes DESC, b.id DESC LIMIT 20`, candidate)
	var out []Stood
	for _, x := range all {
		b, err := findBallot(tx, x.Ballot, "")
		if err != nil {
			return nil, err
		}
		out = append(out, Stood{b, x})
	}
	return out, err
}

// See gives a ballot to somebody who may read it.
func See(tx *db.Tx, who access.Person, key string) (Ballot, error) {
	b, _, err := access.Reach(tx, who, access.BallotSee, key, "", findBallot, thingOfBallot)
	return b, err
}

// Filter chooses ballots.
type Filter struct {
	State string
	After string // cursor
}

// List lists ballots, the last to end first, and the cursor of the next page. Who may see only what came out gets only that.
func List(tx *db.Tx, who access.Person, f Filter) ([]Ballot, string, error) {
	t, err := thing(tx, Ballot{}, "")
	if err != nil {
		return nil, "", err
	}
	all := who.Can(access.BallotSee, t)
	t.Public = true
	if err := who.May(tx, access.BallotSee, t); err != nil {
		return nil, "", err
	}
	w := db.NewWhere()
	if !all {
		w.Add("state IN ('counted', 'void')")
	}
	if f.State != "" {
		w.Add("state = ?", f.State)
	}
	if err := w.BehindDay("closes", "id", f.After); err != nil {
		return nil, "", err
	}
	cond, args := w.SQL()
	rows, err := db.All[Ballot](tx, `SELECT * FROM ballot WHERE `+cond+` ORDER BY closes DESC, id DESC LIMIT `+w.Arg(PageSize+1), append(args, PageSize+1)...)
	page, next := db.Cut(rows, PageSize, func(b Ballot) string { return string(b.Closes) + "~" + b.ID })
	return page, next, err
}

// Choices are the rows of the paper.
func Choices(tx *db.Tx, ballot string) ([]Choice, error) {
	return db.All[Choice](tx, `SELECT * FROM ballot_choice WHERE ballot = $1 ORDER BY n`, ballot)
}

// Listing is a candidate on the paper with what is said of it.
type Listing struct {
	Choice    Choice
	Candidate Candidate
}

// Listings are the candidates on the paper, in its order.
func Listings(tx *db.Tx, ballot string) ([]Listing, error) {
	all, err := Choices(tx, ballot)
	if err != nil {
		return nil, err
	}
	rows, err := db.All[Candidate](tx, `SELECT c.* FROM ballot_candidate c JOIN ballot_choice x ON x.candidate = c.id WHERE x.ballot = $1`, ballot)
	if err != nil {
		return nil, err
	}
	by := map[string]Candidate{}
	for _, c := range rows {
		by[c.ID] = c
	}
	var out []Listing
	for _, x := range all {
		out = append(out, Listing{x, by[x.Candidate]})
	}
	return out, nil
}

// Group is a part of the electorate. The empty unit stands for all that are not shown by themselves.
type Group struct {
	Unit     string
	Electors int64
	Voted    int64
}

// Seen gives those of some ballots that somebody may read while they are open.
func Seen(tx *db.Tx, who access.Person, ids []string) ([]string, error) {
	tx.Asked()
	if t, err := thing(tx, Ballot{}, ""); err != nil || len(ids) == 0 || !who.Can(access.BallotSee, t) {
		return nil, err
	}
	return ids, nil
}

// Turnout is how many have voted when it is over (while it is open [Ballot.Shown] is all that may be told): of all, and of the units that are large enough, under the rule of small groups. The groups of the others together are
// the last.
func Turnout(tx *db.Tx, b Ballot) (all Group, units []Group, err error) {
	rows, err := db.All[Group](tx, `SELECT unit, COUNT(*) AS electors, SUM(used) AS voted FROM ballot_elector WHERE ballot = $1 GROUP BY unit ORDER BY unit`, b.ID)
	if err != nil {
		return all, nil, err
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return all, nil, err
	}
	cells := make([]few.Cell, len(rows))
	for i, g := range rows {
		all.Electors, all.Voted = all.Electors+g.Electors, all.Voted+g.Voted
		cells[i] = few.Cell{Answers: int(g.Voted), People: int(g.Electors)}
	}
	rest := Group{}
	for i, hidden := range (few.Rule{Answers: set.Int(org.ShowFrom), People: set.Int(org.PlaceUsers)}).Hide(cells) {
		if hidden {
			rest.Electors, rest.Voted = rest.Electors+rows[i].Electors, rest.Voted+rows[i].Voted
		} else {
			units = append(units, rows[i])
		}
	}
	if rest.Electors > 0 {
		units = append(units, rest)
	}
	return all, units, nil
}

// Mine lists the open ballots in which somebody may vote and has not, the nearest end first.
func Mine(tx *db.Tx, who access.Person) ([]Ballot, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	return db.All[Ballot](tx, `SELECT b.* FROM ballot b JOIN ballot_elector e ON e.ballot = b.id WHERE e.person = $1 AND e.used = 0 AND b.state = 'open' AND b.closes >= $2
		ORDER BY b.closes, b.id LIMIT 20`, who.ID, tx.Today())
}

// Take is the fact that somebody took the result of a ballot out as a file.
type Take struct {
	Ballot string `json:"ballot"`
}

// Do records it. Errors: access, Conflict before it is counted.
func (in Take) Do(tx *db.Tx, who access.Person) error {
	b, err := See(tx, who, in.Ballot)
	if err != nil {
		return err
	}
	if b.State != Counted {
		return fault.New(fault.Conflict, "ballot.not_over")
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + ".taken", Subject: b.Ref(), From: b.State, To: b.State})
}

// JustOver lists the ballots of the last fortnight in which somebody might vote, the last first.
func JustOver(tx *db.Tx, who access.Person) ([]Ballot, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	return db.All[Ballot](tx, `SELECT b.* FROM ballot b JOIN ballot_elector e ON e.ballot = b.id WHERE e.person = $1 AND b.state IN ('counted', 'void') AND b.closes >= $2
		ORDER BY b.closes DESC, b.id LIMIT 5`, who.ID, tx.Today().Add(-14))
}

// Heads gives candidates by id, as far as the person may read the pool.
func Heads(tx *db.Tx, who access.Person, ids []string) (map[string]Candidate, error) {
	tx.Asked()
	out := map[string]Candidate{}
	if len(ids) == 0 {
		return out, nil
	}
	seen, args := access.Visible(who, access.PoolSee, access.Columns{Unit: "unit_path", Lead: "lead_path"}, 1)
	in, more := db.In("id", ids, len(args)+1)
	rows, err := db.All[Candidate](tx, `SELECT * FROM ballot_candidate WHERE `+seen+` AND `+in, append(args, more...)...)
	for _, c := range rows {
		out[c.ID] = c
	}
	return out, err
}
