-- A round may come again by itself, and says once to those who have not answered that it ends soon.
ALTER TABLE survey_round ADD COLUMN every BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_round ADD COLUMN next TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_round ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0;
CREATE INDEX survey_round_next ON survey_round (next) WHERE next <> '';
