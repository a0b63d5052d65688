-- How many of what was due in a period was done in time.
CREATE INDEX duty_kept ON duty (kind, due0, outcome, discharged_at);
