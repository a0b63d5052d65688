-- Who was heard on a day, for the map of silence: digests of people who spoke with their name, and how many voices without one there are of a unit or place.
-- A day of which the record tells anything is forgotten, and counted again from its voices.
CREATE TABLE insight_heard_day (
	day   TEXT PRIMARY KEY,
	heard {{blob}} NOT NULL
);
CREATE TABLE insight_heard_state (
	id      BIGINT PRIMARY KEY,
	version BIGINT NOT NULL
);
INSERT INTO insight_heard_state (id, version) VALUES (1, 0);
