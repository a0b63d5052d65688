package org

import (
	"sync"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// What stands above org and has to follow its changes registers here while the program starts.
var hooks struct {
	mu       sync.RWMutex
	calendar []func(tx *db.Tx, who access.Person, now *clock.Calendar) error
	moved    []func(tx *db.Tx, who access.Person, from, to access.Path) error
	left     []func(tx *db.Tx, who access.Person, person string) error
	impact   []func(tx *db.Tx, kind, code string) ([]Weight, error)
	setting  []func(tx *db.Tx, who access.Person, key string) error
}

func register[T any](list *[]T, fn T) {
	hooks.mu.Lock()
	defer hooks.mu.Unlock()
	*list = append((*list)[:len(*list):len(*list)], fn)
}

func registered[T any](list *[]T) []T {
	hooks.mu.RLock()
	defer hooks.mu.RUnlock()
	return *list
}

// OnCalendar registers what is to be done, in the same transaction, when the working-day calendar has a new version.
func OnCalendar(fn func(tx *db.Tx, who access.Person, now *clock.Calendar) error) {
	register(&hooks.calendar, fn)
}

// OnMove registers what is to be done, in the same transaction, when a unit has moved in the tree: every path that
// begins with from now begins with to.
func OnMove(fn func(tx *db.Tx, who access.Person, from, to access.Path) error) {
	register(&hooks.moved, fn)
}

// FollowMoves lets the paths of units in columns follow a unit that moves in the tree; see [access.MovePaths].
func FollowMoves(columns ...string) {
	OnMove(func(tx *db.Tx, _ access.Person, from, to access.Path) error {
		return access.MovePaths(tx, from, to, columns...)
	})
}

// OnLeave registers what is to be done, in the same transaction, when somebody has left.
func OnLeave(fn func(tx *db.Tx, who access.Person, person string) error) { register(&hooks.left, fn) }

// OnSetting registers what is to be done, in the same transaction, when a setting has another value.
func OnSetting(fn func(tx *db.Tx, who access.Person, key string) error) {
	register(&hooks.setting, fn)
}

// OnImpact registers a count of what hangs on a unit, person, place or category in a room above.
func OnImpact(fn func(tx *db.Tx, kind, code string) ([]Weight, error)) { register(&hooks.impact, fn) }

// Kinds of what can be deactivated.
const (
	KindUnit     = "unit"
	KindPerson   = "person"
	KindPlace    = "place"
	KindCategory = "category"
	KindCheck    = "check"
)

// Weight is a number of things that hang on something; Key names them in the catalogue.
type Weight struct {
	Key string
	N   int
}

// Impact counts what hangs on a unit, person, place or category, so that whoever deactivates it knows. Zero counts are
// left out.
func Impact(tx *db.Tx, kind, code string) ([]Weight, error) {
	var out []Weight
	for _, q := range impactQueries[kind] {
		args := make([]any, q.args)
		for i := range args {
			args[i] = code
		}
		n, err := db.One[int](tx, q.sql, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, Weight{q.key, n})
	}
	for _, fn := range registered(&hooks.impact) {
		more, err := fn(tx, kind, code)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	keep := out[:0]
	for _, w := range out {
		if w.N > 0 {
			keep = append(keep, w)
		}
	}
	return keep, nil
}

// Total is the sum of the counts.
func Total(weights []Weight) int {
	n := 0
	for _, w := range weights {
		n += w.N
	}
	return n
}

var impactQueries = map[string][]struct {
	key  string
	sql  string
	args int
}{
	KindUnit: {
		{"org.impact.units", `SELECT COUNT(*) FROM org_unit WHERE parent = $1 AND active = 1`, 1},
		{"org.impact.people", `SELECT COUNT(*) FROM org_person WHERE unit = $1 AND status <> 'left'`, 1},
		{"org.impact.places", `SELECT COUNT(*) FROM org_place WHERE unit = $1 AND active = 1`, 1},
		{"org.impact.grants", `SELECT COUNT(*) FROM org_grant WHERE unit = $1`, 1},
		{"org.impact.categories", `SELECT COUNT(*) FROM org_category WHERE active = 1 AND (lead = $1 OR ',' || co || ',' LIKE '%,' || $2 || ',%')`, 2},
		{"org.impact.rules", `SELECT COUNT(*) FROM org_rule WHERE active = 1 AND (lead = $1 OR ',' || co || ',' LIKE '%,' || $2 || ',%')`, 2},
	},
	KindPerson: {
		{"org.impact.grants", `SELECT COUNT(*) FROM org_grant WHERE person = $1`, 1},
		{"org.impact.roster", `SELECT COUNT(*) FROM org_roster WHERE person = $1`, 1},
	},
	KindPlace: {
		{"org.impact.places", `SELECT COUNT(*) FROM org_place WHERE parent = $1 AND active = 1`, 1},
		{"org.impact.rules", `SELECT COUNT(*) FROM org_rule WHERE place = $1 AND active = 1`, 1},
	},
	KindCategory: {
		{"org.impact.categories", `SELECT COUNT(*) FROM org_category WHERE parent = $1 AND active = 1`, 1},
		{"org.impact.rules", `SELECT COUNT(*) FROM org_rule WHERE category = $1 AND active = 1`, 1},
	},
}
