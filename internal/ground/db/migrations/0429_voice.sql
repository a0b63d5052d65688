-- Decoys: voices that nobody said, to be met by whoever browses only. They have a table of their own, so that nothing that counts or
-- lists voices knows of them; decision 60. quarter is '2026-4', n the how manieth of it; state is 'registered' for an hour or
-- so, then 'withdrawn'; ended is the day on which it was taken out of the lists, or ''.
CREATE TABLE voice_decoy (
	id            TEXT PRIMARY KEY,
	quarter       TEXT NOT NULL,
	n             BIGINT NOT NULL,
	number        TEXT NOT NULL,
	kind          TEXT NOT NULL,
	place         TEXT NOT NULL,
	unit          TEXT NOT NULL,
	unit_path     TEXT NOT NULL,
	text          TEXT NOT NULL,
	redacted      TEXT NOT NULL,
	canary        TEXT NOT NULL,
	state         TEXT NOT NULL,
	version       BIGINT NOT NULL DEFAULT 1,
	day           TEXT NOT NULL,
	registered_at BIGINT NOT NULL,
	due           BIGINT NOT NULL,
	duty          TEXT NOT NULL,
	closed_at     BIGINT NOT NULL DEFAULT 0,
	ended         TEXT NOT NULL DEFAULT ''
) {{norowid}};
CREATE UNIQUE INDEX voice_decoy_number ON voice_decoy(number);
CREATE UNIQUE INDEX voice_decoy_quarter ON voice_decoy(quarter, n);

-- Somebody has opened a decoy: one row for each of the two, however often he does. note is what the audit found.
CREATE TABLE voice_decoy_alarm (
	id         TEXT PRIMARY KEY,
	decoy      TEXT NOT NULL REFERENCES voice_decoy(id),
	person     TEXT NOT NULL,
	role       TEXT NOT NULL,
	day        TEXT NOT NULL,
	reason     TEXT NOT NULL,
	settled_at BIGINT NOT NULL DEFAULT 0,
	settled_by TEXT NOT NULL DEFAULT '',
	note       TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX voice_decoy_alarm_once ON voice_decoy_alarm(decoy, person);
CREATE INDEX voice_decoy_alarm_open ON voice_decoy_alarm(day) WHERE settled_at = 0;
