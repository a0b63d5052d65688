package org

// Keys of the ladder: shares of the time in percent, working days before and after the due (0 = never), days of standing still.
const (
	LadderRemind, LadderNear, LadderNearDays             = "ladder.remind", "ladder.near", "ladder.near.days"
	LadderSponsor, LadderAgenda, LadderTalk, LadderStill = "ladder.sponsor", "ladder.agenda", "ladder.talk", "ladder.still.days"
)
