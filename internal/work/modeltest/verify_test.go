package modeltest

import (
	"context"
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
)

// tour is one matter's whole way, and some voices beside it: something of every kind that has states is there at its end.
var tour = []cmd{
	{"register", "worker", -1, -1, -1, "named/problem//P104M", false},
	{"register", "nobody", -1, -1, -1, "anonymous/problem/", false},
	{"assign_v", "triager", 1, -1, -1, "D05", false},
	{"new_matter", "triager", 0, -1, -1, "standard/D05", false},
	{"metoo", "worker3", -1, -1, 0, "named", false},
	{"sign", "handler", -1, -1, 0, "", false},
	{"plan", "handler", -1, -1, 0, "handler", false},
	{"head", "head", -1, -1, 0, "yes", false},
	{"approve", "supervisor", -1, -1, 0, "yes", false},
	{"report", "handler", -1, -1, 0, "done", false},
	{"claim_done", "handler", -1, -1, 0, "", false},
	{"inspect", "inspector", -1, -1, 0, "pass", false},
	{"rate", "worker", -1, -1, 0, "worker solved", false},
}

// walk does a list of commands, all of which have to be accepted.
func (w *world) walk(cmds ...cmd) {
	w.t.Helper()
	for _, c := range cmds {
		if !w.do(c) {
			w.fail("%s was refused", c)
		}
	}
}

// TestVerifyFindsWhatWasDoneBehindItsBack: the record says in which state everything is, and `verify` names what was changed or
// deleted in the database itself.
func TestVerifyFindsWhatWasDoneBehindItsBack(t *testing.T) {
	grounds(t, func(t *testing.T, g *ground) {
		for name, q := range map[string]string{
			"voice":              `UPDATE voice SET state = 'closed' WHERE state = 'assigned'`,
			"matter":             `UPDATE matter SET state = 'closed'`,
			"assignment":         `UPDATE assignment SET state = 'signed' WHERE state = 'assigned'`,
			"acceptance":         `UPDATE acceptance SET state = 'over'`,
			"voice taken away":   `DELETE FROM voice WHERE matter <> '' AND level = 'named' AND channel = 'metoo'`,
			"voice put in":       `INSERT INTO voice (id, number, level, kind, channel, text, state, day, registered_at) VALUES ('x', 'x', 'named', 'need', 'scan', 'x', 'closed', '2026-09-14', 1)`,
			"acceptance removed": `DELETE FROM acceptance`,
		} {
			t.Run(name, func(t *testing.T) {
				w, done := g.world(t)
				defer done()
				w.walk(tour...)
				w.verify()
				ctx := context.Background()
				if err := w.d.Upkeep(ctx, func(tx *db.Tx) error {
					for _, first := range map[string][]string{"voice taken away": {`DELETE FROM voice_receipt`, `DELETE FROM voice_photo`},
						"acceptance removed": {`DELETE FROM rating`, `DELETE FROM rating_box`, `DELETE FROM invitation`}}[name] {
						if _, err := tx.Exec(first); err != nil {
							return err
						}
					}
					n, err := tx.Exec(q)
					if err == nil && n != 1 {
						t.Fatalf("%d rows were changed", n)
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
				r, err := event.Verify(ctx, w.d, event.VerifyOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if r.Bad == nil || r.Bad.What != event.BadState {
					t.Errorf("verify says %v", r.Bad)
				}
			})
		}
	})
}
