-- By which act a voice was where a person had put it before another act ('': nobody knows any more, or nobody had): it is that one's again when the later one is taken back.
ALTER TABLE insight_spot_moved ADD COLUMN before_act TEXT NOT NULL DEFAULT '';
