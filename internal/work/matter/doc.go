// Package matter is the ledger: what the organisation has committed itself to do for its employees, from registration
// to being struck off by them.
//
// A voice is what a person said (many); a matter is what will be done (few). A matter has a number, a unit that leads
// it, a person who answers for it, a plan (the Five Determinations, 五定), steps with progress, an inspection with
// measured values, an acceptance by employees, and two look-backs.
//
// # States
//
//	proposed      on the ledger, nobody leads it
//	assigned      a unit leads it; a plan is owed within 5 working days of registration
//	plan_review   the plan waits for approval by somebody who did not write it
//	executing     the plan is in force
//	paused        stands still for a closed reason until a day
//	inspecting    the owner says it is done; somebody of another unit measures
//	accepting     measured and found good; employees are asked
//	rated         the answers are in
//	closed        struck off (销号); look-backs at 30 and 90 days are owed
//	carried_over  cannot be done now; condition and review day are written down (挂账)
//	cancelled     will not be done: declined with rule and decider, or cancelled with a public reason
//
// [Cycle] is the table; every action goes through it. The traffic light is derived ([Matter.Light]), never stored. Due0
// is the first approved deadline and never changes; Due moves only by a granted extension, a pause or a new round.
//
// # Separation
//
// Who wrote a plan does not approve it. Who says "done" does not inspect, nor does anybody of the lead unit. Who did
// either does not strike off. A unit named in a voice behind the matter never leads it or helps.
//
// # Tables
//
// matter, matter_number, matter_named, plan, plan_step, progress, matter_photo, extension, inspection,
// reading. Capabilities above follow a matter through [OnMove].
package matter
