package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
)

// boardTold is what the board says of voices and of how many have said something, whole and of places, on the wall and in lists.
func (h *hall) boardTold() string {
	h.t.Helper()
	var out []string
	number := regexp.MustCompile(`<b>([^<]*)</b><span>(听到|已答复)</span>|(\d+ 人提出)|剔除 \d+ 条`)
	for _, path := range []string{"/board?view=open", "/board?tv=1", "/board?place=P104M", "/board?place=Z4", "/board?view=done", "/board?view=not", "/board?count=due&of=month"} {
		for _, m := range number.FindAllString(string(h.browser().Get(path).Want(200).Body), -1) {
			out = append(out, strings.NewReplacer("<b>", "", "</b>", " ", "<span>", "", "</span>", "").Replace(m))
		}
	}
	return strings.Join(out, "|")
}

// TestBoardMovesAtMidnight: whatever is said, answered, doubted or joined, no number of the board moves before midnight, and then only by
// what is older than a day.
func TestBoardMovesAtMidnight(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		number, _ := h.tell(coldWater)
		m := h.working(number)
		c.Advance(48 * time.Hour) // Wednesday morning
		first := h.boardTold()
		if !strings.Contains(first, "1 听到") || !strings.Contains(first, "0 已答复") {
			t.Fatal(first)
		}
		var thread *webtest.Page
		var said, code string
		same := func(what string) {
			t.Helper()
			c.Advance(time.Hour)
			if got := h.boardTold(); got != first {
				t.Errorf("%s moved the board before midnight:\n%s\n%s", what, first, got)
			}
		}
		said, code = h.tell("更衣柜锁坏了")
		same("a voice")
		for range 5 {
			h.browser().Get("/p/P104M/me/"+m.Number).Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200)
		}
		same("me too")
		h.triage(said, func(tx *db.Tx, who access.Person, id string) error {
			return voice.AnswerDirectly{Voice: id, Reading: voice.Reading{Title: "锁", Category: "B1", Redacted: "锁坏了"}, Reply: voice.Reply{Text: "已换。", Result: "done"}}.Do(tx, who)
		})
		same("an answer")
		days := func(want string) {
			t.Helper()
			at := clock.DayOf(c.Now(), clock.Shanghai()).Add(1).Time(clock.Shanghai())
			c.Advance(at.Sub(c.Now()) - time.Minute)
			if got := h.boardTold(); got != first {
				t.Errorf("a minute before midnight: %s", got)
			}
			c.Advance(2 * time.Minute)
			first = h.boardTold()
			for _, w := range strings.Split(want, "|") {
				if !strings.Contains(first, w) {
					t.Errorf("the batch of %s says %s, not %s", clock.DayOf(c.Now(), clock.Shanghai()), first, w)
				}
			}
		}
		days("1 听到|0 已答复")       // Thursday: until Tuesday
		days("7 听到|1 已答复|6 人提出") // Friday: until Wednesday
		// somebody says that it is not solved: the answer is taken back in the night after next
		thread = h.open(said, code).Want(200)
		thread.Press("/f/not_solved").Want(200).Form("/f/not_solved").Set("text", "还是坏的").Submit().Want(200)
		if v := h.voiceOf(said); v.State != voice.InTriage {
			t.Fatalf("state %s", v.State)
		}
		same("not solved")
		days("7 听到|1 已答复")
		days("7 听到|0 已答复")
		h.browser().Get("/board?view=open").Want(200).Says("现在公布到2026年11月27日登记的")
	})
}
