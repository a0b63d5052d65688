-- What somebody owes by a time, and while what it waited. Rows have no order of their own: those of anonymous voices were begun at
-- whole hours, and must not tell more.

-- Exactly one of hours, days, day or none tells how base_due follows from started_at; none is a moment given as it is. due is base_due
-- moved by waiting since base_at. slot is empty while the duty is open and its id afterwards: one open duty per subject, kind, round
-- and item. early_due is an earlier time that a new calendar gives and nobody has confirmed.
CREATE TABLE duty (
	id            TEXT PRIMARY KEY,
	kind          TEXT NOT NULL,
	subject_kind  TEXT NOT NULL,
	subject_id    TEXT NOT NULL,
	item          TEXT NOT NULL,
	round         BIGINT NOT NULL,
	slot          TEXT NOT NULL,
	unit          TEXT NOT NULL,
	path          TEXT NOT NULL,
	person        TEXT NOT NULL,
	role          TEXT NOT NULL,
	restricted    TEXT NOT NULL,
	class         TEXT NOT NULL,
	hours         BIGINT NOT NULL,
	days          BIGINT NOT NULL,
	day           TEXT NOT NULL,
	started_at    BIGINT NOT NULL,
	due0          BIGINT NOT NULL,
	due           BIGINT NOT NULL,
	base_due      BIGINT NOT NULL,
	base_at       BIGINT NOT NULL,
	early_due     BIGINT NOT NULL,
	due_version   BIGINT NOT NULL,
	provisional   BIGINT NOT NULL,
	calendar      TEXT NOT NULL,
	open          BIGINT NOT NULL,
	discharged_at BIGINT NOT NULL,
	outcome       TEXT NOT NULL,
	waiting_from  BIGINT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX duty_subject ON duty (subject_kind, subject_id, kind, round, item, slot);
CREATE INDEX duty_person ON duty (person, due, id) WHERE open = 1 AND person <> '';
CREATE INDEX duty_role_path ON duty (role, path, due, id) WHERE open = 1 AND person = '';
CREATE INDEX duty_role ON duty (role, due, id) WHERE open = 1 AND person = '';
CREATE INDEX duty_path ON duty (path, due, id) WHERE open = 1 AND restricted = '';
CREATE INDEX duty_due ON duty (due, id) WHERE open = 1;

-- until_at 0: still waiting. counts 0: it began after the due, and moves nothing.
CREATE TABLE duty_wait (
	id       TEXT PRIMARY KEY,
	duty     TEXT NOT NULL REFERENCES duty(id),
	from_at  BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	planned  TEXT NOT NULL,
	reason   TEXT NOT NULL,
	note     TEXT NOT NULL,
	by       TEXT NOT NULL,
	counts   BIGINT NOT NULL
) {{norowid}};
CREATE INDEX duty_wait_duty ON duty_wait (duty, from_at);
