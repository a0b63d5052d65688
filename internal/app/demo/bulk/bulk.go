// Package bulk fills an installation with many voices and matters, for measuring. Everything goes through the product's own
// actions, hundreds of them in a transaction, so that no single one waits for the disk: the log, the duties and the states
// are those of a year of work.
package bulk

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// Fill is what is to be filled and how far.
type Fill struct {
	DB       *db.DB
	Keys     *seal.Keys
	Clock    *clock.Fake
	From, To time.Time // the time in which it happens
	Voices   int
	Holders  map[access.Role][]org.Person
	Crew     []org.Person
	Progress func(done int)
}

// A round is what comes in and is worked off at one time: most people join what others have said.
const (
	perRound = 500 // voices
	named    = 100 // of them with a name
	waiting  = 10  // of them that nobody takes up
	joined   = 300 // "me too", for the round's matter
)

// subject is what a voice is about: place, topic and words.
type subject struct{ place, category, lead, title, text string }

var subjects = []subject{
	{"P101", "B1", "D02", "浴池水温不稳", "一区浴池洗到一半水就凉，第%d排喷头最明显。"},
	{"P104", "B2", "D02", "浴室喷头损坏", "四区浴室第%d个喷头出水歪，地漏也慢。"},
	{"P201", "A2", "D01", "餐厅饭菜偏凉", "一楼餐厅%d号窗口的菜十二点以后是凉的。"},
	{"P202", "A5", "D01", "食堂排队时间长", "二区食堂中午排队%d分钟，窗口没开全。"},
	{"P305", "D4", "U12", "宿舍洗衣机不够", "5号宿舍%d层一台洗衣机，下班都在排队。"},
	{"P501", "E1", "U11", "班车不准点", "1号线早班车晚了%d分钟，没有通知。"},
	{"P511", "F1", "D10", "停车场车位紧张", "东门停车场第%d排有车骑线停，进不去。"},
	{"P971", "F3", "D03", "道路坑洼", "北环路%d号灯杆旁边有坑，骑车颠。"},
}

// filling is a fill while it runs.
type filling struct {
	Fill
	dice   *rand.Rand
	actors map[string]access.Person
	open   []running
	done   int

	drawn   map[string]bool // receipt numbers of the day
	drawnOn clock.Day
}

// running is a matter that waits for its answers.
type running struct {
	id    string
	close time.Time
}

// Run fills. The clock ends at To.
func Run(ctx context.Context, in Fill) error {
	f := &filling{Fill: in, dice: rand.New(rand.NewPCG(1_000_000, 7)), actors: map[string]access.Person{}}
	rounds := max(1, (in.Voices+perRound-1)/perRound)
	step := in.To.Sub(in.From) / time.Duration(rounds+1)
	day := clock.Day("")
	for i := range rounds {
		now := in.From.Add(step * time.Duration(i))
		in.Clock.Set(now)
		if err := f.round(ctx, i, min(perRound, in.Voices-f.done)); err != nil {
			return fmt.Errorf("round %d: %w", i, err)
		}
		if today := clock.DayOf(now, in.DB.Zone()); today != day {
			day = today
			if err := f.routine(ctx, now); err != nil {
				return fmt.Errorf("routine of %s: %w", day, err)
			}
		}
		if in.Progress != nil {
			in.Progress(f.done)
		}
	}
	in.Clock.Set(in.To)
	return f.routine(ctx, in.To)
}

// round lets n voices come in about one thing, answers most of them and begins a matter that the others join.
func (f *filling) round(ctx context.Context, i, n int) error {
	about := subjects[i%len(subjects)]
	var first string
	var direct []string
	if err := f.DB.Write(ctx, func(tx *db.Tx) error {
		first, direct = "", nil
		for k := range min(named, n) {
			id, err := f.say(tx, about, voice.Named, "", k)
			if err != nil {
				return err
			}
			switch {
			case k == 0:
				first = id
			case k > waiting:
				direct = append(direct, id)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	var m string
	if err := f.DB.Write(ctx, func(tx *db.Tx) (err error) { m, err = f.begin(tx, i, about, first, direct); return err }); err != nil {
		return err
	}
	direct = nil
	if err := f.DB.Write(ctx, func(tx *db.Tx) error {
		direct = nil
		for k := named; k < n; k++ {
			to := m
			if k >= named+joined {
				to = ""
			}
			id, err := f.say(tx, about, voice.Anonymous, to, k)
			if err != nil {
				return err
			}
			if to == "" {
				direct = append(direct, id)
			}
		}
		return nil
	}, db.Coarse); err != nil {
		return err
	}
	if err := f.DB.Write(ctx, func(tx *db.Tx) error { return f.work(tx, i, m, about, direct) }); err != nil {
		return err
	}
	f.open = append(f.open, running{m, f.Clock.Now().AddDate(0, 0, 9)})
	f.done += n
	return nil
}

// say registers a voice, or "me too" to a matter.
func (f *filling) say(tx *db.Tx, s subject, level voice.Level, m string, k int) (string, error) {
	r := f.receipt(tx.Today())
	in := voice.Register{Number: r.Number, Code: r.Code, Level: level, Kind: voice.Problem, Keys: f.Keys, Matter: m, NoReceipt: true}
	if m == "" {
		in.Place, in.Text = s.place, fmt.Sprintf(s.text, k%40+1)
	}
	who := access.Nobody()
	if level == voice.Named {
		var err error
		if who, err = f.actor(tx, f.Crew[f.dice.IntN(len(f.Crew))]); err != nil {
			return "", err
		}
	}
	sent, err := in.Do(tx, who)
	return sent.Voice, err
}

// receipt draws a receipt whose number is free: with thousands a day two may draw the same, and the second is asked to press
// again.
func (f *filling) receipt(day clock.Day) seal.Receipt {
	if day != f.drawnOn {
		f.drawn, f.drawnOn = map[string]bool{}, day
	}
	for {
		r := seal.NewReceipt(day)
		if !f.drawn[r.Number] {
			f.drawn[r.Number] = true
			return r
		}
	}
}

func (f *filling) actor(tx *db.Tx, p org.Person) (access.Person, error) {
	if a, ok := f.actors[p.ID]; ok {
		return a, nil
	}
	a, err := org.Actor(tx, p.ID)
	if err == nil {
		f.actors[p.ID] = a
	}
	return a, err
}

// of is the n-th holder of a role who is of the unit, "" for any, and not of the other one.
func (f *filling) of(tx *db.Tx, r access.Role, unit, but string, n int) (access.Person, error) {
	var all []org.Person
	for _, p := range f.Holders[r] {
		if (unit == "" || strings.Contains(string(p.Path), "/"+unit+"/")) && (but == "" || !strings.Contains(string(p.Path), "/"+but+"/")) {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return access.Person{}, fmt.Errorf("nobody is %s of %q", r, unit)
	}
	return f.actor(tx, all[n%len(all)])
}

// begin makes a matter of the first voice and answers the others.
func (f *filling) begin(tx *db.Tx, i int, s subject, first string, direct []string) (string, error) {
	who, err := f.of(tx, access.Triager, "", "", i)
	if err != nil {
		return "", err
	}
	made, err := voice.NewMatter{Voice: first, Reading: voice.Reading{Title: s.title, Category: s.category},
		Register: matter.Register{Title: s.title, Public: true, Class: matter.Quick, Lead: s.lead}, Say: "已列入立行立改，五个工作日内办完。"}.Do(tx, who)
	if err != nil {
		return "", err
	}
	return made.ID, f.answer(tx, who, s, direct)
}

func (f *filling) answer(tx *db.Tx, who access.Person, s subject, voices []string) error {
	for _, v := range voices {
		in := voice.AnswerDirectly{Voice: v, Reading: voice.Reading{Title: s.title, Category: s.category},
			Reply: voice.Reply{Result: "done", Text: "已到现场处理完毕，责任班组每天检查一次；再有同样的情况请扫墙上的码。"}}
		if err := in.Do(tx, who); err != nil {
			return err
		}
	}
	return nil
}

// work takes the matter to where the employees are asked, and answers what is left.
func (f *filling) work(tx *db.Tx, i int, m string, s subject, direct []string) error {
	triager, err := f.of(tx, access.Triager, "", "", i)
	if err != nil {
		return err
	}
	if err := f.answer(tx, triager, s, direct); err != nil {
		return err
	}
	owner, err := f.of(tx, access.Handler, s.lead, "", i)
	if err != nil {
		return err
	}
	inspector, err := f.of(tx, access.Inspector, "", s.lead, i)
	if err != nil {
		return err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	if err := (matter.SubmitPlan{Matter: m, Plan: matter.Slots{Owner: owner.ID, Deadline: cal.AddWorkdays(tx.Today(), 5)}}).Do(tx, owner); err != nil {
		return err
	}
	if err := (matter.ClaimDone{Matter: m, Text: "已修复并试用，记录贴在现场。"}).Do(tx, owner); err != nil {
		return err
	}
	return matter.Inspect{Matter: m, Passed: true, Readings: []matter.Reading{{Value: "yes"}}, Present: "职工 2 人"}.Do(tx, inspector)
}

// routine closes what the employees have been asked about, and lets what happens by itself happen.
func (f *filling) routine(ctx context.Context, now time.Time) error {
	if err := f.all(ctx, accept.RunWindows); err != nil {
		return err
	}
	for len(f.open) > 0 && now.After(f.open[0].close) {
		m := f.open[0]
		if err := f.DB.Write(ctx, func(tx *db.Tx) error {
			got, err := matter.Find(tx, m.id)
			if err != nil || got.State != matter.Rated {
				tx.Asked()
				return err
			}
			who, err := f.of(tx, access.Triager, "", got.Lead, 0)
			if err != nil {
				return err
			}
			return matter.Close{Matter: m.id, Reply: "已修复，记录贴在现场。再有同样的情况请扫墙上的码。"}.Do(tx, who)
		}); err != nil {
			return err
		}
		f.open = f.open[1:]
	}
	return f.all(ctx, voice.CloseSilent)
}

// all runs a job until it finds nothing more.
func (f *filling) all(ctx context.Context, job func(tx *db.Tx) (int, error)) error {
	for {
		n := 0
		err := f.DB.Write(ctx, func(tx *db.Tx) (err error) {
			for range 10 {
				k, err := job(tx)
				n += k
				if err != nil || k == 0 {
					return err
				}
			}
			return nil
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
