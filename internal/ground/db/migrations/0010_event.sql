-- The record of everything that happened, and the Merkle tree over it.

-- One row per change, written in the transaction of the change. ins is the order of writing, seq the number in the tree
-- (0 for the first), given in commit order. After an erasure data, actor and salt are gone; the commitment stays.
CREATE TABLE event (
	ins          {{serial}},
	id           TEXT NOT NULL UNIQUE,
	seq          BIGINT UNIQUE,
	at           BIGINT NOT NULL,
	kind         TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	about_kind   TEXT NOT NULL,
	about_id     TEXT NOT NULL,
	from_state   TEXT NOT NULL,
	to_state     TEXT NOT NULL,
	actor_class  TEXT NOT NULL,
	actor        TEXT NOT NULL,
	data         TEXT NOT NULL,
	salt         {{blob}},
	commitment   {{blob}} NOT NULL
);
CREATE INDEX event_subject ON event (subject_kind, subject_id, ins);
CREATE INDEX event_about ON event (about_kind, about_id, ins) WHERE about_kind <> '';
CREATE INDEX event_pending ON event (ins) WHERE seq IS NULL;
CREATE INDEX event_erased ON event (seq) WHERE kind = 'record.erased';

-- Size of the tree and the roots of its complete subtrees, largest first, 32 bytes each: all that appending needs.
CREATE TABLE log_state (
	one  BIGINT PRIMARY KEY CHECK (one = 1),
	size BIGINT NOT NULL,
	edge {{blob}}
);
INSERT INTO log_state (one, size, edge) VALUES (1, 0, NULL);

-- The hashes that entry n completes, lowest level first, 32 bytes each: its own and those of the subtrees that end at it.
CREATE TABLE log_leaf (
	n BIGINT PRIMARY KEY,
	h {{blob}} NOT NULL
);

-- Signed tree heads. at is the hour, so that sizes do not bound the time of an anonymous voice more closely.
CREATE TABLE checkpoint (
	size BIGINT PRIMARY KEY,
	root {{blob}} NOT NULL,
	at   BIGINT NOT NULL,
	note TEXT NOT NULL
);

-- Public keys that signed or sign checkpoints, each from a size on; note is the head cross-signed by the key before.
CREATE TABLE log_key (
	vkey      TEXT PRIMARY KEY,
	from_size BIGINT NOT NULL,
	note      TEXT NOT NULL
);

-- How far each consumer has read: the number of the next entry.
CREATE TABLE event_cursor (
	name TEXT PRIMARY KEY,
	next BIGINT NOT NULL
);
