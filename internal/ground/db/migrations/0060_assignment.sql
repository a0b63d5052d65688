-- Who answers for a voice or a matter. One open row per subject; ended ones stay.
CREATE TABLE assignment (
	id TEXT NOT NULL PRIMARY KEY,
	subject_kind TEXT NOT NULL,
	subject_id TEXT NOT NULL,
	state TEXT NOT NULL,
	version BIGINT NOT NULL,
	lead TEXT NOT NULL,
	lead_path TEXT NOT NULL,
	first_receiver TEXT NOT NULL,
	rule TEXT NOT NULL,
	note TEXT NOT NULL,
	assigned_at BIGINT NOT NULL,
	assigned_by TEXT NOT NULL,
	sign_due BIGINT NOT NULL,
	signed_at BIGINT NOT NULL DEFAULT 0,
	signed_by TEXT NOT NULL DEFAULT '',
	auto_signed BIGINT NOT NULL DEFAULT 0,
	returns BIGINT NOT NULL DEFAULT 0,
	return_rule TEXT NOT NULL DEFAULT '',
	return_proposed TEXT NOT NULL DEFAULT '',
	return_note TEXT NOT NULL DEFAULT '',
	returned_by TEXT NOT NULL DEFAULT '',
	returned_at BIGINT NOT NULL DEFAULT 0,
	adjudicated_at BIGINT NOT NULL DEFAULT 0,
	adjudicated_by TEXT NOT NULL DEFAULT '',
	basis TEXT NOT NULL DEFAULT '',
	ended_at BIGINT NOT NULL DEFAULT 0,
	outcome TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX assignment_open ON assignment (subject_kind, subject_id) WHERE ended_at = 0;
CREATE INDEX assignment_subject ON assignment (subject_kind, subject_id, assigned_at);
CREATE INDEX assignment_lead ON assignment (lead_path, state);
CREATE INDEX assignment_unsigned ON assignment (sign_due) WHERE state = 'assigned';

CREATE TABLE assignment_co (
	assignment TEXT NOT NULL REFERENCES assignment (id),
	unit TEXT NOT NULL,
	path TEXT NOT NULL,
	PRIMARY KEY (assignment, unit)
);
CREATE INDEX assignment_co_path ON assignment_co (path);

-- Times in which no unit had signed; finished rows never change but for the verdict on the return.
CREATE TABLE ownerless (
	id TEXT NOT NULL PRIMARY KEY,
	subject_kind TEXT NOT NULL,
	subject_id TEXT NOT NULL,
	unit TEXT NOT NULL,
	reason TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at BIGINT NOT NULL DEFAULT 0,
	upheld TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ownerless_subject ON ownerless (subject_kind, subject_id, from_at);
CREATE INDEX ownerless_unit ON ownerless (unit, from_at);
