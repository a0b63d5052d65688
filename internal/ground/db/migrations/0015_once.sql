-- Answers to requests that may be repeated. key is a hash of scope and key, so that a row tells neither.
CREATE TABLE once (
	key    TEXT PRIMARY KEY,
	body   TEXT NOT NULL,
	answer TEXT NOT NULL,
	tries  BIGINT NOT NULL,
	at     BIGINT NOT NULL
) {{norowid}};
CREATE INDEX once_at ON once (at);
