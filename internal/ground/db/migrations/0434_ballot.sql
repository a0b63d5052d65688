-- How many votes may be told of while a ballot is open: in steps, and not oftener than once an hour.
ALTER TABLE ballot ADD COLUMN shown BIGINT NOT NULL DEFAULT 0;
