package jobs

import (
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Dead is a job that was given up.
type Dead struct {
	ID    string
	Kind  string
	Key   string
	Since clock.Millis // first due
	Died  clock.Millis
	Tries int64
	Error string // for the technician
}

// DeadLetters lists jobs that were given up, latest first: at most limit, those that died before the given time (0: all).
func DeadLetters(tx *db.Tx, limit int, before clock.Millis) ([]Dead, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	return db.All[Dead](tx, `SELECT id, kind, key, since, done_at AS died, tries, error FROM job WHERE state = 'dead' AND done_at < $1
		ORDER BY done_at DESC, id LIMIT $2`, before, limit)
}

// Retry makes a dead job due again, with all its tries. It is a Conflict "jobs.alive" if the job is not dead any more. The caller has
// asked for permission and records it.
func Retry(tx *db.Tx, id string) error {
	ok, err := revive(tx, id, tx.Millis())
	if err == nil && !ok {
		err = fault.New(fault.Conflict, "jobs.alive")
	}
	return err
}

// Stats is how the queue stands.
type Stats struct {
	Waiting int64 // not yet done
	Due     int64 // of these, due and taken by nobody
	Running int64 // of these, under a lease
	Failing int64 // of these, failed at least once
	Dead    int64
	Oldest  time.Duration // how long the oldest due job has been due
}

// Queue tells how the queue stands.
func Queue(tx *db.Tx) (Stats, error) {
	type sums struct {
		Waiting, Due, Running, Failing int64
		Oldest                         clock.Millis
	}
	now := tx.Millis()
	s, err := db.One[sums](tx, `SELECT COUNT(*) AS waiting,
			COUNT(*) FILTER (WHERE due <= $1 AND lease_until <= $1) AS due,
			COUNT(*) FILTER (WHERE lease_until > $1) AS running,
			COUNT(*) FILTER (WHERE error <> '') AS failing,
			COALESCE(MIN(due) FILTER (WHERE due <= $1 AND lease_until <= $1), 0) AS oldest
		FROM job WHERE state = 'waiting'`, now)
	if err != nil {
		return Stats{}, err
	}
	n, err := db.One[int64](tx, `SELECT COUNT(*) FROM job WHERE state = 'dead'`)
	out := Stats{Waiting: s.Waiting, Due: s.Due, Running: s.Running, Failing: s.Failing, Dead: n}
	if s.Due > 0 {
		out.Oldest = time.Duration(now-s.Oldest) * time.Millisecond
	}
	return out, err
}

// Schedule is how a repeated job is doing.
type Schedule struct {
	Name   string
	Spec   string
	Next   clock.Millis
	LastOk clock.Millis
	Fails  int64 // in a row
	Error  string
}

// Schedules lists what happens again and again.
func Schedules(tx *db.Tx) ([]Schedule, error) {
	return db.All[Schedule](tx, `SELECT name, spec, next, last_ok, fails, error FROM job_schedule ORDER BY name`)
}

// dueJobs returns jobs of the given kinds that can be taken now.
func dueJobs(tx *db.Tx, kinds []string, limit int) ([]job, error) {
	in, args := db.In("kind", kinds, 3)
	return db.All[job](tx, `SELECT `+jobColumns+` FROM job WHERE state = 'waiting' AND due <= $1 AND lease_until <= $1 AND `+in+`
		ORDER BY due LIMIT $2`+tx.SkipLocked(), append([]any{tx.Millis(), limit}, args...)...)
}

// dueSchedules returns the schedules whose time has come.
func dueSchedules(tx *db.Tx) ([]Schedule, error) {
	return db.All[Schedule](tx, `SELECT name, spec, next, last_ok, fails, error FROM job_schedule WHERE next <= $1 ORDER BY name`+tx.SkipLocked(), tx.Millis())
}
