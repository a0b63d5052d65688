-- Openings of decoys stand among all openings and count with them, so voice names a row of voice or of voice_decoy. SQLite takes no
-- reference from a table that is there: it is written anew.
CREATE TABLE voice_view_any (
	id     TEXT PRIMARY KEY,
	voice  TEXT NOT NULL,
	role   TEXT NOT NULL,
	person TEXT NOT NULL,
	day    TEXT NOT NULL,
	reason TEXT NOT NULL
);
INSERT INTO voice_view_any (id, voice, role, person, day, reason) SELECT id, voice, role, person, day, reason FROM voice_view;
DROP TABLE voice_view;
ALTER TABLE voice_view_any RENAME TO voice_view;
CREATE INDEX voice_view_voice ON voice_view(voice, day);
CREATE INDEX voice_view_person ON voice_view(person, day);
CREATE INDEX voice_view_day ON voice_view(day, person);
