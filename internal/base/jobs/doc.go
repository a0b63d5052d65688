// Package jobs does work later: what a transaction leaves to be done ([Later]), and what happens again and again ([Every]).
//
// A job is a row written in the transaction that causes it, so it exists exactly if its cause does. A [Runner] on any replica takes
// due rows under a lease and calls the handler of their kind. What fails comes again, 1 minute later and then twice as long each
// time up to 6 hours; after 72 hours it is dead and waits for a person ([DeadLetters], [Retry]). A job that fails or hangs never
// holds up another.
//
// A job is run at least once. Where its effect is in the database it has the effect exactly once: the handler calls [Finish] in the
// transaction of the effect, which fails if the lease was lost meanwhile, however long the process had been paused.
//
// In a coarse transaction a job keeps nothing finer than the hour, neither what it was given nor its leases.
//
// Tables: job, job_schedule.
package jobs
