-- What somebody proposes under his name: proposals to the workers' congress, and rationalisation proposals.
CREATE TABLE proposal (
	id         TEXT PRIMARY KEY,
	version    BIGINT NOT NULL,
	number     TEXT NOT NULL,
	kind       TEXT NOT NULL,
	state      TEXT NOT NULL,
	title      TEXT NOT NULL,
	why        TEXT NOT NULL,
	how        TEXT NOT NULL,
	gain       TEXT NOT NULL,
	secret     BIGINT NOT NULL,
	proposer   TEXT NOT NULL,
	unit       TEXT NOT NULL,
	unit_path  TEXT NOT NULL,
	lead       TEXT NOT NULL,
	lead_path  TEXT NOT NULL,
	co         TEXT NOT NULL,
	prime      BIGINT NOT NULL,
	reason     TEXT NOT NULL,
	other      TEXT NOT NULL,
	answer     TEXT NOT NULL,
	words      TEXT NOT NULL,
	by_person  TEXT NOT NULL,
	answered   TEXT NOT NULL,
	told       TEXT NOT NULL,
	handlings  BIGINT NOT NULL,
	until_day  TEXT NOT NULL,
	done       TEXT NOT NULL,
	benefit    BIGINT NOT NULL,
	checked_by TEXT NOT NULL,
	grade      TEXT NOT NULL,
	bonus      BIGINT NOT NULL,
	made_at    BIGINT NOT NULL,
	over_day   TEXT NOT NULL
) {{norowid}};
CREATE INDEX proposal_made ON proposal (made_at, id);
CREATE INDEX proposal_proposer ON proposal (proposer, made_at);
CREATE INDEX proposal_until ON proposal (until_day) WHERE state = 'replied';

CREATE TABLE proposal_number (
	kind TEXT NOT NULL,
	year BIGINT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (kind, year)
);

CREATE TABLE proposal_second (
	proposal TEXT NOT NULL REFERENCES proposal (id),
	person   TEXT NOT NULL,
	day      TEXT NOT NULL,
	PRIMARY KEY (proposal, person)
) {{norowid}};

CREATE TABLE proposal_rating (
	proposal TEXT NOT NULL REFERENCES proposal (id),
	handling BIGINT NOT NULL,
	person   TEXT NOT NULL,
	grade    TEXT NOT NULL,
	words    TEXT NOT NULL,
	day      TEXT NOT NULL,
	PRIMARY KEY (proposal, handling, person)
) {{norowid}};
