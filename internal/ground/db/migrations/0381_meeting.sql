-- A speech of a meeting that sums up may tell of a practice.
ALTER TABLE meeting_speech ADD COLUMN practice TEXT NOT NULL DEFAULT '';
