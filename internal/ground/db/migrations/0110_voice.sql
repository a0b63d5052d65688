-- What the union lets leaders read in an employee's own words: redacted, without unit, place or number.
CREATE TABLE voice_quote (
	id        TEXT PRIMARY KEY,
	voice     TEXT NOT NULL REFERENCES voice(id),
	text      TEXT NOT NULL,
	category  TEXT NOT NULL,
	day       TEXT NOT NULL,
	chosen_by TEXT NOT NULL,
	dropped   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX voice_quote_day ON voice_quote (day) WHERE dropped = 0;
CREATE INDEX voice_quote_voice ON voice_quote (voice);

-- A copy of a photo in which a part has been made unreadable: covers is the hash of the photo that it stands for. A photo that has
-- such a copy is covered, and no department sees it any more.
ALTER TABLE voice_photo ADD COLUMN covers TEXT NOT NULL DEFAULT '';
ALTER TABLE voice_photo ADD COLUMN covered BIGINT NOT NULL DEFAULT 0;
