package survey

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/seal"
)

// Plan makes a round. It opens on its first day, at once where that is today. It fills ID.
type Plan struct {
	ID       string    `json:"id,omitempty"`
	Form     string    `json:"form"`
	Title    string    `json:"title"`
	Audience string    `json:"audience"`
	Units    []string  `json:"units,omitempty"`   // or crews
	Places   []string  `json:"places,omitempty"`  // of whose people
	Wanted   int       `json:"wanted,omitempty"`  // people of the sample
	People   []string  `json:"-"`                 // of a list
	WalkIn   bool      `json:"walk_in,omitempty"` // whoever comes by may answer
	Blind    bool      `json:"blind,omitempty"`   // answered with blind tokens; it opens as soon as its keys are made ([Release])
	Opens    clock.Day `json:"opens"`
	Closes   clock.Day `json:"closes"`
	Every    int       `json:"every,omitempty"` // months after which it is asked again, 0 for once
}

// Do plans. Errors: access, Invalid at the fields, also where the audience is so small that answers could be told apart.
func (in *Plan) Do(tx *db.Tx, who access.Person) error {
	t, err := thing(tx, RefKind, "")
	if err != nil {
		return err
	}
	if err := who.May(tx, access.SurveyOpen, t); err != nil {
		return err
	}
	r, err := in.round(tx, who)
	if err != nil {
		return err
	}
	if r.State, err = Cycle.Next("", EventPlan); err != nil {
		return err
	}
	in.ID = r.ID
	if err := insertRound(tx, r); err != nil {
		return err
	}
	if r.Audience == Listed {
		if err := invite(tx, r.ID, in.People); err != nil {
			return err
		}
		if err := enough(tx, r); err != nil {
			return err
		}
	}
	if err := event.Record(tx, who, event.Fact{Kind: "survey." + EventPlan, Subject: r.Ref(), To: r.State, Data: in}); err != nil {
		return err
	}
	if r.Opens <= tx.Today() && !r.Blind {
		return open(tx, r, nil)
	}
	return nil
}

func (in *Plan) round(tx *db.Tx, who access.Person) (Round, error) {
	var f fault.Form
	r := Round{ID: id.V7(tx.Now), Version: 1, Form: in.Form, Title: text(&f, "title", in.Title, 2, MaxTitle), Audience: in.Audience, Opens: in.Opens, Closes: in.Closes,
		MadeAt: tx.Millis(), MadeBy: who.ID}
	q, err := db.Maybe[Form](tx, `SELECT * FROM survey_form WHERE id = $1`, in.Form)
	if err != nil {
		return r, err
	}
	if q == nil || q.Published == 0 {
		f.Add("form", "survey.round.unpublished")
	} else {
		r.V = q.Published
	}
	if listed := in.Audience == Listed && len(in.People) > 0; !listed && !slices.Contains(Audiences(), in.Audience) || listed && in.Every > 0 {
		f.Add("audience", "fault.choice")
	}
	if err := in.chosen(tx, &f, &r); err != nil {
		return r, err
	}
	least, err := org.Int(tx, org.PlaceUsers)
	if err != nil {
		return r, err
	}
	if in.Audience == Sample {
		if in.Wanted < least || in.Wanted > MaxSample {
			f.Add("wanted", "fault.range", least, MaxSample)
		}
		r.Wanted = int64(in.Wanted)
	}
	switch {
	case !in.Opens.Valid() || in.Opens < tx.Today():
		f.Add("opens", "survey.round.opens")
	case !in.Closes.Valid() || in.Closes < in.Opens || in.Opens.Until(in.Closes) > MaxDays:
		f.Add("closes", "survey.round.closes", MaxDays)
	}
	if r.WalkIn = in.WalkIn; in.WalkIn && in.Audience != Everybody && in.Audience != Places {
		f.Add("walk_in", "survey.round.walk_in")
	}
	if r.Blind = in.Blind; in.Blind && in.Audience == Listed {
		f.Add("audience", "fault.choice")
	}
	if !slices.Contains(Intervals(), strconv.Itoa(in.Every)) {
		f.Add("every", "fault.choice")
	}
	if err := f.Err(); err != nil {
		return r, err
	}
	if in.Every > 0 {
		r.Every, r.Next = int64(in.Every), in.Opens.AddMonths(in.Every)
	}
	r.Reminded = in.Opens.Until(in.Closes) <= RemindDays // so short that nobody is told
	if in.Audience == Listed {
		return r, nil // its rows do not stand yet
	}
	return r, enough(tx, r)
}

// enough refuses an audience that is so small that answers could be told apart.
func enough(tx *db.Tx, r Round) error {
	least, err := org.Int(tx, org.PlaceUsers)
	if err != nil {
		return err
	}
	people, err := audience(tx, r)
	if err == nil && len(people) < least {
		err = fault.Field("audience", "survey.round.small", least, len(people))
	}
	return err
}

// open draws up who is asked and by which groups results may be shown, and publishes seed and sizes; and the keys, one for each group, where it is
// answered with blind tokens.
func open(tx *db.Tx, r Round, keys map[string]seal.BlindKey) error {
	who := access.System("survey")
	people, groups, err := drawUp(tx, &r)
	if err != nil {
		return err
	}
	if groups == nil { // people have left since it was planned
		return cancel(tx, who, r, "")
	}
	from := r.State
	if r.State, err = Cycle.Next(r.State, EventOpen); err != nil {
		return err
	}
	r.People = int64(len(people))
	r.Invited = r.People
	part := map[string]int{}
	if r.Audience == Sample {
		r.Seed, r.Invited = id.Random(), 0
		part = share(groups, int(r.Wanted))
	}
	type told struct {
		Unit    string `json:"unit"`
		People  int    `json:"people"`
		Invited int    `json:"invited"`
		Key     string `json:"key,omitempty"` // public key of the group's tokens
	}
	var all []told
	for _, u := range sorted(groups) {
		s := Stratum{Round: r.ID, Unit: u, People: int64(len(groups[u])), Invited: int64(len(groups[u]))}
		if r.Audience == Sample {
			ids := drawn(r.Seed, u, groups[u], part[u])
			s.Invited = int64(len(ids))
			r.Invited += s.Invited
			slices.Sort(ids)
			if err := invite(tx, r.ID, ids); err != nil {
				return err
			}
		}
		if err := insertStratum(tx, s); err != nil {
			return err
		}
		if r.Blind {
			if keys[u].Public == "" { // people have moved while the keys were made
				return errUnkeyed
			}
			if err := insertKey(tx, Key{Round: r.ID, Unit: u, Public: keys[u].Public, Secret: keys[u].Secret}); err != nil {
				return err
			}
		}
		all = append(all, told{u, int(s.People), int(s.Invited), keys[u].Public})
	}
	if err := updateRound(tx, &r); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "survey." + EventOpen, Subject: r.Ref(), From: from, To: r.State, Data: struct {
		Invited int64  `json:"invited"`
		People  int64  `json:"people"`
		Seed    string `json:"seed,omitempty"`
		Strata  []told `json:"strata"`
	}{r.Invited, r.People, r.Seed, all}})
}

// drawUp lists who is asked, and the groups by which results may be shown. Of places it is the people of the units that use them today.
func drawUp(tx *db.Tx, r *Round) ([]somebody, map[string][]somebody, error) {
	least, err := org.Int(tx, org.PlaceUsers)
	if err != nil {
		return nil, nil, err
	}
	if r.Audience == Places { // from now on it is these units, whatever becomes of the places
		units, err := usersOf(tx, r.PlaceList())
		if err != nil {
			return nil, nil, err
		}
		r.Units = strings.Join(units, ",")
	}
	people, err := audience(tx, *r)
	return people, grouped(*r, people, least), err
}

// Cancel calls a round off. What was answered is thrown away uncounted.
type Cancel struct {
	Round   string `json:"round"`
	Version int64  `json:"version"`
	Reason  string `json:"reason"`
}

// Do calls off. Errors: access, Invalid without a reason, Conflict once it is over.
func (in Cancel) Do(tx *db.Tx, who access.Person) error {
	r, err := openRound(tx, who, in.Round, in.Version)
	if err != nil {
		return err
	}
	var f fault.Form
	reason := text(&f, "reason", in.Reason, 2, MaxReason)
	if err := f.Err(); err != nil {
		return err
	}
	return cancel(tx, who, r, reason)
}

func cancel(tx *db.Tx, who access.Person, r Round, reason string) (err error) {
	from := r.State
	if r.State, err = Cycle.Next(r.State, EventCancel); err != nil {
		return err
	}
	r.Reason, r.ClosedAt, r.Next = reason, tx.Millis(), ""
	if err := dropAnswers(tx, r.ID); err != nil {
		return err
	}
	if err := forgetKeys(tx, r.ID); err != nil {
		return err
	}
	if err := updateRound(tx, &r); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "survey." + EventCancel, Subject: r.Ref(), From: from, To: r.State, Data: struct {
		Reason string `json:"reason"`
	}{reason}})
}

// openRound finds a round for somebody who may change it.
func openRound(tx *db.Tx, who access.Person, key string, version int64) (Round, error) {
	t, err := thing(tx, RefKind, key)
	if err != nil {
		return Round{}, err
	}
	if err := who.May(tx, access.SurveyOpen, t); err != nil {
		return Round{}, err
	}
	r, err := findRound(tx, key, tx.ForUpdate())
	if err == nil && version != 0 && version != r.Version {
		err = fault.New(fault.Conflict, "survey.stale")
	}
	return r, err
}

// MakeCodes makes one-time codes for paper. It fills Codes, which are kept nowhere.
type MakeCodes struct {
	Round string   `json:"round"`
	Unit  string   `json:"unit"`
	N     int      `json:"n"`
	Codes []string `json:"-"`
}

// Do makes them. Errors: access, Invalid for the unit or the number, Conflict once the round is over.
func (in *MakeCodes) Do(tx *db.Tx, who access.Person) error {
	r, err := openRound(tx, who, in.Round, 0)
	if err != nil {
		return err
	}
	if _, err := Cycle.Next(r.State, EventCodes); err != nil || r.State != Open {
		return fault.New(fault.Conflict, "survey.round.not_open")
	}
	strata, err := StrataOf(tx, r.ID)
	if err != nil {
		return err
	}
	var f fault.Form
	if in.N < 1 || in.N > MaxCodes {
		f.Add("n", "fault.range", 1, MaxCodes)
	}
	if !slices.ContainsFunc(strata, func(s Stratum) bool { return s.Unit == in.Unit }) {
		f.Add("unit", "fault.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	in.Codes = nil
	for range in.N {
		c := NewCode()
		in.Codes = append(in.Codes, c)
		if err := insertCode(tx, r.ID, digestOf(r.ID, c), in.Unit); err != nil {
			return err
		}
	}
	if err := inviteMore(tx, r.ID, in.Unit, in.N); err != nil {
		return err
	}
	r.Invited += int64(in.N)
	if err := updateRound(tx, &r); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "survey." + EventCodes, Subject: r.Ref(), From: r.State, To: r.State, Data: in})
}

// Take is the fact that somebody took the results of a round out as a file.
type Take struct {
	Round string `json:"round"`
}

// Do records it. Errors: access, Conflict before the round is over.
func (in Take) Do(tx *db.Tx, who access.Person) error {
	r, err := See(tx, who, in.Round)
	if err != nil {
		return err
	}
	if r.State != Closed {
		return fault.New(fault.Conflict, "survey.not_over")
	}
	return event.Record(tx, who, event.Fact{Kind: "survey.taken", Subject: r.Ref(), From: r.State, To: r.State})
}
