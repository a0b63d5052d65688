package news_test

import (
	"flag"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/voice"
)

// TestCycleIsSound: the table holds no doubled moves and names actions that somebody has.
func TestCycleIsSound(t *testing.T) {
	if err := news.Cycle.Check(); err != nil {
		t.Error(err)
	}
}

// believed is what the model believes of a notice; it is written from the manual, not from the code.
type believed struct {
	state       string
	writers     map[string]bool
	from, until clock.Day
	copies      []string // what was shown, in order
	waiting     []string // objections without an answer
}

// TestModel lets anybody do anything with a notice at any time, while days pass and people object. After every step the state is that of the model,
// the record leads to it, every copy is the one that was made, and nothing is ended that somebody waits for.
func TestModel(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		f.Value.Set("10") // on two databases: -rapid.checks asks for more
		defer f.Value.Set(f.DefValue)
	}
	run(t, func(t *testing.T, w *world) {
		day := clock.Day("2026-11-23")
		rapid.Check(t, func(rt *rapid.T) {
			day = day.Add(1)
			w.on(string(day) + " 09:00")
			today := func() clock.Day { return clock.DayOf(w.Clock.Now(), clock.Shanghai()) }
			x := &believed{state: news.Draft, writers: map[string]bool{"triager": true}}
			id := w.draft("triager", news.Notice)
			people := []string{"triager", "triager2", "supervisor", "chair", "worker", "auditor"}
			for range rapid.IntRange(4, 26).Draw(rt, "steps") {
				who := rapid.SampledFrom(people).Draw(rt, "who")
				office := who == "triager" || who == "triager2" || who == "supervisor"
				var err error
				want := false
				switch do := rapid.SampledFrom([]string{"edit", "submit", "submit", "show", "show", "return", "withdraw", "rework", "end", "end", "drop", "object", "object", "answer", "days"}).Draw(rt, "do"); do {
				case "edit", "submit":
					e := whole(id)
					e.Submit = do == "submit"
					e.From = today().Add(rapid.IntRange(-1, 3).Draw(rt, "from"))
					e.Until = e.From.Add(rapid.IntRange(9, 14).Draw(rt, "long"))
					want = office && x.state == news.Draft && (!e.Submit || e.From >= today())
					if err = w.Try(who, e); want {
						x.writers[who], x.from, x.until = true, e.From, e.Until
						if e.Submit {
							x.state = news.Review
						}
					}
				case "show":
					want = office && x.state == news.Review && !x.writers[who] && x.from >= today()
					if err = w.Try(who, news.Judge{News: id, Show: true}); want {
						x.state = news.Shown
						x.copies = append(x.copies, w.copies(id)[0].JSON)
					}
				case "return":
					want = office && x.state == news.Review && !x.writers[who]
					if err = w.Try(who, news.Judge{News: id, Note: "再改改"}); want {
						x.state = news.Draft
					}
				case "withdraw":
					want = office && (x.state == news.Shown || x.state == news.Settling)
					if err = w.Try(who, news.Withdraw{News: id, Reason: "有错"}); want {
						x.state = news.Withdrawn
					}
				case "rework":
					want = office && x.state == news.Withdrawn
					if err = w.Try(who, news.Rework{News: id}); want {
						x.state, x.writers = news.Draft, map[string]bool{who: true}
					}
				case "end":
					want = office && x.state == news.Settling && len(x.waiting) == 0
					if err = w.Try(who, news.End{News: id, Outcome: "按公示的方案办"}); want {
						x.state = news.Ended
					}
				case "drop":
					want = office && x.state == news.Draft && len(x.copies) == 0
					if err = w.Try(who, news.Drop{News: id}); want {
						x.state = news.Dropped
					}
				case "object":
					number := w.get(id).Number
					level := rapid.SampledFrom([]voice.Level{voice.Anonymous, voice.Named}).Draw(rt, "level")
					want = number != "" && x.state == news.Shown && today() >= x.from && today() <= x.until
					sent, e := w.object("worker", number, level, "不同意"+rapid.StringMatching("[甲乙丙丁]{3}").Draw(rt, "text"))
					if err = e; want {
						x.waiting = append(x.waiting, sent.Voice)
					}
				case "answer":
					if len(x.waiting) == 0 {
						continue
					}
					want = true
					w.Do("triager", voice.Claim{Voice: x.waiting[0]})
					w.Do("triager", voice.AnswerDirectly{Voice: x.waiting[0], Reading: voice.Reading{Title: "异议", Category: "B1", Redacted: "不同意"}, Reply: voice.Reply{Text: "已经采纳您的意见。", Result: "done"}})
					x.waiting = x.waiting[1:]
				case "days":
					want = true
					w.on(string(today().Add(rapid.IntRange(1, 12).Draw(rt, "days"))) + " 09:00")
					day = max(day, today())
					if x.state == news.Shown && today() > x.until {
						x.state = news.Settling
					}
				}
				if (err == nil) != want {
					rt.Fatalf("%s in %s: %v, want done: %v", who, x.state, err, want)
				}
				x.check(rt, w, id)
			}
		})
	})
}

func (x *believed) check(rt *rapid.T, w *world, id string) {
	n := w.get(id)
	if n.State != x.state || int(n.Copies) != len(x.copies) {
		rt.Fatalf("%s with %d copies, believed %s with %d", n.State, n.Copies, x.state, len(x.copies))
	}
	all := w.copies(id)
	if len(all) != len(x.copies) {
		rt.Fatalf("%d copies, believed %d", len(all), len(x.copies))
	}
	for i, c := range all { // the newest first
		if want := x.copies[len(all)-1-i]; c.JSON != want || c.Hash != news.Fingerprint(want) {
			rt.Fatalf("copy %d is not what was shown", c.N)
		}
		if i > 0 && c.OverHow != news.Withdrawn {
			rt.Fatalf("copy %d is over by %q", c.N, c.OverHow)
		}
	}
	w.Read(func(tx *db.Tx) error {
		_, waiting, err := news.Objections(tx, id)
		if int(waiting) != len(x.waiting) {
			rt.Fatalf("%d wait, believed %d", waiting, len(x.waiting))
		}
		if err != nil {
			return err
		}
		log, err := event.Timeline(tx, n.Ref(), 400, 0)
		state := ""
		for _, e := range log {
			if e.To != "" && strings.HasPrefix(e.Kind, "news.") {
				state = e.To
				break
			}
		}
		if state != n.State {
			rt.Fatalf("the record leads to %q, the row says %q", state, n.State)
		}
		return err
	})
}
