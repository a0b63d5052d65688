-- What people say. Tables that an anonymous submission writes are keyed by random ids and have no hidden row numbers, so
-- that their order tells nothing; times of anonymous and confidential voices are whole hours.

CREATE TABLE voice (
	id            TEXT PRIMARY KEY,
	number        TEXT NOT NULL,
	level         TEXT NOT NULL,
	kind          TEXT NOT NULL,
	channel       TEXT NOT NULL,
	proxy_by      TEXT NOT NULL DEFAULT '',
	submitter     TEXT NOT NULL DEFAULT '',
	place         TEXT NOT NULL DEFAULT '',
	place_text    TEXT NOT NULL DEFAULT '',
	unit          TEXT NOT NULL DEFAULT '',
	unit_path     TEXT NOT NULL DEFAULT '',
	text          TEXT NOT NULL,
	redacted      TEXT NOT NULL DEFAULT '',
	redaction     TEXT NOT NULL DEFAULT 'auto',
	title         TEXT NOT NULL DEFAULT '',
	category      TEXT NOT NULL DEFAULT '',
	class         TEXT NOT NULL DEFAULT '',
	state         TEXT NOT NULL,
	version       BIGINT NOT NULL DEFAULT 1,
	day           TEXT NOT NULL,
	registered_at BIGINT NOT NULL,
	due           BIGINT NOT NULL DEFAULT 0,
	restricted    TEXT NOT NULL DEFAULT '',
	alarm         TEXT NOT NULL DEFAULT '',
	parent        TEXT NOT NULL DEFAULT '',
	root          TEXT NOT NULL DEFAULT '',
	matter        TEXT NOT NULL DEFAULT '',
	merged_into   TEXT NOT NULL DEFAULT '',
	claimed_by    TEXT NOT NULL DEFAULT '',
	lead          TEXT NOT NULL DEFAULT '',
	lead_path     TEXT NOT NULL DEFAULT '',
	transfers     BIGINT NOT NULL DEFAULT 0,
	asks          BIGINT NOT NULL DEFAULT 0,
	reopens       BIGINT NOT NULL DEFAULT 0,
	objected      BIGINT NOT NULL DEFAULT 0,
	appeal        BIGINT NOT NULL DEFAULT 0,
	contact_ok    BIGINT NOT NULL DEFAULT 0,
	named         BIGINT NOT NULL DEFAULT 0,
	refusal       TEXT NOT NULL DEFAULT '',
	refusal_by    TEXT NOT NULL DEFAULT '',
	refusal_by2   TEXT NOT NULL DEFAULT '',
	refusal_text  TEXT NOT NULL DEFAULT '',
	officer       TEXT NOT NULL DEFAULT '',
	called_at     BIGINT NOT NULL DEFAULT 0,
	asked_at      BIGINT NOT NULL DEFAULT 0,
	answered_at   BIGINT NOT NULL DEFAULT 0,
	closed_at     BIGINT NOT NULL DEFAULT 0,
	closed_how    TEXT NOT NULL DEFAULT ''
) {{norowid}};
CREATE UNIQUE INDEX voice_number ON voice(number);
-- The last three columns let the counters above the inbox be answered from the index alone.
CREATE INDEX voice_state ON voice(state, due, id, restricted, named, unit_path);
CREATE INDEX voice_place ON voice(place, state, due, id);
CREATE INDEX voice_category ON voice(category, state, due, id) WHERE category <> '';
CREATE INDEX voice_restricted ON voice(restricted, state, due, id) WHERE restricted <> '';
CREATE INDEX voice_claimed ON voice(claimed_by, state, due, id, restricted, named, unit_path) WHERE claimed_by <> '';
CREATE INDEX voice_lead ON voice(lead, state, due, id) WHERE lead <> '';
CREATE INDEX voice_submitter ON voice(submitter, registered_at) WHERE submitter <> '';
CREATE INDEX voice_matter ON voice(matter, id) WHERE matter <> '';
CREATE INDEX voice_merged ON voice(merged_into) WHERE merged_into <> '';
CREATE INDEX voice_refusal ON voice(state, refusal_by) WHERE refusal <> '';
CREATE INDEX voice_appeal ON voice(state, due) WHERE appeal = 1;
CREATE INDEX voice_called ON voice(called_at) WHERE called_at > 0;
CREATE INDEX voice_parent ON voice(parent) WHERE parent <> '';
CREATE INDEX voice_root ON voice(root) WHERE root <> '';

-- The number finds the row; code is what the seal stores of the secret (its own salt inside). quick is 1 until the
-- stored code has been hardened. No row: access was ended by the submitter, or nobody
-- kept a code from the start.
CREATE TABLE voice_receipt (
	number TEXT PRIMARY KEY,
	voice  TEXT NOT NULL REFERENCES voice(id),
	code   TEXT NOT NULL,
	quick  BIGINT NOT NULL DEFAULT 1
) {{norowid}};
CREATE INDEX voice_receipt_quick ON voice_receipt(quick, number) WHERE quick = 1;

-- Sealed to two custodians and bound to the voice; nothing leads from a person to a row.
CREATE TABLE voice_identity (
	voice      TEXT PRIMARY KEY REFERENCES voice(id),
	sealed     {{blob}} NOT NULL,
	custodians TEXT NOT NULL
) {{norowid}};

-- The keys of the identity custodians. The private key is wrapped by the custodian's passphrase.
CREATE TABLE custodian_key (
	public   TEXT PRIMARY KEY,
	person   TEXT NOT NULL REFERENCES org_person(id),
	wrapped  TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	ended_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX custodian_key_person ON custodian_key(person, ended_at);

-- The thread. by_whom is 'submitter', 'staff' or 'program'; role and unit are what the submitter is shown of staff.
CREATE TABLE voice_entry (
	voice   TEXT NOT NULL REFERENCES voice(id),
	n       BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	by_whom TEXT NOT NULL,
	role    TEXT NOT NULL DEFAULT '',
	unit    TEXT NOT NULL DEFAULT '',
	person  TEXT NOT NULL DEFAULT '',
	kind    TEXT NOT NULL,
	text    TEXT NOT NULL DEFAULT '',
	result  TEXT NOT NULL DEFAULT '',
	extra   TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (voice, n)
) {{norowid}};

CREATE TABLE voice_photo (
	voice TEXT NOT NULL REFERENCES voice(id),
	hash  TEXT NOT NULL,
	thumb TEXT NOT NULL,
	w     BIGINT NOT NULL,
	h     BIGINT NOT NULL,
	n     BIGINT NOT NULL,
	entry BIGINT NOT NULL DEFAULT 0,
	shown BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (voice, hash)
) {{norowid}};
CREATE INDEX voice_photo_hash ON voice_photo(hash);
CREATE INDEX voice_photo_thumb ON voice_photo(thumb);

-- Who must never get the voice: kind is 'person' (ref: person id) or 'unit' (ref: code, path: its path).
CREATE TABLE voice_named (
	voice TEXT NOT NULL REFERENCES voice(id),
	kind  TEXT NOT NULL,
	ref   TEXT NOT NULL,
	path  TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (voice, kind, ref)
) {{norowid}};

-- Every opening of the original words.
CREATE TABLE voice_view (
	id     TEXT PRIMARY KEY,
	voice  TEXT NOT NULL REFERENCES voice(id),
	role   TEXT NOT NULL,
	person TEXT NOT NULL,
	day    TEXT NOT NULL,
	reason TEXT NOT NULL
);
CREATE INDEX voice_view_voice ON voice_view(voice, day);
CREATE INDEX voice_view_person ON voice_view(person, day);

-- People in a personal crisis leave nothing but this count.
CREATE TABLE crisis_counter (
	day TEXT PRIMARY KEY,
	n   BIGINT NOT NULL
);
