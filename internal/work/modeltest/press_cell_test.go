package modeltest

import (
	"errors"
	"strings"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/supervise"
)

var pressWays = []scenario{
	{"nothing yet", work, ""},
	{"overdue", overdue, ""},
	{"overdue in little steps", work + strings.Repeat("later 1\nladder job\n", 34), ""},
	{"overdue, signed", overdue + "sign_draft supervisor o0\n", ""},
	{"overdue, dropped", overdue + "drop supervisor o0\n", ""},
	{"overdue, talk called", overdue + "later 10\nladder job\n", ""},
	{"overdue, talk held", overdue + "later 10\nladder job\ntalk leader t0\n", ""},
	{"about a matter", work + "issue supervisor m0\n", ""},
	{"issued", order, ""},
	{"received", got, ""},
	{"replied", replied, ""},
	{"pressed", got + "press supervisor o0\n", ""},
	{"pressed twice", order + "press supervisor o0\nreceive handler o1\nreply_order head o1\npress supervisor2 o1\n", ""},
	{"closed", replied + "close_order supervisor o0\n", ""},
	{"withdrawn at once", order + "withdraw supervisor o0\n", ""},
	{"withdrawn", got + "withdraw supervisor o0\n", ""},
	{"not answered", order + "later 20\nladder job\n", ""},
	{"decided", decided, ""},
	{"reported", decided + "report_res head r0\n", ""},
	{"sent back", decided + "report_res head r0\njudge supervisor r0 no\n", ""},
	{"confirmed", decided + "report_res handler r0\njudge supervisor2 r0 yes\n", ""},
	{"not needed", decided + "drop_res supervisor r0\n", ""},
	{"resolution overdue", decided + "decide supervisor2 D06\nlater 40\nladder job\n", ""},
	{"waiting", work + "later 8\nladder job\npause supervisor m0\nlater 12\nladder job\ntimers job\nladder job\nlater 30\nladder job\n", ""},
	{"more time", work + "later 9\nladder job\nmore handler m0\nextend supervisor m0 yes\nladder job\nlater 12\nladder job\nlater 9\nladder job\n", ""},
	{"stood still after more time", work + "later 9\nladder job\nmore handler m0\nextend supervisor m0 yes\nladder job\nlater 60\nladder job\n", ""},
	{"a voice nobody answers", two + "assign_v triager v0 D05\nassign_v triager v1 D06\n" + strings.Repeat("later 2\nladder job\n", 16), ""},
	{"a danger nobody takes", "register nobody anonymous/hazard/\nladder job\nlater 1\nladder job\nlater 1\nladder job\n", ""},
	{"a danger nobody takes for an hour and a half", "register nobody anonymous/hazard/\nminutes 61\nladder job\nminutes 31\nladder job\n", ""},
	{"issued on a Saturday", "later 5\nissue supervisor D05\nladder job\n", ""},
	{"carried over", overdue + "carry supervisor m0\nlater 100\nladder job\n", ""},
}

// TestEveryPressCell: in every situation one person of each kind tries everything on every order, resolution and talk. The model says what
// comes of it; in the end every move of both tables was made.
func TestEveryPressCell(t *testing.T) {
	g := newGround(t, db.SQLite)
	tried, made := 0, map[string]bool{}
	for _, s := range pressWays[:few(len(pressWays))] {
		p, done := g.pressed(t, s.way)
		for _, f := range p.was.Facts {
			made[f.SubjectKind+" "+f.FromState+" "+f.ToState] = true
		}
		for _, v := range pressVerbs {
			for _, c := range p.ways(v, pressPeople) {
				tried++
				err := p.write(false, func(tx *db.Tx) error {
					if err := p.pressing(c).Do(tx, p.who(c.Who)); err != nil {
						return err
					}
					return errUndo
				})
				if errors.Is(err, errUndo) {
					err = nil
				}
				if s2 := wrong(c, p.p.expect(c), err); s2 != "" {
					t.Errorf("%s: %s", s.name, s2)
				}
			}
		}
		done()
	}
	if t.Logf("%d tries", tried); testing.Short() {
		return
	}
	for _, m := range supervise.Cycle.Moves {
		if !made["order "+m.From+" "+m.To] {
			t.Errorf("no order has gone from %q to %q", m.From, m.To)
		}
	}
	for _, m := range meeting.ResolutionCycle.Moves {
		if !made["resolution "+m.From+" "+m.To] {
			t.Errorf("no resolution has gone from %q to %q", m.From, m.To)
		}
	}
}
