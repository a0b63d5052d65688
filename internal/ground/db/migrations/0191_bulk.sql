-- Something done with many rows at once, as a job: the order and what became of every row.
CREATE TABLE bulk_run (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,
	params     TEXT NOT NULL,
	back       TEXT NOT NULL,
	person     TEXT NOT NULL REFERENCES org_person(id),
	state      TEXT NOT NULL,
	total      BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	ended_at   BIGINT NOT NULL,
	undo_until BIGINT NOT NULL
) {{norowid}};
CREATE INDEX bulk_run_person ON bulk_run (person, started_at);

CREATE TABLE bulk_row (
	run   TEXT NOT NULL REFERENCES bulk_run(id),
	n     BIGINT NOT NULL,
	ref   TEXT NOT NULL,
	label TEXT NOT NULL,
	state TEXT NOT NULL,
	why   TEXT NOT NULL,
	args  TEXT NOT NULL,
	at    BIGINT NOT NULL,
	PRIMARY KEY (run, n)
) {{norowid}};
CREATE INDEX bulk_row_state ON bulk_row (run, state, n);
