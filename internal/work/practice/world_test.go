package practice_test

import (
	"context"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/practice"
)

type world struct{ *orgtest.World }

func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) { test(t, &world{orgtest.New(t, d, c)}) })
}

// spoken is what an employee wrote; he gave his name.
const spoken = "我们四区浴室洗澡水总是忽冷忽热下夜班冻得直哆嗦"

// register puts a matter on the ledger that three people have asked for, led by D05.
func (w *world) register() string {
	w.T.Helper()
	in := &matter.Register{Title: "四区浴室水温不足", Body: "淋浴水温低", Public: true, Class: matter.Standard, Category: "BA-1", Place: "P104M", Voices: 6, Lead: "D05"}
	w.Do("triager", in)
	if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, submitter, text, state, day, registered_at, matter)
			VALUES ($1, $2, 'named', 'problem', 'scan', $3, $4, 'linked', '2026-11-23', 1, $5)`, "v-"+in.Number, "v-"+in.Number, w.P("worker3").ID, spoken, in.ID)
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return in.ID
}

// day is the first weekday that is n days ahead or more.
func (w *world) day(n int) clock.Day {
	d := clock.DayOf(w.Clock.Now(), clock.Shanghai()).Add(n)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.Add(1)
	}
	return d
}

// done brings a matter from its first plan to the answers of its employees. It is measured twice: the first time it fails.
func (w *world) done(id, verdict string) {
	w.T.Helper()
	w.Do("handler", matter.SubmitPlan{Matter: id, Plan: matter.Slots{Item: "提高淋浴水温", Standard: "出水温度达标", Checks: []matter.Check{
		{Text: "淋浴出水温度", Kind: plan.CheckNumber, Unit: "℃", Low: "38", High: "42"}, {Text: "有暖气", Kind: plan.CheckYesNo}},
		Steps: []plan.Step{{Text: "更换换热器", Day: w.day(9)}, {Text: "连续调试三天", Day: w.day(17)}},
		Owner: w.P("handler").ID, Deadline: w.day(18), Acceptors: []string{w.P("worker").ID}, Money: &plan.Money{Amount: "3200", Source: "welfare", Approval: "批2026-1"}}})
	w.carry(id, verdict)
}

// carry takes a matter whose plan is handed in to the answers of its employees.
func (w *world) carry(id, verdict string) {
	w.T.Helper()
	claim := matter.ClaimDone{Matter: id, Text: "换热器已更换", Readings: []matter.Reading{{Check: 1, Value: "40"}}}
	w.Do("head", matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true})
	w.Do("triager", matter.DecidePlan{Matter: id, Approve: true})
	w.Do("handler", matter.Report{Matter: id, Step: 1, Done: true, Text: "已更换"}, matter.Report{Matter: id, Step: 2, Done: true}, claim)
	w.Do("inspector", matter.Inspect{Matter: id, Note: "水温不够", Readings: []matter.Reading{{Check: 1, Value: "34.5"}, {Check: 2, Value: "yes"}}})
	w.Do("handler", claim)
	w.Do("inspector", matter.Inspect{Matter: id, Passed: true, Readings: []matter.Reading{{Check: 1, Value: "40.5"}, {Check: 2, Value: "yes"}}})
	w.Must(func(tx *db.Tx) error { return matter.SetRated(tx, access.System("test"), id, verdict) })
}

// closed is a matter that employees have confirmed, or not.
func (w *world) closed(verdict string) string {
	w.T.Helper()
	id := w.register()
	w.done(id, verdict)
	w.Do("supervisor", matter.Close{Matter: id, Reply: "水温已达标，请大家监督"})
	return id
}

// whole is what a practice says in the tests.
func whole(id string) practice.Edit {
	return practice.Edit{Practice: id, Submit: true, Title: "浴室恒温改造", Problem: "热水管网末端压力低，夜班水温不稳。", Standard: "出水温度达标",
		Steps: "3 更换换热器\n第9天：连续调试三天", Invest: "3200元，福利费；两名检修工三天", Fits: "有独立换热站的浴室", Unfit: "蒸汽直供的老浴室不适用", Contact: "设备部浴室组", Tags: "浴室，水温"}
}

func (w *world) refuses(who string, in orgtest.Doer, want string) {
	w.T.Helper()
	faulttest.Refused(w.T, who, w.Try(who, in), want)
}

func (w *world) published(matterID string) string {
	w.T.Helper()
	id := w.draft(matterID)
	w.Do("triager", whole(id))
	w.Do("triager2", practice.Judge{Practice: id, Publish: true})
	return id
}

func (w *world) draft(matterID string) string {
	w.T.Helper()
	in := &practice.Write{Matter: matterID}
	w.Do("triager", in)
	return in.ID
}

func (w *world) get(id string) (p practice.Practice) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { p, err = practice.See(tx, w.P("triager"), id); return err })
	return p
}

func (w *world) adoption(matterID string) practice.Adoption {
	w.T.Helper()
	var a *practice.Adoption
	w.Read(func(tx *db.Tx) (err error) { a, err = practice.OfAdopted(tx, matterID); return err })
	if a == nil {
		w.T.Fatal("nobody has adopted it")
	}
	return *a
}

func (w *world) matterID(number string) (id string) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		m, err := matter.Find(tx, number)
		id = m.ID
		return err
	})
	return id
}
