-- Hot spots of the last twelve months are read without those of all years before, and those of one surrounding without the others.
CREATE INDEX insight_spot_voice_day ON insight_spot_voice (day, at, spot);
CREATE INDEX insight_spot_hood ON insight_spot (hood);
