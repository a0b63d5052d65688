-- What the holder of an anonymous voice is shown of it until the next release of news: the row as it was before the first thing that
-- anybody else did with it since the last one. No words are in it.
CREATE TABLE voice_shown (
	voice       TEXT PRIMARY KEY REFERENCES voice(id),
	seen_at     BIGINT NOT NULL,
	state       TEXT NOT NULL,
	due         BIGINT NOT NULL,
	matter      TEXT NOT NULL,
	merged_into TEXT NOT NULL,
	lead        TEXT NOT NULL,
	lead_path   TEXT NOT NULL,
	objected    BIGINT NOT NULL,
	appeal      BIGINT NOT NULL,
	reopens     BIGINT NOT NULL,
	answered_at BIGINT NOT NULL,
	closed_at   BIGINT NOT NULL,
	closed_how  TEXT NOT NULL
) {{norowid}};
