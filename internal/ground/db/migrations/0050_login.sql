-- Accounts, sessions, one-time links and what is kept of sign-ins.

-- An account belongs to a person. hash is empty while only a start code that has expired or a link exists. failed counts the failures
-- since the last success, for the administrator's list; what slows a guesser lives in memory.
CREATE TABLE login_account (
	person      TEXT PRIMARY KEY REFERENCES org_person(id),
	hash        TEXT NOT NULL,
	must_change BIGINT NOT NULL,
	start_until BIGINT NOT NULL DEFAULT 0,
	disabled    BIGINT NOT NULL DEFAULT 0,
	failed      BIGINT NOT NULL DEFAULT 0,
	changed_on  TEXT NOT NULL,
	big         BIGINT NOT NULL DEFAULT 0,
	lang        TEXT NOT NULL DEFAULT '',
	version     BIGINT NOT NULL DEFAULT 1
);

-- hash is the SHA-256 of the token in the browser. Of people without a role all times are midnights.
CREATE TABLE login_session (
	id         TEXT PRIMARY KEY,
	hash       TEXT NOT NULL UNIQUE,
	person     TEXT NOT NULL REFERENCES login_account(person),
	label      TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	until_at   BIGINT NOT NULL
);
CREATE INDEX login_session_person ON login_session(person);
CREATE INDEX login_session_until ON login_session(until_at);

-- Links that may be used once: the first set-up.
CREATE TABLE login_ticket (
	hash     TEXT PRIMARY KEY,
	purpose  TEXT NOT NULL,
	person   TEXT NOT NULL,
	until_at BIGINT NOT NULL
);

-- Sign-ins and failures by day and person; person is empty for names that nobody has. In no order of time.
CREATE TABLE login_day (
	day       TEXT NOT NULL,
	person    TEXT NOT NULL,
	signed_in BIGINT NOT NULL,
	failed    BIGINT NOT NULL,
	PRIMARY KEY (day, person)
) {{norowid}};
