-- The ladder of a duty: which rung is next and when. rung_at is 0 where none is (discharged, waiting, at the top), and 1 where it has to
-- be worked out anew; whoever climbs does that. A rung fires once for a duty and a version of its due: the unique index holds it.
ALTER TABLE duty ADD COLUMN rung TEXT NOT NULL DEFAULT '';
ALTER TABLE duty ADD COLUMN rung_at BIGINT NOT NULL DEFAULT 0;
UPDATE duty SET rung_at = 1 WHERE open = 1 AND waiting_from = 0;
CREATE INDEX duty_rung_next ON duty (rung_at, id) WHERE rung_at > 0;

-- passed 1: the rung was left out, because what it would have reminded of had been done.
CREATE TABLE duty_rung (
	id           TEXT PRIMARY KEY,
	duty         TEXT NOT NULL REFERENCES duty(id),
	due_version  BIGINT NOT NULL,
	rung         TEXT NOT NULL,
	n            BIGINT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	kind         TEXT NOT NULL,
	path         TEXT NOT NULL,
	restricted   TEXT NOT NULL,
	due          BIGINT NOT NULL,
	meant_at     BIGINT NOT NULL,
	at           BIGINT NOT NULL,
	passed       BIGINT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX duty_rung_once ON duty_rung (duty, due_version, rung, n);
CREATE INDEX duty_rung_subject ON duty_rung (subject_kind, subject_id, at);
CREATE INDEX duty_rung_kind ON duty_rung (rung, at);

-- What is to be told to somebody because of a rung: one row per rung and addressee.
CREATE TABLE duty_notice (
	id     TEXT PRIMARY KEY,
	rung   TEXT NOT NULL REFERENCES duty_rung(id),
	person TEXT NOT NULL,
	at     BIGINT NOT NULL,
	seen   BIGINT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX duty_notice_once ON duty_notice (rung, person);
CREATE INDEX duty_notice_person ON duty_notice (person, at);
