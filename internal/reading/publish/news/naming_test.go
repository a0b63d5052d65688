package news

import (
	"slices"
	"strings"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment/orgtest"
)

// TestNaming: names are found wherever they stand and however they are written, each in its own text; of a single character, and of people who
// are not here, they are not.
func TestNaming(t *testing.T) {
	d, c := dbtest.Open(t)
	w := orgtest.New(t, d, c)
	var name string
	w.Read(func(tx *db.Tx) (err error) {
		name, err = db.One[string](tx, `SELECT MIN(name) FROM org_person WHERE LENGTH(name) > 2`)
		return err
	})
	texts := []string{"等备件", "等" + name + "签字", strings.ToUpper(name), "", name[:1], "备件" + name}
	w.Read(func(tx *db.Tx) error {
		got, err := naming(tx, texts)
		if want := []bool{false, true, true, false, false, true}; err == nil && !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
		return err
	})
}
