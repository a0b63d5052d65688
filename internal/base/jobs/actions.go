package jobs

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
)

// RetryJob makes a job due again that was given up.
type RetryJob struct {
	ID string `json:"id"`
}

// Do makes it due and records who did.
func (in RetryJob) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.JobsRetry, access.Thing{Kind: "job", ID: in.ID}); err != nil {
		return err
	}
	if err := Retry(tx, in.ID); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "jobs.retried", Subject: event.Ref{Kind: "job", ID: in.ID}})
}
