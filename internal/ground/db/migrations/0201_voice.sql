-- What is spoken of at one place lately: for the hot spots of a meeting's pack.
CREATE INDEX voice_spot ON voice (day, place, category) WHERE restricted = '' AND place <> '' AND category <> '';
