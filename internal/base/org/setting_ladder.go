package org

// Keys of the settings of the ladder.
const (
	LadderRemind   = "ladder.remind"     // share of the time after which the handler is reminded, percent; 0 = never
	LadderNear     = "ladder.near"       // share of the time after which the limit is near, percent; 0 = never
	LadderNearDays = "ladder.near.days"  // working days before the due at which the limit is near at the latest
	LadderSponsor  = "ladder.sponsor"    // working days overdue: copy to the sponsor leader; 0 = never
	LadderAgenda   = "ladder.agenda"     // working days overdue: on the agenda of the next meeting; 0 = never
	LadderTalk     = "ladder.talk"       // working days overdue: a leader talks with the head; 0 = never
	MoveDays       = "ladder.still.days" // days without a step after which a matter is listed as not moved
)
