package modeltest

import (
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/supervise"
)

// A slip of the settings or the tables that press: each has to be noticed.
var pressMutants = []struct {
	name, sql  string
	in         string // the situation that shows it, looked at first
	key, value string // a setting that is not what the manual says
	order      string // "from event → to" of an order
	resolution string // likewise of a resolution
}{
	{name: "the half of the time is three fifths", in: "overdue in little steps", key: org.LadderRemind, value: "60"},
	{name: "near is at nine tenths", in: "overdue in little steps", key: org.LadderNear, value: "90"},
	{name: "the last working day is forgotten", in: "issued on a Saturday", key: org.LadderNearDays, value: "0"},
	{name: "the sponsor hears a day later", in: "overdue in little steps", key: org.LadderSponsor, value: "4"},
	{name: "the meeting hears a day earlier", in: "overdue in little steps", key: org.LadderAgenda, value: "4"},
	{name: "nobody talks", in: "overdue in little steps", key: org.LadderTalk, value: "0"},
	{name: "nothing is named in a circular", in: "overdue in little steps", key: org.LadderCircular, value: "0"},
	{name: "the circular names it a day later", in: "overdue in little steps", key: org.LadderCircular, value: "11"},
	{name: "a danger is called out every hour", in: "a danger nobody takes for an hour and a half", key: org.HazardMinutes, value: "60"},

	{name: "an order is received by itself", in: "received", order: "issued receive → replied"},
	{name: "an answer closes", in: "replied", order: "received reply → closed"},
	{name: "the first order goes on beside the second", in: "pressed", order: "received press → received"},
	{name: "a closing opinion is no end", in: "closed", order: "replied close → replied"},
	{name: "what is taken back is dropped", in: "withdrawn", order: "received withdraw → dropped"},
	{name: "a draft is never signed", in: "overdue, signed", order: "draft issue → draft"},
	{name: "what is reported is done", in: "reported", resolution: "open report → done"},
	{name: "what is sent back stays reported", in: "sent back", resolution: "reported send_back → reported"},
	{name: "what is confirmed is dropped", in: "confirmed", resolution: "reported confirm → dropped"},

	{name: "a rung is fired twice", in: "overdue", sql: `AFTER INSERT ON duty_rung WHEN NEW.rung = 'near' AND NEW.n = 0 BEGIN INSERT INTO duty_rung SELECT 'again' || substr(id, 6), duty, due_version, rung, 1, subject_kind, subject_id, kind, path, restricted, due, meant_at, at, passed FROM duty_rung WHERE id = NEW.id; END`},
	{name: "red is left out", in: "overdue", sql: `AFTER INSERT ON duty_rung WHEN NEW.rung = 'red' BEGIN UPDATE duty_rung SET passed = 1 WHERE id = NEW.id; END`},
	{name: "a fired rung is taken back", in: "waiting", sql: `AFTER UPDATE OF due_version ON duty BEGIN UPDATE duty_rung SET due_version = NEW.due_version WHERE duty = NEW.id; END`},
	{name: "a rung before its time", in: "overdue in little steps", sql: `AFTER UPDATE OF rung_at ON duty WHEN NEW.rung = 'sponsor' BEGIN UPDATE duty SET rung_at = rung_at - 90000000 WHERE id = NEW.id; END`},
	{name: "an addressee is forgotten", in: "overdue", sql: `AFTER INSERT ON duty_notice WHEN (SELECT rung FROM duty_rung WHERE id = NEW.rung) = 'sponsor' BEGIN DELETE FROM duty_notice WHERE id = NEW.id; END`},
	{name: "somebody else is told", in: "overdue", sql: `AFTER INSERT ON duty_notice WHEN (SELECT rung FROM duty_rung WHERE id = NEW.rung) = 'remind' BEGIN UPDATE duty_notice SET person = (SELECT id FROM org_person WHERE employee_no = 'A1001') WHERE id = NEW.id; END`},
	{name: "what waits climbs", in: "waiting", sql: `AFTER UPDATE OF waiting_from ON duty WHEN NEW.waiting_from <> 0 BEGIN UPDATE duty SET waiting_from = 0, rung_at = 1 WHERE id = NEW.id; END`},
	{name: "an extension is no new due", in: "waiting", sql: `AFTER UPDATE OF due_version ON duty WHEN NEW.due_version > OLD.due_version BEGIN UPDATE duty SET due_version = OLD.due_version WHERE id = NEW.id; END`},
	{name: "the term is a day longer", in: "issued", sql: `AFTER INSERT ON duty WHEN NEW.kind = 'order_reply' BEGIN UPDATE duty SET days = 4 WHERE id = NEW.id; END`},
	{name: "nobody owes the receipt", in: "issued", sql: `AFTER INSERT ON duty WHEN NEW.kind = 'order_receipt' BEGIN DELETE FROM duty WHERE id = NEW.id; END`},
	{name: "the answer is owed for ever", in: "replied", sql: `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'order_reply' BEGIN UPDATE duty SET open = 1, discharged_at = 0, outcome = '' WHERE id = NEW.id; END`},
	{name: "a number is left out", in: "pressed", sql: `AFTER UPDATE OF last ON supervise_number WHEN NEW.last = OLD.last + 1 BEGIN UPDATE supervise_number SET last = NEW.last + 1 WHERE year = NEW.year; END`},
	{name: "a letter is changed", in: "issued", sql: `AFTER INSERT ON supervise_letter BEGIN UPDATE supervise_letter SET text = REPLACE(text, '限期', '尽快') WHERE order_id = NEW.order_id; END`},
	{name: "a letter is lost", in: "issued", sql: `AFTER INSERT ON supervise_letter BEGIN DELETE FROM supervise_letter WHERE order_id = NEW.order_id; END`},
	{name: "the signer has answered", in: "replied", sql: `AFTER UPDATE OF replied_by ON supervise_order WHEN NEW.replied_by <> '' BEGIN UPDATE supervise_order SET replied_by = signer WHERE id = NEW.id; END`},
	{name: "the second order is a first one", in: "pressed", sql: `AFTER INSERT ON supervise_order WHEN NEW.round > 1 BEGIN UPDATE supervise_order SET round = 1 WHERE id = NEW.id; END`},
	{name: "sending back gives time", in: "sent back", sql: `AFTER UPDATE OF returns ON resolution WHEN NEW.returns > OLD.returns BEGIN UPDATE resolution SET day = '2026-12-31' WHERE id = NEW.id; END`},
	{name: "who reports confirms", in: "confirmed", sql: `AFTER UPDATE OF ended_by ON resolution WHEN NEW.state = 'done' BEGIN UPDATE resolution SET ended_by = reported_by WHERE id = NEW.id; END`},
	{name: "a talk is held as it is called", in: "overdue, talk called", sql: `AFTER INSERT ON supervise_talk BEGIN UPDATE supervise_talk SET state = 'held', held_at = called_at WHERE id = NEW.id; END`},
}

// TestPressMutantsAreCaught breaks what presses in every one of these ways.
func TestPressMutantsAreCaught(t *testing.T) {
	g := newGround(t, db.SQLite)
	hunt := func(in, sql, key, value string) (by string) {
		ways := slices.Clone(pressWays)
		slices.SortStableFunc(ways, func(a, b scenario) int {
			switch in {
			case a.name:
				return -1
			case b.name:
				return 1
			}
			return 0
		})
		for _, s := range ways {
			func() {
				defer func() {
					if r := recover(); r != nil {
						c, ok := r.(caught)
						if !ok {
							panic(r)
						}
						by = s.name + ": " + string(c)
					}
				}()
				p, done := g.pressed(trap{}, "")
				defer done()
				if sql != "" {
					plant(p.d, sql)
				}
				if key != "" {
					if err := p.write(false, func(tx *db.Tx) error {
						return org.SetSetting{Key: key, Value: value, Basis: "试验"}.Do(tx, access.System("test"))
					}); err != nil {
						t.Fatal(err)
					}
					p.was = p.look()
				}
				p.through(s.way)
			}()
			if by != "" {
				return by
			}
		}
		return ""
	}
	if by := hunt("", "", "", ""); by != "" {
		t.Fatalf("without any mutant: %s", by)
	}
	for _, m := range pressMutants[:few(len(pressMutants))] {
		t.Run(m.name, func(t *testing.T) {
			for _, x := range []struct {
				move  string
				moves []cycle.Move
			}{{m.order, supervise.Cycle.Moves}, {m.resolution, meeting.ResolutionCycle.Moves}} {
				if f := strings.Fields(x.move); len(f) == 4 {
					i := slices.IndexFunc(x.moves, func(c cycle.Move) bool { return c.From == f[0] && c.Event == f[1] })
					if i < 0 {
						t.Fatalf("no such move: %s", x.move)
					}
					defer func(old cycle.Move) { x.moves[i] = old }(x.moves[i])
					x.moves[i].To = f[3]
				}
			}
			by := hunt(m.in, m.sql, m.key, m.value)
			if by == "" {
				t.Error("nobody noticed")
			}
			first, _, _ := strings.Cut(by, "\nby way of")
			t.Log(first)
		})
	}
}
