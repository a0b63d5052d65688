package topics_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/topics"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// learning is an organisation whose record is followed.
type learning struct {
	*voicetest.World
	log *event.Log
}

func run(t *testing.T, test func(t *testing.T, l learning)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		log, err := event.Open(t.Context(), d, w.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(topics.Consumer())
		test(t, learning{w, log})
	})
}

// follow lets the consumer see what was recorded.
func (l learning) follow() {
	l.T.Helper()
	if err := l.log.Tick(l.T.Context()); err != nil {
		l.T.Fatal(err)
	}
}

// decide gives a new voice of a topic to a department and returns its id.
func (l learning) decide(text, category string) string {
	l.T.Helper()
	v := l.Tell("worker", voice.Named, "P201", text)
	l.Do("triager", voice.AssignForAnswer{Voice: v.ID, Reading: voice.Reading{Title: "反映", Category: category}, Lead: "D01"})
	return v.ID
}

// learned lists the table by voice.
func (l learning) learned() map[string]string {
	l.T.Helper()
	out := map[string]string{}
	l.Read(func(tx *db.Tx) error {
		tx.Asked()
		type row struct{ Voice, Category string }
		rows, err := db.All[row](tx, `SELECT voice, category FROM insight_decision`)
		for _, r := range rows {
			out[r.Voice] = r.Category
		}
		return err
	})
	return out
}

func (l learning) propose(t *topics.Topics, text string) []topics.Proposal {
	l.T.Helper()
	var out []topics.Proposal
	l.Read(func(tx *db.Tx) error {
		tx.Asked()
		c, err := org.CatalogueOf(tx)
		if err != nil {
			return err
		}
		out, err = t.Propose(tx, c, text)
		return err
	})
	return out
}

// Two topics of the taxonomy that is shipped: the quality of meals, and the temperature of the water.
const canteen, bath = "A2", "B1"

// On the first day the words of the topics propose, with the words that spoke for it and without a number; a text that says nothing gets none.
func TestWordsProposeOnTheFirstDay(t *testing.T) {
	run(t, func(t *testing.T, l learning) {
		var m topics.Topics
		p := l.propose(&m, "浴室洗澡水不热，是凉水")
		if len(p) == 0 || p[0].Category != bath || p[0].Chance != 0 || len(p[0].Words) == 0 {
			t.Fatalf("proposed %+v, want %s", p, bath)
		}
		for _, w := range p[0].Words {
			if !strings.Contains("浴室洗澡水不热，是凉水", w) {
				t.Errorf("%q is no word of the text", w)
			}
		}
		if p := l.propose(&m, "请领导看一看"); len(p) != 0 {
			t.Errorf("proposed %+v for nothing", p)
		}
	})
}

// What people decide is learned, and by every replica alike; what goes is forgotten.
func TestLearnsAndForgets(t *testing.T) {
	run(t, func(t *testing.T, l learning) {
		var m topics.Topics
		const said = "墩布架歪了，没人扶"
		var ids []string
		for i := range 12 {
			ids = append(ids, l.decide(fmt.Sprintf("%d号墩布架歪了", i), canteen))
		}
		l.follow()
		if got := l.learned(); len(got) != 12 || got[ids[0]] != canteen {
			t.Fatalf("learned %v", got)
		}
		if p := l.propose(&m, said); len(p) == 0 || p[0].Category != canteen {
			t.Fatalf("twelve decisions later %+v is proposed", p)
		}
		var other topics.Topics
		if a, b := l.propose(&m, said), l.propose(&other, said); len(a) != len(b) || a[0].Category != b[0].Category || !slices.Equal(a[0].Words, b[0].Words) {
			t.Errorf("replicas propose %+v and %+v", a, b)
		}
		if m.Learned() != 12 || other.Learned() != 12 {
			t.Errorf("learned %d and %d", m.Learned(), other.Learned())
		}
		for _, id := range ids { // it comes back to triage, is decided anew, or is taken back
			l.Do("worker", voice.Withdraw{Voice: id})
		}
		l.follow()
		if got := l.learned(); len(got) != 0 {
			t.Fatalf("still learned: %v", got)
		}
		for _, p := range l.propose(&m, said) {
			if p.Category == canteen {
				t.Errorf("still proposed: %+v", p)
			}
		}
		if m.Learned() != 0 {
			t.Errorf("the model still holds %d", m.Learned())
		}
	})
}

// What belongs on a restricted path, and what calls for help at once, is nobody's guess.
func TestRulesStandBefore(t *testing.T) {
	run(t, func(t *testing.T, l learning) {
		for i := range 12 {
			l.decide(fmt.Sprintf("第%d次有人给班长送礼，食堂的饭菜凉", i), canteen)
		}
		l.follow()
		var m topics.Topics
		if p := l.propose(&m, "食堂的饭菜凉"); len(p) == 0 {
			t.Fatal("nothing is proposed for plain words")
		}
		for _, said := range []string{"食堂的饭菜凉，有人给班长送礼", "食堂的饭菜凉，我不想活了", "食堂的饭菜凉，煤气泄漏了", "食堂的饭菜，我得了尘肺，职业病"} {
			if p := l.propose(&m, said); len(p) != 0 {
				t.Errorf("%q: %+v is proposed", said, p)
			}
		}
	})
}

// A voice that is restricted is not learned from.
func TestRestrictedIsNotLearned(t *testing.T) {
	run(t, func(t *testing.T, l learning) {
		id := l.decide("食堂的账目不清楚", canteen)
		l.follow()
		if len(l.learned()) != 1 {
			t.Fatalf("learned %v", l.learned())
		}
		hidden := l.Tell("worker", voice.Named, "P201", "班长收了红包还打人")
		l.Do("triager", voice.Restrict{Voice: hidden.ID, Class: "discipline", Reason: "涉及个人"})
		l.follow()
		if got := l.learned(); len(got) != 1 || got[id] == "" {
			t.Errorf("learned %v", got)
		}
	})
}

// Names and numbers are masked before anything is learned.
func TestTextIsMasked(t *testing.T) {
	if s := topics.Text("反映", "电话13912345678，食堂的饭凉"); strings.Contains(s, "13912345678") || !strings.Contains(s, "食堂的饭凉") || !strings.HasPrefix(s, "反映") {
		t.Errorf("learned is %q", s)
	}
}

// Quality looks back: what would have been proposed before each decision, in every process alike; few decisions are not numbers; what goes is gone
// from it; words are those of several voices.
func TestQualityLooksBack(t *testing.T) {
	run(t, func(t *testing.T, l learning) {
		c := func() (out *org.Catalogue) {
			l.Read(func(tx *db.Tx) (err error) { tx.Asked(); out, err = org.CatalogueOf(tx); return err })
			return out
		}()
		look := func(m *topics.Topics) (q topics.Quality, wrong []topics.Outcome, taught []topics.Taught) {
			l.T.Helper()
			l.Read(func(tx *db.Tx) (err error) {
				tx.Asked()
				if q, err = m.Quality(tx, c); err != nil {
					return err
				}
				if wrong, err = m.Outcomes(tx, c, topics.Filter{Decided: canteen, How: "wrong"}); err != nil {
					return err
				}
				taught, err = m.Taught(tx, c, canteen, 12)
				return err
			})
			return
		}
		var m topics.Topics
		if q, _, _ := look(&m); q.All.Decided != 0 || q.Learned != 0 {
			t.Fatalf("nothing was decided: %+v", q)
		}
		var ids []string
		for i := range 7 { // the words say bath, people say canteen
			ids = append(ids, l.decide(fmt.Sprintf("浴室水不热，墩布架%d号歪了", i), canteen))
		}
		l.decide("浴室洗澡水不热", bath)
		l.decide("有人给班长送礼，浴室水不热", bath) // rules, not guesses
		l.follow()
		q, wrong, taught := look(&m)
		if q.All.Decided != 8 || q.Learned != 9 || q.Version == 0 || len(q.Months) != 1 || q.Months[0].Decided != 8 {
			t.Fatalf("%+v", q)
		}
		if len(wrong) == 0 || wrong[0].Proposed[0] != bath || q.All.Right+len(wrong) > q.All.Proposed {
			t.Errorf("wrong: %+v of %+v", wrong, q.All)
		}
		for _, x := range q.Topics {
			if x.Hidden != (x.Topic == bath) {
				t.Errorf("%+v", x)
			}
		}
		if !slices.ContainsFunc(taught, func(w topics.Taught) bool { return strings.Contains("墩布架", w.Word) }) {
			t.Errorf("taught: %+v", taught)
		}
		for _, w := range taught {
			if w.In < 5 || strings.ContainsAny(w.Word, "0123456") {
				t.Errorf("%+v could tell whose it is", w)
			}
		}
		var other topics.Topics
		if p, w, k := look(&other); fmt.Sprint(p, w, k) != fmt.Sprint(q, wrong, taught) {
			t.Errorf("another process:\n%v\n%v", p, q)
		}
		l.Do("worker", voice.Withdraw{Voice: ids[0]})
		l.follow()
		q, wrong, _ = look(&m)
		if q.All.Decided != 7 || slices.ContainsFunc(wrong, func(o topics.Outcome) bool { return o.Voice == ids[0] }) {
			t.Errorf("still looked at: %+v", q.All)
		}
	})
}
