-- Departments that help with a proposal read it, too.
CREATE TABLE proposal_co (
	proposal TEXT NOT NULL REFERENCES proposal (id),
	path     TEXT NOT NULL,
	PRIMARY KEY (proposal, path)
) {{norowid}};
CREATE INDEX proposal_co_path ON proposal_co (path);
INSERT INTO proposal_co (proposal, path) SELECT p.id, u.path FROM proposal p JOIN org_unit u ON ',' || p.co || ',' LIKE '%,' || u.code || ',%' WHERE p.co <> '';
