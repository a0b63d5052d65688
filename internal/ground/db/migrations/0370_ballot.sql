-- The pool of candidates and the ballots on them. Nothing in ballot_paper leads to who has voted or tells when it came: random keys, no hidden row
-- numbers, no time, and written in another transaction than the mark that somebody has voted.

CREATE TABLE ballot_candidate (
	id          TEXT PRIMARY KEY,
	version     BIGINT NOT NULL,
	state       TEXT NOT NULL,
	title       TEXT NOT NULL,
	body        TEXT NOT NULL,
	goal        TEXT NOT NULL,
	unit        TEXT NOT NULL,
	unit_path   TEXT NOT NULL,
	source      TEXT NOT NULL,
	source_id   TEXT NOT NULL,
	source_note TEXT NOT NULL,
	broad       TEXT NOT NULL,
	effect      TEXT NOT NULL,
	feasible    TEXT NOT NULL,
	measurable  TEXT NOT NULL,
	lead        TEXT NOT NULL,
	lead_path   TEXT NOT NULL,
	ask         TEXT NOT NULL,
	possible    TEXT NOT NULL,
	cost        BIGINT NOT NULL,
	funds       TEXT NOT NULL,
	helped      BIGINT NOT NULL,
	days        BIGINT NOT NULL,
	note        TEXT NOT NULL,
	assessed_at BIGINT NOT NULL,
	assessed_by TEXT NOT NULL,
	into_id     TEXT NOT NULL,
	reason      TEXT NOT NULL,
	ballot      TEXT NOT NULL,
	matter      TEXT NOT NULL,
	made_at     BIGINT NOT NULL,
	made_by     TEXT NOT NULL
) {{norowid}};
CREATE INDEX ballot_candidate_state ON ballot_candidate (state, made_at, id);
CREATE INDEX ballot_candidate_made ON ballot_candidate (made_at, id);
CREATE INDEX ballot_candidate_source ON ballot_candidate (source, source_id);
CREATE INDEX ballot_candidate_into ON ballot_candidate (into_id) WHERE into_id <> '';

CREATE TABLE ballot (
	id         TEXT PRIMARY KEY,
	version    BIGINT NOT NULL,
	state      TEXT NOT NULL,
	title      TEXT NOT NULL,
	about      TEXT NOT NULL,
	electorate TEXT NOT NULL,
	units      TEXT NOT NULL,
	places     BIGINT NOT NULL,
	rule       TEXT NOT NULL,
	quorum     TEXT NOT NULL,
	opens      TEXT NOT NULL,
	closes     TEXT NOT NULL,
	seed       TEXT NOT NULL,
	electors   BIGINT NOT NULL,
	papers     BIGINT NOT NULL,
	abstained  BIGINT NOT NULL,
	last       BIGINT NOT NULL,
	tied       TEXT NOT NULL,
	reason     TEXT NOT NULL,
	survey     TEXT NOT NULL,
	made_at    BIGINT NOT NULL,
	made_by    TEXT NOT NULL,
	closed_at  BIGINT NOT NULL
) {{norowid}};
CREATE INDEX ballot_state ON ballot (state, closes);
CREATE INDEX ballot_closes ON ballot (closes, id);

-- What stands on the paper, with its number, and what came out.
CREATE TABLE ballot_choice (
	ballot    TEXT NOT NULL REFERENCES ballot(id),
	n         BIGINT NOT NULL,
	candidate TEXT NOT NULL REFERENCES ballot_candidate(id),
	votes     BIGINT NOT NULL,
	outcome   TEXT NOT NULL,
	PRIMARY KEY (ballot, n)
) {{norowid}};
CREATE INDEX ballot_choice_candidate ON ballot_choice (candidate);

-- Who may vote, fixed when the ballot opens, and that he has voted.
CREATE TABLE ballot_elector (
	ballot TEXT NOT NULL REFERENCES ballot(id),
	person TEXT NOT NULL,
	unit   TEXT NOT NULL,
	used   BIGINT NOT NULL,
	PRIMARY KEY (ballot, person)
) {{norowid}};
CREATE INDEX ballot_elector_person ON ballot_elector (person, used);

-- Papers that wait until there are enough of them to be put among the others together.
CREATE TABLE ballot_box (
	id     TEXT PRIMARY KEY,
	ballot TEXT NOT NULL REFERENCES ballot(id),
	marks  TEXT NOT NULL
) {{norowid}};
CREATE INDEX ballot_box_ballot ON ballot_box (ballot, id);

CREATE TABLE ballot_paper (
	id     TEXT PRIMARY KEY,
	ballot TEXT NOT NULL REFERENCES ballot(id),
	marks  TEXT NOT NULL
) {{norowid}};
CREATE INDEX ballot_paper_ballot ON ballot_paper (ballot, id);
