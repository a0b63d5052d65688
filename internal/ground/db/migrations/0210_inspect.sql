-- A visit that measures again what was measured when a leader came, and the walk of a round that it belongs to.
ALTER TABLE visit ADD COLUMN again TEXT NOT NULL DEFAULT '';
ALTER TABLE visit ADD COLUMN walk TEXT NOT NULL DEFAULT '';
CREATE INDEX visit_again ON visit (again);
CREATE INDEX visit_of_walk ON visit (walk);

-- Signatures by account: of the inspected unit, with what it has to say. The inspector signs by recording.
CREATE TABLE visit_sign (
	visit  TEXT NOT NULL PRIMARY KEY REFERENCES visit (id),
	person TEXT NOT NULL,
	at     BIGINT NOT NULL,
	agrees BIGINT NOT NULL,
	note   TEXT NOT NULL
);

-- The call of the duty roster for something critical.
CREATE TABLE visit_call (
	visit       TEXT NOT NULL PRIMARY KEY REFERENCES visit (id),
	roster      TEXT NOT NULL,
	person      TEXT NOT NULL,
	called_at   BIGINT NOT NULL,
	accepted_at BIGINT NOT NULL,
	note        TEXT NOT NULL
);

-- Rounds: places in the order in which they are walked, by whom and when.
CREATE TABLE visit_round (
	id        TEXT NOT NULL PRIMARY KEY,
	name      TEXT NOT NULL,
	unit      TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	kind      TEXT NOT NULL,
	every     TEXT NOT NULL,
	on_day    BIGINT NOT NULL,
	days      BIGINT NOT NULL,
	inspector TEXT NOT NULL,
	places    TEXT NOT NULL,
	looked    TEXT NOT NULL,
	active    BIGINT NOT NULL,
	version   BIGINT NOT NULL
);

CREATE TABLE visit_walk (
	id        TEXT NOT NULL PRIMARY KEY,
	round     TEXT NOT NULL REFERENCES visit_round (id),
	name      TEXT NOT NULL,
	day       TEXT NOT NULL,
	due       TEXT NOT NULL,
	inspector TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	kind      TEXT NOT NULL,
	places    TEXT NOT NULL,
	done_at   BIGINT NOT NULL,
	UNIQUE (round, day)
);
CREATE INDEX visit_walk_inspector ON visit_walk (inspector, done_at, day);

-- The draw of closed matters that are measured again: seed, share and method are published with the whole list.
CREATE TABLE inspect_draw (
	month   TEXT NOT NULL PRIMARY KEY,
	seed    TEXT NOT NULL,
	size    BIGINT NOT NULL,
	percent BIGINT NOT NULL,
	method  TEXT NOT NULL,
	at      BIGINT NOT NULL,
	closed  BIGINT NOT NULL,
	drawn   BIGINT NOT NULL
);
CREATE TABLE inspect_draw_item (
	month  TEXT NOT NULL REFERENCES inspect_draw (month),
	number TEXT NOT NULL,
	matter TEXT NOT NULL,
	ticket TEXT NOT NULL,
	drawn  BIGINT NOT NULL,
	PRIMARY KEY (month, number)
);
