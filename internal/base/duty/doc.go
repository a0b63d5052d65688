// Package duty is the future: everything that somebody owes by a time.
//
// A capability owes a duty when it hands work to somebody ([Owe]) and discharges it when the work is done ([Discharge]); lights, the
// desk and reminders are views of this one table. The functions that a capability calls do not ask for permission, because the
// capability has asked for its own action; what a person does to a duty itself ([Suspend], [Continue], [Reassign], [ConfirmEarlier])
// asks for duty.manage. Each change is recorded on the timeline of the duty's subject in the same transaction.
//
// A duty begins at its Start, normally the submission, and never stops. Due0 is its original due and never changes: figures use it. Due
// is the current one; it moves later by a granted extension or by waiting that was begun before it passed, never earlier unless a
// person confirms that. Waiting is kept as intervals with a reason and shown beside the time, it is not subtracted from it. A due that
// reaches into a year without announced holidays is provisional; the import of the calendar computes it again.
//
// Duties that belong to anonymous and confidential voices carry the transaction's whole hours and nothing finer.
//
// Tables: duty, duty_wait, duty_past, duty_past_until, duty_rung, duty_notice.
package duty
