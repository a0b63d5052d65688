-- Organisation: units, people, roles, places, categories, responsibility catalogue, settings, calendars, duty roster, check items.
-- Codes are primary keys and never change. A path is the codes from the root down, "/G/U01/U01-A/", so that a unit with
-- everything below it is one index range. The version column is the optimistic lock of a row.

CREATE TABLE org_unit (
	code       TEXT PRIMARY KEY,
	parent     TEXT REFERENCES org_unit(code),
	kind       TEXT NOT NULL,
	name_zh    TEXT NOT NULL,
	name_en    TEXT NOT NULL,
	path       TEXT NOT NULL UNIQUE,
	headcount  BIGINT NOT NULL DEFAULT 0,
	contractor BIGINT NOT NULL DEFAULT 0,
	active     BIGINT NOT NULL DEFAULT 1,
	sort       BIGINT NOT NULL DEFAULT 0,
	version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX org_unit_parent ON org_unit(parent, sort, code);

CREATE TABLE org_person (
	id           TEXT PRIMARY KEY,
	employee_no  TEXT NOT NULL UNIQUE,
	name         TEXT NOT NULL,
	unit         TEXT NOT NULL REFERENCES org_unit(code),
	path         TEXT NOT NULL,
	post         TEXT NOT NULL DEFAULT '',
	shift        TEXT NOT NULL DEFAULT '',
	employment   TEXT NOT NULL DEFAULT '',
	phone        TEXT NOT NULL DEFAULT '',
	gender       TEXT NOT NULL DEFAULT '',
	birth_year   BIGINT NOT NULL DEFAULT 0,
	union_member TEXT NOT NULL DEFAULT '',
	delegate     BIGINT NOT NULL DEFAULT 0,
	account      TEXT NOT NULL DEFAULT '',
	status       TEXT NOT NULL DEFAULT 'active',
	remark       TEXT NOT NULL DEFAULT '',
	lang         TEXT NOT NULL DEFAULT '',
	version      BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX org_person_path ON org_person(path, status);
CREATE INDEX org_person_unit ON org_person(unit, status);
CREATE INDEX org_person_name ON org_person(name);
CREATE INDEX org_person_account ON org_person(account);

CREATE TABLE org_grant (
	person     TEXT NOT NULL REFERENCES org_person(id),
	role       TEXT NOT NULL,
	unit       TEXT NOT NULL REFERENCES org_unit(code),
	path       TEXT NOT NULL,
	since      BIGINT NOT NULL,
	granted_by TEXT NOT NULL,
	PRIMARY KEY (person, role, unit)
);
CREATE INDEX org_grant_role ON org_grant(role, unit);

CREATE TABLE org_place (
	code        TEXT PRIMARY KEY,
	key         TEXT NOT NULL UNIQUE,
	name_zh     TEXT NOT NULL,
	name_en     TEXT NOT NULL,
	kind        TEXT NOT NULL,
	unit        TEXT NOT NULL REFERENCES org_unit(code),
	path        TEXT NOT NULL,
	parent      TEXT REFERENCES org_place(code),
	audience    TEXT NOT NULL DEFAULT '',
	users       BIGINT NOT NULL DEFAULT 0,
	closed_note TEXT NOT NULL DEFAULT '',
	active      BIGINT NOT NULL DEFAULT 1,
	sort        BIGINT NOT NULL DEFAULT 0,
	version     BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX org_place_path ON org_place(path);
CREATE INDEX org_place_parent ON org_place(parent);

CREATE TABLE org_category (
	code        TEXT PRIMARY KEY,
	parent      TEXT REFERENCES org_category(code),
	name_zh     TEXT NOT NULL,
	name_en     TEXT NOT NULL,
	lead        TEXT NOT NULL DEFAULT '',
	co          TEXT NOT NULL DEFAULT '',
	class       TEXT NOT NULL DEFAULT '',
	first_mins  BIGINT NOT NULL DEFAULT 0,
	first_days  BIGINT NOT NULL DEFAULT 0,
	limit_mins  BIGINT NOT NULL DEFAULT 0,
	limit_days  BIGINT NOT NULL DEFAULT 0,
	level_hint  TEXT NOT NULL DEFAULT 'n',
	restricted  TEXT NOT NULL DEFAULT '',
	keywords    TEXT NOT NULL DEFAULT '',
	active      BIGINT NOT NULL DEFAULT 1,
	sort        BIGINT NOT NULL DEFAULT 0,
	version     BIGINT NOT NULL DEFAULT 1
);

-- A rule is never changed: its successor has the next version, and only one version of a pair is active.
CREATE TABLE org_rule (
	id       TEXT PRIMARY KEY,
	category TEXT NOT NULL DEFAULT '',
	place    TEXT NOT NULL DEFAULT '',
	lead     TEXT NOT NULL,
	co       TEXT NOT NULL DEFAULT '',
	class    TEXT NOT NULL DEFAULT '',
	version  BIGINT NOT NULL,
	basis    TEXT NOT NULL,
	active   BIGINT NOT NULL DEFAULT 1,
	since    BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	UNIQUE (category, place, version)
);
CREATE UNIQUE INDEX org_rule_active ON org_rule(category, place) WHERE active = 1;

-- Only values that differ from the product's default, or whose basis the organisation has written, have a row.
CREATE TABLE org_setting (
	key     TEXT PRIMARY KEY,
	value   TEXT NOT NULL,
	basis   TEXT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE org_calendar (
	year        BIGINT PRIMARY KEY,
	version     BIGINT NOT NULL,
	data        TEXT NOT NULL,
	source      TEXT NOT NULL,
	provisional BIGINT NOT NULL DEFAULT 0,
	imported_at BIGINT NOT NULL
);

CREATE TABLE org_roster (
	kind     TEXT NOT NULL,
	position BIGINT NOT NULL,
	person   TEXT NOT NULL REFERENCES org_person(id),
	PRIMARY KEY (kind, position)
);

CREATE TABLE org_check_item (
	code       TEXT PRIMARY KEY,
	place_kind TEXT NOT NULL,
	name_zh    TEXT NOT NULL,
	name_en    TEXT NOT NULL,
	method_zh  TEXT NOT NULL DEFAULT '',
	method_en  TEXT NOT NULL DEFAULT '',
	measure    TEXT NOT NULL DEFAULT '',
	op         TEXT NOT NULL,
	low        DOUBLE PRECISION,
	high       DOUBLE PRECISION,
	crit_low   DOUBLE PRECISION,
	crit_high  DOUBLE PRECISION,
	points     BIGINT NOT NULL DEFAULT 1,
	critical   BIGINT NOT NULL DEFAULT 0,
	avoid      TEXT NOT NULL DEFAULT '',
	basis_zh   TEXT NOT NULL DEFAULT '',
	basis_en   TEXT NOT NULL DEFAULT '',
	mark       TEXT NOT NULL DEFAULT 'company',
	active     BIGINT NOT NULL DEFAULT 1,
	sort       BIGINT NOT NULL DEFAULT 0,
	version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX org_check_item_kind ON org_check_item(place_kind, sort);

-- One row per cached part of the organisation: n counts its changes, stamp is unique over all databases.
CREATE TABLE org_version (
	part  TEXT PRIMARY KEY,
	n     BIGINT NOT NULL,
	stamp TEXT NOT NULL
);

CREATE TABLE org_import (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,
	file_hash  TEXT NOT NULL,
	state      TEXT NOT NULL,
	rows_total BIGINT NOT NULL,
	rows_done  BIGINT NOT NULL DEFAULT 0,
	added      BIGINT NOT NULL DEFAULT 0,
	changed    BIGINT NOT NULL DEFAULT 0,
	removed    BIGINT NOT NULL DEFAULT 0,
	refused    BIGINT NOT NULL DEFAULT 0,
	started_at BIGINT NOT NULL,
	ended_at   BIGINT NOT NULL DEFAULT 0,
	made_by    TEXT NOT NULL,
	error      TEXT NOT NULL DEFAULT '', -- why it failed, key of a sentence
	result     TEXT NOT NULL DEFAULT ''  -- the result workbook, while it is kept
);
