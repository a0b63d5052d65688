-- What an import was told, so that one that was stopped or cut off can go on.
ALTER TABLE org_import ADD COLUMN queue TEXT NOT NULL DEFAULT '';
