-- The employees' verdict. Nothing in rating leads to an invitation or tells when it was given: random keys, no hidden row
-- numbers, no time.

-- What is asked and how many are drawn, written before the matter is said to be done.
CREATE TABLE accept_setup (
	matter TEXT NOT NULL PRIMARY KEY REFERENCES matter (id),
	question TEXT NOT NULL,
	sample BIGINT NOT NULL,
	at BIGINT NOT NULL,
	by_person TEXT NOT NULL
);

CREATE TABLE acceptance (
	matter TEXT NOT NULL REFERENCES matter (id),
	round BIGINT NOT NULL,
	state TEXT NOT NULL,
	attempt BIGINT NOT NULL,
	question TEXT NOT NULL,
	seed TEXT NOT NULL,
	pool BIGINT NOT NULL,
	sample BIGINT NOT NULL,
	invited BIGINT NOT NULL,
	frozen_at BIGINT NOT NULL,
	opened_at BIGINT NOT NULL DEFAULT 0,
	window_end BIGINT NOT NULL DEFAULT 0,
	over_at BIGINT NOT NULL DEFAULT 0,
	verdict TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (matter, round)
);
CREATE INDEX acceptance_window ON acceptance (window_end) WHERE state = 'open';

CREATE TABLE invitation (
	id TEXT NOT NULL PRIMARY KEY,
	matter TEXT NOT NULL,
	round BIGINT NOT NULL,
	person TEXT NOT NULL,
	voice TEXT NOT NULL,
	why TEXT NOT NULL,
	used BIGINT NOT NULL DEFAULT 0,
	UNIQUE (matter, round, person, voice),
	FOREIGN KEY (matter, round) REFERENCES acceptance (matter, round)
) {{norowid}};
CREATE INDEX invitation_person ON invitation (person, used) WHERE person <> '';
CREATE INDEX invitation_voice ON invitation (voice) WHERE voice <> '';

CREATE TABLE rating (
	id TEXT NOT NULL PRIMARY KEY,
	matter TEXT NOT NULL,
	round BIGINT NOT NULL,
	fact TEXT NOT NULL,
	result TEXT NOT NULL,
	grade BIGINT NOT NULL,
	note TEXT NOT NULL,
	FOREIGN KEY (matter, round) REFERENCES acceptance (matter, round)
) {{norowid}};
CREATE INDEX rating_matter ON rating (matter, round);
