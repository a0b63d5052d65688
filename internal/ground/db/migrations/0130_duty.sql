-- What was done of late, for the desks of those who did it.
CREATE INDEX duty_done ON duty (discharged_at) WHERE open = 0;
