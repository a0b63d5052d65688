-- Questionnaires and rounds of asking. Nothing in survey_answer or survey_text leads to who was asked or tells when it came: random keys, no hidden
-- row numbers, no time, and written in another transaction than the mark that somebody has answered.

-- A questionnaire while it is written; what was published of it is survey_version and never changes.
CREATE TABLE survey_form (
	id         TEXT PRIMARY KEY,
	version    BIGINT NOT NULL,
	template   TEXT NOT NULL,
	title_zh   TEXT NOT NULL,
	title_en   TEXT NOT NULL,
	draft      TEXT NOT NULL,
	published  BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	changed_by TEXT NOT NULL
) {{norowid}};
CREATE INDEX survey_form_changed ON survey_form (changed_at, id);

CREATE TABLE survey_version (
	form    TEXT NOT NULL REFERENCES survey_form(id),
	v       BIGINT NOT NULL,
	body    TEXT NOT NULL,
	digest  TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	PRIMARY KEY (form, v)
) {{norowid}};

CREATE TABLE survey_round (
	id        TEXT PRIMARY KEY,
	version   BIGINT NOT NULL,
	form      TEXT NOT NULL,
	v         BIGINT NOT NULL,
	state     TEXT NOT NULL,
	title     TEXT NOT NULL,
	audience  TEXT NOT NULL,
	units     TEXT NOT NULL,
	wanted    BIGINT NOT NULL,
	seed      TEXT NOT NULL,
	people    BIGINT NOT NULL,
	invited   BIGINT NOT NULL,
	opens     TEXT NOT NULL,
	closes    TEXT NOT NULL,
	made_at   BIGINT NOT NULL,
	made_by   TEXT NOT NULL,
	closed_at BIGINT NOT NULL,
	tally     TEXT NOT NULL,
	reason    TEXT NOT NULL,
	FOREIGN KEY (form, v) REFERENCES survey_version (form, v)
) {{norowid}};
CREATE INDEX survey_round_state ON survey_round (state, closes);
CREATE INDEX survey_round_form ON survey_round (form, closes);
CREATE INDEX survey_round_closes ON survey_round (closes, id);

-- The groups of a round by which results may be shown: each of enough people, the others folded into the whole.
CREATE TABLE survey_stratum (
	round   TEXT NOT NULL REFERENCES survey_round(id),
	unit    TEXT NOT NULL,
	people  BIGINT NOT NULL,
	invited BIGINT NOT NULL,
	PRIMARY KEY (round, unit)
) {{norowid}};

-- That somebody is asked, and that he has answered. Where everybody of some units is asked there is a row only for who has.
CREATE TABLE survey_invitation (
	round  TEXT NOT NULL REFERENCES survey_round(id),
	person TEXT NOT NULL,
	used   BIGINT NOT NULL,
	PRIMARY KEY (round, person)
) {{norowid}};
CREATE INDEX survey_invitation_person ON survey_invitation (person, used);

-- Codes on paper for people without an account: only a digest is kept.
CREATE TABLE survey_code (
	round  TEXT NOT NULL REFERENCES survey_round(id),
	digest TEXT NOT NULL,
	unit   TEXT NOT NULL,
	used   BIGINT NOT NULL,
	PRIMARY KEY (round, digest)
) {{norowid}};

-- Answers that wait until there are enough of them to be put among the others together.
CREATE TABLE survey_box (
	id    TEXT PRIMARY KEY,
	round TEXT NOT NULL REFERENCES survey_round(id),
	unit  TEXT NOT NULL,
	body  TEXT NOT NULL,
	texts TEXT NOT NULL
) {{norowid}};
CREATE INDEX survey_box_round ON survey_box (round, id);

CREATE TABLE survey_answer (
	id    TEXT PRIMARY KEY,
	round TEXT NOT NULL REFERENCES survey_round(id),
	unit  TEXT NOT NULL,
	body  TEXT NOT NULL
) {{norowid}};
CREATE INDEX survey_answer_round ON survey_answer (round, id);

-- Sentences, apart from the rest of what the same person answered.
CREATE TABLE survey_text (
	id       TEXT PRIMARY KEY,
	round    TEXT NOT NULL REFERENCES survey_round(id),
	question TEXT NOT NULL,
	text     TEXT NOT NULL
) {{norowid}};
CREATE INDEX survey_text_round ON survey_text (round, question, id);
