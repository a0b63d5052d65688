-- What speaks of the same thing: one row for each open voice and matter, with digests of the pairs of characters of its masked words, its place, its
-- topic and the hour from which it is. Processes make their lists of the rows and follow them by their numbers, which only grow.
CREATE TABLE insight_alike (
	shelf BIGINT NOT NULL,
	ref   TEXT NOT NULL,
	n     BIGINT NOT NULL,
	hour  BIGINT NOT NULL,
	place TEXT NOT NULL,
	topic TEXT NOT NULL,
	codes {{blob}} NOT NULL,
	PRIMARY KEY (ref, shelf)
) {{norowid}};
CREATE UNIQUE INDEX insight_alike_n ON insight_alike (n);
CREATE INDEX insight_alike_shelf ON insight_alike (shelf, n);

-- Of rows that have gone, or were written anew, only their number is kept, so that every process forgets them.
CREATE TABLE insight_alike_gone (
	n   BIGINT PRIMARY KEY,
	old BIGINT NOT NULL
) {{norowid}};

-- One row: how it is doing, the next number, from which number on gone rows are known.
CREATE TABLE insight_alike_state (
	id         BIGINT PRIMARY KEY,
	version    BIGINT NOT NULL,
	state      TEXT NOT NULL,              -- wanted, building, ready
	generation BIGINT NOT NULL DEFAULT 1,  -- grows with every building: what processes have is then made anew
	next       BIGINT NOT NULL DEFAULT 1,
	known      BIGINT NOT NULL DEFAULT 1,
	run        TEXT NOT NULL DEFAULT '',   -- who builds
	beat       BIGINT NOT NULL DEFAULT 0   -- when it last moved
);
