-- What topics are learned from: the last decision about each voice, in the order of the record. No words are kept here; they are read from the
-- voice while the model is made, so that nothing of a voice remains when it goes.
CREATE TABLE insight_decision (
	voice    TEXT PRIMARY KEY,
	seq      BIGINT NOT NULL,
	category TEXT NOT NULL
) {{norowid}};
CREATE UNIQUE INDEX insight_decision_seq ON insight_decision(seq);

-- The number grows whenever something that was learned has to be forgotten: models that are in memory are then made anew.
CREATE TABLE insight_state (
	name       TEXT PRIMARY KEY,
	generation BIGINT NOT NULL
);
