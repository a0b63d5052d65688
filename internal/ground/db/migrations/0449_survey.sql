-- Answers are only ever looked for by their round, so that comes first in their key, and the index beside it goes: one tree instead of two to write for
-- each of them. Both tables are written anew in the order of their random keys.
CREATE TABLE survey_box_keyed (
	id     TEXT NOT NULL,
	round  TEXT NOT NULL REFERENCES survey_round(id),
	unit   TEXT NOT NULL,
	body   TEXT NOT NULL,
	texts  TEXT NOT NULL,
	photos TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (round, id)
) {{norowid}};
INSERT INTO survey_box_keyed (id, round, unit, body, texts, photos) SELECT id, round, unit, body, texts, photos FROM survey_box ORDER BY round, id;
DROP TABLE survey_box;
ALTER TABLE survey_box_keyed RENAME TO survey_box;

CREATE TABLE survey_answer_keyed (
	id    TEXT NOT NULL,
	round TEXT NOT NULL REFERENCES survey_round(id),
	unit  TEXT NOT NULL,
	body  TEXT NOT NULL,
	PRIMARY KEY (round, id)
) {{norowid}};
INSERT INTO survey_answer_keyed (id, round, unit, body) SELECT id, round, unit, body FROM survey_answer ORDER BY round, id;
DROP TABLE survey_answer;
ALTER TABLE survey_answer_keyed RENAME TO survey_answer;
