-- Answers that wait until there are enough of them to be put among the others: rating and the mark of the invitation are never written in one
-- transaction (decision 53).
CREATE TABLE rating_box (
	id TEXT NOT NULL PRIMARY KEY,
	matter TEXT NOT NULL,
	round BIGINT NOT NULL,
	fact TEXT NOT NULL,
	result TEXT NOT NULL,
	grade BIGINT NOT NULL,
	note TEXT NOT NULL,
	pressed BIGINT NOT NULL,
	lift TEXT NOT NULL,
	FOREIGN KEY (matter, round) REFERENCES acceptance (matter, round)
) {{norowid}};
CREATE INDEX rating_box_matter ON rating_box (matter, round);
