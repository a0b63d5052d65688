-- One row that the readiness check writes, so that "ready" means "can write".
CREATE TABLE db_ready (
	id BIGINT PRIMARY KEY,
	at BIGINT NOT NULL,
	tries BIGINT NOT NULL
);
