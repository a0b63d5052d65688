-- What a person has put aside for himself: unfinished forms of staff, named filters.
CREATE TABLE drawer (
	person TEXT NOT NULL REFERENCES org_person(id),
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (person, kind, name)
);
