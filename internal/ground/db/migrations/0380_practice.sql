-- Exemplary practices: what worked somewhere, written by the union from a matter that employees have confirmed, and what became of it elsewhere.
-- Nothing here comes from the words of a voice but sentences that an employee has let the union print.

CREATE TABLE practice_number (
	year BIGINT PRIMARY KEY,
	last BIGINT NOT NULL
);

CREATE TABLE practice (
	id           TEXT PRIMARY KEY,
	number       TEXT NOT NULL,
	version      BIGINT NOT NULL,
	state        TEXT NOT NULL,
	public       BIGINT NOT NULL,
	matter       TEXT NOT NULL,
	matter_no    TEXT NOT NULL,
	unit         TEXT NOT NULL,
	unit_path    TEXT NOT NULL,
	lead         TEXT NOT NULL,
	lead_path    TEXT NOT NULL,
	category     TEXT NOT NULL,
	place        TEXT NOT NULL,
	closed_at    BIGINT NOT NULL,
	said         BIGINT NOT NULL,
	people       BIGINT NOT NULL,
	title        TEXT NOT NULL,
	problem      TEXT NOT NULL,
	invest       TEXT NOT NULL,
	fits         TEXT NOT NULL,
	unfit        TEXT NOT NULL,
	contact      TEXT NOT NULL,
	tags         TEXT NOT NULL,
	recipe       TEXT NOT NULL,
	figures      TEXT NOT NULL,
	words        TEXT NOT NULL,
	author       TEXT NOT NULL,
	writers      TEXT NOT NULL,
	made_at      BIGINT NOT NULL,
	changed_at   BIGINT NOT NULL,
	reviewer     TEXT NOT NULL,
	published_at BIGINT NOT NULL,
	note         TEXT NOT NULL
) {{norowid}};
-- One practice of a matter.
CREATE UNIQUE INDEX practice_matter ON practice (matter) WHERE state <> 'dropped';
CREATE UNIQUE INDEX practice_number_of ON practice (number) WHERE number <> '';
CREATE INDEX practice_state ON practice (state, changed_at, id);
CREATE INDEX practice_changed ON practice (changed_at, id);

-- Pictures of the matter that were chosen.
CREATE TABLE practice_photo (
	practice TEXT NOT NULL REFERENCES practice(id),
	n        BIGINT NOT NULL,
	hash     TEXT NOT NULL,
	thumb    TEXT NOT NULL,
	kind     TEXT NOT NULL,
	caption  TEXT NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (practice, n)
) {{norowid}};
CREATE INDEX practice_photo_hash ON practice_photo (hash);
CREATE INDEX practice_photo_thumb ON practice_photo (thumb);

-- Another unit does the same. What came of it is written when its matter is over.
CREATE TABLE practice_adoption (
	id         TEXT PRIMARY KEY,
	version    BIGINT NOT NULL,
	practice   TEXT NOT NULL REFERENCES practice(id),
	state      TEXT NOT NULL,
	unit       TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	lead       TEXT NOT NULL,
	matter     TEXT NOT NULL UNIQUE,
	matter_no  TEXT NOT NULL,
	recipe     TEXT NOT NULL,
	note       TEXT NOT NULL,
	adopted_at BIGINT NOT NULL,
	adopted_by TEXT NOT NULL,
	over_at    BIGINT NOT NULL,
	verdict    TEXT NOT NULL,
	reason     TEXT NOT NULL,
	figures    TEXT NOT NULL,
	relapses   BIGINT NOT NULL
) {{norowid}};
CREATE INDEX practice_adoption_practice ON practice_adoption (practice, adopted_at, id);
-- A unit adopts a practice once at a time.
CREATE UNIQUE INDEX practice_adoption_once ON practice_adoption (practice, unit) WHERE state = 'running';
