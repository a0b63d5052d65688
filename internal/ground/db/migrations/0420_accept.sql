-- The hour from which on somebody is asked: two to five days after the work was found done, at random, so that nobody is asked while whoever did
-- the work stands beside him. 0 is at once, for lists that were opened before.
ALTER TABLE invitation ADD COLUMN ask_at BIGINT NOT NULL DEFAULT 0;
