-- Photos of a look at what was promised say when they were taken, as those of an inspection do.
ALTER TABLE matter_photo ADD COLUMN taken TEXT NOT NULL DEFAULT '';
