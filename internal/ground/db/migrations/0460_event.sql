-- The index of 0330 was never chosen by SQLite: it took event_subject, whose first column is compared for equality, and went through every entry about a voice
-- there has ever been whenever the board was made. With that column in front, and the one that is asked for behind, this one fits better.
DROP INDEX event_voice_moved;
CREATE INDEX event_voice_moved ON event (subject_kind, at, subject_id) WHERE subject_kind = 'voice' AND from_state <> '' AND from_state <> to_state;
