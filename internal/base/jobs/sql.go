package jobs

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

const (
	waiting = "waiting"
	done    = "done"
	dead    = "dead"
)

type job struct {
	ID         string
	Kind       string
	Key        string
	Payload    string
	State      string
	Coarse     bool
	Since      clock.Millis
	Due        clock.Millis
	Tries      int64
	Lease      string
	LeaseUntil clock.Millis
	DoneAt     clock.Millis
	Error      string
}

const jobColumns = `id, kind, key, payload, state, coarse, since, due, tries, lease, lease_until, done_at, error`

func insertJob(tx *db.Tx, j *job) error {
	_, err := tx.Exec(`INSERT INTO job (id, kind, key, payload, state, coarse, since, due, tries, lease, lease_until, done_at, error)
		VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, 0, '', 0, 0, '') ON CONFLICT (kind, key) DO NOTHING`,
		j.ID, j.Kind, j.Key, j.Payload, j.Coarse, j.Since, j.Due)
	return err
}

// insertRun is insertJob for the run of a schedule: one that was given up is taken up again at the next time.
func insertRun(tx *db.Tx, j *job) error {
	_, err := tx.Exec(`INSERT INTO job (id, kind, key, payload, state, coarse, since, due, tries, lease, lease_until, done_at, error)
		VALUES ($1, $2, $3, 'null', 'waiting', 0, $4, $4, 0, '', 0, 0, '')
		ON CONFLICT (kind, key) DO UPDATE SET state = 'waiting', since = excluded.since, due = excluded.due, tries = 0, lease = '', lease_until = 0
		WHERE job.state <> 'waiting'`, j.ID, j.Kind, j.Key, j.Due)
	return err
}

func deleteJob(tx *db.Tx, kind, key string) (int64, error) {
	return tx.Exec(`DELETE FROM job WHERE kind = $1 AND key = $2 AND state = 'waiting'`, kind, key)
}

// take gives the job to a runner. The try is counted now, so that one that kills the program is counted too.
func take(tx *db.Tx, id, token string, until clock.Millis) error {
	_, err := tx.Exec(`UPDATE job SET lease = $1, lease_until = $2, tries = tries + 1 WHERE id = $3`, token, until, id)
	return err
}

func holdsLease(tx *db.Tx, l *lease) (bool, error) {
	n, err := db.Maybe[int64](tx, `SELECT 1 FROM job WHERE id = $1 AND lease = $2 AND state = 'waiting'`+tx.ForUpdate(), l.id, l.token)
	return n != nil, err
}

func renew(tx *db.Tx, l *lease, until clock.Millis) (bool, error) {
	n, err := tx.Exec(`UPDATE job SET lease_until = $1 WHERE id = $2 AND lease = $3 AND state = 'waiting'`, until, l.id, l.token)
	return n > 0, err
}

// finish marks the job as done. The run of a schedule is forgotten, its next one needs the key.
func finish(tx *db.Tx, l *lease) (bool, error) {
	n, err := tx.Exec(`DELETE FROM job WHERE id = $1 AND lease = $2 AND state = 'waiting' AND kind LIKE 'every:%'`, l.id, l.token)
	if err != nil || n > 0 {
		return n > 0, err
	}
	now := tx.Millis()
	n, err = tx.Exec(`UPDATE job SET state = 'done', lease = '', lease_until = 0, error = '', payload = 'null',
		done_at = CASE WHEN coarse = 1 THEN CAST($1 AS BIGINT) ELSE CAST($2 AS BIGINT) END
		WHERE id = $3 AND lease = $4 AND state = 'waiting'`, hourOf(now), now, l.id, l.token)
	return n > 0, err
}

// fail puts the job back for another try, or among the dead.
func fail(tx *db.Tx, l *lease, state string, due, ended clock.Millis, message string) (bool, error) {
	n, err := tx.Exec(`UPDATE job SET state = $1, lease = '', lease_until = 0, due = $2, done_at = $3, error = $4
		WHERE id = $5 AND lease = $6 AND state = 'waiting'`, state, due, ended, message, l.id, l.token)
	return n > 0, err
}

// release gives a job back unfinished, without counting the try.
func release(tx *db.Tx, l *lease) error {
	_, err := tx.Exec(`UPDATE job SET lease = '', lease_until = 0, tries = tries - 1 WHERE id = $1 AND lease = $2 AND state = 'waiting'`, l.id, l.token)
	return err
}

func revive(tx *db.Tx, id string, now clock.Millis) (bool, error) {
	n, err := tx.Exec(`UPDATE job SET state = 'waiting', since = $1, due = $1, tries = 0, done_at = 0 WHERE id = $2 AND state = 'dead'`, now, id)
	return n > 0, err
}

func purgeDone(tx *db.Tx, before clock.Millis, limit int) (int64, error) {
	return tx.Exec(`DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state = 'done' AND done_at < $1 LIMIT $2)`, before, limit)
}

func insertSchedule(tx *db.Tx, name, spec string, next clock.Millis) error {
	_, err := tx.Exec(`INSERT INTO job_schedule (name, spec, next, last_ok, fails, error) VALUES ($1, $2, $3, 0, 0, '')
		ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, next = excluded.next WHERE job_schedule.spec <> excluded.spec`, name, spec, next)
	return err
}

func moveSchedule(tx *db.Tx, name string, next clock.Millis) error {
	_, err := tx.Exec(`UPDATE job_schedule SET next = $1 WHERE name = $2`, next, name)
	return err
}

func noteSchedule(tx *db.Tx, name string, now clock.Millis, message string) error {
	if message == "" {
		_, err := tx.Exec(`UPDATE job_schedule SET last_ok = $1, fails = 0, error = '' WHERE name = $2`, now, name)
		return err
	}
	_, err := tx.Exec(`UPDATE job_schedule SET fails = fails + 1, error = $1 WHERE name = $2`, message, name)
	return err
}
