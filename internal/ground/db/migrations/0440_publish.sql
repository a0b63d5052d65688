-- What the union tells everybody: notices, disclosures, bulletins and circulars. Nothing here comes from the words of a voice.

CREATE TABLE news_number (
	series TEXT NOT NULL,
	year   BIGINT NOT NULL,
	last   BIGINT NOT NULL,
	PRIMARY KEY (series, year)
) {{norowid}};

CREATE TABLE news (
	id         TEXT PRIMARY KEY,
	number     TEXT NOT NULL,
	version    BIGINT NOT NULL,
	state      TEXT NOT NULL,
	public     BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	class      TEXT NOT NULL,
	unit       TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	title      TEXT NOT NULL,
	everywhere BIGINT NOT NULL,
	units      TEXT NOT NULL,
	places     TEXT NOT NULL,
	from_day   TEXT NOT NULL,
	until_day  TEXT NOT NULL,
	draft      TEXT NOT NULL,
	author     TEXT NOT NULL,
	writers    TEXT NOT NULL,
	made_at    BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	checker    TEXT NOT NULL,
	copies     BIGINT NOT NULL,
	note       TEXT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX news_number_of ON news (number) WHERE number <> '';
CREATE INDEX news_changed ON news (changed_at, id);
CREATE INDEX news_over ON news (state, until_day);

-- What was shown, exactly: a row for each time it was put up. Content and hash are written once; how it was over is added.
CREATE TABLE news_copy (
	news       TEXT NOT NULL REFERENCES news(id),
	n          BIGINT NOT NULL,
	number     TEXT NOT NULL,
	kind       TEXT NOT NULL,
	class      TEXT NOT NULL,
	title      TEXT NOT NULL,
	public     BIGINT NOT NULL,
	everywhere BIGINT NOT NULL,
	units      TEXT NOT NULL,
	places     TEXT NOT NULL,
	from_day   TEXT NOT NULL,
	until_day  TEXT NOT NULL,
	content    TEXT NOT NULL,
	hash       TEXT NOT NULL,
	shown_at   BIGINT NOT NULL,
	over_at    BIGINT NOT NULL,
	over_how   TEXT NOT NULL,
	over_why   TEXT NOT NULL,
	objections BIGINT NOT NULL,
	PRIMARY KEY (news, n)
) {{norowid}};
CREATE INDEX news_copy_shown ON news_copy (public, over_how, from_day, number);
CREATE INDEX news_copy_number ON news_copy (number, n);

-- A voice that objects to what was shown. It has no time: the voice has its own.
CREATE TABLE news_objection (
	voice TEXT PRIMARY KEY,
	news  TEXT NOT NULL,
	n     BIGINT NOT NULL
) {{norowid}};
CREATE INDEX news_objection_news ON news_objection (news, voice);
