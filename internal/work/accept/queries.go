package accept

import (
	"fmt"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

func roundOf(tx *db.Tx, matter string, round int64) (*Acceptance, error) {
	return db.Maybe[Acceptance](tx, `SELECT * FROM acceptance WHERE matter = $1 AND round = $2`, matter, round)
}

// tallyOf counts the answers of a round; those in the box are not among them.
func tallyOf(tx *db.Tx, matter string, round int64) (Tally, error) {
	all, err := tallies(tx, []string{matter})
	return all[roundKey{matter, round}], err
}

type roundKey struct {
	Matter string
	Round  int64
}

func (k roundKey) id() string { return fmt.Sprintf("%s/%d", k.Matter, k.Round) }

func parseRound(id string) (k roundKey, err error) {
	matter, round, _ := strings.Cut(id, "/")
	k.Matter = matter
	k.Round, err = strconv.ParseInt(round, 10, 64)
	return k, err
}

// tallies counts the answers of many matters in one statement.
func tallies(tx *db.Tx, ids []string) (map[roundKey]Tally, error) {
	out := map[roundKey]Tally{}
	if len(ids) == 0 {
		return out, nil
	}
	type row struct {
		Matter string
		Round  int64
		Fact   string
		Result string
		Grade  int
		Lift   string
		N      int
	}
	in, args := db.In("matter", ids, 1)
	rows, err := db.All[row](tx, `SELECT matter, round, fact, result, grade, lift, COUNT(*) AS n FROM rating WHERE `+in+`
		GROUP BY matter, round, fact, result, grade, lift`, args...)
	for _, r := range rows {
		k := roundKey{r.Matter, r.Round}
		t := out[k]
		if t.Fact == nil {
			t.Fact, t.Result, t.Lift = map[string]int{}, map[string]int{}, map[string]int{}
		}
		t.Answers += r.N
		t.Fact[r.Fact] += r.N
		t.Result[r.Result] += r.N
		t.Grade[r.Grade] += r.N
		if r.Lift != "" {
			t.Lift[r.Lift] += r.N
		}
		out[k] = t
	}
	return out, err
}

// SummaryOf gives the rounds of a matter as they may be shown, oldest first, to somebody who may see them.
func SummaryOf(tx *db.Tx, who access.Person, key string) ([]Summary, error) {
	m, t, err := find(tx, key)
	if err != nil {
		return nil, err
	}
	if err := who.May(tx, access.AcceptSee, t); err != nil {
		return nil, err
	}
	all, err := rounds(tx, []string{m.ID})
	return all[m.ID], err
}

// Public gives the rounds of public matters as everybody may see them, by matter id, oldest first: for the board and
// the follow-up page. It is the same as insiders see. Matters that are not public are left out.
func Public(tx *db.Tx, ids []string) (map[string][]Summary, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := db.In("id", ids, 1)
	public, err := db.All[string](tx, `SELECT id FROM matter WHERE (public + 0) = 1 AND (restricted || '') = '' AND `+in, args...)
	if err != nil {
		return nil, err
	}
	return rounds(tx, public)
}

// OfLedger gives the last round of matters whose rows somebody has been given by the ledger, by matter id.
func OfLedger(tx *db.Tx, ids []string) (map[string]Summary, error) {
	all, err := rounds(tx, ids)
	out := map[string]Summary{}
	for m, s := range all {
		out[m] = s[len(s)-1]
	}
	return out, err
}

func rounds(tx *db.Tx, ids []string) (map[string][]Summary, error) {
	out := map[string][]Summary{}
	if len(ids) == 0 {
		return out, nil
	}
	least, err := org.Int(tx, org.ShowFrom)
	if err != nil {
		return nil, err
	}
	in, args := db.In("matter", ids, 1)
	all, err := db.All[Acceptance](tx, `SELECT * FROM acceptance WHERE `+in+` ORDER BY matter, round`, args...)
	if err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	counted, err := tallies(tx, ids)
	if err != nil {
		return nil, err
	}
	type byCall struct {
		Matter   string
		Round, N int64
	}
	calls, err := db.All[byCall](tx, `SELECT matter, round, COUNT(*) AS n FROM accept_call WHERE outcome = 'answered' AND `+in+` GROUP BY matter, round`, args...)
	called := map[roundKey]int{}
	for _, c := range calls {
		called[roundKey{c.Matter, c.Round}] = int(c.N)
	}
	for _, a := range all {
		k := roundKey{a.Matter, a.Round}
		out[a.Matter] = append(out[a.Matter], summarise(a, counted[k], called[k], least))
	}
	return out, err
}

// Word is what employees have told the union alone in one round: sentences, in no order, and how many say that somebody asked them for a
// good rating.
type Word struct {
	Notes   []string
	Pressed int
}

// Words gives what was told to the union in the rounds of a matter whose window is over, by round. Errors: access.
func Words(tx *db.Tx, who access.Person, key string) (map[int64]Word, error) {
	m, t, err := find(tx, key)
	if err != nil {
		return nil, err
	}
	if err := who.May(tx, access.AcceptNotes, t); err != nil {
		return nil, err
	}
	type row struct {
		Round   int64
		Note    string
		Pressed int
	}
	rows, err := db.All[row](tx, `SELECT r.round, r.note, r.pressed FROM rating r JOIN acceptance a ON a.matter = r.matter AND a.round = r.round
		WHERE r.matter = $1 AND a.state = 'over' AND (r.note <> '' OR r.pressed = 1) ORDER BY r.round, r.id`, m.ID)
	out := map[int64]Word{}
	for _, x := range rows {
		w := out[x.Round]
		if w.Pressed += x.Pressed; x.Note != "" {
			w.Notes = append(w.Notes, x.Note)
		}
		out[x.Round] = w
	}
	return out, err
}

// Asked is an invitation with what its page shows.
type Asked struct {
	Invitation
	Matter    matter.Matter
	Question  string // empty: the general question
	Sense     string // that is asked about, or empty
	State     string
	WindowEnd clock.Millis
	Photos    []matter.Photo // before and after
	Said      string         // what the unit says was done
}

// Early reports whether it is not yet his time to be asked.
func (i Invitation) Early(now clock.Millis) bool { return i.AskAt > now }

// Late reports whether the window is over.
func (a Asked) Late(now clock.Millis) bool {
	return a.State == Over || a.State == Void || a.WindowEnd != 0 && a.WindowEnd <= now
}

// InvitationFor gives the page of an invitation to whoever is invited: NotFound "accept.unknown" for everybody else.
func InvitationFor(tx *db.Tx, who access.Person, id string) (Asked, error) {
	i, err := db.Maybe[Invitation](tx, `SELECT * FROM invitation WHERE id = $1`, id)
	if err != nil {
		return Asked{}, err
	}
	if i == nil {
		tx.Asked()
		return Asked{}, fault.New(fault.NotFound, "accept.unknown")
	}
	if err := who.May(tx, access.AcceptRate, i.thing()); err != nil {
		return Asked{}, fault.New(fault.NotFound, "accept.unknown")
	}
	return asked(tx, *i)
}

func asked(tx *db.Tx, i Invitation) (Asked, error) {
	out := Asked{Invitation: i}
	m, err := matter.Find(tx, i.Matter)
	if err != nil {
		return out, err
	}
	out.Matter = m
	a, err := roundOf(tx, i.Matter, i.Round)
	if err != nil {
		return out, err
	}
	out.Question, out.Sense, out.State, out.WindowEnd = a.Question, a.Sense, a.State, a.WindowEnd
	all, err := matter.PhotosOf(tx, m.ID)
	if err != nil {
		return out, err
	}
	for _, p := range all {
		if p.Kind != matter.PhotoProgress {
			p.By = ""
			out.Photos = append(out.Photos, p)
		}
	}
	out.Said, err = ledger.LastClaim(tx, m.ID)
	return out, err
}

// Mine lists the open invitations of a person that he has been asked to use and has not, the nearest end first.
func Mine(tx *db.Tx, who access.Person) ([]Invitation, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	return db.All[Invitation](tx, `SELECT i.* FROM invitation i JOIN acceptance a ON a.matter = i.matter AND a.round = i.round
		WHERE i.person = $1 AND i.used = 0 AND a.state = 'open' AND a.window_end > $2 AND i.ask_at <= $2 ORDER BY a.window_end, i.id LIMIT 100`, who.ID, tx.Millis())
}

// OfVoice gives the invitation of a voice's receipt in the last round of its matter, or nil: for the follow-up page.
func OfVoice(tx *db.Tx, who access.Person, voice string) (*Invitation, error) {
	if who.Kind != access.Receipt || who.Voice != voice {
		return nil, nil
	}
	return db.Maybe[Invitation](tx, `SELECT i.* FROM invitation i JOIN acceptance a ON a.matter = i.matter AND a.round = i.round
		WHERE i.voice = $1 AND a.state <> 'void' AND a.state <> 'frozen' ORDER BY i.round DESC LIMIT 1`, voice)
}

// OfPerson gives the invitation of a person in the last round of a matter, or nil: for the page of his own voice.
func OfPerson(tx *db.Tx, who access.Person, key string) (*Invitation, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	return db.Maybe[Invitation](tx, `SELECT i.* FROM invitation i JOIN acceptance a ON a.matter = i.matter AND a.round = i.round
		WHERE i.person = $1 AND i.matter = $2 AND a.state <> 'void' AND a.state <> 'frozen' ORDER BY i.round DESC LIMIT 1`, who.ID, key)
}
