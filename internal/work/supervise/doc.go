// Package supervise is what the supervising office does when a term passes: orders, talks, whistles and exclusions. The ladder itself, with
// its reminders, belongs to duty; here is what a rung sets going.
//
// A reminder (催办) comes by itself and before the end of a term; it is never counted as supervision. A supervision order (督办单) is signed
// by a person, has a number without gaps within its year, and asks for cause, measures and a date.
//
// # States of an order
//
//	draft      written by the ladder when a promise is overdue; not counted, not seen by the department
//	issued     signed and numbered; receipt is owed within one working day, a reply within three
//	received   somebody of the department has it
//	replied    the head has answered with cause, measures and date
//	pressed    a second order has taken its place
//	closed     the office has written its closing opinion
//	withdrawn  taken back with a reason; its number stays
//	dropped    a draft that was not needed
//
// [Cycle] is the table; [TalkCycle], [WhistleCycle] and [ExclusionCycle] are those of the other three. A talk (约谈) is called for by the ladder and written down by who held it. A whistle (吹哨) calls a department, which
// has a working day to report in; later ones count as late. An exclusion (剔除) takes a voice out of the rates of a department: asked for
// with evidence, decided by the office and a member of the union, who are two people, and told to whoever spoke.
//
// # Tables
//
// supervise_number, supervise_order, supervise_named, supervise_talk, supervise_letter, whistle, exclusion.
package supervise
