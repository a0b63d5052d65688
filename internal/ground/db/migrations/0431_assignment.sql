-- The few that departments have sent back twice.
CREATE INDEX assignment_returned ON assignment (subject_kind, subject_id) WHERE ended_at = 0 AND returns >= 2;
