package load

import (
	"maps"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// What becomes of a row. Names in the catalogue: "org.import.state.<value>".
const (
	New       = "new"
	Changed   = "changed"
	Unchanged = "unchanged"
	Leaving   = "leaving" // the file says that somebody has left
	Faulty    = "faulty"
)

// Choice is what the person who imports has decided.
type Choice struct {
	Scope       string // unit whose people or places the file holds; who is missing is looked for there. Empty: the whole organisation
	CreateUnits bool   // make workshops and crews that the file names and the tree does not have
	ValidOnly   bool   // write the valid rows although others have faults
	Dismiss     bool   // who is missing from the file has left; a place that is missing is deactivated
	Missing     int    // how many are missing, as it was shown

	ID     string `json:"-"` // of the queued import, or empty
	Result string `json:"-"` // hash of its result workbook
}

// Line is one row as the preview shows it.
type Line struct {
	Row     int
	State   string
	Values  []string // as they will be stored, in the order of Columns
	Changes []string // keys of the columns that change
}

// Limits of what a plan shows; its counts are always complete.
const (
	PreviewRows  = 20
	ShownFaults  = 200
	ShownMissing = 20
)

// Plan is what an import would do.
type Plan struct {
	Kind      Kind
	Rows      int
	New       int
	Changed   int
	Unchanged int
	Leaving   int
	Missing   int
	Faulty    int // rows with faults
	Faults    []*fault.Error
	Preview   []Line
	NewUnits  []org.Unit
	Gone      []string // the first of who is missing, as "number name"

	people  []org.Person
	places  []org.Place
	leaving []string // ids
	missing []string // ids or codes
	whole   bool     // show every row and every fault: for the result workbook
}

// fault notes a fault at a cell; the field of it is the cell's address.
func (p *Plan) fault(address, key string, args ...any) {
	if p.whole || len(p.Faults) < ShownFaults {
		p.Faults = append(p.Faults, fault.Field(address, key, args...))
	}
}

// Plan compares the file with what is there. It writes nothing.
func (f *File) Plan(tx *db.Tx, who access.Person, c Choice) (*Plan, error) {
	return f.plan(tx, who, c, false)
}

func (f *File) plan(tx *db.Tx, who access.Person, c Choice, whole bool) (*Plan, error) {
	if err := who.May(tx, actionOf(string(f.Kind)), access.Thing{Kind: "import"}); err != nil {
		return nil, err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	scope := access.Path("/" + org.Root + "/")
	if c.Scope != "" {
		if scope = tree.Path(c.Scope); scope == "" {
			return nil, fault.Field("scope", "org.unit.unknown", c.Scope)
		}
	}
	p := &Plan{Kind: f.Kind, Rows: len(f.rows), whole: whole}
	if f.Kind == Places {
		return p, f.planPlaces(tx, p, tree, scope)
	}
	return p, f.planPeople(tx, p, tree, scope, who, c)
}

// show adds a row to the preview while there is room.
func (p *Plan) show(row int, state string, values func() []string, changes []string) {
	if p.whole || len(p.Preview) < PreviewRows {
		p.Preview = append(p.Preview, Line{Row: row, State: state, Values: values(), Changes: changes})
	}
}

// empties reports whether a cell says that the value is to be emptied.
func empties(s string) bool { return s == "-" || s == "—" || s == "－" || s == "——" }

// set puts a cell's text into a value: nothing for an empty cell, the empty text for a hyphen.
func set(to *string, text string) {
	switch {
	case text == "":
	case empties(text):
		*to = ""
	default:
		*to = text
	}
}

// digits reports whether s is digits only.
func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// widths judges whether a number has lost zeros in front, from the numbers that are known.
type widths struct {
	zeros map[int]int // numbers of that length that begin with 0
	all   map[int]int
	total int
}

func (w *widths) learn(no string) {
	if w.all == nil {
		w.all, w.zeros = map[int]int{}, map[int]int{}
	}
	if !digits(no) {
		return
	}
	w.total++
	w.all[len(no)]++
	if no[0] == '0' {
		w.zeros[len(no)]++
	}
}

// lost gives the length that the number should have, 0 where it is right as it is: a number of that length with zeros in
// front is known, and either it is this one, or the cell is a number where others are texts, or nearly all have that length.
func (w *widths) lost(no string, number bool, known func(string) bool) int {
	if !digits(no) || known(no) {
		return 0
	}
	for _, n := range slices.Sorted(maps.Keys(w.zeros)) {
		if n > len(no) && (known(strings.Repeat("0", n-len(no))+no) || number || w.all[n]*10 >= w.total*8) {
			return n
		}
	}
	return 0
}
