-- The look-back after a year.
ALTER TABLE matter ADD COLUMN look_back365 TEXT NOT NULL DEFAULT '';
