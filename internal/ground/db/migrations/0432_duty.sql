-- What is open, in the order of its due, with what a desk of everything looks at: no row is read that is not shown.
DROP INDEX duty_due;
CREATE INDEX duty_due ON duty (due, id, kind, restricted, subject_kind, waiting_from) WHERE open = 1;
-- What the ladder has put on an agenda.
CREATE INDEX duty_rung_agenda ON duty_rung (duty) WHERE rung = 'agenda' AND passed = 0;
