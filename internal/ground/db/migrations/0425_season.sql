-- What is done before anybody has to complain: tasks of a season and topics of a month, each of which becomes a matter on its day.
CREATE TABLE season_task (
	id        TEXT PRIMARY KEY,
	version   BIGINT NOT NULL,
	state     TEXT NOT NULL,
	kind      TEXT NOT NULL,
	title     TEXT NOT NULL,
	body      TEXT NOT NULL,
	unit      TEXT NOT NULL,
	lead      TEXT NOT NULL,
	sponsor   TEXT NOT NULL,
	category  TEXT NOT NULL,
	day       TEXT NOT NULL,
	yearly    BIGINT NOT NULL,
	after     TEXT NOT NULL,
	matter    TEXT NOT NULL,
	matter_no TEXT NOT NULL,
	reason    TEXT NOT NULL,
	made_at   BIGINT NOT NULL,
	made_by   TEXT NOT NULL
) {{norowid}};
CREATE INDEX season_task_day ON season_task (day, id);
CREATE INDEX season_task_due ON season_task (day) WHERE state = 'planned';
CREATE INDEX season_task_matter ON season_task (matter) WHERE matter <> '';
