-- What the pages of hot spots count of a day, so that they need not read every voice of a year: made of the tables, by voice, and nothing of a voice is left
-- in it when the voice goes. No words and no names stand in it.
CREATE TABLE insight_spot_day (
	day   TEXT PRIMARY KEY,
	facts {{blob}} NOT NULL
);

-- How many voices of a spot count to a matter.
CREATE TABLE insight_spot_matter (
	spot   BIGINT NOT NULL,
	matter TEXT NOT NULL,
	n      BIGINT NOT NULL,
	PRIMARY KEY (spot, matter)
) {{norowid}};

-- Whether the days are kept: the version in which they were made, -1 while they are made, 0 where they have to be; and which making it was.
CREATE TABLE insight_spot_kept (
	id     BIGINT PRIMARY KEY,
	kept   BIGINT NOT NULL,
	making BIGINT NOT NULL
);
INSERT INTO insight_spot_kept (id, kept, making) VALUES (1, 0, 0);

-- Voices that name somebody are always read themselves: whom they name must not count them.
CREATE INDEX voice_naming ON voice (day) WHERE named = 1;
