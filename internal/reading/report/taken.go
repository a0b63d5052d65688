package report

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
)

// Taken is the fact that somebody took a list out as a file.
type Taken struct {
	What   string `json:"what"`   // "ledger"
	Filter string `json:"filter"` // the list's address
	Rows   int    `json:"rows"`
}

// Do records it. Errors: access, for who may take nothing out.
func (in Taken) Do(tx *db.Tx, who access.Person) error {
	t := access.Thing{Kind: "ledger"}
	for _, row := range access.Table {
		if row.Action != access.MatterExport {
			continue
		}
		for _, p := range who.Scope(row.Role) {
			t.Unit = p
		}
	}
	if err := who.May(tx, access.MatterExport, t); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "report.taken", Subject: event.Ref{Kind: "report", ID: in.What}, Data: in})
}
