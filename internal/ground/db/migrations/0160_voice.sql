-- With the place in it, the new voices by place beside the inbox are counted from the index alone.
DROP INDEX voice_state;
CREATE INDEX voice_state ON voice (state, due, id, restricted, named, unit_path, place);
