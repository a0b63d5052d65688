-- An extension that was asked for less than a working day before the deadline carries a mark.
ALTER TABLE extension ADD COLUMN late BIGINT NOT NULL DEFAULT 0;

-- What the light of each matter was when a week began; week is its Monday. The ledger compares with it.
CREATE TABLE matter_week (
	week   TEXT NOT NULL,
	matter TEXT NOT NULL,
	color  TEXT NOT NULL,
	PRIMARY KEY (week, matter)
) {{norowid}};
