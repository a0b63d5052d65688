-- Where in its hour a voice stands when voices are grouped into hot spots: by what it says, and not by its random id. The new way to group has a new
-- version, so that spots that are there are looked at again.
ALTER TABLE insight_spot_voice ADD COLUMN sort TEXT NOT NULL DEFAULT '';
DROP INDEX insight_spot_voice_hood;
CREATE INDEX insight_spot_voice_hood ON insight_spot_voice (hood, at, sort);
