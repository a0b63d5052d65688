// Package accept hears the employees: whether what was promised is really so. Only what they confirm counts as solved.
//
// # How it goes
//
// When the owner says that a matter is done, the list of who will be asked is frozen: everybody who said it (by account,
// or by receipt where no name is known), the acceptors of the plan, and people of the place drawn by lot. The lot's seed,
// the number of people it was drawn from and the number of invitations are public, so that everybody can draw again.
// Nobody who heads, owns or works on it as a contractor is ever on the list.
//
// When the inspection has passed, the window opens (7 days). Nobody is asked on the spot: everybody has an hour of his
// own, drawn at random from the second to the fifth day. He is asked a factual question first ("is the water
// warm now?"), then whether it is solved, then for a grade that has no default, then what it did to one of the three senses. One answer to an invitation.
//
// When the window is over or everybody has answered, the answers are counted once. Too many "not solved" begin a new
// round at once; silence is never satisfaction. Until then nobody sees anything but the number of invitations: somebody
// who watched a running count could read single answers from its steps. Results are shown from 5 answers on, else "too
// few"; the unit never sees a single answer, and the sentences go to the union only.
//
// Anybody affected may say "not fixed" within 15 days of closing and so open the matter again, without permission; within
// 180 days it is a relapse.
//
// # Tables
//
// accept_setup, acceptance, invitation, rating, rating_box, accept_call. A rating carries no invitation and no time, and is not written in the
// transaction that marks the invitation as used: it waits in rating_box until others are there (package box).
package accept
