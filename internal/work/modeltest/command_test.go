package modeltest

import (
	"fmt"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/voice"
)

// cmd is one thing that somebody does: V and W are voices, M is a matter (-1: none), Opt the variant. Stale is done on an outdated page.
type cmd struct {
	Verb, Who string
	V, W, M   int
	Opt       string
	Stale     bool
}

func (c cmd) String() string {
	s := c.Verb + " by " + c.Who
	if c.V >= 0 {
		s += fmt.Sprintf(" voice %d", c.V)
	}
	if c.W >= 0 {
		s += fmt.Sprintf(" into %d", c.W)
	}
	if c.M >= 0 {
		s += fmt.Sprintf(" matter %d", c.M)
	}
	if c.Opt != "" {
		s += " " + c.Opt
	}
	if c.Stale {
		s += " (stale)"
	}
	return s
}

// planned is the plan that a command hands in; the variant names the owner and whether a photo of the result is needed or what it costs.
func (m *model) planned(c cmd) mPlan {
	x := m.matters[c.M]
	p := mPlan{author: c.Who}
	owner, extra, _ := strings.Cut(c.Opt, "/")
	p.owner = owner
	switch extra {
	case "photo":
		p.photos = 1
	case "cheap": // one cent below the limit of the organisation
		p.costs = "49999.99"
	case "costly": // the limit itself
		p.costs = "50000"
	}
	p.deadline = workday(plus(day(m.now), 12))
	if !x.dueOpen {
		p.deadline = x.due
	}
	p.texts = []string{"更换喷头"}
	for n, d := 1, plus(day(m.now), 15); d < p.deadline; n, d = n+1, plus(d, 15) {
		p.texts = append(p.texts, fmt.Sprintf("第%d段", n))
	}
	return p
}

func (w *world) slots(c cmd) matter.Slots {
	p := w.m.planned(c)
	s := matter.Slots{Item: "提高水温", Standard: "水温达标", Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}},
		Owner: w.people[p.owner].ID, Deadline: clock.Day(p.deadline), Acceptors: []string{w.people["mill"].ID}, Sponsor: w.people["leader"].ID, AfterPhotos: int64(p.photos)}
	if p.costs != "" {
		s.Money = &plan.Money{Amount: p.costs, Source: "welfare"}
	}
	d := plus(day(w.m.now), 15)
	for _, t := range p.texts[1:] {
		s.Steps = append(s.Steps, plan.Step{Text: t, Day: clock.Day(d)})
		d = plus(d, 15)
	}
	s.Steps = append([]plan.Step{{Text: p.texts[0], Day: s.Deadline}}, s.Steps...)
	return s
}

var (
	good    = []matter.Reading{{Check: 1, Value: "40"}}
	fine    = voice.Reply{Text: "周五前换好喷头,设备部负责。", Result: "done"}
	joining = "已列入实事。"
)

// reading is what triage says of a voice that it sends to a department.
func reading() voice.Reading {
	return voice.Reading{Title: "热水不稳", Category: "BA-1", Redacted: "反映淋浴热水不稳"}
}

// ref is what a command about an assignment is about.
func (w *world) ref(c cmd) event.Ref {
	if c.V >= 0 {
		return event.Ref{Kind: voice.RefKind, ID: w.v[c.V]}
	}
	return matter.RefOf(w.ms[c.M])
}

// version is the version that a page shows: of a stale one another.
func (w *world) version(c cmd) int {
	if !c.Stale {
		return 0
	}
	if c.V >= 0 {
		v, _ := w.was.Voice(w.v[c.V])
		return v.Version + 7
	}
	m, _ := w.was.Matter(w.ms[c.M])
	return int(m.Version) + 7
}

type doer interface {
	Do(tx *db.Tx, who access.Person) error
}

// fn makes an action of a function.
type fn func(tx *db.Tx, who access.Person) error

func (f fn) Do(tx *db.Tx, who access.Person) error { return f(tx, who) }

// sweep makes an action of a job. The job acts in its own name; that nobody else can start it is shown by its own question.
func sweep(run func(tx *db.Tx) (int, error)) doer {
	return fn(func(tx *db.Tx, who access.Person) error {
		if err := who.May(tx, access.VoiceSystem, access.Thing{}); err != nil {
			return err
		}
		_, err := run(tx)
		return err
	})
}

// made is what a command has brought into being: ids of voices and matters, in order.
type made struct{ voices, matters []string }

// action is the real action behind a command.
func (w *world) action(c cmd, out *made) (in doer, coarsely bool) {
	id, other, mid, ver := "", "", "", 0
	if c.V >= 0 {
		id = w.v[c.V]
	}
	if c.W >= 0 {
		other = w.v[c.W]
	}
	if c.M >= 0 {
		mid = w.ms[c.M]
	}
	if c.Stale {
		ver = w.version(c)
	}
	mver := int64(ver)
	yes := c.Opt == "yes"
	switch c.Verb {
	case "register", "metoo":
		r, t := w.form(), told(c.Opt)
		r.Level, r.Kind, r.Text, r.Place = voice.Level(t.level), voice.Kind(t.kind), t.text, t.place
		if t.forWhom != "" {
			r.Channel, r.For = voice.Crew, w.nos[t.forWhom]
		}
		if c.Verb == "metoo" {
			r.Matter, r.Text = mid, ""
		}
		if w.serial%3 == 0 {
			r.Photos = []voice.Photo{{Hash: fmt.Sprintf("hash%d", w.serial), Thumb: "thumb", W: 10, H: 10}}
		}
		return fn(func(tx *db.Tx, who access.Person) error {
			sent, err := r.Do(tx, who)
			if err != nil {
				return err
			}
			again, err := r.Do(tx, who) // pressed twice
			if err == nil && (again.Voice != sent.Voice || !again.Again) {
				err = fmt.Errorf("a second press made %q of %q", again.Voice, sent.Voice)
			}
			if sent.Voice != "" {
				out.voices = append(out.voices, sent.Voice)
			}
			return err
		}), r.Level.Hidden()
	case "claim":
		return voice.Claim{Voice: id}, false
	case "let_go":
		return voice.LetGo{Voice: id, Version: ver}, false
	case "ask":
		return voice.AskInfo{Voice: id, Version: ver, Question: "哪个喷头?"}, false
	case "info":
		return voice.AddInfo{Voice: id, Text: "二层东头。"}, coarse(c.Who)
	case "answer":
		return voice.AnswerDirectly{Voice: id, Version: ver, Reply: fine}, false
	case "reply":
		return voice.AnswerAssigned{Voice: id, Version: ver, Reply: fine}, false
	case "assign_v":
		return voice.AssignForAnswer{Voice: id, Version: ver, Reading: reading(), Lead: c.Opt}, false
	case "new_matter":
		class, lead := matterOpt(c.Opt)
		return fn(func(tx *db.Tx, who access.Person) error {
			r, err := voice.NewMatter{Voice: id, Version: ver, Reading: reading(), Say: joining,
				Register: matter.Register{Public: true, Class: matter.Class(class), Lead: lead}}.Do(tx, who)
			out.matters = append(out.matters, r.ID)
			return err
		}), false
	case "join":
		return voice.JoinMatter{Voice: id, Version: ver, Reading: reading(), Matter: mid, Say: joining}, false
	case "merge":
		return voice.Merge{Voice: id, Version: ver, Into: other}, false
	case "split":
		return fn(func(tx *db.Tx, who access.Person) error {
			text := []rune(plain)
			if v, ok := w.was.Voice(id); ok && v.Text != "" {
				text = []rune(v.Text)
			}
			h := min(7, len(text)/2)
			ids, err := voice.Split{Voice: id, Version: ver, Parts: []voice.Part{{Text: string(text[:h])}, {Text: string(text[h:])}}}.Do(tx, who)
			out.voices = append(out.voices, ids...)
			return err
		}), false
	case "hazard":
		return voice.CallOut{Voice: id, Version: ver, Food: c.Opt == "food"}, false
	case "accept_hazard":
		return voice.AcceptHazard{Voice: id}, false
	case "restrict":
		class := c.Opt
		if class == "none" {
			class = ""
		}
		return voice.Restrict{Voice: id, Version: ver, Class: class, Reason: "涉及个人"}, false
	case "transfer":
		return voice.Transfer{Voice: id, Version: ver, Unit: c.Opt, Reason: "该单位自己的事"}, false
	case "reject":
		return voice.OutOfScope(id, ver, "property", "请找物业服务中心。"), false
	case "countersign":
		return voice.Countersign{Voice: id, Version: ver, Agree: c.Opt != "disagree", Note: "应当受理"}, false
	case "quarantine":
		return voice.Quarantine{Voice: id, Version: ver, Reason: "像广告"}, false
	case "free":
		return voice.Free{Voice: id, Version: ver, Reason: "不是广告"}, false
	case "crisis":
		return voice.ToCrisis{Voice: id, Version: ver}, false
	case "name":
		n := voice.Name{Voice: id, Version: ver}
		if _, unit := parents[c.Opt]; unit {
			n.Units = []string{c.Opt}
		} else {
			n.Persons = []string{w.people[c.Opt].ID}
		}
		return n, false
	case "confirm":
		return voice.ConfirmSolved{Voice: id}, coarse(c.Who)
	case "not_solved":
		return voice.NotSolved{Voice: id, Text: "还是凉的"}, coarse(c.Who)
	case "object":
		return voice.Object{Voice: id, Text: "这就是单位的事"}, coarse(c.Who)
	case "withdraw":
		return voice.Withdraw{Voice: id}, coarse(c.Who)
	case "retaliation":
		return fn(func(tx *db.Tx, who access.Person) error {
			n, err := voice.ReportRetaliation{Voice: id, Text: "提了意见被调岗。", Key: fmt.Sprint("key", w.serial)}.Do(tx, who)
			out.voices = append(out.voices, n)
			return err
		}), coarse(c.Who)
	case "end_access":
		return voice.EndAccess{Voice: id}, coarse(c.Who)
	case "silent":
		return sweep(voice.CloseSilent), false
	case "timeouts":
		return sweep(voice.AskTimeouts), false

	case "begin":
		class, lead := matterOpt(c.Opt)
		return fn(func(tx *db.Tx, who access.Person) error {
			r := &matter.Register{Title: "四区浴室水温不足", Public: true, Class: matter.Class(class), Source: matter.FromResearch, Category: "BA-1", Place: "P104M", Lead: lead}
			err := r.Do(tx, who)
			out.matters = append(out.matters, r.ID)
			return err
		}), false
	case "assign_m":
		return assignment.Assign{Subject: matter.RefOf(mid), Lead: c.Opt}, false
	case "sign":
		return assignment.Sign{Subject: w.ref(c), Version: mver}, false
	case "return":
		return assignment.Return{Subject: w.ref(c), Rule: "职责分工第三条", Proposed: c.Opt, Version: mver}, false
	case "adjudicate":
		return assignment.Adjudicate{Subject: w.ref(c), Lead: c.Opt, Basis: "职责分工", Version: mver}, false
	case "reassign":
		return assignment.Reassign{Subject: w.ref(c), Lead: c.Opt, Note: "机构调整", Version: mver}, false
	case "auto_sign":
		return sweep(assignment.RunAutoSign), false
	case "plan":
		return matter.SubmitPlan{Matter: mid, Version: mver, Plan: w.slots(c)}, false
	case "head", "finance", "top":
		as := map[string]chain.Hand{"head": chain.AsHead, "finance": chain.AsFinance, "top": chain.AsLeader}[c.Verb]
		return matter.SignPlan{Matter: mid, Version: mver, As: as, Approve: yes, Note: "标准不够明确"}, false
	case "approve":
		return matter.DecidePlan{Matter: mid, Version: mver, Approve: yes, Note: "标准不够明确"}, false
	case "report":
		r := matter.Report{Matter: mid, Version: mver, Text: "正在施工"}
		if c.Opt == "done" {
			r.Done, r.Step = true, int64(len(w.m.matters[c.M].steps)+1)
			for i, done := range w.m.matters[c.M].steps {
				if !done {
					r.Step = int64(i + 1)
					break
				}
			}
		}
		return r, false
	case "more":
		return matter.AskMore{Matter: mid, Version: mver, Day: clock.Day(workday(plus(w.m.matters[c.M].due, 14))), Reason: "配件未到货", Interim: "临时供水"}, false
	case "extend":
		return matter.DecideMore{Matter: mid, Version: mver, Grant: yes, Note: "理由不充分"}, false
	case "pause":
		return matter.Pause{Matter: mid, Version: mver, Reason: "bid", Until: clock.Day(plus(day(w.m.now), 10)), Note: "招标中"}, false
	case "resume":
		return matter.Resume{Matter: mid, Version: mver}, false
	case "timers":
		return sweep(matter.RunTimers), false
	case "claim_done":
		in := matter.ClaimDone{Matter: mid, Version: mver, Text: "已更换", Readings: good}
		if c.Opt == "photo" {
			in.Photos = []matter.PhotoIn{{Hash: fmt.Sprintf("after%d", w.serial), Thumb: "thumb"}}
		}
		return in, false
	case "appoint":
		return matter.AppointInspector{Matter: mid, Version: mver, Person: w.people[c.Opt].ID}, false
	case "inspect":
		if c.Opt == "fail" {
			return matter.Inspect{Matter: mid, Version: mver, Note: "水还是凉的"}, false
		}
		return matter.Inspect{Matter: mid, Version: mver, Passed: true, Readings: good}, false
	case "rate":
		whose, result, _ := strings.Cut(c.Opt, " ")
		a := accept.Answer{Invitation: w.invitation(c.M, whose), Fact: "yes", Result: result, Grade: w.serial % 6}
		return a, true
	case "windows":
		return sweep(accept.RunWindows), false
	case "close":
		return matter.Close{Matter: mid, Version: mver, Reply: "已解决,请监督"}, false
	case "not_fixed":
		return accept.NotFixed{Matter: mid, What: "还是凉的"}, true
	case "look_back":
		days, how, _ := strings.Cut(c.Opt, " ")
		in := matter.LookBack{Matter: mid, Version: mver, Days: 30, Passed: how != "fail", Readings: good, Note: "又坏了"}
		if days == "90" {
			in.Days = 90
		}
		if how == "fail" {
			in.Readings = nil
		}
		return in, false
	case "carry":
		return matter.CarryOver{Matter: mid, Version: mver, Condition: "大修时施工", ReviewDay: clock.Day(plus(day(w.m.now), 90))}, false
	case "review":
		return matter.Review{Matter: mid, Version: mver, Condition: "仍待大修", ReviewDay: clock.Day(plus(day(w.m.now), 90))}, false
	case "take_up":
		return matter.TakeUp{Matter: mid, Version: mver}, false
	case "decline":
		return matter.Decline{Matter: mid, Version: mver, Reason: "场地不允许", Rule: "消防规范", Decider: "经理办公会"}, false
	case "cancel":
		return matter.Cancel{Matter: mid, Version: mver, Reason: "已另行解决"}, false
	case "show":
		return matter.Amend{Matter: mid, Version: mver, Title: "四区浴室水温", Public: yes}, false
	}
	panic("no action for " + c.Verb)
}

// form draws a receipt.
func (w *world) form() voice.Register {
	r := seal.NewReceipt(clock.DayOf(w.c.Now(), w.d.Zone()))
	return voice.Register{Number: r.Number, Code: r.Code, Keys: w.keys}
}

// invitation finds somebody's invitation to the present round.
func (w *world) invitation(m int, whose string) string {
	x, _ := w.was.Matter(w.ms[m])
	for _, i := range w.was.Invitations {
		if i.Matter == x.ID && i.Round == x.Round && w.nick(i.Person, i.Voice) == whose {
			return i.ID
		}
	}
	return "nobody's"
}

// do does a command in the program and in the model, compares, and checks every invariant.
func (w *world) do(c cmd) (accepted bool) {
	w.t.Helper()
	w.serial++
	w.history = append(w.history, c)
	want := w.expect(c)
	var out made
	in, hour := w.action(c, &out)
	err := w.write(hour, func(tx *db.Tx) error {
		out = made{}
		return in.Do(tx, w.who(c.Who))
	})
	kind := refusal(err)
	switch {
	case kind == "broken":
		w.fail("%s: %v", c, err)
	case kind == "" && len(want.no) > 0:
		w.fail("%s: done, the model refuses it (%s)", c, strings.Join(want.no, ", "))
	case kind != "" && len(want.no) == 0:
		w.fail("%s: %s (%v), the model has it done", c, kind, err)
	case kind != "" && !in_(kind, want.no):
		w.fail("%s: refused as %s (%v), the model says %s", c, kind, err, strings.Join(want.no, ", "))
	}
	now := w.look()
	if kind == "" {
		w.v, w.ms = append(w.v, out.voices...), append(w.ms, out.matters...)
		for i, id := range w.v {
			w.voiceNo[id] = i
		}
		s := seen{due: func(m int) string { x, _ := now.Matter(w.ms[m]); return string(x.Due) }}
		if c.Verb == "claim_done" {
			x, _ := now.Matter(w.ms[c.M])
			for _, i := range now.Invitations {
				if i.Matter == x.ID && i.Round == x.Round {
					s.invited = append(s.invited, w.nick(i.Person, i.Voice))
				}
			}
		}
		want.do(s)
		if c.Verb == "claim_done" {
			if wrong := w.m.asks(c.M, s.invited); len(wrong) > 0 {
				w.fail("%s: %s", c, strings.Join(wrong, "; "))
			}
		}
	}
	if diff := w.agree(now); len(diff) > 0 {
		w.fail("after %s (%s):\n%s", c, kind, strings.Join(diff, "\n"))
	}
	w.hold(now, c)
	w.was = now
	return kind == ""
}

// hold checks the invariants.
func (w *world) hold(now *Snapshot, c cmd) {
	w.t.Helper()
	if bad := Compare(now, w.was); len(bad) > 0 {
		var lines []string
		for _, b := range bad {
			lines = append(lines, b.String())
		}
		w.fail("after %s:\n%s", c, strings.Join(lines, "\n"))
	}
}

// expect asks the model.
func (w *world) expect(c cmd) *expect {
	if r, ok := voiceRules[c.Verb]; ok {
		return r(w.m, c)
	}
	return matterRules[c.Verb](w.m, c)
}

// fail fails with the way that led there.
func (w *world) fail(format string, args ...any) {
	w.t.Helper()
	var b strings.Builder
	for i, c := range w.history {
		fmt.Fprintf(&b, "\n%4d  %s", i+1, c)
	}
	w.t.Fatalf("%s\nby way of:%s", fmt.Sprintf(format, args...), b.String())
}

func in_(s string, list []string) bool { return in(s, list...) }

// refusal sorts an error: denied (not for this person), invalid (a field), conflict (not now), broken (a mistake of the program).
func refusal(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Forbidden, fault.Unauthenticated:
		return "denied"
	case fault.NotFound:
		if f.Key == "access.unknown" {
			return "denied"
		}
		return "conflict"
	case fault.Conflict, fault.Gone, fault.TooMany:
		return "conflict"
	case fault.Invalid:
		return "invalid"
	}
	return "broken"
}

// advance moves the clock.
func (w *world) advance(minutes int) {
	w.history = append(w.history, cmd{Verb: fmt.Sprintf("%d minutes", minutes), Who: "time", V: -1, W: -1, M: -1})
	w.c.Set(w.c.Now().Add(minute(minutes)))
	w.m.now = w.c.Now()
}

// grant gives or takes a role, in the program and in the model.
func (w *world) grant(who string, role access.Role, unit string) {
	w.t.Helper()
	p, has := w.people[who], w.m.people[who].roles
	k := post{string(role), unit}
	w.history = append(w.history, cmd{Verb: "role " + k.role, Opt: unit, Who: who, V: -1, W: -1, M: -1})
	err := w.write(false, func(tx *db.Tx) (err error) {
		if has[k] {
			err = org.TakeRole{Person: p.ID, Role: role, Unit: unit}.Do(tx, access.System("test"))
		} else {
			err = org.GiveRole{Person: p.ID, Role: role, Unit: unit}.Do(tx, access.System("test"))
		}
		if err == nil {
			p, err = org.Actor(tx, p.ID)
		}
		return err
	})
	if err != nil {
		w.fail("role %v for %s: %v", k, who, err)
	}
	w.people[who] = p
	if has[k] {
		delete(has, k)
	} else {
		has[k] = true
	}
	w.was = w.look()
}
