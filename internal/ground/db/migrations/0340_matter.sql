-- The lights of a ledger are counted from an index alone, however many matters are open.
CREATE INDEX matter_lights ON matter (state, restricted, due, due_at, due_from, due_open, plan_due, milestone_due, moved_at, plan_version, id);
