package practice

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// Write begins a practice with what the record of a closed matter says. It fills ID.
type Write struct {
	Matter string `json:"matter"` // id or number
	ID     string `json:"-"`
}

// Do begins. Errors: access, Conflict where the matter is not closed and confirmed, or there is a practice of it.
func (in *Write) Do(tx *db.Tx, who access.Person) error {
	m, t, err := matter.Get(tx, who, in.Matter)
	if err != nil {
		return err
	}
	if err := who.May(tx, access.PracticeWrite, t); err != nil {
		return err
	}
	if err := proved(m); err != nil {
		return err
	}
	if other, err := OfMatter(tx, m.ID); err != nil || other != nil {
		if err == nil {
			err = fault.New(fault.Conflict, "practice.twice", m.Number)
		}
		return err
	}
	pl, err := matter.PlanOf(tx, m)
	if err != nil {
		return err
	}
	p := Practice{ID: id.V7(tx.Now), Version: 1, Matter: m.ID, MatterNo: m.Number, Unit: m.Unit, UnitPath: m.UnitPath, Lead: m.Lead, LeadPath: m.LeadPath, Category: m.Category,
		Place: m.Place, Title: m.Shown(), RecipeJSON: packed(recipeOf(m.Class, pl.Slots)), WordsJSON: "[]", Author: who.ID, Writers: who.ID, MadeAt: tx.Millis(), ChangedAt: tx.Millis()}
	if r := []rune(p.Title); len(r) > MaxTitle {
		p.Title = string(r[:MaxTitle])
	}
	if p.State, err = Cycle.Next("", EventWrite); err != nil {
		return err
	}
	if err := p.refresh(tx, m); err != nil {
		return err
	}
	in.ID = p.ID
	if err := insertPractice(tx, p); err != nil {
		return err
	}
	photos, err := matter.PhotosOf(tx, m.ID)
	if err != nil {
		return err
	}
	if err := setPhotos(tx, p.ID, pair(photos)); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "practice." + EventWrite, Subject: p.Ref(), About: m.Ref(), To: p.State, Data: in})
}

// proved says why a matter is no example: only what its employees have confirmed is.
func proved(m matter.Matter) error {
	switch {
	case m.Restricted != "":
		return fault.New(fault.Conflict, "practice.restricted")
	case m.State != matter.Closed:
		return fault.New(fault.Conflict, "practice.not_closed", m.Number)
	case !m.Solved():
		return fault.New(fault.Conflict, "practice.unconfirmed", m.Number)
	}
	return nil
}

// refresh takes figures and numbers of the matter as they are now; what the author has written for want of a measurement stays.
func (p *Practice) refresh(tx *db.Tx, m matter.Matter) error {
	now, err := figuresOf(tx, m)
	if err != nil {
		return err
	}
	for i, f := range now {
		for _, old := range p.Figures() {
			if old.Check.Text == f.Check.Text && old.From == FromTold && f.Before == "" {
				now[i].Before, now[i].From = old.Before, FromTold
			}
		}
	}
	p.FiguresJSON, p.ClosedAt, p.People = packed(now), m.ClosedAt, m.Beneficiaries
	p.Said, err = said(tx, m)
	return err
}

// pair proposes a picture of before and one of after.
func pair(all []matter.Photo) (out []Photo) {
	for _, kind := range []string{matter.PhotoBefore, matter.PhotoAfter} {
		if i := slices.IndexFunc(all, func(p matter.Photo) bool { return p.Kind == kind }); i >= 0 {
			out = append(out, photoOf(all[i]))
		}
	}
	return out
}

func photoOf(p matter.Photo) Photo {
	return Photo{Hash: p.Hash, Thumb: p.Thumb, Kind: p.Kind, Caption: p.Caption, At: p.At}
}

// Edit writes the text of a practice anew and, with Submit, hands it in for review.
type Edit struct {
	Practice string   `json:"practice"`
	Version  int64    `json:"version"`
	Submit   bool     `json:"submit"`
	Title    string   `json:"title"`
	Problem  string   `json:"problem"`
	Standard string   `json:"standard"`
	Steps    string   `json:"steps"` // a line each: the day after the beginning, and what is done
	Invest   string   `json:"invest"`
	Fits     string   `json:"fits"`
	Unfit    string   `json:"unfit"`
	Contact  string   `json:"contact"`
	Tags     string   `json:"tags"`
	Before   []string `json:"before,omitempty"` // for each figure: what it was where nobody has measured
	Words    []Word   `json:"words,omitempty"`
	Photos   []string `json:"photos,omitempty"` // hashes
}

// Do writes. Errors: access, Invalid at the fields, Conflict when it is stale, is no draft, or its matter is no example any more.
func (in Edit) Do(tx *db.Tx, who access.Person) error {
	p, err := begin(tx, who, in.Practice, in.Version, access.PracticeWrite)
	if err != nil {
		return err
	}
	from, ev := p.State, EventEdit
	if in.Submit {
		ev = EventSubmit
	}
	if p.State, err = Cycle.Next(p.State, ev); err != nil {
		return err
	}
	m, err := matter.Find(tx, p.Matter)
	if err != nil {
		return err
	}
	if in.Submit {
		if err := proved(m); err != nil {
			return err
		}
	}
	if err := p.refresh(tx, m); err != nil {
		return err
	}
	var f fault.Form
	in.write(&f, &p)
	photos, err := in.photos(tx, &f, m)
	if err != nil {
		return err
	}
	if err := private(tx, &f, p); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := setPhotos(tx, p.ID, photos); err != nil {
		return err
	}
	p.Author, p.ChangedAt = who.ID, tx.Millis()
	if !slices.Contains(strings.Split(p.Writers, ","), who.ID) {
		p.Writers += "," + who.ID
	}
	if in.Submit {
		p.Note = ""
		if _, err := duty.Owe(tx, who, duty.New{Kind: duty.PracticeReview, Subject: p.Ref(), Path: p.UnitPath, Role: access.Triager}); err != nil {
			return err
		}
	}
	return p.done(tx, who, ev, from, in)
}

// write takes what was typed into the practice.
func (in Edit) write(f *fault.Form, p *Practice) {
	least := 0
	if in.Submit {
		least = 2
	}
	const missing = "fault.required"
	p.Title = f.Text("title", in.Title, 2, MaxTitle, missing)
	p.Problem = f.Text("problem", in.Problem, least, MaxText, missing)
	p.Invest = f.Text("invest", in.Invest, least, MaxShort, missing)
	p.Fits = f.Text("fits", in.Fits, least, MaxText, missing)
	p.Unfit = f.Text("unfit", in.Unfit, least, MaxText, missing)
	p.Contact = f.Text("contact", in.Contact, least, MaxContact, missing)
	r := p.Recipe()
	r.Standard = f.Text("standard", in.Standard, 0, plan.MaxText, missing)
	r.Steps = parseSteps(f, in.Steps)
	if in.Submit && len(r.Steps) == 0 {
		f.Add("steps", missing)
	}
	p.RecipeJSON = packed(r)
	p.Tags = tags(f, in.Tags)
	figures := p.Figures()
	for i := range figures {
		if i >= len(in.Before) || figures[i].Before != "" && figures[i].From != FromTold {
			continue
		}
		text := strings.TrimSpace(in.Before[i])
		if d, ok := plan.Decimal(text); ok && figures[i].Check.Kind == plan.CheckNumber {
			text = d
		}
		if _, known := figures[i].Check.Passes(text); text != "" && !known {
			f.Add("before."+strconv.Itoa(i), "matter.reading.value", text)
		}
		figures[i].Before, figures[i].From = text, FromTold
		if text == "" {
			figures[i].From = ""
		}
	}
	p.FiguresJSON = packed(figures)
	var said []Word
	for i, w := range in.Words {
		if i >= MaxWords || strings.TrimSpace(w.Text+w.By+w.Leave) == "" {
			continue
		}
		at := "words." + strconv.Itoa(i)
		said = append(said, Word{Text: f.Text(at+".text", w.Text, 2, MaxWord, missing), By: f.Text(at+".by", w.By, 2, MaxContact, missing),
			Leave: f.Text(at+".leave", w.Leave, 4, MaxShort, "practice.leave")})
	}
	p.WordsJSON = packed(said)
}

// photos are the chosen pictures of the matter.
func (in Edit) photos(tx *db.Tx, f *fault.Form, m matter.Matter) (out []Photo, err error) {
	all, err := matter.PhotosOf(tx, m.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if slices.Contains(in.Photos, p.Hash) {
			out = append(out, photoOf(p))
		}
	}
	if len(out) < len(in.Photos) {
		f.Add("photos", "fault.choice")
	}
	if len(out) > MaxPhotos {
		f.Add("photos", "practice.photos", MaxPhotos)
	}
	return out, nil
}

var stepLine = regexp.MustCompile(`^(?:第|[Dd]ay )?\s*(\d{1,3})\s*(?:天|日)?[\s.:：、,，]+(.+)$`)

// parseSteps reads the measures: a line each, with the day after the beginning before it.
func parseSteps(f *fault.Form, text string) (out []Step) {
	for n, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		got := stepLine.FindStringSubmatch(line)
		if got == nil {
			f.Add("steps", "practice.step", n+1)
			return nil
		}
		day, _ := strconv.Atoi(got[1])
		s := Step{After: day, Text: strings.TrimSpace(got[2])}
		if r := len([]rune(s.Text)); r < 2 || r > plan.MaxStep {
			f.Add("steps", "practice.step", n+1)
			return nil
		}
		out = append(out, s)
	}
	if len(out) > MaxSteps {
		f.Add("steps", "practice.steps", MaxSteps)
	}
	slices.SortStableFunc(out, func(a, b Step) int { return a.After - b.After })
	return out
}

// StepLines writes the measures as [Edit] reads them.
func (r Recipe) StepLines() string {
	var out []string
	for _, s := range r.Steps {
		out = append(out, strconv.Itoa(s.After)+" "+s.Text)
	}
	return strings.Join(out, "\n")
}

func tags(f *fault.Form, text string) string {
	var out []string
	for _, t := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) }) {
		t = strings.TrimSpace(t)
		if t == "" || slices.Contains(out, t) {
			continue
		}
		if n := len([]rune(t)); n > MaxTag {
			f.Add("tags", "fault.too_long", MaxTag, n)
		}
		out = append(out, t)
	}
	if len(out) > MaxTags {
		f.Add("tags", "practice.tags", MaxTags)
	}
	return strings.Join(out, ",")
}

// begin finds a practice for somebody who does something with it.
func begin(tx *db.Tx, who access.Person, key string, version int64, a access.Action) (Practice, error) {
	p, _, err := access.Reach(tx, who, a, key, tx.ForUpdate(), byKey, func(_ *db.Tx, p Practice) (access.Thing, error) { return p.Thing(), nil })
	if err == nil && version != 0 && version != p.Version {
		err = fault.New(fault.Conflict, "practice.stale")
	}
	return p, err
}

// done writes the practice and records the fact.
func (p *Practice) done(tx *db.Tx, who access.Person, ev, from string, data any) error {
	p.Public = p.State == Published || p.State == Withdrawn
	if err := updatePractice(tx, p); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "practice." + ev, Subject: p.Ref(), From: from, To: p.State, Data: data})
}
