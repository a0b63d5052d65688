package drawer

import (
	"strings"
	"unicode/utf8"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Kinds of things in a drawer.
const (
	Draft  = "draft"  // a form that is not finished; the name is its address
	Filter = "filter" // a filter of a list; the name is the list's address and a number
)

// Limits (defaults of the product).
const (
	MaxTitle = 40    // characters of a title
	MaxBody  = 60000 // bytes of what is kept
	MaxKept  = 60    // things of one kind
)

// Kept is one thing in the drawer of a person.
type Kept struct {
	Person string
	Kind   string
	Name   string
	Title  string
	Body   string
	At     clock.Millis
}

// Put puts something aside, in the place of what had the same kind and name.
type Put struct {
	Kind  string
	Name  string
	Title string
	Body  string
}

// Do puts aside. Errors: access, Invalid at "title" and "body", Conflict "drawer.full".
func (in Put) Do(tx *db.Tx, who access.Person) error {
	if err := may(tx, who); err != nil {
		return err
	}
	in.Title = strings.TrimSpace(in.Title)
	var f fault.Form
	switch n := utf8.RuneCountInString(in.Title); {
	case n == 0 && in.Kind == Filter:
		f.Add("title", "fault.required")
	case n > MaxTitle:
		f.Add("title", "fault.too_long", MaxTitle, n)
	}
	if len(in.Body) > MaxBody {
		f.Add("body", "drawer.large")
	}
	if err := f.Err(); err != nil {
		return err
	}
	had, err := Get(tx, who, in.Kind, in.Name)
	if err != nil {
		return err
	}
	if had == nil {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM drawer WHERE person = $1 AND kind = $2`, who.ID, in.Kind)
		if err != nil {
			return err
		}
		if n >= MaxKept {
			return fault.New(fault.Conflict, "drawer.full", MaxKept)
		}
	}
	if err := write(tx, Kept{Person: who.ID, Kind: in.Kind, Name: in.Name, Title: in.Title, Body: in.Body, At: tx.Millis()}); err != nil {
		return err
	}
	return record(tx, who, "drawer.kept", in.Kind)
}

// Drop throws something away. What is not there needs no throwing away.
type Drop struct{ Kind, Name string }

// Do throws away. Errors: access.
func (in Drop) Do(tx *db.Tx, who access.Person) error {
	if err := may(tx, who); err != nil {
		return err
	}
	if err := remove(tx, who.ID, in.Kind, in.Name); err != nil {
		return err
	}
	return record(tx, who, "drawer.dropped", in.Kind)
}

// Get reads one thing of the person's own drawer; nil where there is none.
func Get(tx *db.Tx, who access.Person, kind, name string) (*Kept, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	return db.Maybe[Kept](tx, `SELECT * FROM drawer WHERE person = $1 AND kind = $2 AND name = $3`, who.ID, kind, name)
}

// List lists the person's own things of a kind whose name begins with the prefix, by title.
func List(tx *db.Tx, who access.Person, kind, prefix string) ([]Kept, error) {
	if who.Kind != access.Account {
		return nil, nil
	}
	return db.All[Kept](tx, `SELECT * FROM drawer WHERE person = $1 AND kind = $2 AND name >= $3 AND name < $4 ORDER BY title, name`, who.ID, kind,
		prefix, prefix+"\U0010FFFF")
}

func may(tx *db.Tx, who access.Person) error {
	return who.May(tx, access.DrawerKeep, access.Thing{Kind: "drawer", ID: who.ID, Submitter: who.ID})
}

func record(tx *db.Tx, who access.Person, fact, kind string) error {
	return event.Record(tx, who, event.Fact{Kind: fact, Subject: event.Ref{Kind: "drawer", ID: who.ID}, Data: struct {
		Kind string `json:"kind"`
	}{kind}})
}
