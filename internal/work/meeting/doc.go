// Package meeting is where the ledger is moved: meetings that dispatch and press on (专题调度推进会), and meetings that sum up and
// exchange (总结交流会).
//
// A dispatch meeting has a pack that builds itself: until it is frozen the agenda is found anew whenever somebody looks ([Agenda]), and
// only what people did to it is kept. Departments give their positions beforehand. In the room one records and one screen shows. What is
// decided is a resolution (议定事项): a duty of a unit until a day, reported with a result and confirmed by the supervising office. The
// deadline of a matter is not moved here: where an extension was asked for, deciding on it is [matter.DecideMore] in the same
// transaction, with its rules.
//
// # States of a meeting
//
//	called     invited; the agenda follows the ledger
//	frozen     the pack is printed and sent round; nothing moves any more
//	held       the meeting is on
//	ended      it is over; the minutes are written
//	signed     the chair has signed the minutes; they have a number, and are sent round
//	cancelled  it does not take place
//
// # States of a resolution
//
//	open      owed
//	reported  the unit says that it is done, with the result
//	done      the supervising office has confirmed it
//	dropped   no longer needed, with a reason
//
// [Cycle] and [ResolutionCycle] are the tables.
//
// # Tables
//
// meeting, meeting_number, meeting_party, meeting_item, meeting_position, resolution, resolution_co, meeting_speech, meeting_minutes,
// meeting_receipt, meeting_feed.
package meeting
