// Package practice keeps what worked somewhere so that others can do the same (典型经验), and what became of it there.
//
// A practice is written by the union from a matter that is closed and that its employees have confirmed. The figures before and after are
// taken from what was measured, the photos from the matter, the steps from its plan; the words are the union's own. What an employee said
// is printed only with leave, and it is noted how leave was given. Before a practice can be reviewed its texts are held against everything
// that is known of the voices behind the matter ([private]): a name, a number, or a piece of what somebody wrote is refused.
//
// Every practice says where it does not fit. Who wrote it does not publish it. Nobody can like it: what counts is who has adopted it and what
// came of it.
//
// # Adoption
//
// Another unit adopts a practice ([Adopt]): in one transaction a matter is registered, given to the unit that leads it, and its plan is there
// to begin with; with an owner and a deadline it is handed in at once. From then on it is a matter like any other. When it is over the result
// comes back by itself ([matter.OnMove]): confirmed by employees or not, with its own figures, or given up with the reason. A matter that
// is opened again takes its result back.
//
// # States of a practice
//
//	draft      the union writes it
//	review     somebody else of the office reads it
//	published  everybody with an account reads it; it can be adopted
//	withdrawn  it holds no longer, with the reason; it can be written anew
//	dropped    never published
//
// # States of an adoption
//
//	running   its matter is being done
//	finished  its matter is closed; whether employees confirmed it is told
//	failed    its matter was declined or cancelled
//
// [Cycle] and [AdoptionCycle] are the tables.
//
// # Tables
//
// practice, practice_number, practice_photo, practice_adoption.
package practice
