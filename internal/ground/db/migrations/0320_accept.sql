-- Whoever rates may say that he was asked for a good rating. It is part of his answer: nothing tells whose it is or when it came.
ALTER TABLE rating ADD COLUMN pressed BIGINT NOT NULL DEFAULT 0;
