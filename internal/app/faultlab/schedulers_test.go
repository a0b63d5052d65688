//go:build linux

package faultlab

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/jobs"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/modeltest"
	"sanwen/internal/work/supervise"
)

// schedulerEnv starts this test again as a scheduler: by how much its clock is wrong, how it runs, and the address of the database.
const schedulerEnv = "SANWEN_TEST_SCHEDULER"

// wrongClock is the clock of the machine and some seconds.
type wrongClock struct{ by time.Duration }

func (c wrongClock) Now() time.Time { return clock.System().Now().Add(c.by) }

// scheduler is a process that fires rungs until it is killed or whoever started it is gone. As "leased" it does so as a replica of the
// program does, by a job that one of them has at a time, with a lease of two seconds; as "bare" it asks for no lease, so that nothing but
// the database keeps it from doing what others do.
func scheduler(task string) {
	var seconds int
	var how, dsn string
	if _, err := fmt.Sscan(task, &seconds, &how, &dsn); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	ctx, log := context.Background(), slog.New(slog.NewTextHandler(os.Stderr, nil))
	d, err := db.Open(ctx, db.Config{DSN: dsn, MaxConns: 4, Clock: wrongClock{time.Duration(seconds) * time.Second}, Log: log})
	if err != nil {
		log.Error("open", "err", err)
		os.Exit(1)
	}
	if how == "bare" {
		for ; ; time.Sleep(50 * time.Millisecond) {
			if err := duty.RunLadder(ctx, d); err != nil {
				log.Error("ladder", "err", err)
			}
		}
	}
	r := jobs.New(d, jobs.Options{Policy: jobs.Policy{Lease: 2 * time.Second, First: 200 * time.Millisecond}, Poll: 100 * time.Millisecond, Side: 1, Logger: log})
	r.Every("duty.ladder", "1s", duty.RunLadder)
	r.Run(ctx)
}

// process is a scheduler from outside.
type process struct {
	task  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	errs  *output
}

func (p *process) start(t *testing.T) {
	t.Helper()
	p.cmd = exec.Command("/proc/self/exe", "-test.run=^$")
	p.cmd.Env = append(os.Environ(), schedulerEnv+"="+p.task)
	p.cmd.Stderr = p.errs
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (p *process) kill() {
	if p.cmd.Process != nil {
		p.cmd.Process.Kill()
		p.cmd.Wait()
		p.stdin.Close()
	}
}

// items is how many duties climb: 600 in an ordinary run, 10,000 with SANWEN_LADDER=full; live says in how long the last of them is overdue.
func items() (n int, live time.Duration) {
	if os.Getenv("SANWEN_LADDER") == "full" {
		return 10_000, 40 * time.Second
	}
	return 600, 4 * time.Second
}

// TestSchedulersAreProcesses: five processes with clocks up to two seconds apart fire what is due on one database, while one after the other
// is stopped in the middle of whatever it does, goes on when others have done its work, or is killed and started anew. Half of the duties
// were overdue for long, the rungs of the others are reached while the test runs. Each rung is fired once, whoever is told is told once, an
// order is drafted once and a talk called once for each. How late the rungs came is told, not asserted: that is the machine's.
func TestSchedulersAreProcesses(t *testing.T) {
	dsn := dbtest.PostgresDSN(t)
	if dsn == "" {
		return
	}
	ctx := context.Background()
	n, span := items()
	then := clock.System().Now().Add(-90 * 24 * time.Hour)
	c := clock.NewFake(then)
	d, err := db.Open(ctx, db.Config{DSN: dsn, MaxConns: 3, Clock: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	w := orgtest.New(t, d, c)
	var matters []event.Ref
	for i := range 10 {
		in := &matter.Register{Title: fmt.Sprintf("第 %d 件实事", i+1), Public: true, Category: "BA-1", Place: "P104M", Unit: "U01", Voices: 1, Lead: "D05"}
		w.Do("triager", in)
		matters = append(matters, matter.RefOf(in.ID))
	}
	// owe makes the duties from one to another owed; due says by when.
	owe := func(from, to int, due func(i int) duty.New) {
		for ; from < to; from += 200 {
			w.Must(func(tx *db.Tx) error {
				if err := access.System("test").May(tx, access.DutySystem, access.Thing{}); err != nil {
					return err
				}
				for i := from; i < min(to, from+200); i++ {
					x := due(i)
					x.Kind, x.Subject, x.Item, x.Path, x.Role = duty.Completion, matters[i%len(matters)], fmt.Sprint("item", i), "/G/D05/", access.Handler
					if _, err := duty.Owe(tx, access.System("test"), x); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	owe(0, n/2, func(int) duty.New { return duty.New{Days: 5} })
	c.Set(clock.System().Now())
	begun := clock.MillisOf(c.Now())
	owe(n/2, n, func(i int) duty.New {
		return duty.New{Start: begun, Due: begun.Add(500*time.Millisecond + span*time.Duration(i-n/2)/time.Duration(n-n/2))}
	})

	var all []*process
	for i := range 5 {
		how := "leased"
		if i >= 3 {
			how = "bare"
		}
		p := &process{task: fmt.Sprint((i+2)%5-2, " ", how, " ", dsn), errs: &output{line: make(chan string, 1)}}
		p.start(t)
		t.Cleanup(p.kill)
		all = append(all, p)
	}
	seed := uint64(time.Now().UnixNano())
	dice := rand.New(rand.NewPCG(seed, 1))
	left := func() int {
		for try := 1; ; try++ { // a new connection may take longer than it is given on a machine that does much else
			var k int
			err := d.Read(ctx, func(tx *db.Tx) (err error) {
				k, err = db.One[int](tx, `SELECT COUNT(*) FROM duty WHERE open = 1 AND item <> '' AND rung_at > 0 AND rung_at <= $1`, clock.MillisOf(clock.System().Now()))
				return err
			})
			if err == nil {
				return k
			}
			if try == 5 {
				t.Fatal(err)
			}
		}
	}
	pauses, kills := 0, 0
	deadline := clock.System().Now().Add(10 * time.Minute)
	wait := func(done func() bool) {
		t.Helper()
		for !done() {
			if clock.System().Now().After(deadline) {
				t.Fatalf("%d duties still wait, after %d pauses and %d kills; the first has written: %s", left(), pauses, kills, all[0].errs.bytes())
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	// Disturbed is who is at work, and not for ever: on a slow machine somebody who is killed again and again does not come to work at all.
	first := left()
	wait(func() bool { return left() < first })
	for pauses < n/100 || kills < n/150 {
		p := all[dice.IntN(len(all))]
		time.Sleep(time.Duration(20+dice.IntN(150)) * time.Millisecond)
		if dice.IntN(3) == 0 {
			kills++
			p.kill()
			p.start(t)
			continue
		}
		pauses++
		p.cmd.Process.Signal(syscall.SIGSTOP)
		time.Sleep(time.Duration(50+dice.IntN(400)) * time.Millisecond)
		if dice.IntN(6) == 0 { // longer than its lease
			time.Sleep(2200 * time.Millisecond)
		}
		p.cmd.Process.Signal(syscall.SIGCONT)
	}
	over := begun.Time().Add(span + time.Second)
	wait(func() bool { return clock.System().Now().After(over) && left() == 0 })
	took := clock.System().Now().Sub(begun.Time())
	time.Sleep(500 * time.Millisecond) // whoever comes back late does nothing more
	for _, p := range all {
		p.kill()
		if out := string(p.errs.bytes()); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic") {
			t.Errorf("a scheduler wrote: %s", out)
		}
	}

	past, live := n/2, n-n/2
	count := func(what string, want int, q string) {
		t.Helper()
		var k int
		if err := d.Read(ctx, func(tx *db.Tx) (err error) { k, err = db.One[int](tx, q); return err }); err != nil {
			t.Fatal(err)
		}
		if k != want {
			t.Errorf("%s: %d, want %d", what, k, want)
		}
	}
	ours := ` JOIN duty d ON d.id = r.duty AND d.item <> ''`
	count("rungs", 7*past+3*live, `SELECT COUNT(*) FROM duty_rung r`+ours)
	count("different rungs", 7*past+3*live, `SELECT COUNT(*) FROM (SELECT DISTINCT r.duty, r.rung FROM duty_rung r`+ours+`) AS x`)
	// remind 2 handlers, near 2 and their head, red the office too, sponsor head and leader, agenda head and office, talk and circular all three.
	count("notices", past*(2+3+4+2+2+3+3)+live*(2+3+4), `SELECT COUNT(*) FROM duty_notice n JOIN duty_rung r ON r.id = n.rung`+ours)
	count("drafts of orders", n, `SELECT COUNT(*) FROM supervise_order r`+ours)
	count("talks", past, `SELECT COUNT(*) FROM supervise_talk r`+ours)
	count("talks owed", past, `SELECT COUNT(*) FROM duty o JOIN supervise_talk r ON o.subject_id = r.id AND o.kind = 'talk'`+ours)
	var late []clock.Millis
	w.Read(func(tx *db.Tx) (err error) {
		late, err = db.All[clock.Millis](tx, `SELECT r.at - r.meant_at FROM duty_rung r`+ours+` AND d.started_at >= $1 ORDER BY 1`, begun)
		return err
	})
	breaches, err := modeltest.Check(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breaches { // the duties here belong to no plan, which is what the others are about
		if slices.Contains([]string{"I18", "I26", "I27", "I28", "I30", "I30b", "S1", "S3", "I42"}, b.Number) {
			t.Error(b)
		}
	}
	var drafts []supervise.Order
	w.Read(func(tx *db.Tx) (err error) { drafts, err = supervise.Drafts(tx, w.P("supervisor"), 10); return err })
	if len(drafts) != 10 {
		t.Errorf("the office sees %d drafts", len(drafts))
	}
	if len(late) == 0 {
		t.Fatal("nothing came due meanwhile")
	}
	after := func(i int) time.Duration { return time.Duration(late[i]) * time.Millisecond }
	t.Logf("seed %d: %d rungs of %d duties by five processes in %s, %d pauses, %d kills; of the %d that came due meanwhile the median %s after its time, the latest %s", seed, 7*past+3*live, n,
		took.Round(100*time.Millisecond), pauses, kills, len(late), after(len(late)/2), after(len(late)-1))
}
