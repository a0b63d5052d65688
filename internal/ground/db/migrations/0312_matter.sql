-- Until when those who said it may say what they think of the plan, before it is decided on (0: they are not asked).
ALTER TABLE plan ADD COLUMN comment_until BIGINT NOT NULL DEFAULT 0;
