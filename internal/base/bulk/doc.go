// Package bulk does one thing with many rows, each on its own, so that one refusal holds up none of the others.
//
// A capability or a page registers what can be done ([Register]): the step for one row, and how it is undone where it can be. [Start]
// writes the order with its rows; [Work] does them, at once for a few, as a job for many. Every row is done in a transaction of its own
// that also writes that it was done, by the person who gave the order with the rights that he has then: however often the work is begun,
// cut off or done by two replicas, each row has its effect once. [Cancel] stops what has not been done yet, [Undo] takes back within ten
// minutes what nobody has gone on with.
//
// States of a run: queued, running, done, cancelled, undoing, undone. Of a row: waiting, done, refused, undone, kept (done, and could not
// be undone), left (not done because the run was cancelled).
//
// Tables: bulk_run, bulk_row.
package bulk
