-- The ledger of practical matters.
CREATE TABLE matter_number (
	year BIGINT NOT NULL PRIMARY KEY,
	last BIGINT NOT NULL
);

CREATE TABLE matter (
	id TEXT NOT NULL PRIMARY KEY,
	number TEXT NOT NULL UNIQUE,
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	public_text TEXT NOT NULL,
	public BIGINT NOT NULL,
	class TEXT NOT NULL,
	source TEXT NOT NULL,
	union_initiated BIGINT NOT NULL,
	category TEXT NOT NULL,
	place TEXT NOT NULL,
	unit TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	beneficiaries BIGINT NOT NULL,
	restricted TEXT NOT NULL,
	state TEXT NOT NULL,
	version BIGINT NOT NULL,
	round BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	registered_at BIGINT NOT NULL,
	first_voice_at BIGINT NOT NULL,
	voices BIGINT NOT NULL,
	supporters BIGINT NOT NULL,
	moved_at BIGINT NOT NULL,
	lead TEXT NOT NULL DEFAULT '',
	lead_path TEXT NOT NULL DEFAULT '',
	co TEXT NOT NULL DEFAULT '',
	owner TEXT NOT NULL DEFAULT '',
	sponsor TEXT NOT NULL DEFAULT '',
	plan_version BIGINT NOT NULL DEFAULT 0,
	plan_latest BIGINT NOT NULL DEFAULT 0,
	author TEXT NOT NULL DEFAULT '',
	plan_due BIGINT NOT NULL DEFAULT 0,
	plan_start TEXT NOT NULL DEFAULT '',
	due0 TEXT NOT NULL DEFAULT '',
	due TEXT NOT NULL DEFAULT '',
	due_at BIGINT NOT NULL DEFAULT 0,
	due_key TEXT NOT NULL DEFAULT '9999-12-31',
	due_from BIGINT NOT NULL DEFAULT 0,
	due_open BIGINT NOT NULL DEFAULT 1,
	extensions BIGINT NOT NULL DEFAULT 0,
	milestone_due TEXT NOT NULL DEFAULT '',
	steps_done BIGINT NOT NULL DEFAULT 0,
	steps_all BIGINT NOT NULL DEFAULT 0,
	pause_reason TEXT NOT NULL DEFAULT '',
	pause_until TEXT NOT NULL DEFAULT '',
	paused_at BIGINT NOT NULL DEFAULT 0,
	carry_condition TEXT NOT NULL DEFAULT '',
	review_day TEXT NOT NULL DEFAULT '',
	long_term BIGINT NOT NULL DEFAULT 0,
	claimant TEXT NOT NULL DEFAULT '',
	inspector TEXT NOT NULL DEFAULT '',
	completed_at BIGINT NOT NULL DEFAULT 0,
	completed0 BIGINT NOT NULL DEFAULT 0,
	inspected_at BIGINT NOT NULL DEFAULT 0,
	rated_at BIGINT NOT NULL DEFAULT 0,
	verdict TEXT NOT NULL DEFAULT '',
	closed_at BIGINT NOT NULL DEFAULT 0,
	closed_by TEXT NOT NULL DEFAULT '',
	ended_how TEXT NOT NULL DEFAULT '',
	end_reason TEXT NOT NULL DEFAULT '',
	end_rule TEXT NOT NULL DEFAULT '',
	end_decider TEXT NOT NULL DEFAULT '',
	reply TEXT NOT NULL DEFAULT '',
	relapses BIGINT NOT NULL DEFAULT 0,
	look_back30 TEXT NOT NULL DEFAULT '',
	look_back90 TEXT NOT NULL DEFAULT ''
);
CREATE INDEX matter_registered ON matter (registered_at, id);
CREATE INDEX matter_due ON matter (due_key, id);
CREATE INDEX matter_state_due ON matter (state, due_key, id);
CREATE INDEX matter_state_moved ON matter (state, moved_at);
-- These three also answer the counts above the ledger by themselves.
CREATE INDEX matter_lead ON matter (lead_path, state, restricted, id);
CREATE INDEX matter_unit ON matter (unit_path, state, restricted, id);
CREATE INDEX matter_state ON matter (state, restricted, id);
CREATE INDEX matter_owner ON matter (owner, state);
CREATE INDEX matter_place ON matter (place, state);
CREATE INDEX matter_closed ON matter (closed_at);
CREATE INDEX matter_board ON matter (public, restricted, moved_at);

-- Persons and units named in the voices behind a matter: they never get it, by any way.
CREATE TABLE matter_named (
	matter TEXT NOT NULL REFERENCES matter (id),
	person TEXT NOT NULL,
	unit TEXT NOT NULL,
	path TEXT NOT NULL,
	PRIMARY KEY (matter, person, unit)
);

-- Versions of the Five Determinations; slots never change.
CREATE TABLE plan (
	matter TEXT NOT NULL REFERENCES matter (id),
	version BIGINT NOT NULL,
	round BIGINT NOT NULL,
	state TEXT NOT NULL,
	class TEXT NOT NULL,
	author TEXT NOT NULL,
	at BIGINT NOT NULL,
	head_by TEXT NOT NULL DEFAULT '',
	head_at BIGINT NOT NULL DEFAULT 0,
	decided_by TEXT NOT NULL DEFAULT '',
	decided_at BIGINT NOT NULL DEFAULT 0,
	decision TEXT NOT NULL DEFAULT '',
	owner_name TEXT NOT NULL,
	slots TEXT NOT NULL,
	PRIMARY KEY (matter, version)
);

CREATE TABLE plan_step (
	matter TEXT NOT NULL REFERENCES matter (id),
	plan BIGINT NOT NULL,
	n BIGINT NOT NULL,
	text TEXT NOT NULL,
	day TEXT NOT NULL,
	done_at BIGINT NOT NULL DEFAULT 0,
	done_by TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (matter, plan, n)
);

CREATE TABLE progress (
	id TEXT NOT NULL PRIMARY KEY,
	matter TEXT NOT NULL REFERENCES matter (id),
	round BIGINT NOT NULL,
	step BIGINT NOT NULL,
	text TEXT NOT NULL,
	done BIGINT NOT NULL,
	at BIGINT NOT NULL,
	by_person TEXT NOT NULL
);
CREATE INDEX progress_matter ON progress (matter, at);

CREATE TABLE matter_photo (
	matter TEXT NOT NULL REFERENCES matter (id),
	hash TEXT NOT NULL,
	thumb TEXT NOT NULL,
	kind TEXT NOT NULL,
	round BIGINT NOT NULL,
	point BIGINT NOT NULL,
	caption TEXT NOT NULL,
	at BIGINT NOT NULL,
	by_person TEXT NOT NULL,
	PRIMARY KEY (matter, kind, hash)
);
CREATE INDEX matter_photo_hash ON matter_photo (hash);

CREATE TABLE extension (
	id TEXT NOT NULL PRIMARY KEY,
	matter TEXT NOT NULL REFERENCES matter (id),
	n BIGINT NOT NULL,
	round BIGINT NOT NULL,
	reason TEXT NOT NULL,
	interim TEXT NOT NULL,
	from_day TEXT NOT NULL,
	to_day TEXT NOT NULL,
	asked_by TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	state TEXT NOT NULL,
	decided_by TEXT NOT NULL DEFAULT '',
	decided_at BIGINT NOT NULL DEFAULT 0,
	note TEXT NOT NULL DEFAULT '',
	UNIQUE (matter, n)
);
CREATE UNIQUE INDEX extension_asked ON extension (matter) WHERE state = 'asked';

CREATE TABLE inspection (
	id TEXT NOT NULL PRIMARY KEY,
	matter TEXT NOT NULL REFERENCES matter (id),
	round BIGINT NOT NULL,
	kind TEXT NOT NULL,
	by_person TEXT NOT NULL,
	at BIGINT NOT NULL,
	passed BIGINT NOT NULL,
	present TEXT NOT NULL,
	note TEXT NOT NULL,
	plan BIGINT NOT NULL
);
CREATE INDEX inspection_matter ON inspection (matter, at);

CREATE TABLE reading (
	inspection TEXT NOT NULL REFERENCES inspection (id),
	check_n BIGINT NOT NULL,
	value TEXT NOT NULL,
	passed BIGINT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (inspection, check_n)
);
