-- Who said that an improvement is done, so that nobody counts what he has done himself.
ALTER TABLE proposal ADD COLUMN done_by TEXT NOT NULL DEFAULT '';
