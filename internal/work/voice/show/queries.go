package show

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// PhotoUsed reports whether any voice has the stored picture.
func PhotoUsed(tx *db.Tx, hash string) (bool, error) {
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT voice FROM voice_photo WHERE hash = $1 UNION ALL SELECT voice FROM voice_photo WHERE thumb = $1) x`, hash)
	return n > 0, err
}

// MaySeePhoto reports whether the person may see a stored picture because of a voice: its submitter, triage that may open the
// words, or a department where the picture was approved.
func MaySeePhoto(tx *db.Tx, who access.Person, hash string) (bool, error) {
	tx.Asked()
	rows, err := db.All[core.PhotoRow](tx, `SELECT voice, hash, thumb, w, h, n, entry, shown, covers, covered FROM voice_photo WHERE hash = $1
		UNION SELECT voice, hash, thumb, w, h, n, entry, shown, covers, covered FROM voice_photo WHERE thumb = $1`, hash)
	if err != nil {
		return false, err
	}
	for _, r := range rows {
		v, err := core.Find(tx, r.Voice, "")
		if err != nil {
			return false, err
		}
		t, err := core.ThingOf(tx, v)
		if err != nil {
			return false, err
		}
		if who.Can(access.VoiceFollow, t) || who.Can(access.VoiceOpen, t) || (who.Can(access.VoiceSee, t) && !r.Covered && (r.Shown || v.Level == core.Named)) {
			return true, nil
		}
	}
	return false, nil
}

func entries(tx *db.Tx, voice string) ([]core.Entry, error) {
	return db.All[core.Entry](tx, `SELECT voice, n, at, by_whom, role, unit, person, kind, text, result, extra FROM voice_entry WHERE voice = $1 ORDER BY n`, voice)
}

// Opened is how often a role opened the original words on a day.
type Opened struct {
	Role access.Role
	Day  clock.Day
	N    int
}

func views(tx *db.Tx, voice string) ([]Opened, error) {
	return db.All[Opened](tx, `SELECT role, day, COUNT(*) AS n FROM voice_view WHERE voice = $1 GROUP BY role, day ORDER BY day, role`, voice)
}

// Page is a voice as staff see it. Words that the person may not read are not in it.
type Page struct {
	Voice      core.Voice // without the original words
	Thing      access.Thing
	Text       string // what this person may read
	Masked     bool   // Text is masked by rule only and not approved yet
	Photos     []core.PhotoRow
	Thread     []core.Entry
	Names      map[string]string // person id → name, for thread and claims
	Named      []core.NamedRow   // for triage
	Views      []Opened
	Duties     []duty.Duty
	Assignment *assignment.Assignment
	Parts      []Row
	Parent     *Row
	Merged     []Row // voices merged into this one
	Into       *Row
	Matter     *matter.Matter
	Events     []string // what this person may do next, events of [Cycle]
	Hint       words.Hint
	Week       bool // the number is without its day, and the day is the Monday of its week
	Proposal   assignment.Proposal
	PlaceShown string        // generalised where the level asks for it
	Release    *core.Release // when the holder sees what is new, or nil: at once
}

// PageOf gives the page. Errors: NotFound for whom the voice is not.
func PageOf(tx *db.Tx, who access.Person, id string) (Page, error) {
	tx.Asked()
	v, err := byAny(tx, id)
	if err != nil {
		return Page{}, err
	}
	t, err := core.ThingOf(tx, v)
	if err != nil {
		return Page{}, err
	}
	if err := who.May(tx, access.VoiceSee, t); err != nil {
		return Page{}, err
	}
	p := Page{Voice: v, Thing: t, Events: EventsFor(who, v, t), PlaceShown: v.Place}
	if v.Released() {
		r, err := core.ReleaseOf(tx)
		if err != nil {
			return p, err
		}
		p.Release = &r
	}
	triage := who.Can(access.VoiceOpen, t)
	if p.Photos, err = core.Photos(tx, v.ID); err != nil {
		return p, err
	}
	if p.Thread, err = entries(tx, v.ID); err != nil {
		return p, err
	}
	if triage {
		p.Text, p.Masked, p.Hint = v.Redacted, v.Level.Hidden() && v.Redaction != "made", words.Suggest(v.Text)
		if p.Named, err = core.NamedIn(tx, v.ID); err != nil {
			return p, err
		}
		if p.Proposal, err = assignment.Propose(tx, v.Category, v.Place, t.NamedUnits); err != nil {
			return p, err
		}
	} else if err := p.forOthers(tx, who); err != nil {
		return p, err
	}
	p.Voice.Text, p.Voice.Redacted = "", ""
	if v.Level.Hidden() {
		p.Voice.PlaceText = ""
	}
	if p.Views, err = views(tx, v.ID); err != nil {
		return p, err
	}
	if p.Duties, err = duty.Of(tx, v.Ref()); err != nil {
		return p, err
	}
	if p.Assignment, err = assignment.Open(tx, v.Ref()); err != nil {
		return p, err
	}
	if err := p.family(tx, who); err != nil {
		return p, err
	}
	return p, p.names(tx)
}

// forOthers leaves out what is for triage only: unapproved words and pictures, the submitter's words in the thread, the
// exact place of a hidden voice.
func (p *Page) forOthers(tx *db.Tx, who access.Person) error {
	v := p.Voice
	p.Week = v.Level.Hidden() && !core.Dated(who)
	if p.Week {
		p.Voice.Number, p.Voice.Day = v.FileNumber(), core.WeekOf(v.Day)
	}
	p.Text = v.Shown()
	if v.Submitter == who.ID && who.ID != "" {
		p.Text = v.Text
	}
	p.Photos = keep(p.Photos, func(r core.PhotoRow) bool { return !r.Covered })
	if v.Level == core.Named {
		return nil
	}
	p.Photos = keep(p.Photos, func(r core.PhotoRow) bool { return r.Shown })
	for i := range p.Thread {
		if p.Thread[i].By == "submitter" {
			p.Thread[i].Text = ""
		}
	}
	var err error
	p.PlaceShown, err = org.Generalise(tx, v.Place)
	p.Voice.Place = p.PlaceShown
	return err
}

func keep[T any](in []T, ok func(T) bool) []T {
	out := in[:0:0]
	for _, x := range in {
		if ok(x) {
			out = append(out, x)
		}
	}
	return out
}

// family adds the voices and the matter that belong to this one, as far as the person may see them.
func (p *Page) family(tx *db.Tx, who access.Person) error {
	seen, args := visible(who, access.VoiceSee, 1)
	n := "$" + core.Plain(len(args)+1)
	list := func(cond, value string) ([]Row, error) {
		rows, err := db.All[Row](tx, `SELECT `+rowColumns+`, '' AS claimed_name FROM voice v WHERE `+seen+` AND `+cond+n+` ORDER BY v.number LIMIT 100`,
			append(args[:len(args):len(args)], value)...)
		return undated(who, rows), err
	}
	var err error
	if p.Parts, err = list("v.parent <> '' AND v.parent = ", p.Voice.ID); err != nil {
		return err
	}
	if p.Merged, err = list("v.merged_into <> '' AND v.merged_into = ", p.Voice.ID); err != nil {
		return err
	}
	one := func(id string) (*Row, error) {
		if id == "" {
			return nil, nil
		}
		rows, err := list("v.id = ", id)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		return &rows[0], nil
	}
	if p.Parent, err = one(p.Voice.Parent); err != nil {
		return err
	}
	if p.Into, err = one(p.Voice.MergedInto); err != nil {
		return err
	}
	if p.Voice.Matter != "" {
		m, err := matter.Find(tx, p.Voice.Matter)
		if err != nil {
			return err
		}
		p.Matter = &m
	}
	return nil
}

func (p *Page) names(tx *db.Tx) error {
	var ids []string
	for _, e := range p.Thread {
		ids = append(ids, e.Person)
	}
	ids = append(ids, p.Voice.ClaimedBy, p.Voice.Officer, p.Voice.RefusalBy, p.Voice.RefusalBy2)
	if p.Voice.Level == core.Named {
		ids = append(ids, p.Voice.Submitter)
	}
	p.Names = map[string]string{}
	cond, args := db.In("id", ids, 1)
	type row struct{ ID, Name string }
	rows, err := db.All[row](tx, `SELECT id, name FROM org_person WHERE `+cond, args...)
	for _, r := range rows {
		p.Names[r.ID] = r.Name
	}
	return err
}

// byAny finds a voice by id or by number.
func byAny(tx *db.Tx, key string) (core.Voice, error) {
	if strings.HasPrefix(key, "SQ") {
		v, err := db.Maybe[core.Voice](tx, `SELECT `+core.Columns+` FROM voice WHERE number = $1`, key)
		if err == nil && v == nil {
			v, err = core.DecoyBy(tx, "number", key)
		}
		if err != nil || v != nil {
			return *orZero(v), err
		}
	}
	return core.Find(tx, key, "")
}

func orZero(v *core.Voice) *core.Voice {
	if v == nil {
		return &core.Voice{}
	}
	return v
}

// EventsFor lists the events of [Cycle] that the person may start now, in the order of the table: the buttons of a page.
func EventsFor(who access.Person, v core.Voice, t access.Thing) []string {
	var out []string
	for _, m := range core.Cycle.Events(v.State) {
		a := core.Needs(m.Action, v.Appeal)
		if a == access.VoiceAppeal && v.RefusedBy(who.ID) && m.Event != core.EvLetGo && m.Event != core.EvCrisis {
			continue // on the objection somebody else decides
		}
		if a == access.AssignmentSign || a == access.AssignmentReturn || a == access.AssignmentAdjudicate {
			t.Lead = v.LeadPath
		}
		if a == access.VoiceCountersig && (!v.Pending() || v.RefusalBy == who.ID) {
			continue
		}
		if !core.Has(out, m.Event) && who.Can(a, t) && v.Allows(m.Event) {
			out = append(out, m.Event)
		}
	}
	return out
}

// Mine is a voice in one's own list.
type Mine struct {
	Row
	RegisteredAt clock.Millis
	Text         string
}

// MyVoices lists the named voices of an account, the latest first. Confidential ones are not there: no table leads from a
// person to them.
func MyVoices(tx *db.Tx, who access.Person, limit int) ([]Mine, error) {
	tx.Asked()
	if who.ID == "" {
		return nil, nil
	}
	return db.All[Mine](tx, `SELECT `+rowColumns+`, '' AS claimed_name, v.registered_at, v.text FROM voice v
		WHERE v.submitter = $1 AND v.submitter <> '' ORDER BY v.registered_at DESC, v.id LIMIT $2`, who.ID, limit)
}

// UnitVoices lists the voices that the person's units have to answer, the most urgent first.
func UnitVoices(tx *db.Tx, who access.Person, limit int) ([]Row, error) {
	tx.Asked()
	seen, args := visible(who, access.VoiceReply, 1)
	n := len(args)
	rows, err := db.All[Row](tx, `SELECT `+strings.Replace(rowColumns, "substr(v.redacted, 1, 80)", "substr("+unitText+", 1, 80)", 1)+
		`, '' AS claimed_name FROM voice v WHERE `+seen+` AND `+unitVoices+` ORDER BY v.due, v.id LIMIT $`+core.Plain(n+1),
		append(args, limit)...)
	return undated(who, rows), err
}

// undated takes the day out of the rows of hidden voices, for whom it is not.
func undated(who access.Person, rows []Row) []Row {
	if core.Dated(who) {
		return rows
	}
	for i, r := range rows {
		if r.Level.Hidden() {
			rows[i].Number, rows[i].Day, rows[i].Week = core.Undated(r.Number), core.WeekOf(r.Day), true
		}
	}
	return rows
}

// OfMatter counts the voices of a matter by level and lists what may be shown of each: title and approved text.
func OfMatter(tx *db.Tx, who access.Person, m string, limit int) (byLevel map[core.Level]int, rows []Row, err error) {
	tx.Asked()
	type n struct {
		Level core.Level
		N     int
	}
	ns, err := db.All[n](tx, `SELECT level, COUNT(*) AS n FROM voice WHERE matter = $1 AND matter <> '' GROUP BY level`, m)
	if err != nil {
		return nil, nil, err
	}
	byLevel = map[core.Level]int{}
	for _, x := range ns {
		byLevel[x.Level] = x.N
	}
	seen, args := visible(who, access.VoiceSee, 1)
	k := len(args)
	rows, err = db.All[Row](tx, `SELECT `+rowColumns+`, '' AS claimed_name FROM voice v WHERE `+seen+` AND v.matter <> '' AND v.matter = $`+core.Plain(k+1)+
		` ORDER BY v.day, v.id LIMIT $`+core.Plain(k+2), append(args, m, limit)...)
	return byLevel, undated(who, rows), err
}

// Crises gives the counts of people in a crisis between two days, both included.
func Crises(tx *db.Tx, from, to clock.Day) (int, error) {
	return db.One[int](tx, `SELECT COALESCE(SUM(n), 0) FROM crisis_counter WHERE day >= $1 AND day <= $2`, from, to)
}
