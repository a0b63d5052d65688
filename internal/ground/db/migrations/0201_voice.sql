-- What is spoken of at one place lately: for the hot spots of a meeting's pack. All that is asked for is in the index.
CREATE INDEX voice_spot ON voice (day, restricted, place, category, unit_path);
