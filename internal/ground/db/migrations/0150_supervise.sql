-- Supervision orders (督办单). number is empty while an order is a draft: numbers are given when it is issued and have no gaps.
CREATE TABLE supervise_number (
	year BIGINT PRIMARY KEY,
	last BIGINT NOT NULL
) {{norowid}};

CREATE TABLE supervise_order (
	id           TEXT PRIMARY KEY,
	version      BIGINT NOT NULL,
	number       TEXT NOT NULL,
	year         BIGINT NOT NULL,
	n            BIGINT NOT NULL,
	state        TEXT NOT NULL,
	grade        TEXT NOT NULL,
	basis        TEXT NOT NULL,
	basis_text   TEXT NOT NULL,
	title        TEXT NOT NULL,
	demand       TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	subject_no   TEXT NOT NULL,
	duty         TEXT NOT NULL,
	first        TEXT NOT NULL,
	round        BIGINT NOT NULL,
	unit         TEXT NOT NULL,
	lead_path    TEXT NOT NULL,
	unit_path    TEXT NOT NULL,
	due0         TEXT NOT NULL,
	due          TEXT NOT NULL,
	drafted_at   BIGINT NOT NULL,
	drafted_by   TEXT NOT NULL,
	issued_at    BIGINT NOT NULL,
	signer       TEXT NOT NULL,
	received_at  BIGINT NOT NULL,
	received_by  TEXT NOT NULL,
	replied_at   BIGINT NOT NULL,
	replied_by   TEXT NOT NULL,
	reply_due    BIGINT NOT NULL,
	cause        TEXT NOT NULL,
	measures     TEXT NOT NULL,
	promised     TEXT NOT NULL,
	ended_at     BIGINT NOT NULL,
	ended_by     TEXT NOT NULL,
	opinion      TEXT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX supervise_order_number ON supervise_order (year, n) WHERE n > 0;
CREATE INDEX supervise_order_state ON supervise_order (state, drafted_at);
CREATE INDEX supervise_order_subject ON supervise_order (subject_kind, subject_id);
CREATE UNIQUE INDEX supervise_order_draft ON supervise_order (duty) WHERE state = 'draft' AND duty <> '';

-- Whoever is named in what an order is about does not see it.
CREATE TABLE supervise_named (
	order_id TEXT NOT NULL REFERENCES supervise_order(id),
	person   TEXT NOT NULL,
	path     TEXT NOT NULL,
	PRIMARY KEY (order_id, person, path)
) {{norowid}};

-- A leader's talk with the head of a department after a long delay (约谈).
CREATE TABLE supervise_talk (
	id           TEXT PRIMARY KEY,
	state        TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	subject_no   TEXT NOT NULL,
	title        TEXT NOT NULL,
	duty         TEXT NOT NULL,
	unit         TEXT NOT NULL,
	lead_path    TEXT NOT NULL,
	unit_path    TEXT NOT NULL,
	leader       TEXT NOT NULL,
	called_at    BIGINT NOT NULL,
	held_at      BIGINT NOT NULL,
	held_by      TEXT NOT NULL,
	text         TEXT NOT NULL
) {{norowid}};
CREATE INDEX supervise_talk_state ON supervise_talk (state, called_at);
CREATE INDEX supervise_talk_subject ON supervise_talk (subject_kind, subject_id);

-- A unit's chair calls a department (吹哨), which reports in within a working day (报到).
CREATE TABLE whistle (
	id          TEXT PRIMARY KEY,
	state       TEXT NOT NULL,
	unit        TEXT NOT NULL,
	unit_path   TEXT NOT NULL,
	called      TEXT NOT NULL,
	lead_path   TEXT NOT NULL,
	place       TEXT NOT NULL,
	text        TEXT NOT NULL,
	subject_no  TEXT NOT NULL,
	blown_at    BIGINT NOT NULL,
	blown_by    TEXT NOT NULL,
	due         BIGINT NOT NULL,
	answered_at BIGINT NOT NULL,
	answered_by TEXT NOT NULL,
	comes       TEXT NOT NULL,
	answer      TEXT NOT NULL
) {{norowid}};
CREATE INDEX whistle_called ON whistle (called, blown_at);
CREATE INDEX whistle_list ON whistle (blown_at, id);

-- A voice that a department asks to be left out of its rates (剔除), with what two different people say to it.
CREATE TABLE exclusion (
	id           TEXT PRIMARY KEY,
	state        TEXT NOT NULL,
	voice        TEXT NOT NULL,
	number       TEXT NOT NULL,
	unit         TEXT NOT NULL,
	lead_path    TEXT NOT NULL,
	unit_path    TEXT NOT NULL,
	reason       TEXT NOT NULL,
	evidence     TEXT NOT NULL,
	asked_at     BIGINT NOT NULL,
	asked_by     TEXT NOT NULL,
	office_by    TEXT NOT NULL,
	office_at    BIGINT NOT NULL,
	union_by     TEXT NOT NULL,
	union_at     BIGINT NOT NULL,
	decided_at   BIGINT NOT NULL,
	note         TEXT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX exclusion_once ON exclusion (voice) WHERE state IN ('asked', 'excluded');
CREATE INDEX exclusion_unit ON exclusion (unit, state);
CREATE INDEX exclusion_state ON exclusion (state, asked_at);
