package web

import (
	"strconv"
	"strings"

	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// points is at how many points one check item can be measured on a form; the worst value counts, all of them are kept.
const points = 3

// readings adds a field for every check item of the plan in force; measured only leaves out what is only looked at. A plan without
// check items is judged by one question.
func (b *doing) readings(measured bool) {
	p := b.v.PlanInForce()
	if p == nil {
		return
	}
	if len(p.Slots.Checks) == 0 && !measured {
		b.yesNo(0, b.r.T("matterpage.as_promised"))
	}
	for i, c := range p.Slots.Checks {
		n := i + 1
		switch {
		case c.Kind == plan.CheckNumber:
			b.measure(n, c)
		case !measured:
			b.yesNo(n, c.Text)
		}
		if b.others != nil { // somebody looks who has not done the work
			b.before(n, c)
		}
	}
	if b.unlikely {
		b.tick("sure", "matterpage.sure")
	}
}

func readingName(n int) string { return "readings." + strconv.Itoa(n) }

func (b *doing) yesNo(n int, text string) {
	name := readingName(n)
	c := b.f.Choose(name, "matterpage.check", []Option{{Value: "yes", Text: b.r.T("matterpage.reached"), Icon: "check"}, {Value: "no", Text: b.r.T("matterpage.not_reached"), Icon: "close"}})
	c.Label = text
	b.f.labels[name] = text
	b.part(FormPart{Radios: &c})
}

func (b *doing) measure(n int, c matter.Check) {
	name := readingName(n)
	d := PointsField{Label: c.Text, Limits: checkLimits(c, b.r.Lang), ID: fieldID(name) + "-box"}
	for i := range points {
		at := name
		if i > 0 {
			at += "." + strconv.Itoa(i+1)
		}
		f := b.f.Field(at, "matterpage.reading").Measure(b.r.Lang.Unit(c.Unit))
		f.Label = b.r.T("matterpage.point", i+1)
		if low, high, ok := c.Usual(); ok {
			f = f.Asks(low, high)
		}
		if i == 0 {
			d.Fault = f.Fault
		}
		b.f.labels[at] = c.Text
		d.Points = append(d.Points, f)
	}
	b.part(FormPart{Points: &d})
}

// readingsIn are the readings of the form: of several points the worst, with all of them in the note.
func (b *doing) readingsIn() []matter.Reading {
	p := b.v.PlanInForce()
	if p == nil {
		return nil
	}
	var out []matter.Reading
	if len(p.Slots.Checks) == 0 {
		if v := b.held(readingName(0)); v != "" {
			out = append(out, matter.Reading{Value: v})
		}
	}
	for i, c := range p.Slots.Checks {
		var values []string
		for j := range points {
			name := readingName(i + 1)
			if j > 0 {
				name += "." + strconv.Itoa(j+1)
			}
			if v := b.held(name); v != "" {
				values = append(values, v)
				if c.Unlikely(v) {
					b.unlikely = true
					if !b.f.Ticked("sure") {
						b.f.Fault(readingName(i+1), "matterpage.unlikely", v, b.r.Lang.Unit(c.Unit))
					}
				}
			}
		}
		if len(values) == 0 {
			continue
		}
		r := matter.Reading{Check: int64(i + 1), Value: worst(c, values)}
		if len(values) > 1 {
			r.Note = b.r.T("matterpage.points_note", strings.Join(values, " / "))
		}
		out = append(out, r)
	}
	return out
}

// worst is the value of several that stands for them: one that is no value, one that does not pass, else the one nearest to a limit.
func worst(c matter.Check, values []string) string {
	at, room := values[0], -1.0
	for _, v := range values {
		ok, known := c.Passes(v)
		if !known || !ok {
			return v
		}
		plain, _ := plan.Decimal(v)
		x, err := strconv.ParseFloat(plain, 64)
		if err != nil {
			return v
		}
		left := -1.0
		for _, limit := range []string{c.Low, c.High} {
			if l, err := strconv.ParseFloat(limit, 64); err == nil {
				if d := max(x-l, l-x); left < 0 || d < left {
					left = d
				}
			}
		}
		if room < 0 || left < room {
			at, room = v, left
		}
	}
	return at
}

func (b *doing) verdict() {
	c := b.f.Choose("passed", "matterpage.verdict", []Option{
		{Value: "yes", Text: b.r.T("matterpage.passed"), Note: b.r.T("matterpage.passed_note"), Icon: "check"},
		{Value: "no", Text: b.r.T("matterpage.failed"), Note: b.r.T("matterpage.failed_note"), Icon: "close"}})
	b.part(FormPart{Cards: &c})
	b.text("note", "matterpage.look_note", 3, plan.MaxNote, true, "matterpage.look_note_hint")
	b.text("present", "matterpage.present_field", 1, plan.MaxNote, true, "matterpage.present_hint")
}

// promised shows whoever looks at the site what was promised and how it looked before.
func (b *doing) promised() {
	if p := b.v.PlanInForce(); p != nil {
		b.page.Facts = append(b.page.Facts, Fact{Label: b.r.T("matterpage.promised"), Value: strings.TrimSpace(p.Slots.Item + "\n" + p.Slots.Standard)})
		for _, c := range p.Slots.Checks {
			b.page.Points = append(b.page.Points, c.Text)
		}
	}
	if len(b.v.Progress) > 0 {
		b.page.Facts = append(b.page.Facts, Fact{Label: b.r.T("matterpage.unit_says"), Value: b.v.Progress[0].Text, Note: b.v.person(b.v.Progress[0].By)})
	}
	pairs, _ := b.v.photos()
	b.page.Pairs = pairs
}

// inspectForm measures on the site.
var inspectForm = &matterForm{
	prepare: readEarlier, others: (*doing).foundMeanwhile,
	name: "inspect", title: "matterpage.act.inspect", lede: "matterpage.inspect_lede", button: "matterpage.inspect_do", toast: "matterpage.toast_inspected", photos: 9, dated: true,
	ready: func(v *matterView) bool { return v.Matter.State == matter.Inspecting },
	fields: func(b *doing) {
		b.promised()
		b.readings(false)
		b.photo("matterpage.look_photos", true)
		b.verdict()
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.Inspect{Matter: id, Version: version, Passed: b.f.Choice("passed", "yes", "no") == "yes", Readings: b.readingsIn(),
			Present: b.held("present"), Note: b.held("note"), DeviceAt: b.f.deviceAt(), Photos: b.photosIn()}
	},
}

// lookBackForm looks again at a closed matter.
var lookBackForm = &matterForm{
	prepare: readEarlier, others: (*doing).foundMeanwhile,
	name: "look-back", title: "matterpage.act.look_back", lede: "matterpage.look_back_lede", button: "matterpage.inspect_do", toast: "matterpage.toast_inspected", photos: 9, dated: true,
	ready: func(v *matterView) bool { return v.lookBackNow() != 0 || v.drawn() },
	fields: func(b *doing) {
		b.promised()
		if n := b.v.lookBackNow(); n != 0 {
			b.page.Panels = append(b.page.Panels, Panel{Title: b.r.T("matterpage.look_back_days", n)})
		}
		b.readings(false)
		b.photo("matterpage.look_photos", true)
		b.verdict()
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.LookBack{Matter: id, Version: version, Days: b.v.lookBackNow(), Passed: b.f.Choice("passed", "yes", "no") == "yes", Readings: b.readingsIn(),
			Present: b.held("present"), Note: b.held("note"), DeviceAt: b.f.deviceAt(), Photos: b.photosIn()}
	},
}
