-- Meetings that move the ledger (专题调度推进会) and meetings that sum up and exchange (总结交流会).
CREATE TABLE meeting (
	id            TEXT PRIMARY KEY,
	version       BIGINT NOT NULL,
	kind          TEXT NOT NULL,
	state         TEXT NOT NULL,
	title         TEXT NOT NULL,
	start_at      BIGINT NOT NULL,
	end_at        BIGINT NOT NULL,
	place         TEXT NOT NULL,
	unit          TEXT NOT NULL,
	unit_path     TEXT NOT NULL,
	chair         TEXT NOT NULL,
	recorder      TEXT NOT NULL,
	positions_due TEXT NOT NULL,
	called_at     BIGINT NOT NULL,
	called_by     TEXT NOT NULL,
	changed_at    BIGINT NOT NULL,
	frozen_at     BIGINT NOT NULL,
	opened_at     BIGINT NOT NULL,
	ended_at      BIGINT NOT NULL,
	signed_at     BIGINT NOT NULL,
	signed_by     TEXT NOT NULL,
	number        TEXT NOT NULL,
	year          BIGINT NOT NULL,
	n             BIGINT NOT NULL,
	sequence      BIGINT NOT NULL,
	item          TEXT NOT NULL,
	opening       TEXT NOT NULL,
	demands       TEXT NOT NULL,
	figures       TEXT NOT NULL,
	minutes       BIGINT NOT NULL,
	end_reason    TEXT NOT NULL
) {{norowid}};
CREATE INDEX meeting_start ON meeting (start_at, id);
CREATE INDEX meeting_state ON meeting (state, start_at);
CREATE INDEX meeting_unit ON meeting (unit_path, start_at);
CREATE UNIQUE INDEX meeting_once ON meeting (year, n) WHERE n > 0;

-- Numbers of minutes, without gaps within a year.
CREATE TABLE meeting_number (
	year BIGINT PRIMARY KEY,
	last BIGINT NOT NULL
) {{norowid}};

-- Units that are asked to come, and who came.
CREATE TABLE meeting_party (
	meeting  TEXT NOT NULL REFERENCES meeting(id),
	unit     TEXT NOT NULL,
	path     TEXT NOT NULL,
	sits_in  BIGINT NOT NULL,
	presence TEXT NOT NULL,
	person   TEXT NOT NULL,
	note     TEXT NOT NULL,
	PRIMARY KEY (meeting, unit)
) {{norowid}};
CREATE INDEX meeting_party_path ON meeting_party (path, meeting);

-- The agenda. Until the pack is frozen a row only keeps what people did to an item; what belongs on it is found anew each time.
CREATE TABLE meeting_item (
	id           TEXT PRIMARY KEY,
	meeting      TEXT NOT NULL REFERENCES meeting(id),
	n            BIGINT NOT NULL,
	kind         TEXT NOT NULL,
	subject      TEXT NOT NULL,
	number       TEXT NOT NULL,
	title        TEXT NOT NULL,
	why          TEXT NOT NULL,
	by_hand      BIGINT NOT NULL,
	note         TEXT NOT NULL,
	taken_out    BIGINT NOT NULL,
	out_reason   TEXT NOT NULL,
	together     TEXT NOT NULL,
	lead         TEXT NOT NULL,
	lead_path    TEXT NOT NULL,
	brief        TEXT NOT NULL,
	draft        TEXT NOT NULL,
	conclusion   TEXT NOT NULL,
	discussed_at BIGINT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX meeting_item_once ON meeting_item (meeting, kind, subject);
CREATE INDEX meeting_item_subject ON meeting_item (kind, subject);

-- What departments think of an item, asked for before the meeting.
CREATE TABLE meeting_position (
	item     TEXT NOT NULL REFERENCES meeting_item(id),
	meeting  TEXT NOT NULL,
	unit     TEXT NOT NULL,
	path     TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	text     TEXT NOT NULL,
	given_at BIGINT NOT NULL,
	given_by TEXT NOT NULL,
	PRIMARY KEY (item, unit)
) {{norowid}};
CREATE INDEX meeting_position_meeting ON meeting_position (meeting, unit);

-- What was decided (议定事项): each is owed by a unit until a day.
CREATE TABLE resolution (
	id           TEXT PRIMARY KEY,
	version      BIGINT NOT NULL,
	meeting      TEXT NOT NULL REFERENCES meeting(id),
	item         TEXT NOT NULL,
	n            BIGINT NOT NULL,
	state        TEXT NOT NULL,
	text         TEXT NOT NULL,
	unit_path    TEXT NOT NULL,
	lead         TEXT NOT NULL,
	lead_path    TEXT NOT NULL,
	co           TEXT NOT NULL,
	person       TEXT NOT NULL,
	supervisor   TEXT NOT NULL,
	day          TEXT NOT NULL,
	day_at       BIGINT NOT NULL,
	matter       TEXT NOT NULL,
	matter_no    TEXT NOT NULL,
	decided_at   BIGINT NOT NULL,
	decided_by   TEXT NOT NULL,
	result       TEXT NOT NULL,
	reported_at  BIGINT NOT NULL,
	reported_by  TEXT NOT NULL,
	returns      BIGINT NOT NULL,
	note         TEXT NOT NULL,
	ended_at     BIGINT NOT NULL,
	ended_by     TEXT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX resolution_number ON resolution (meeting, n);
CREATE INDEX resolution_state ON resolution (state, day, id);
CREATE INDEX resolution_lead ON resolution (lead_path, state);
CREATE INDEX resolution_matter ON resolution (matter) WHERE matter <> '';

CREATE TABLE resolution_co (
	resolution TEXT NOT NULL REFERENCES resolution(id),
	path       TEXT NOT NULL,
	PRIMARY KEY (resolution, path)
) {{norowid}};
CREATE INDEX resolution_co_path ON resolution_co (path);

-- Speeches and awards of a meeting that sums up.
CREATE TABLE meeting_speech (
	id        TEXT PRIMARY KEY,
	meeting   TEXT NOT NULL REFERENCES meeting(id),
	kind      TEXT NOT NULL,
	n         BIGINT NOT NULL,
	title     TEXT NOT NULL,
	unit      TEXT NOT NULL,
	who       TEXT NOT NULL,
	matter    TEXT NOT NULL,
	matter_no TEXT NOT NULL,
	text      TEXT NOT NULL
) {{norowid}};
CREATE INDEX meeting_speech_meeting ON meeting_speech (meeting, kind, n);

-- Minutes are kept as they were signed; a correction is a new version beside.
CREATE TABLE meeting_minutes (
	meeting   TEXT NOT NULL REFERENCES meeting(id),
	v         BIGINT NOT NULL,
	body      TEXT NOT NULL,
	digest    TEXT NOT NULL,
	reason    TEXT NOT NULL,
	signed_at BIGINT NOT NULL,
	signed_by TEXT NOT NULL,
	PRIMARY KEY (meeting, v)
) {{norowid}};

-- To whom minutes were sent round, and who has received them.
CREATE TABLE meeting_receipt (
	meeting     TEXT NOT NULL,
	v           BIGINT NOT NULL,
	unit        TEXT NOT NULL,
	path        TEXT NOT NULL,
	received_at BIGINT NOT NULL,
	received_by TEXT NOT NULL,
	PRIMARY KEY (meeting, v, unit)
) {{norowid}};

-- The secret address of a person's calendar; only its digest is kept.
CREATE TABLE meeting_feed (
	person  TEXT PRIMARY KEY,
	digest  TEXT NOT NULL UNIQUE,
	made_at BIGINT NOT NULL
) {{norowid}};
