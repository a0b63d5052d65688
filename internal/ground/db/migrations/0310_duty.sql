-- How many duties of a kind were due in an hour that is past, and how many of them were done in time. What was due before the hour of
-- duty_past_until is counted here and kept so by whoever writes a duty; what is later is counted from the duties themselves.
CREATE TABLE duty_past (
	kind    TEXT NOT NULL,
	hour    BIGINT NOT NULL,
	due     BIGINT NOT NULL,
	in_time BIGINT NOT NULL,
	PRIMARY KEY (kind, hour)
) {{norowid}};
CREATE TABLE duty_past_until (
	one  BIGINT PRIMARY KEY,
	hour BIGINT NOT NULL
);
INSERT INTO duty_past_until (one, hour) VALUES (1, 0);
