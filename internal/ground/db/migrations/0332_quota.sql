-- How often something has gone wrong within a time, for all replicas together: wrong codes of a number in an hour, of the whole site in a
-- minute. what tells nothing to whoever has only the rows, and nothing tells who tried. ends is the end of the hour or minute.
CREATE TABLE quota (
	what TEXT PRIMARY KEY,
	ends BIGINT NOT NULL,
	n    BIGINT NOT NULL
) {{norowid}};
