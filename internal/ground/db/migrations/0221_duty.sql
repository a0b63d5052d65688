-- Why a duty climbs no further until its due moves (with the reason); empty: it climbs.
ALTER TABLE duty ADD COLUMN exempt TEXT NOT NULL DEFAULT '';
