-- The index of searches. A shelf holds the texts of one kind of thing; how the pages are laid out stands in the package search.
CREATE TABLE insight_shelf (
	shelf   BIGINT PRIMARY KEY,
	version BIGINT NOT NULL,            -- of the way to fold and lay out
	state   TEXT NOT NULL,              -- wanted, building, ready
	run     TEXT NOT NULL DEFAULT '',   -- who builds
	beat    BIGINT NOT NULL DEFAULT 0,  -- when it last moved
	next    BIGINT NOT NULL DEFAULT 0   -- number of the next text
);

-- Texts in segments: the number of each, a digest of what the segment says of it, and the hour from which it is. The key begins with the ref, so
-- that no plan takes it for a way to the numbers of a shelf.
CREATE TABLE insight_doc (
	shelf BIGINT NOT NULL,
	ref   TEXT NOT NULL,
	n     BIGINT NOT NULL,
	at    BIGINT NOT NULL,
	hash  BIGINT NOT NULL,
	PRIMARY KEY (ref, shelf)
) {{norowid}};
CREATE UNIQUE INDEX insight_doc_n ON insight_doc (shelf, n);

-- Texts that are in no segment yet (n = -1), or in whose place in a segment something older stands. They are read one by one.
CREATE TABLE insight_tail (
	shelf BIGINT NOT NULL,
	ref   TEXT NOT NULL,
	n     BIGINT NOT NULL,
	at    BIGINT NOT NULL,
	text  TEXT NOT NULL,
	PRIMARY KEY (shelf, ref)
) {{norowid}};

CREATE TABLE insight_segment (
	shelf   BIGINT NOT NULL,
	first   BIGINT NOT NULL,
	size    BIGINT NOT NULL,
	buckets BIGINT NOT NULL,
	PRIMARY KEY (shelf, first)
);

-- The id says shelf, segment and bucket, so that a bucket is found in one step.
CREATE TABLE insight_page (
	id   {{serial}},
	data {{blob}} NOT NULL
);
{{if sqlite}}{{else}}ALTER TABLE insight_page ALTER COLUMN data SET STORAGE EXTERNAL;{{end}}
