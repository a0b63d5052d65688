-- Of which matter a voice is not, as somebody has said who triages: it does not count to it by itself any more, though their hot spot is the same.
CREATE TABLE insight_spot_apart (
	voice     TEXT NOT NULL,
	matter    TEXT NOT NULL,
	by_person TEXT NOT NULL,
	at        BIGINT NOT NULL,
	PRIMARY KEY (voice, matter)
) {{norowid}};
