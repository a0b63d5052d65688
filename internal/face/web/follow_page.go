package web

import (
	"slices"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	voices "sanwen/internal/work/voice/show"
)

// FollowPage is a thread as its submitter sees it.
type FollowPage struct {
	Page
	Form       *Form
	Base       string
	Pass       string
	Part       string // what is looked at is this part of the whole
	Number     string
	Say        string // the state in one sentence
	Note       string // why something was not done
	Tone       string
	Hotline    *Call // a crisis: whom to call
	Steps      []Step
	Moved      []MovedDate
	Plan       *FollowPlan
	Latest     *Message // what the union or the unit said last
	Thread     []Message
	Pairs      []Pair
	Opened     []string
	Batch      string // when an anonymous voice is told what is new, or ""
	Parts      []FollowPart
	Rate       *RateCard
	RateFrom   string         // from when on he will be asked, while it is too early
	RateSignin string         // where somebody says whether it is solved who has said it in his own name
	Buttons    []FollowButton // what one can do
	More       []FollowButton // and what is seldom needed
	LogAt      int64
	Proof      bool // the proof can be had
}

// MovedDate is a deadline that no longer holds, with the new one, the reason, and which office allowed it on which day.
type MovedDate struct{ From, To, Why, Who string }

// FollowPart is a part of a split voice, or a report of retaliation.
type FollowPart struct{ ID, Number, Name, Text string }

// FollowButton leads to the page on which one does something.
type FollowButton struct{ Do, Text, Icon, Tone string }

// FollowPlan is what is promised: nobody's name is in it (问计于职工).
type FollowPlan struct {
	Facts []Fact
	Waits bool   // not approved yet
	Until string // one is asked what one thinks of it until then
}

// RateCard asks the submitter to say whether it is solved.
type RateCard struct {
	Title string
	Until string
}

var followPage = Define[FollowPage]("follow/thread")

// show shows the thread; f is any form of the page, for its token.
func (t *following) show(f *Form) error {
	if err := t.read(); err != nil {
		return err
	}
	r, v := t.r, t.f.Voice
	r.Status(0)
	r.form = f
	f.faults = nil
	p := FollowPage{Page: Page{Title: r.T("follow.title")}, Form: f, Base: t.base, Pass: t.pass(), Part: t.part, Number: v.Number,
		Say: t.f.Say(r.Lang), Note: t.note, Tone: tones[v.State]}
	if t.f.Next != 0 {
		p.Batch = r.T("follow.batch", r.Lang.DateTime(t.f.Next, r.Zone))
	}
	for _, s := range t.f.Steps {
		p.Steps = append(p.Steps, r.step(v.State, s, p.Steps))
	}
	err := r.Read(func(tx *db.Tx) error {
		if err := t.thread(tx, &p); err != nil {
			return err
		}
		if err := t.matter(tx, &p); err != nil {
			return err
		}
		if err := t.exclusion(tx); err != nil {
			return err
		}
		return t.log(tx, &p)
	})
	if err != nil {
		return err
	}
	if n := len(p.Thread) - 1; n >= 0 && !p.Thread[n].Mine && p.Thread[n].Text != "" {
		p.Latest, p.Thread = &p.Thread[n], p.Thread[:n]
	}
	t.buttons(&p)
	return followPage.Render(r, p)
}

var tones = map[string]string{core.Answered: "good", core.Closed: "good", core.Rejected: "warn", core.WaitingInfo: "warn", core.Quarantined: "warn"}

// step is a station of the parcel line. The first one that is not done is where the parcel is now.
func (r *Req) step(state string, s voices.Step, before []Step) Step {
	out := Step{Label: r.T(s.Key), State: "next"}
	switch {
	case s.Done:
		out.State, out.When = "done", r.Lang.Date(s.Day, r.Zone)
		return out
	case state == core.Withdrawn || state == core.Erased: // nothing more comes, and no day is promised
		out.Label, out.State = r.T("follow.step."+strings.TrimPrefix(s.Key, "voice.step.")), "skipped"
		return out
	case s.Due != "" && state == core.WaitingInfo:
		out.When = r.T("follow.waits")
	case s.Due != "" && s.Due < r.Today():
		out.When, out.Moved = r.T("follow.late", s.Due), r.Lang.Date(s.Was, r.Zone)
	case s.Due != "":
		out.When, out.Moved = r.T("tell.by", s.Due), r.Lang.Date(s.Was, r.Zone)
	}
	out.Label = r.T("follow.step." + strings.TrimPrefix(s.Key, "voice.step."))
	if len(before) == 0 || before[len(before)-1].State == "done" {
		out.State = "now"
	}
	return out
}

// thread writes out what was said by whom. Own words stay folded, for who looks over one's shoulder.
func (t *following) thread(tx *db.Tx, p *FollowPage) error {
	r, v := t.r, t.f.Voice
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	photos := func(entry int64) []Photo {
		var out []Photo
		for i, ph := range t.f.Photos {
			if ph.Entry == entry {
				token := r.photoToken(voice.Photo{Hash: ph.Hash, Thumb: ph.Thumb, W: ph.W, H: ph.H})
				out = append(out, Photo{Src: ownPhoto(ph.Hash, token), Thumb: ownPhoto(ph.Thumb, token), Alt: r.T("tell.photo_alt", i+1)})
			}
		}
		return out
	}
	own := photos(0)
	if v.Text != "" || len(own) > 0 {
		p.Thread = append(p.Thread, Message{From: r.T("follow.you"), When: r.Lang.Date(v.Day, r.Zone), Text: v.Text, Mine: true, Folded: true, Photo: own})
	}
	for _, e := range t.f.Thread {
		m := Message{When: r.Lang.Date(e.At, r.Zone), Text: e.Text, Photo: photos(e.N)}
		switch e.By {
		case "submitter":
			m.From, m.Mine, m.Folded = r.T("follow.you"), true, e.Text != "" || len(m.Photo) > 0
			if e.Kind != core.EntryInfo {
				m.From += " · " + r.T("voice.entry."+e.Kind)
			}
		case "staff":
			m.From = r.T("web.union")
			if slices.Contains([]access.Role{access.Handler, access.DeptHead}, e.Role) && e.Unit != "" {
				m.From = tree.Name(e.Unit, r.Lang)
			}
			m.From += " · " + r.T("voice.entry."+e.Kind)
		default:
			m.From = r.T("voice.entry." + e.Kind)
		}
		m.Text = join2(r.about(e), m.Text)
		p.Thread = append(p.Thread, m)
	}
	for _, o := range t.f.Views {
		p.Opened = append(p.Opened, r.T("follow.opened", o.N, o.Day, r.name("role.", o.Role)))
	}
	for _, c := range t.f.Parts {
		p.Parts = append(p.Parts, FollowPart{ID: c.ID, Number: c.Number, Text: c.Text,
			Name: r.T("follow.part", r.partName(c), r.T("voice.state."+c.State))})
	}
	if v.State == core.Erased {
		set, err := org.SettingsOf(tx)
		if err != nil {
			return err
		}
		p.Hotline = &Call{set.Text(org.CrisisName), set.Text(org.CrisisLine)}
	}
	return nil
}

func (r *Req) partName(c voices.Piece) string {
	if c.Channel == voice.Retaliation {
		return r.T("follow.report")
	}
	return r.T("follow.piece", c.Number)
}

// about writes out what an entry says besides its words: the result, the day of a promise, rule and decider of a "no", the right door.
func (r *Req) about(e core.Entry) string {
	switch e.Kind {
	case core.EntryAnswer:
		s := r.name("voice.result.", e.Result)
		switch e.Result {
		case core.ResultDated:
			s = r.T("follow.promised", clock.Day(e.Extra))
		case core.ResultNo:
			if rule, decider, ok := strings.Cut(e.Extra, "\n"); ok {
				s = join2(s, r.T("follow.no", rule, decider))
			}
		}
		return s
	case core.EntryRejected:
		s := r.name("voice.reject.", e.Result)
		if e.Extra != "" {
			s = join2(s, r.T("follow.door_right", r.T("voice.door."+e.Extra)))
		}
		return s
	case core.EntryLinked, core.EntryReopened:
		if e.Extra != "" {
			return r.T("follow.matter", e.Extra)
		}
	case core.EntryMerged:
		return r.T("follow.merged", e.Extra)
	case core.EntryHotline:
		return ""
	}
	return ""
}

func join2(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

// matter adds what is done about it: photos, moved dates and the invitation to say whether it is solved.
func (t *following) matter(tx *db.Tx, p *FollowPage) error {
	m := t.f.Matter
	if m == nil {
		return nil
	}
	r := t.r
	var err error
	if m.Public {
		photos, err := matter.PhotosOf(tx, m.ID)
		if err != nil {
			return err
		}
		photos = slices.DeleteFunc(photos, func(p matter.Photo) bool { return t.later(p.At) })
		p.Pairs = r.pairs(photos, true)
	}
	if p.Plan, err = t.plan(tx, *m); err != nil {
		return err
	}
	days, err := org.Int(tx, org.RelapseDays)
	if err != nil {
		return err
	}
	t.relapse = m.State == matter.Accepting || m.State == matter.Rated ||
		m.State == matter.Closed && tx.Millis() <= m.ClosedAt.Add(time.Duration(days)*24*time.Hour)
	granted, err := ledger.GrantedOf(tx, m.ID)
	if err != nil {
		return err
	}
	most, err := org.Int(tx, org.ExtensionMax)
	if err != nil {
		return err
	}
	for i, e := range granted {
		if t.later(e.DecidedAt) {
			break
		}
		role := matter.ExtensionLevel(int64(i), most)
		p.Moved = append(p.Moved, MovedDate{From: r.Lang.Date(e.FromDay, r.Zone), To: r.Lang.Date(e.ToDay, r.Zone), Why: e.Reason,
			Who: r.T("follow.moved_by", r.Lang.Enum("role", role), e.DecidedAt.Day(r.Zone))})
	}
	if m.State == matter.Accepting && t.who.Kind == access.Receipt && t.f.Voice.Level == voice.Named {
		p.RateSignin = r.Link("/mine")
	}
	i, err := t.invitation(tx)
	if err != nil || i == nil || i.Used || m.State != matter.Accepting {
		return err
	}
	if i.Early(clock.MillisOf(tx.Now)) {
		p.RateFrom = r.Lang.DateTime(i.AskAt, r.Zone)
		return nil
	}
	asked, err := accept.InvitationFor(tx, t.who, i.ID)
	if err == nil && !asked.Late(clock.MillisOf(tx.Now)) {
		p.Rate = &RateCard{Title: m.Shown(), Until: r.Lang.Date(asked.WindowEnd, r.Zone)}
	}
	return err
}

// exclusion finds whether it may still be objected to that the voice was left out, as far as that has been told.
func (t *following) exclusion(tx *db.Tx) error {
	may, err := supervise.MayObject(tx, t.voice())
	told := slices.ContainsFunc(t.f.Thread, func(e core.Entry) bool { return e.Extra == "excluded" })
	t.leftOut = may && (t.f.Last == 0 || told)
	return err
}

// later reports whether something of that time is not shown yet.
func (t *following) later(at clock.Millis) bool { return t.f.Last != 0 && at >= t.f.Last }

// plan is what those behind a matter may read of its plan before work starts and while it goes on, and until when they are asked.
func (t *following) plan(tx *db.Tx, m matter.Matter) (*FollowPlan, error) {
	r := t.r
	w, err := ledger.PromiseIn(tx, m)
	if err != nil || w == nil {
		return nil, err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	p := &FollowPlan{Waits: w.Waiting}
	add := func(label, value, note string) {
		if value != "" || note != "" {
			p.Facts = append(p.Facts, Fact{Label: r.T(label), Value: value, Note: note})
		}
	}
	var checks []string
	for _, c := range w.Checks {
		limits := checkLimits(c, r.Lang)
		if limits == "" {
			limits = r.T("matterpage.yesno")
		}
		checks = append(checks, c.Text+" "+limits)
	}
	add("follow.plan_item", w.Item, "")
	add("follow.plan_standard", w.Standard, r.Lang.List(checks))
	add("follow.plan_lead", tree.Name(w.Lead, r.Lang), "")
	add("follow.plan_due", r.Lang.Date(w.Due, r.Zone), "")
	if w.Comment != 0 && t.f.Voice.State == core.Linked {
		t.asked, p.Until = true, r.Lang.DateTime(w.Comment, r.Zone)
	}
	return p, nil
}

// invitation is the one to the last round of the matter, or nil.
func (t *following) invitation(tx *db.Tx) (*accept.Invitation, error) {
	if t.f.Matter == nil {
		return nil, nil
	}
	if t.who.Kind == access.Receipt {
		return accept.OfVoice(tx, t.who, t.who.Voice)
	}
	return accept.OfPerson(tx, t.who, t.f.Matter.ID)
}

// log adds the number in the log.
func (t *following) log(tx *db.Tx, p *FollowPage) error {
	if t.r.Record == nil {
		return nil
	}
	proof, err := t.r.Record.ProofFor(tx, event.Ref{Kind: voice.RefKind, ID: t.voice()})
	if db.IsNone(err) {
		return nil
	}
	p.LogAt, p.Proof = proof.Number(), proof.Text != ""
	return err
}

// buttons lists what one can do now.
func (t *following) buttons(p *FollowPage) {
	v, r := t.f.Voice, t.r
	can := func(ev string) bool { return slices.Contains(t.f.Events, ev) }
	add := func(list *[]FollowButton, do, icon, tone string) {
		*list = append(*list, FollowButton{Do: do, Text: r.T("follow.do." + do), Icon: icon, Tone: tone})
	}
	if can(core.EvConfirm) {
		add(&p.Buttons, "solved", "check", "primary")
	}
	if can(core.EvNotSolved) && !(v.AnsweredAt != 0 && clock.MillisOf(r.Now()) > v.AnsweredAt.Add(core.ReopenDays*24*time.Hour)) {
		add(&p.Buttons, "not_solved", "flag", "")
	} else if t.relapse {
		add(&p.Buttons, "not_fixed", "flag", "")
	}
	if t.asked {
		add(&p.Buttons, "comment", "message", "primary")
	}
	if can(core.EvObject) {
		add(&p.Buttons, "object", "message", "")
	}
	if t.leftOut {
		add(&p.Buttons, "count", "message", "")
	}
	if !voice.Cycle.Over(v.State) {
		tone := ""
		if v.State == core.WaitingInfo {
			tone = "primary"
		}
		add(&p.Buttons, "add", "plus", tone)
		if v.State == core.WaitingInfo {
			p.Buttons[len(p.Buttons)-1].Text = r.T("follow.reply")
		}
	}
	if v.State == core.Erased {
		return
	}
	add(&p.More, "retaliation", "shield", "")
	if can(core.EvWithdraw) {
		add(&p.More, "withdraw", "undo", "")
	}
	if t.who.Kind == access.Receipt {
		add(&p.More, "end", "lock", "")
	}
}
