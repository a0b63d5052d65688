-- Tries to reach people on a list who do not sign in: by telephone or in person. What was answered is in rating, without a way to it; at is
-- the hour, like everything about an answer.
CREATE TABLE accept_call (
	invitation TEXT NOT NULL,
	n BIGINT NOT NULL,
	matter TEXT NOT NULL,
	round BIGINT NOT NULL,
	at BIGINT NOT NULL,
	by_person TEXT NOT NULL,
	outcome TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (invitation, n),
	FOREIGN KEY (matter, round) REFERENCES acceptance (matter, round)
);
CREATE INDEX accept_call_matter ON accept_call (matter, round);
