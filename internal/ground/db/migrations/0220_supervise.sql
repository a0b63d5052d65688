-- The letter of a supervision order as it was signed: its text never changes, its hash stands in the log, and code is what the mark on
-- paper leads to.
CREATE TABLE supervise_letter (
	order_id TEXT PRIMARY KEY REFERENCES supervise_order(id),
	code     TEXT NOT NULL,
	text     TEXT NOT NULL,
	hash     TEXT NOT NULL,
	at       BIGINT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX supervise_letter_code ON supervise_letter (code);

-- Whoever spoke may object once to being left out of the rates; somebody else of the union decides.
ALTER TABLE exclusion ADD COLUMN objected_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE exclusion ADD COLUMN objection TEXT NOT NULL DEFAULT '';
ALTER TABLE exclusion ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE exclusion ADD COLUMN settled_at BIGINT NOT NULL DEFAULT 0;
