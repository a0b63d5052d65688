{{if sqlite}}-- The number of a leaf is the key of its row, and no index beside it: one tree instead of two, to write for every entry and to read when the log is
-- verified. PostgreSQL has it so.
ALTER TABLE log_leaf RENAME TO log_leaf_before;
CREATE TABLE log_leaf (
	n INTEGER PRIMARY KEY,
	h BLOB NOT NULL
);
INSERT INTO log_leaf (n, h) SELECT n, h FROM log_leaf_before ORDER BY n;
DROP TABLE log_leaf_before;
{{end}}
