-- Everything that a list of lights is found and ordered by, and by what its reader sees a row, so that no row need be read for it, overdue ones
-- first within a state; and the few matters that the supervising desk asks for among all: begun again, disputed, carried over.
DROP INDEX matter_lights;
DROP INDEX matter_state_due;
CREATE INDEX matter_lights ON matter (state, due_key, restricted, due, due_at, due_from, due_open, plan_due, milestone_due, moved_at, plan_version, week, week_light, registered_at, id,
	lead_path, unit_path, finance_path);
CREATE INDEX matter_rounds ON matter (round, registered_at, id, state, restricted) WHERE round > 1;
CREATE INDEX matter_disputed ON matter (registered_at, id, state, restricted) WHERE verdict = 'disputed';
CREATE INDEX matter_review ON matter (review_day, state, restricted, registered_at, id) WHERE review_day <> '';
