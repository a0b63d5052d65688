-- What is measured on site. Written once, never changed.
CREATE TABLE instrument (
	number  TEXT NOT NULL PRIMARY KEY,
	name    TEXT NOT NULL,
	measure TEXT NOT NULL,
	due     TEXT NOT NULL,
	active  BIGINT NOT NULL,
	version BIGINT NOT NULL
);

CREATE TABLE visit_number (
	year BIGINT NOT NULL PRIMARY KEY,
	last BIGINT NOT NULL
);

CREATE TABLE visit (
	id        TEXT NOT NULL PRIMARY KEY,
	number    TEXT NOT NULL UNIQUE,
	kind      TEXT NOT NULL,
	place     TEXT NOT NULL,
	unit      TEXT NOT NULL,
	unit_path TEXT NOT NULL,
	person    TEXT NOT NULL,
	present   TEXT NOT NULL,
	note      TEXT NOT NULL,
	device_at BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	items     BIGINT NOT NULL,
	fails     BIGINT NOT NULL,
	critical  BIGINT NOT NULL
);
CREATE INDEX visit_at ON visit (at, id);
CREATE INDEX visit_place ON visit (place, at);
CREATE INDEX visit_unit ON visit (unit_path, at);
CREATE INDEX visit_person ON visit (person, at);

CREATE TABLE visit_item (
	visit      TEXT NOT NULL REFERENCES visit (id),
	n          BIGINT NOT NULL,
	code       TEXT NOT NULL,
	place      TEXT NOT NULL,
	at         BIGINT NOT NULL,
	spec       TEXT NOT NULL,
	readings   TEXT NOT NULL,
	mean       TEXT NOT NULL,
	worst      TEXT NOT NULL,
	instrument TEXT NOT NULL,
	expired    BIGINT NOT NULL,
	outside    BIGINT NOT NULL,
	why        TEXT NOT NULL,
	result     TEXT NOT NULL,
	problem    TEXT NOT NULL,
	order_unit TEXT NOT NULL,
	order_due  TEXT NOT NULL,
	matter     TEXT NOT NULL,
	PRIMARY KEY (visit, n)
);
-- The history of one check item at one place.
CREATE INDEX visit_item_history ON visit_item (place, code, at);

CREATE TABLE visit_photo (
	visit   TEXT NOT NULL REFERENCES visit (id),
	n       BIGINT NOT NULL,
	item    BIGINT NOT NULL,
	hash    TEXT NOT NULL,
	thumb   TEXT NOT NULL,
	caption TEXT NOT NULL,
	taken   TEXT NOT NULL,
	PRIMARY KEY (visit, n)
);
CREATE INDEX visit_photo_hash ON visit_photo (hash);
