-- Hot spots: problems of which several people speak. No words are kept here, so that nothing of a voice remains when it goes.
CREATE TABLE insight_spot (
	n       BIGINT PRIMARY KEY,           -- number by which people call it
	hood    TEXT NOT NULL,                -- surrounding in which it began: a place, or '' for what has no place
	made_on TEXT NOT NULL                 -- day
);

-- Which voice is in which spot, and a digest of what it said when that was found.
CREATE TABLE insight_spot_voice (
	voice TEXT PRIMARY KEY,
	hood  TEXT NOT NULL,
	at    BIGINT NOT NULL,
	day   TEXT NOT NULL,
	spot  BIGINT NOT NULL,
	hash  BIGINT NOT NULL
) {{norowid}};
CREATE INDEX insight_spot_voice_hood ON insight_spot_voice (hood, at, voice);
CREATE INDEX insight_spot_voice_spot ON insight_spot_voice (spot, day);

-- What a person has decided about a voice stands before what its words say.
CREATE TABLE insight_spot_pin (
	voice TEXT PRIMARY KEY,
	spot  BIGINT NOT NULL,
	act   TEXT NOT NULL
) {{norowid}};

-- Joins, splits and matters: who, when, and taken back by whom.
CREATE TABLE insight_spot_act (
	id        TEXT PRIMARY KEY,
	kind      TEXT NOT NULL,              -- join, split, matter
	spot      BIGINT NOT NULL,
	other     BIGINT NOT NULL DEFAULT 0,  -- the spot that went into it, or that came out of it
	matter    TEXT NOT NULL DEFAULT '',
	by_person TEXT NOT NULL,
	at        BIGINT NOT NULL,
	undone_by TEXT NOT NULL DEFAULT '',
	undone_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX insight_spot_act_spot ON insight_spot_act (spot, at);
CREATE INDEX insight_spot_act_other ON insight_spot_act (other) WHERE other > 0;

-- The voices of an act, and where a person had put them before it (0: nobody had).
CREATE TABLE insight_spot_moved (
	act    TEXT NOT NULL,
	voice  TEXT NOT NULL,
	before BIGINT NOT NULL,
	PRIMARY KEY (voice, act)
) {{norowid}};
CREATE INDEX insight_spot_moved_act ON insight_spot_moved (act);

-- One row: the next number, the version of the way to group, and whether everything has to be looked at again.
CREATE TABLE insight_spot_state (
	id      BIGINT PRIMARY KEY,
	next    BIGINT NOT NULL,
	version BIGINT NOT NULL,
	wanted  BIGINT NOT NULL
);
INSERT INTO insight_spot_state (id, next, version, wanted) VALUES (1, 1, 1, 0);
