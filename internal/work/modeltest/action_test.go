package modeltest

import (
	"fmt"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/voice"
)

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
