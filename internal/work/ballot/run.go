package ballot

import (
	"context"
	"errors"

	"sanwen/internal/base/access"
	"sanwen/internal/base/box"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot/count"
	"sanwen/internal/work/matter"
)

// Run opens the ballots whose first day has come, and counts those whose last day is over. At most 20 at a time; it tells how many.
func Run(tx *db.Tx) (int, error) {
	who, today := access.System("ballot"), tx.Today()
	due, err := db.All[Ballot](tx, `SELECT * FROM ballot WHERE state = 'planned' AND opens <= $1 OR state = 'open' AND closes < $2
		ORDER BY closes, id LIMIT 20`+tx.SkipLocked(), today, today)
	if err != nil {
		return 0, err
	}
	for _, b := range due {
		if err := who.May(tx, access.BallotSystem, access.Thing{Kind: RefKind, ID: b.ID}); err != nil {
			return 0, err
		}
		if b.State == Planned {
			err = open(tx, b)
		} else {
			err = closeBallot(tx, who, b)
		}
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// TellStep is by how many votes the number that is told of an open ballot grows at least.
const TellStep = box.Least

// Tell lets the number that is told of open ballots grow: to what has been voted by now, rounded down to whole steps. It is a job of every full hour,
// and in between the number stands still, so that nobody can watch it while somebody else presses "vote" (decision 56). It tells how many have grown.
func Tell(tx *db.Tx) (int, error) {
	who := access.System("ballot")
	grown, err := db.All[struct {
		ID    string
		Voted int64
	}](tx, `SELECT b.id, v.voted FROM ballot b JOIN (SELECT ballot, SUM(used) AS voted FROM ballot_elector GROUP BY ballot) v ON v.ballot = b.id
		WHERE b.state = 'open' AND v.voted >= b.shown + $1 ORDER BY b.id LIMIT 20`, TellStep)
	if err != nil {
		return 0, err
	}
	for _, x := range grown {
		if err := who.May(tx, access.BallotSystem, access.Thing{Kind: RefKind, ID: x.ID}); err != nil {
			return 0, err
		}
		shown := x.Voted - x.Voted%TellStep
		if err := updateShown(tx, x.ID, shown); err != nil {
			return 0, err
		}
		if err := event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventTell, Subject: event.Ref{Kind: RefKind, ID: x.ID}, From: Open, To: Open, Data: struct {
			Shown int64 `json:"shown"`
		}{shown}}); err != nil {
			return 0, err
		}
	}
	return len(grown), nil
}

// Mix puts papers that wait among the others. It is a job of every few minutes.
func Mix(ctx context.Context, d *db.DB) error {
	return box.Box{Job: "ballot.mix", May: access.BallotSystem, Fact: event.Fact{Kind: RefKind + ".mixed", Subject: event.Ref{Kind: RefKind}, From: Open, To: Open},
		Full: fullBoxes, Empty: func(tx *db.Tx, ballot string, most int) (int, error) {
			waiting, err := db.All[paperRow](tx, `SELECT * FROM ballot_box WHERE ballot = $1 ORDER BY id LIMIT $2`+tx.SkipLocked(), ballot, most)
			if err != nil || len(waiting) < box.Least {
				return 0, err
			}
			for i := range waiting {
				if err := deleteBox(tx, waiting[i].ID); err != nil {
					return 0, err
				}
			}
			return len(waiting), putPapers(tx, waiting)
		}}.Mix(ctx, d)
}

func fullBoxes(tx *db.Tx, least int) ([]string, error) {
	return db.All[string](tx, `SELECT ballot FROM ballot_box GROUP BY ballot HAVING COUNT(*) >= $1 ORDER BY ballot`, least)
}

// paperRow is what one person voted, without who or when.
type paperRow struct{ ID, Ballot, Marks string }

// putPapers writes papers in an order that says nothing.
func putPapers(tx *db.Tx, papers []paperRow) error {
	return box.Shuffled(len(papers), func(i int, id string) error {
		papers[i].ID = id
		return insertPaper(tx, papers[i])
	})
}

// ErrCount is a fault of the data: there are more or fewer papers than marks of who has voted. Then nothing is decided.
var ErrCount = errors.New("ballot: papers and marks of who has voted differ in number")

// closeBallot counts a ballot, or destroys its papers where too few have voted.
func closeBallot(tx *db.Tx, who access.Person, b Ballot) error {
	used, err := db.One[int64](tx, `SELECT COUNT(*) FROM ballot_elector WHERE ballot = $1 AND used = 1`, b.ID)
	if err != nil {
		return err
	}
	papers, err := db.All[paperRow](tx, `SELECT * FROM ballot_paper WHERE ballot = $1 UNION ALL SELECT * FROM ballot_box WHERE ballot = $1`, b.ID)
	if err != nil {
		return err
	}
	if int64(len(papers)) != used {
		return ErrCount
	}
	least, err := org.Int(tx, org.ShowFrom)
	if err != nil {
		return err
	}
	if err := dropPapers(tx, b.ID); err != nil {
		return err
	}
	if err := settle(tx, b.ID); err != nil {
		return err
	}
	from, ev := b.State, EventCount
	if !b.Quorum.Met(used, b.Electors) || used < int64(least) {
		ev = EventFail
	}
	if b.State, err = Cycle.Next(from, ev); err != nil {
		return err
	}
	b.Papers, b.ClosedAt = used, tx.Millis()
	if ev == EventFail {
		if err := giveBack(tx, who, b); err != nil {
			return err
		}
		if err := updateBallot(tx, &b); err != nil {
			return err
		}
		return event.Record(tx, who, event.Fact{Kind: RefKind + "." + ev, Subject: b.Ref(), From: from, To: b.State, Data: struct {
			Electors int64 `json:"electors"`
			Need     int64 `json:"need"`
			Papers   int64 `json:"papers"`
		}{b.Electors, b.Need(), used}})
	}
	if err := putPapers(tx, papers); err != nil {
		return err
	}
	return decide(tx, who, b, from, papers)
}

// decide counts, and makes matters of what is chosen.
func decide(tx *db.Tx, who access.Person, b Ballot, from string, papers []paperRow) error {
	all, err := Choices(tx, b.ID)
	if err != nil {
		return err
	}
	r := count.Count(read(papers), len(all), int(b.Places), b.Rule, b.Seed)
	b.Abstained, b.Last, b.Tied = int64(r.Abstained), int64(r.Last), ""
	for i := range r.Tied {
		r.Tied[i]++
	}
	b.Tied = join(r.Tied)
	type told struct {
		Candidate string        `json:"candidate"`
		Matter    string        `json:"matter,omitempty"`
		N         int64         `json:"n"`
		Outcome   count.Outcome `json:"outcome"`
		Votes     int           `json:"votes"`
	}
	var result []told
	for i, x := range all {
		x.Votes, x.Outcome = int64(r.Votes[i]), r.Outcomes[i]
		if err := updateChoice(tx, x); err != nil {
			return err
		}
		c, err := findCandidate(tx, x.Candidate, tx.ForUpdate())
		if err != nil {
			return err
		}
		before, ev := c.State, EventPass
		if x.Outcome.In() {
			ev = EventChoose
			if c.Matter, err = become(tx, who, b, c); err != nil {
				return err
			}
		}
		if c.State, err = PoolCycle.Next(before, ev); err != nil {
			return err
		}
		t := told{x.Candidate, c.Matter, x.N, x.Outcome, r.Votes[i]}
		if err := keep(tx, who, &c, before, ev, t); err != nil {
			return err
		}
		result = append(result, t)
	}
	if err := updateBallot(tx, &b); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventCount, Subject: b.Ref(), From: from, To: b.State, Data: struct {
		Abstained int64        `json:"abstained"`
		Electors  int64        `json:"electors"`
		Papers    int64        `json:"papers"`
		Places    int64        `json:"places"`
		Quorum    count.Quorum `json:"quorum"`
		Result    []told       `json:"result"`
		Rule      count.Rule   `json:"rule"`
		Seed      string       `json:"seed"`
		Tied      []int        `json:"tied,omitempty"`
	}{b.Abstained, b.Electors, b.Papers, b.Places, b.Quorum, result, b.Rule, b.Seed, r.Tied}})
}

// read gives papers as the count wants them: candidates from 0 on.
func read(papers []paperRow) [][]int {
	out := make([][]int, len(papers))
	for i, p := range papers {
		out[i] = numbers(p.Marks)
		for k := range out[i] {
			out[i][k]--
		}
	}
	return out
}

// become puts what was chosen on the ledger, led by the department that said that it can be done. What came from a matter that is still open is that
// matter.
func become(tx *db.Tx, who access.Person, b Ballot, c Candidate) (string, error) {
	if c.Source == FromMatter {
		m, err := matter.Find(tx, c.SourceID)
		if err != nil {
			return "", err
		}
		if !m.Over() {
			return m.ID, nil
		}
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return "", err
	}
	in := matter.Register{Title: c.Title, Body: c.Body, PublicText: c.Body, Public: true, Class: matter.Standard, Source: matter.FromBallot, Unit: c.Unit, Beneficiaries: c.Helped}
	if c.Goal != "" {
		in.Body += "\n" + c.Goal
	}
	if u, ok := tree.Get(c.Lead); ok && u.Active {
		in.Lead, in.Rule = c.Lead, b.Title
	}
	if err := in.Do(tx, who); err != nil {
		return "", err
	}
	return in.ID, nil
}

// CountAgain counts the papers of a ballot that is over once more: what it gives stands in the rows.
func CountAgain(tx *db.Tx, b Ballot) (count.Result, error) {
	all, err := Choices(tx, b.ID)
	if err != nil {
		return count.Result{}, err
	}
	papers, err := db.All[paperRow](tx, `SELECT * FROM ballot_paper WHERE ballot = $1`, b.ID)
	return count.Count(read(papers), len(all), int(b.Places), b.Rule, b.Seed), err
}
