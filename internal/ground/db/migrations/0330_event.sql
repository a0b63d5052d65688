-- What has become of voices lately: the public board counts them as they were when its batch was made.
CREATE INDEX event_voice_moved ON event (at) WHERE subject_kind = 'voice' AND from_state <> '' AND from_state <> to_state;
