-- Whoever comes by a place may answer without an account or a code. Such answers are counted apart: nobody can say that each is from somebody else.
ALTER TABLE survey_round ADD COLUMN walk_in BIGINT NOT NULL DEFAULT 0;

-- The forms with which somebody has answered who came by: a digest of the random number of the form, so that a second press is none.
CREATE TABLE survey_walk_in (
	round  TEXT NOT NULL REFERENCES survey_round(id),
	digest TEXT NOT NULL,
	PRIMARY KEY (round, digest)
) {{norowid}};
