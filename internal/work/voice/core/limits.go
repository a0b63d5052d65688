package core

import (
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Limits of the life cycle (defaults of the product, after the customs of public hotlines; those that an organisation
// may set are settings of org).
const (
	AskMax      = 2  // questions back to the submitter
	AskDays     = 5  // working days he has for an answer; then triage goes on without
	TransferMax = 2  // hand-overs between union offices
	ReopenMax   = 2  // "not solved" by the submitter
	ReopenDays  = 30 // days after the answer in which he may say so
	ObjectDays  = 10 // working days for the one objection to a rejection
	SilentDays  = 10 // working days after the answer; then it closes as unconfirmed
	FreeDays    = 2  // working days within which what was set aside is freed or refused

	MaxTitle   = 60
	MaxReply   = 2000
	MaxNote    = 500
	MaxPlace   = 60
	MaxReason  = 200
	MaxParts   = 8
	MaxEntries = 60 // additions of the submitter to one thread
	MaxPerDay  = 20 // openings of original words by one account in a day; more is reported

	// NumberDays is how old the day in a receipt number may be: a phone without a network sends later.
	NumberDays = 14
)

// Terms are the days and times that a voice is bound to.
type Terms struct {
	Cal *clock.Calendar
}

func TermsOf(tx *db.Tx) (Terms, error) {
	cal, err := org.Calendar(tx)
	return Terms{cal}, err
}

// after is the last office minute of the n-th working day after at.
func (t Terms) After(at time.Time, n int) clock.Millis {
	due, _ := t.Cal.DueAfterWorkingDays(at, n)
	return clock.MillisOf(due)
}

// past reports whether now lies after the n-th working day after at.
func (t Terms) Past(at clock.Millis, n int, now time.Time) bool {
	return clock.MillisOf(now) > t.After(at.At(t.Cal.Zone()), n)
}

// raise gives the next stricter class: a voice in which somebody is hurt does not wait as long as its topic would.
func Raise(c clock.Class) clock.Class {
	switch c {
	case clock.T15D:
		return clock.T7D
	case clock.T7D:
		return clock.T24H
	case clock.T24H:
		return clock.T2H
	}
	return c
}
