-- The keys of a round: one for each group by which results may be shown, so that a token tells the group and nothing else. The private half opens only
-- with the key directory, and is thrown away when the round is over.
CREATE TABLE survey_key (
	round  TEXT NOT NULL REFERENCES survey_round(id),
	unit   TEXT NOT NULL,
	public TEXT NOT NULL,
	secret TEXT NOT NULL,
	PRIMARY KEY (round, unit)
) {{norowid}};

-- Tokens with which somebody has answered: only a digest, so that each counts once.
CREATE TABLE survey_spent (
	round  TEXT NOT NULL REFERENCES survey_round(id),
	digest TEXT NOT NULL,
	PRIMARY KEY (round, digest)
) {{norowid}};
