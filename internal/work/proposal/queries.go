package proposal

import (
	"encoding/json"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

func init() {
	event.RegisterState(RefKind, `SELECT id, state FROM proposal`)
	org.FollowMoves(`UPDATE proposal SET unit_path`, `UPDATE proposal SET lead_path`, `UPDATE proposal_co SET path`)
	duty.RegisterThing(RefKind, func(tx *db.Tx, id string) (access.Thing, error) {
		p, err := find(tx, id, "")
		if err != nil {
			return access.Thing{}, err
		}
		return thingOf(tx, p)
	})
}

func find(tx *db.Tx, key, lock string) (Proposal, error) {
	return db.Need[Proposal](tx, "proposal.unknown", `SELECT * FROM proposal WHERE id = $1`+lock, key)
}

// thingOf is the proposal as permission sees it, with the units that help.
func thingOf(tx *db.Tx, p Proposal) (t access.Thing, err error) {
	t = p.Thing()
	t.Co, err = db.All[access.Path](tx, `SELECT path FROM proposal_co WHERE proposal = $1 ORDER BY path`, p.ID)
	return t, err
}

// See gives a proposal to somebody who may read it.
func See(tx *db.Tx, who access.Person, key string) (Proposal, error) {
	p, _, err := access.Reach(tx, who, access.ProposalSee, key, "", find, thingOf)
	return p, err
}

// Names reports whether somebody may learn who proposes.
func (p Proposal) Names(who access.Person) bool {
	return !p.Secret || who.ID == p.Proposer || who.Can(access.ProposalReview, p.Thing())
}

// Filter chooses proposals.
type Filter struct {
	Kind  string
	State string
	Lead  access.Path
	Text  string
	After string // cursor
}

// PageSize is how many rows a page of the list has.
const PageSize = 50

var columns = access.Columns{Unit: "unit_path", Lead: "lead_path", Submitter: "proposer",
	Co: "EXISTS (SELECT 1 FROM proposal_co c WHERE c.proposal = proposal.id AND %s)", CoPath: "c.path"}

// List lists the proposals that somebody may read, the newest first, and the cursor of the next page.
func List(tx *db.Tx, who access.Person, f Filter) ([]Proposal, string, error) {
	if who.Kind != access.Account {
		return nil, "", who.May(tx, access.ProposalSee, access.Thing{Kind: RefKind})
	}
	tx.Asked()
	w := db.NewWhere()
	if f.Kind != "" {
		w.Add("kind = ?", f.Kind)
	}
	if f.State != "" {
		w.Add("state = ?", f.State)
	}
	if f.Lead != "" {
		from, to := f.Lead.Range()
		w.Add("lead_path >= ? AND lead_path < ?", from, to)
	}
	if f.Text != "" {
		w.Add(`(LOWER(title) LIKE ? ESCAPE '\' OR number = ?)`, db.Within(f.Text), strings.ToUpper(f.Text))
	}
	if err := w.BehindMillis("made_at", "id", f.After); err != nil {
		return nil, "", err
	}
	cond, args := w.SQL()
	seen, more := access.Visible(who, access.ProposalSee, columns, len(args)+1)
	rows, err := db.All[Proposal](tx, `SELECT * FROM proposal WHERE `+cond+` AND (`+seen+`) ORDER BY made_at DESC, id DESC LIMIT `+strconv.Itoa(PageSize+1), append(args, more...)...)
	page, next := db.Cut(rows, PageSize, func(p Proposal) string { return strconv.FormatInt(int64(p.MadeAt), 10) + "~" + p.ID })
	return page, next, err
}

func mayAll(tx *db.Tx, who access.Person) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	return who.May(tx, access.ProposalSee, access.Thing{Kind: RefKind, Unit: tree.Path(org.Root), Lead: access.NoUnit})
}

// Seconder is somebody who seconds a proposal, with what he thinks of the last answer.
type Seconder struct {
	Person, Name, Unit string
	Day                clock.Day
	Grade, Words       string
}

// SecondersOf lists those who second a proposal, the first first, those of one day by their numbers.
func SecondersOf(tx *db.Tx, p Proposal) ([]Seconder, error) {
	return db.All[Seconder](tx, `SELECT s.person, o.name, o.unit, s.day, COALESCE(r.grade, '') AS grade, COALESCE(r.words, '') AS words FROM proposal_second s
		JOIN org_person o ON o.id = s.person LEFT JOIN proposal_rating r ON r.proposal = s.proposal AND r.person = s.person AND r.handling = $2
		WHERE s.proposal = $1 ORDER BY s.day, o.employee_no`, p.ID, p.Handlings)
}

// Spoken is what one person has said of an answer.
type Spoken struct {
	Handling     int64
	Person       string
	Grade, Words string
}

// RatingsOf lists what was said of the answers, by handling.
func RatingsOf(tx *db.Tx, p Proposal) ([]Spoken, error) {
	return db.All[Spoken](tx, `SELECT handling, person, grade, words FROM proposal_rating WHERE proposal = $1 ORDER BY handling, day, person`, p.ID)
}

// Handling is one answer of the department as it was signed.
type Handling struct {
	Class, Words string
	By           string // who signed it
	Day          clock.Day
}

// HandlingsOf lists the answers to a proposal to the congress, the first first: the row keeps the last one only, the record keeps all.
func HandlingsOf(tx *db.Tx, who access.Person, p Proposal) ([]Handling, error) {
	t, err := thingOf(tx, p)
	if err != nil {
		return nil, err
	}
	if err := who.May(tx, access.ProposalSee, t); err != nil {
		return nil, err
	}
	type row struct {
		Actor, Data string
		At          clock.Millis
	}
	rows, err := db.All[row](tx, `SELECT actor, data, at FROM event WHERE subject_kind = $1 AND subject_id = $2 AND kind = $3 ORDER BY ins`, RefKind, p.ID, RefKind+"."+EventReply)
	var out []Handling
	for _, x := range rows {
		var in Reply
		if err := json.Unmarshal([]byte(x.Data), &in); err != nil {
			return nil, err
		}
		out = append(out, Handling{Class: in.Class, Words: strings.TrimSpace(in.Words), By: x.Actor, Day: x.At.Day(tx.Zone())})
	}
	return out, err
}

// Asked lists the answers that somebody is asked about and has not spoken of.
func Asked(tx *db.Tx, who access.Person) ([]Proposal, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	return db.All[Proposal](tx, `SELECT p.* FROM proposal p WHERE p.state = 'replied' AND p.until_day >= $2
		AND (p.proposer = $1 OR EXISTS (SELECT 1 FROM proposal_second s WHERE s.proposal = p.id AND s.person = $1))
		AND NOT EXISTS (SELECT 1 FROM proposal_rating r WHERE r.proposal = p.id AND r.person = $1 AND r.handling = p.handlings) ORDER BY p.until_day, p.id LIMIT 20`, who.ID, tx.Today())
}

// Heads gives proposals by id, as far as somebody may read them.
func Heads(tx *db.Tx, who access.Person, ids []string) (map[string]Proposal, error) {
	tx.Asked()
	out := map[string]Proposal{}
	if len(ids) == 0 {
		return out, nil
	}
	seen, args := access.Visible(who, access.ProposalSee, columns, 1)
	in, more := db.In("id", ids, len(args)+1)
	rows, err := db.All[Proposal](tx, `SELECT * FROM proposal WHERE (`+seen+`) AND `+in, append(args, more...)...)
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, err
}

// Take is the fact that somebody took the ledger of proposals out as a file.
type Take struct{}

// Do records it. Errors: access.
func (in Take) Do(tx *db.Tx, who access.Person) error {
	if err := mayAll(tx, who); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + ".taken", Subject: event.Ref{Kind: RefKind, ID: "ledger"}})
}
