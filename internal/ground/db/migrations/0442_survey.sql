-- Photos with which somebody has answered, each by itself and apart from the rest of what the same person said: what stands beside another here
-- may be from anybody. settled says that the files were written anew since, so that neither their times nor their places tell when they came.
CREATE TABLE survey_photo (
	id       TEXT PRIMARY KEY,
	round    TEXT NOT NULL REFERENCES survey_round(id),
	question TEXT NOT NULL,
	hash     TEXT NOT NULL,
	thumb    TEXT NOT NULL,
	w        BIGINT NOT NULL,
	h        BIGINT NOT NULL,
	settled  BIGINT NOT NULL,
	voice    TEXT NOT NULL
) {{norowid}};
CREATE INDEX survey_photo_round ON survey_photo (round, question, id);
CREATE INDEX survey_photo_hash ON survey_photo (hash);
CREATE INDEX survey_photo_thumb ON survey_photo (thumb);
CREATE INDEX survey_photo_new ON survey_photo (id) WHERE settled = 0;

-- How many of a group have answered a question with photos: the answers and the photos do not say it.
CREATE TABLE survey_photographed (
	round    TEXT NOT NULL REFERENCES survey_round(id),
	unit     TEXT NOT NULL,
	question TEXT NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (round, unit, question)
) {{norowid}};

-- What waits has its photos with it.
ALTER TABLE survey_box ADD COLUMN photos TEXT NOT NULL DEFAULT '';
