-- The numbers of the public board: voices of a period.
CREATE INDEX voice_day ON voice(day, channel, state);
