package event

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/id"
)

func init() {
	// The table of another room stands in for a capability's: things are its rows, their answers are states.
	RegisterState("thing", `SELECT key AS id, answer AS state FROM once WHERE body = 'thing'`)
}

// history fills the log with 40 entries about 10 voices in 5 hours, each closed by a checkpoint, and returns the sizes of these.
func history(t testing.TB, d *db.DB, c *clock.Fake, l *Log) (sizes []int64) {
	t.Helper()
	states := []string{"", "registered", "in_triage", "linked", "answered"}
	for h := range 5 {
		for i := range 8 {
			n := h*8 + i
			v := n % 10
			record(t, d, voiceFact(fmt.Sprint("v", v), states[n/10], states[n/10+1]))
		}
		made, err := l.Checkpoint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, made.Size)
		c.Advance(time.Hour)
	}
	return sizes
}

// TestTampering does to the database what somebody with full access to it can do, at random places, and expects Verify to name the
// first entry that is bad.
func TestTampering(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		sizes := history(t, d, c, l)
		good := takeImage(t, d)
		if r := mustVerify(t, d, VerifyOptions{}); r.Bad != nil || r.Entries != 40 || r.Checkpoints != 5 {
			t.Fatalf("before: %+v %v", r, r.Bad)
		}
		n := int64(40)
		// headBefore is the size of the last checkpoint that does not cover entry i.
		headBefore := func(i int64) (size int64) {
			for _, s := range sizes {
				if s <= i {
					size = s
				}
			}
			return size
		}
		type want struct {
			number int64
			what   Finding
		}
		kinds := map[string]func(tx *db.Tx, i, j int64) want{
			"change the content": func(tx *db.Tx, i, _ int64) want {
				exec(t, tx, `UPDATE event SET data = '{"note":"很好"}' WHERE seq = $1`, i)
				return want{i + 1, BadContent}
			},
			"back-date": func(tx *db.Tx, i, _ int64) want {
				exec(t, tx, `UPDATE event SET at = at - 86400000 WHERE seq = $1`, i)
				return want{i + 1, BadContent}
			},
			"change the kind": func(tx *db.Tx, i, _ int64) want {
				set(t, tx, "kind", "voice.praised", i)
				return want{i + 1, BadContent}
			},
			"change the subject": func(tx *db.Tx, i, _ int64) want { set(t, tx, "subject_id", "v99", i); return want{i + 1, BadContent} },
			"change the actor":   func(tx *db.Tx, i, _ int64) want { set(t, tx, "actor", "p-2", i); return want{i + 1, BadContent} },
			"change the class": func(tx *db.Tx, i, _ int64) want {
				set(t, tx, "actor_class", "leader", i)
				return want{i + 1, BadContent}
			},
			"change the state": func(tx *db.Tx, i, _ int64) want { set(t, tx, "to_state", "closed", i); return want{i + 1, BadContent} },
			"change about": func(tx *db.Tx, i, _ int64) want {
				set(t, tx, "about_kind", "matter", i)
				return want{i + 1, BadContent}
			},
			"change the id": func(tx *db.Tx, i, _ int64) want { set(t, tx, "id", "x", i); return want{i + 1, BadContent} },
			"empty it as if erased": func(tx *db.Tx, i, _ int64) want {
				exec(t, tx, `UPDATE event SET data = '', actor = '', salt = NULL WHERE seq = $1`, i)
				return want{i + 1, BadContent}
			},
			"change it and commit to it again": func(tx *db.Tx, i, _ int64) want {
				r := good.events[i]
				r.Data = `{"note":"很好"}`
				r.commit()
				exec(t, tx, `UPDATE event SET data = $1, commitment = $2 WHERE seq = $3`, r.Data, r.Commitment, i)
				return want{i + 1, BadLeaf}
			},
			"change it and forge the whole tree": func(tx *db.Tx, i, _ int64) want {
				r := good.events[i]
				r.Data = `{"note":"很好"}`
				r.commit()
				exec(t, tx, `UPDATE event SET data = $1, commitment = $2 WHERE seq = $3`, r.Data, r.Commitment, i)
				reforge(t, tx)
				return want{headBefore(i) + 1, BadCheckpoint}
			},
			"delete": func(tx *db.Tx, i, _ int64) want {
				exec(t, tx, `DELETE FROM event WHERE seq = $1`, i)
				return want{i + 1, BadMissing}
			},
			"delete and close the gap": func(tx *db.Tx, i, _ int64) want {
				exec(t, tx, `DELETE FROM event WHERE seq = $1`, i)
				shift(t, tx, i+1, -1)
				if i == n-1 {
					return want{n, BadMissing}
				}
				return want{i + 1, BadLeaf}
			},
			"delete, close the gap and forge the whole tree": func(tx *db.Tx, i, _ int64) want {
				// Everything about the subject goes, or the states would tell.
				exec(t, tx, `DELETE FROM event WHERE seq >= $1`, i)
				reforge(t, tx)
				return want{i + 1, BadMissing} // the checkpoints know of more entries
			},
			"insert with the numbers moved": func(tx *db.Tx, i, _ int64) want {
				shift(t, tx, i, 1)
				r := good.events[i]
				r.Ins, r.ID, r.SubjectID = 1000, id.Random(), "v77"
				r.FromState, r.ToState = "", "registered"
				r.commit()
				insertRaw(t, tx, r)
				return want{i + 1, BadLeaf}
			},
			"insert and forge the whole tree": func(tx *db.Tx, i, _ int64) want {
				shift(t, tx, i, 1)
				r := good.events[i]
				r.Ins, r.ID, r.SubjectID = 1000, id.Random(), "v77"
				r.FromState, r.ToState = "", "registered"
				r.commit()
				insertRaw(t, tx, r)
				reforge(t, tx)
				return want{headBefore(i) + 1, BadCheckpoint}
			},
			"swap two": func(tx *db.Tx, i, j int64) want {
				if i == j {
					j = (i + 1) % n
				}
				exec(t, tx, `UPDATE event SET seq = -5 WHERE seq = $1`, i)
				exec(t, tx, `UPDATE event SET seq = $1 WHERE seq = $2`, i, j)
				exec(t, tx, `UPDATE event SET seq = $1 WHERE seq = -5`, j)
				return want{min(i, j) + 1, BadLeaf}
			},
			"change a hash of the tree": func(tx *db.Tx, i, _ int64) want {
				h := append([]byte{}, good.leaves[i].H...)
				h[len(h)-1] ^= 1
				exec(t, tx, `UPDATE log_leaf SET h = $1 WHERE n = $2`, h, i)
				if len(h) == tlog.HashSize {
					return want{i + 1, BadLeaf}
				}
				return want{i + 1, BadTree}
			},
			"delete a leaf": func(tx *db.Tx, i, _ int64) want {
				exec(t, tx, `DELETE FROM log_leaf WHERE n = $1`, i)
				return want{i + 1, BadLeaf}
			},
			"add a leaf": func(tx *db.Tx, i, _ int64) want {
				exec(t, tx, `INSERT INTO log_leaf (n, h) VALUES ($1, $2)`, n+i, good.leaves[0].H)
				return want{n + 1, BadTree}
			},
			"change the edge": func(tx *db.Tx, i, _ int64) want {
				b := append([]byte{}, good.state.Edge...)
				b[int(i)%len(b)] ^= 4
				exec(t, tx, `UPDATE log_state SET edge = $1`, b)
				return want{n, BadTree}
			},
			"change a checkpoint's root": func(tx *db.Tx, i, _ int64) want {
				s := sizes[i%5]
				exec(t, tx, `UPDATE checkpoint SET root = $1 WHERE size = $2`, good.leaves[3].H[:32], s)
				return want{s, BadSignature}
			},
			"move a checkpoint to another size": func(tx *db.Tx, i, _ int64) want {
				s := sizes[i%5]
				exec(t, tx, `UPDATE checkpoint SET size = $1 WHERE size = $2`, s-1, s)
				return want{s - 1, BadSignature}
			},
		}
		rapid.Check(t, func(rt *rapid.T) {
			what := rapid.SampledFrom(sortedKeys(kinds)).Draw(rt, "what")
			i := rapid.Int64Range(0, n-1).Draw(rt, "i")
			j := rapid.Int64Range(0, n-1).Draw(rt, "j")
			defer good.restore(t, d)
			var w want
			tamper(t, d, func(tx *db.Tx) { w = kinds[what](tx, i, j) })
			r := mustVerify(t, d, VerifyOptions{})
			if r.Bad == nil {
				rt.Fatalf("%s at %d, %d: not found", what, i, j)
			}
			if r.Bad.Number != w.number || r.Bad.What != w.what {
				rt.Fatalf("%s at %d, %d: found %v, want entry %d: %s", what, i, j, r.Bad, w.number, w.what)
			}
		})
		if r := mustVerify(t, d, VerifyOptions{}); r.Bad != nil {
			t.Fatalf("after: %v", r.Bad)
		}
	})
}

// TestBackDatedInsert: a row that is put into the table with everything right, and that the log itself then numbers, is found by its
// time: a checkpoint of a later hour does not have it.
func TestBackDatedInsert(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		history(t, d, c, l)
		r := takeImage(t, d).events[3]
		r.Ins, r.Seq, r.ID, r.SubjectID, r.FromState, r.ToState = 1000, -1, id.Random(), "v77", "", "registered"
		if d.Dialect() == db.SQLite {
			r.Seq = 40
		}
		r.commit()
		tamper(t, d, func(tx *db.Tx) { insertRaw(t, tx, r) })
		tick(t, l)
		if v := mustVerify(t, d, VerifyOptions{}); v.Bad == nil || v.Bad.Number != 41 || v.Bad.What != BadTime || v.Bad.ID != r.ID {
			t.Errorf("found %v", v.Bad)
		}
	})
}

// TestClockSetBack: after a recorded jump of the clock earlier times are right.
func TestClockSetBack(t *testing.T) {
	d, c := dbtest.Open(t)
	l, _ := openLog(t, d)
	history(t, d, c, l)
	c.Advance(-4 * time.Hour)
	record(t, d, voiceFact("v20", "", "registered"))
	if v := mustVerify(t, d, VerifyOptions{}); v.Bad == nil || v.Bad.What != BadTime {
		t.Errorf("found %v", v.Bad)
	}
	d, c = dbtest.Open(t)
	l, _ = openLog(t, d)
	history(t, d, c, l)
	c.Advance(-4 * time.Hour)
	record(t, d, Fact{Kind: KindClockJump, Subject: Ref{"clock", "site"}}, voiceFact("v20", "", "registered"))
	if v := mustVerify(t, d, VerifyOptions{}); v.Bad != nil {
		t.Errorf("found %v", v.Bad)
	}
}

// TestOlderBackup: a database that was put back is right in itself; a checkpoint kept outside tells what is lost, also after new
// entries have taken the place of the old ones.
func TestOlderBackup(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, k := openLog(t, d)
		history(t, d, c, l)
		backup := takeImage(t, d)
		record(t, d, voiceFact("v20", "", "registered"), voiceFact("v21", "", "registered"))
		kept, err := l.Checkpoint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		o := VerifyOptions{Outside: []string{kept.Note}, Keys: []string{k.vkey}}
		if v := mustVerify(t, d, o); v.Bad != nil {
			t.Fatalf("before: %v", v.Bad)
		}
		backup.restore(t, d)
		if v := mustVerify(t, d, VerifyOptions{}); v.Bad != nil {
			t.Errorf("without a checkpoint from outside: %v", v.Bad)
		}
		if v := mustVerify(t, d, o); v.Bad == nil || v.Bad.What != BadOlder || v.Bad.Number != 41 {
			t.Errorf("older: %v", v.Bad)
		}
		for i := range 3 { // work went on after the restore
			record(t, d, voiceFact(fmt.Sprint("w", i), "", "registered"))
		}
		if _, err := l.Checkpoint(context.Background()); err != nil {
			t.Fatal(err)
		}
		if v := mustVerify(t, d, o); v.Bad == nil || v.Bad.What != BadCheckpoint || v.Bad.Number != 41 {
			t.Errorf("fork: %v", v.Bad)
		}
		other := newKeys(t, "sanwen-0a1b2c3d")
		if v := mustVerify(t, d, VerifyOptions{Keys: []string{other.vkey}}); v.Bad == nil || v.Bad.What != BadKey {
			t.Errorf("signed with a key that is not trusted: %v", v.Bad)
		}
		if _, err := Verify(context.Background(), d, VerifyOptions{Outside: []string{kept.Note + "x"}}); err == nil {
			t.Error("a broken checkpoint from outside is taken")
		}
	})
}

// TestFoldAndStates: changes of state that nobody recorded, and entries that contradict each other, are found.
func TestFoldAndStates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		thing := func(key, from, to string) {
			write(t, d, func(tx *db.Tx) error {
				exec(t, tx, `INSERT INTO once (key, body, answer, tries, at) VALUES ($1, 'thing', $2, 1, 0)
					ON CONFLICT (key) DO UPDATE SET answer = excluded.answer`, key, to)
				return Record(tx, clerk, Fact{Kind: "thing." + to, Subject: Ref{"thing", key}, From: from, To: to})
			})
		}
		thing("a", "", "new")
		thing("b", "", "new")
		thing("a", "new", "done")
		record(t, d, Fact{Kind: "thing.seen", Subject: Ref{"thing", "a"}})
		tick(t, l)
		check := func(when string, number int64, what Finding) {
			t.Helper()
			v := mustVerify(t, d, VerifyOptions{})
			switch {
			case what == "" && v.Bad != nil, what != "" && (v.Bad == nil || v.Bad.Number != number || v.Bad.What != what):
				t.Errorf("%s: %v", when, v.Bad)
			}
		}
		check("untouched", 0, "")
		change := func(q string) func() {
			type kept struct {
				Key, Answer string
			}
			var was []kept
			read(t, d, func(tx *db.Tx) (err error) {
				was, err = db.All[kept](tx, `SELECT key, answer FROM once`)
				return err
			})
			tamper(t, d, func(tx *db.Tx) { exec(t, tx, q) })
			return func() {
				tamper(t, d, func(tx *db.Tx) {
					exec(t, tx, `DELETE FROM once`)
					for _, k := range was {
						exec(t, tx, `INSERT INTO once (key, body, answer, tries, at) VALUES ($1, 'thing', $2, 1, 0)`, k.Key, k.Answer)
					}
				})
			}
		}
		back := change(`UPDATE once SET answer = 'new' WHERE key = 'a'`)
		check("a state set back", 3, BadState)
		back()
		back = change(`DELETE FROM once WHERE key = 'b'`)
		check("a subject deleted", 2, BadState)
		back()
		back = change(`INSERT INTO once (key, body, answer, tries, at) VALUES ('c', 'thing', 'done', 1, 0)`)
		check("a subject that nobody recorded", 0, BadState)
		back()
		check("put back", 0, "")
		record(t, d, Fact{Kind: "thing.done", Subject: Ref{"thing", "b"}, From: "half", To: "done"})
		check("entries that contradict each other, not yet numbered or just so", 5, BadFold)
		tick(t, l)
		check("entries that contradict each other", 5, BadFold)
	})
}

// TestErase: what was erased cannot be read or opened any more, and everything else stays provable.
func TestErase(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, k := openLog(t, d)
		sizes := history(t, d, c, l)
		var before Proof
		read(t, d, func(tx *db.Tx) (err error) { before, err = l.ProofFor(tx, Ref{"voice", "v3"}); return err })
		record(t, d, Fact{Kind: "voice.viewed", Subject: Ref{"voice", "v3"}})
		var n int
		write(t, d, func(tx *db.Tx) (err error) {
			n, err = Erase(tx, clerk, Ref{"voice", "v3"}, "request of the person")
			return err
		})
		if n != 5 {
			t.Errorf("%d entries erased", n)
		}
		if _, err := l.Checkpoint(context.Background()); err != nil {
			t.Fatal(err)
		}
		v := mustVerify(t, d, VerifyOptions{})
		if v.Bad != nil || v.Erased != 5 {
			t.Errorf("%+v %v", v, v.Bad)
		}
		read(t, d, func(tx *db.Tx) error {
			p, err := l.ProofFor(tx, Ref{"voice", "v3"})
			if err != nil {
				return err
			}
			if p.Opening != "" || len(p.Entry.Data) != 0 || p.Entry.Actor != "" || !p.Entry.Erased || p.Commitment != before.Commitment {
				t.Errorf("after the erasure: %+v", p)
			}
			for _, text := range []string{before.Text, p.Text} {
				if _, err := CheckProof(text, k.vkey); err != nil {
					t.Errorf("a proof is not valid any more: %v", err)
				}
			}
			es, err := Timeline(tx, Ref{"voice", "v3"}, 10, 0)
			if err != nil || len(es) != 6 || es[0].Kind != KindErased || es[1].Kind != "voice.viewed" || es[5].To != "registered" {
				t.Errorf("timeline: %+v %v", es, err)
			}
			return nil
		})
		// Erasing again erases nothing, and the entries about erasures stay.
		write(t, d, func(tx *db.Tx) (err error) { n, err = Erase(tx, clerk, Ref{"voice", "v3"}, "again"); return err })
		tick(t, l)
		if v := mustVerify(t, d, VerifyOptions{}); n != 0 || v.Bad != nil || v.Erased != 5 {
			t.Errorf("second time: %d, %+v %v", n, v, v.Bad)
		}
		// What is left of an erased entry cannot be changed either.
		tamper(t, d, func(tx *db.Tx) { set(t, tx, "to_state", "answered", 3) })
		if v := mustVerify(t, d, VerifyOptions{}); v.Bad == nil || v.Bad.Number != 4 || v.Bad.What != BadContent {
			t.Errorf("changed after its erasure: %v", v.Bad)
		}
		_ = sizes
	})
}

// TestVerifyBesideWork: while entries are recorded, things change state, are erased, and checkpoints are made, Verify raises no alarm.
func TestVerifyBesideWork(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		ctx, stop := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for w := range 3 {
			wg.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					key, from, to := fmt.Sprintf("w%d-%d", w, i/3), "", "new"
					if i%3 > 0 {
						from, to = "new", "new"
					}
					err := d.Write(context.Background(), func(tx *db.Tx) error {
						tx.Asked()
						if _, err := tx.Exec(`INSERT INTO once (key, body, answer, tries, at) VALUES ($1, 'thing', $2, 1, 0)
							ON CONFLICT (key) DO UPDATE SET answer = excluded.answer`, key, to); err != nil {
							return err
						}
						if i%9 == 8 {
							_, err := Erase(tx, clerk, Ref{"thing", key}, "test")
							return err
						}
						return Record(tx, clerk, Fact{Kind: "thing.changed", Subject: Ref{"thing", key}, From: from, To: to})
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Go(func() {
			for ctx.Err() == nil {
				c.Advance(20 * time.Second)
				if err := l.Tick(context.Background()); err != nil {
					t.Error(err)
					return
				}
			}
		})
		for range 1000 {
			v := mustVerify(t, d, VerifyOptions{})
			if v.Bad != nil {
				t.Errorf("after %d entries: %v", v.Entries, v.Bad)
			}
			if v.Bad != nil || v.Entries > 400 {
				break
			}
		}
		stop()
		wg.Wait()
		tick(t, l)
		if v := mustVerify(t, d, VerifyOptions{}); v.Bad != nil || v.Pending != 0 {
			t.Errorf("%+v %v", v, v.Bad)
		}
	})
}
