package web

import (
	"net/http"
	"strconv"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// spotMatter makes a matter of a hot spot in one step, or lets voices that came later join the one that is there.
func spotMatter(r *Req) error {
	x, names, title, err := r.spotForm()
	if err != nil {
		return err
	}
	var open []spots.Waiting
	var later *core.Release
	if err := r.Read(func(tx *db.Tx) error {
		if open, err = spots.Open(tx, r.Person, x.N); err != nil {
			return err
		}
		var ids []string
		for _, v := range open {
			ids = append(ids, v.ID)
		}
		later, err = vshow.TellsVoices(tx, ids)
		return err
	}); err != nil {
		return err
	}
	if len(open) == 0 { // nothing to choose: no form
		if r.Posted() {
			r.Status(http.StatusConflict)
		}
		return adminList.Render(r, AdminListPage{Page: Page{Title: r.T("spots.do.matter"), Shape: Staff, Back: spotPath(x.N)}, Lede: r.T("spots.matter_lede", r.T("spots.number", x.N), title),
			Panels: []Panel{{Tone: "info", Text: r.T("spots.matter_nothing")}}})
	}
	f := r.Blank("title", x.Title, "category", x.Topic, "matter_class", string(matter.Standard), "say", r.T("triage.sample.new", "〔…〕"))
	if r.Posted() {
		f = r.Form()
		in := r.readSpotMatter(f, x, open)
		err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		if err == nil {
			r.Toast("spots.toast.matter")
			if in.Number == "" { // pressed twice
				return r.Redirect(spotPath(x.N))
			}
			return r.Redirect("/matter/" + in.Number)
		}
		err = rename(err, map[string]string{"redacted": "voices", "lead": "new_lead", "class": "matter_class", "place": "voices", "kind": "voices"})
		if e := fault.Of(err); e.Kind == fault.Conflict { // a colleague has one of them, or it is somewhere else by now
			err = &fault.Error{Kind: fault.Invalid, Key: e.Key, Args: e.Args, Field: "voices"}
		}
		if !f.Take(err) {
			return err
		}
	} else {
		for _, v := range open {
			if !v.Approve() {
				f.values.Add("voices", v.ID)
			}
		}
	}
	return r.askSpotMatter(f, x, names, title, open, later)
}

func (r *Req) readSpotMatter(f *Form, x spots.Page, open []spots.Waiting) *spots.ToMatter {
	in := &spots.ToMatter{Spot: x.N, Title: f.Line("title", 1, core.MaxTitle), Category: f.one("category"), Say: f.Text("say", 1, core.MaxReply)}
	gaps(f, "say", in.Say)
	if in.Join = f.one("join"); in.Join == "" {
		in.Register = matter.Register{Public: f.Ticked("public"), Lead: f.Unit("new_lead", org.Plant, org.Department),
			Class: matter.Class(f.Choice("matter_class", texts([]matter.Class{matter.Quick, matter.Standard, matter.Funds, matter.Safety, matter.Sponsored})...))}
	}
	if in.Category == "" {
		f.Fault("category", "fault.choice")
	}
	for _, id := range f.Many("voices") {
		c := spots.Chosen{Voice: id}
		for _, v := range open {
			if v.ID != id {
				continue
			}
			if v.Approve() {
				c.Redacted = v.Text
			}
			c.Version, _ = strconv.Atoi(f.Value("v." + id)) // as it was when its words were read
		}
		in.Voices = append(in.Voices, c)
	}
	if len(in.Voices) == 0 {
		f.Fault("voices", "spots.matter_none")
	}
	return in
}

func (r *Req) askSpotMatter(f *Form, x spots.Page, names *voiceNames, title string, open []spots.Waiting, later *core.Release) error {
	var topics, classes, voices, joins []Option
	for _, c := range names.topics.Categories() {
		if c.Active && c.Restricted == "" {
			topics = append(topics, Option{Value: c.Code, Text: c.Code + " " + names.topic(c.Code)})
		}
	}
	for _, c := range []matter.Class{matter.Quick, matter.Standard, matter.Funds, matter.Safety, matter.Sponsored} {
		classes = append(classes, Option{Value: string(c), Text: r.T("matter.class." + string(c))})
	}
	keep := []string{}
	for _, v := range open {
		note := v.Number + " · " + r.T("voice.level."+string(v.Level)) + " · " + r.T("voice.state."+v.State)
		if v.Approve() {
			note += " · " + r.T("spots.approve")
		}
		voices = append(voices, Option{Value: v.ID, Text: orText(v.Text, r.T("inbox.no_words")), Note: note})
		name := "v." + v.ID
		if f.Value(name) == "" {
			f.Set(name, count(v.Version))
		}
		keep = append(keep, name)
	}
	page := AdminFormPage{Page: Page{Title: r.T("spots.do.matter"), Shape: Staff, Back: spotPath(x.N)}, Lede: r.T("spots.matter_lede", r.T("spots.number", x.N), title), Form: f,
		To: spotPath(x.N) + "/matter", Submit: r.T("spots.do.matter"), Keep: keep, Panels: r.toldLater(later)}
	for _, m := range x.Matters {
		if !matter.Cycle.Over(m.State) {
			joins = append(joins, Option{Value: m.Number, Text: r.T("spots.join_matter", m.Number, m.Title)})
		}
	}
	if len(joins) > 0 {
		page.Parts = append(page.Parts, selectPart(f.Choose("join", "spots.which_matter", joins).Else("spots.new_matter")))
	}
	page.Parts = append(page.Parts,
		boxesPart(f.Choose("voices", "spots.matter_voices", voices).Hint("spots.matter_voices_hint")),
		fieldPart(f.Field("title", "triage.public_title").Limit(core.MaxTitle).Hint("triage.title_hint")),
		selectPart(f.Choose("category", "inbox.topic", topics)),
		selectPart(f.Choose("matter_class", "triage.matter_class", classes)),
		pickPart(f.PickUnit("new_lead", "triage.lead", r.UnitsOf(names.tree, org.Plant, org.Department)).May().Hint("triage.lead_later")),
		tickPart(f.Tick("public", "triage.public")),
		fieldPart(f.Field("say", "triage.say").Area(4).Limit(core.MaxReply).Hint("triage.say_hint")))
	return adminForm.Render(r, page)
}
