-- Work to be done later. state: waiting (also while it runs, under a lease), done, dead (given up, a person decides).
-- coarse rows were left by a transaction of coarse time and hold no time finer than the hour.
CREATE TABLE job (
	id          TEXT PRIMARY KEY,
	kind        TEXT NOT NULL,
	key         TEXT NOT NULL,
	payload     TEXT NOT NULL,
	state       TEXT NOT NULL,
	coarse      BIGINT NOT NULL,
	since       BIGINT NOT NULL,
	due         BIGINT NOT NULL,
	tries       BIGINT NOT NULL,
	lease       TEXT NOT NULL,
	lease_until BIGINT NOT NULL,
	done_at     BIGINT NOT NULL,
	error       TEXT NOT NULL,
	UNIQUE (kind, key)
) {{norowid}};
CREATE INDEX job_due ON job (due) WHERE state = 'waiting';
CREATE INDEX job_over ON job (state, done_at) WHERE state <> 'waiting';

-- Things that happen again and again: when next, and how the last time went.
CREATE TABLE job_schedule (
	name    TEXT PRIMARY KEY,
	spec    TEXT NOT NULL,
	next    BIGINT NOT NULL,
	last_ok BIGINT NOT NULL,
	fails   BIGINT NOT NULL,
	error   TEXT NOT NULL
);
