package org

import (
	"fmt"
	"slices"
	"sync"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/base/org/setting"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Parts of the organisation that are kept in memory; each has a row in org_version.
const (
	partTree      = "tree"
	partCatalogue = "catalogue"
	partSettings  = "settings"
	partCalendar  = "calendar"
	partPlaces    = "places"
)

// stamped keeps the last few loaded values of a part by their stamp. Stamps are random, so that one cache serves any
// number of databases and a rolled back edit is never met again.
type stamped[T any] struct {
	mu   sync.Mutex
	kept map[string]T
}

type partVersion struct {
	N     int64
	Stamp string
}

// versionOf is the version of a part for this transaction. All are read at once, because most transactions need several.
func versionOf(tx *db.Tx, part string) (partVersion, error) {
	if all, ok := tx.Kept(versionsKey{}).(map[string]partVersion); ok {
		return all[part], nil
	}
	rows, err := db.All[struct {
		Part string
		partVersion
	}](tx, `SELECT part, n, stamp FROM org_version`)
	if err != nil {
		return partVersion{}, err
	}
	all := map[string]partVersion{}
	for _, r := range rows {
		all[r.Part] = r.partVersion
	}
	tx.Keep(versionsKey{}, all)
	return all[part], nil
}

type versionsKey struct{}

func (s *stamped[T]) get(tx *db.Tx, part string, load func(version int64) (T, error)) (T, error) {
	var none T
	v, err := versionOf(tx, part)
	if err != nil {
		return none, err
	}
	if v.Stamp == "" {
		return load(0)
	}
	s.mu.Lock()
	got, ok := s.kept[v.Stamp]
	s.mu.Unlock()
	if ok {
		return got, nil
	}
	if got, err = load(v.N); err != nil {
		return none, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil || len(s.kept) >= 16 {
		s.kept = map[string]T{}
	}
	s.kept[v.Stamp] = got
	return got, nil
}

var (
	trees      stamped[*Tree]
	catalogues stamped[*Catalogue]
	settings   stamped[Settings]
	calendars  stamped[*clock.Calendar]
	maps       stamped[*placeMap]
)

// TreeOf gives the tree of units. It is shared: do not change it.
func TreeOf(tx *db.Tx) (*Tree, error) {
	return trees.get(tx, partTree, func(int64) (*Tree, error) {
		units, err := db.All[Unit](tx, `SELECT `+unitColumns+` FROM org_unit`)
		if err != nil {
			return nil, err
		}
		return newTree(units), nil
	})
}

// CatalogueOf gives taxonomy and responsibility catalogue. It is shared: do not change it.
func CatalogueOf(tx *db.Tx) (*Catalogue, error) {
	return catalogues.get(tx, partCatalogue, func(int64) (*Catalogue, error) {
		cats, err := db.All[Category](tx, `SELECT `+categoryColumns+` FROM org_category ORDER BY sort, code`)
		if err != nil {
			return nil, err
		}
		rules, err := db.All[Rule](tx, `SELECT `+ruleColumns+` FROM org_rule WHERE active = 1`)
		if err != nil {
			return nil, err
		}
		return catalogue.New(cats, rules), nil
	})
}

// SettingsOf gives all settings as they hold now.
func SettingsOf(tx *db.Tx) (Settings, error) {
	return settings.get(tx, partSettings, func(int64) (Settings, error) {
		rows, err := db.All[setting.Row](tx, `SELECT key, value, basis, version FROM org_setting`)
		if err != nil {
			return Settings{}, err
		}
		return setting.New(rows), nil
	})
}

// Int is the whole number that the setting holds now.
func Int(tx *db.Tx, key string) (int, error) {
	s, err := SettingsOf(tx)
	if err != nil {
		return 0, err
	}
	return s.Int(key), nil
}

// Ints is the whole numbers that the setting holds now.
func Ints(tx *db.Tx, key string) ([]int, error) {
	s, err := SettingsOf(tx)
	if err != nil {
		return nil, err
	}
	return s.Ints(key), nil
}

// Text is what the setting holds now.
func Text(tx *db.Tx, key string) (string, error) {
	s, err := SettingsOf(tx)
	if err != nil {
		return "", err
	}
	return s.Text(key), nil
}

// Calendar gives the working-day calendar that holds now; its Version grows with every import and every change of the
// office hours. A year that is not in the database is the shipped one. It is shared: do not change it.
func Calendar(tx *db.Tx) (*clock.Calendar, error) {
	return calendars.get(tx, partCalendar, func(n int64) (*clock.Calendar, error) { return loadCalendar(tx, n) })
}

func loadCalendar(tx *db.Tx, n int64) (*clock.Calendar, error) {
	rows, err := CalendarYears(tx)
	if err != nil {
		return nil, err
	}
	s, err := SettingsOf(tx)
	if err != nil {
		return nil, err
	}
	if n == 0 && len(rows) == 0 {
		return clock.ShippedCalendar("cal-0", tx.Zone(), s.TimeOfDay(OfficeEnd)), nil
	}
	years := clock.Shipped() // an imported year takes the place of the shipped one, the others stay
	for _, r := range rows {
		y, err := clock.ParseHolidayCN([]byte(r.Data))
		if err != nil {
			return nil, err
		}
		years = append(slices.DeleteFunc(years, func(x clock.Year) bool { return x.Year == y.Year }), y)
	}
	return clock.NewCalendar(fmt.Sprintf("cal-%d", n), years, tx.Zone(), s.TimeOfDay(OfficeEnd)), nil
}

// UnitByCode finds a unit: NotFound "org.unit.unknown" where there is none.
func UnitByCode(tx *db.Tx, code string) (Unit, error) {
	return one[Unit](tx, "org.unit.unknown", code, `SELECT `+unitColumns+` FROM org_unit WHERE code = $1`)
}

// PlaceByCode finds a place: NotFound "org.place.unknown" where there is none. The code may be written in small or
// full-width letters.
func PlaceByCode(tx *db.Tx, code string) (Place, error) {
	m, err := placesOf(tx)
	if err != nil {
		return Place{}, err
	}
	p, ok := m.byCode[NormalCode(code)]
	if !ok {
		return p, fault.New(fault.NotFound, "org.place.unknown", NormalCode(code))
	}
	return p, nil
}

// placeMap is all places.
type placeMap struct {
	byCode map[string]Place
	sorted []Place
}

func placesOf(tx *db.Tx) (*placeMap, error) {
	return maps.get(tx, partPlaces, func(int64) (*placeMap, error) {
		all, err := db.All[Place](tx, `SELECT `+placeColumns+` FROM org_place ORDER BY sort, code`)
		if err != nil {
			return nil, err
		}
		m := &placeMap{byCode: map[string]Place{}, sorted: all}
		for _, p := range all {
			m.byCode[p.Code] = p
		}
		return m, nil
	})
}

// PersonByID finds somebody: NotFound "org.person.unknown" where there is none.
func PersonByID(tx *db.Tx, id string) (Person, error) {
	return one[Person](tx, "org.person.unknown", id, `SELECT `+personColumns+` FROM org_person WHERE id = $1`)
}

// PersonByNo finds somebody by the employee number: NotFound "org.person.unknown" where there is none.
func PersonByNo(tx *db.Tx, no string) (Person, error) {
	return one[Person](tx, "org.person.unknown", no, `SELECT `+personColumns+` FROM org_person WHERE employee_no = $1`)
}

// CategoryByCode finds a topic: NotFound "org.category.unknown" where there is none.
func CategoryByCode(tx *db.Tx, code string) (Category, error) {
	c, err := CatalogueOf(tx)
	if err != nil {
		return Category{}, err
	}
	k, ok := c.Category(code)
	if !ok {
		return k, fault.New(fault.NotFound, "org.category.unknown", code)
	}
	return k, nil
}

// CategoryTree lists the topics, each first level followed by its second level.
func CategoryTree(tx *db.Tx) ([]Category, error) {
	c, err := CatalogueOf(tx)
	if err != nil {
		return nil, err
	}
	return c.Categories(), nil
}

func one[T any](tx *db.Tx, key, arg, query string) (T, error) {
	got, err := db.Maybe[T](tx, query, arg)
	if err != nil || got == nil {
		var none T
		if err == nil {
			err = fault.New(fault.NotFound, key, arg)
		}
		return none, err
	}
	return *got, nil
}

// PlaceChain is the place and what is around it, nearest first; empty for an unknown code.
func PlaceChain(tx *db.Tx, code string) ([]Place, error) {
	m, err := placesOf(tx)
	if err != nil {
		return nil, err
	}
	return ChainIn(m.byCode, code), nil
}

// ChainIn is [PlaceChain] among the places given by code.
func ChainIn(places map[string]Place, code string) []Place {
	var chain []Place
	for len(chain) <= 16 {
		p, ok := places[code]
		if !ok {
			break
		}
		chain = append(chain, p)
		code = p.Parent
	}
	return chain
}

// Generalise gives the smallest place, the given one or one around it, that enough people use for a voice from there to
// hide among them (setting place.users, never under 20). The empty code means: the whole organisation.
func Generalise(tx *db.Tx, place string) (string, error) {
	if place == "" {
		return "", nil
	}
	chain, err := PlaceChain(tx, place)
	if err != nil {
		return "", err
	}
	n, err := Int(tx, PlaceUsers)
	if err != nil {
		return "", err
	}
	p, _ := smallest(chain, n)
	return p.Code, nil
}

// Propose asks the responsibility catalogue who is to lead, help and how fast for a topic at a place; either may be empty.
func Propose(tx *db.Tx, category, place string) (Proposal, error) {
	c, err := CatalogueOf(tx)
	if err != nil {
		return Proposal{}, err
	}
	var codes []string
	unit := ""
	if place != "" {
		chain, err := PlaceChain(tx, place)
		if err != nil {
			return Proposal{}, err
		}
		for i, p := range chain {
			if i == 0 {
				unit = p.Unit
			}
			codes = append(codes, p.Code)
		}
	}
	return c.Propose(category, codes, unit), nil
}

// Holders lists the people at work who hold the role for the unit: in it or in a unit above, nearest first.
func Holders(tx *db.Tx, role access.Role, unit string) ([]Person, error) {
	tree, err := TreeOf(tx)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, u := range tree.Chain(unit) {
		codes = append(codes, u.Code)
	}
	if len(codes) == 0 {
		return nil, nil
	}
	in, args := db.In("g.unit", codes, 2)
	return db.All[Person](tx, `SELECT `+personColumnsOf("p")+` FROM org_grant g JOIN org_person p ON p.id = g.person
		WHERE g.role = $1 AND `+in+` AND p.status = 'active' ORDER BY LENGTH(g.path) DESC, g.since, p.id`,
		append([]any{string(role)}, args...)...)
}

// HeadOf is the head who answers for a unit: the department head granted nearest to it. NotFound "org.head.none" where
// there is none.
func HeadOf(tx *db.Tx, unit string) (Person, error) {
	people, err := Holders(tx, access.DeptHead, unit)
	if err != nil {
		return Person{}, err
	}
	if len(people) == 0 {
		return Person{}, fault.New(fault.NotFound, "org.head.none", unit)
	}
	return people[0], nil
}

// GrantsOf lists the roles of a person.
func GrantsOf(tx *db.Tx, person string) ([]Grant, error) {
	return db.All[Grant](tx, `SELECT person, role, unit, path, since, granted_by FROM org_grant WHERE person = $1 ORDER BY role, unit`, person)
}

// Actor gives the person with his roles, as permission knows him. Forbidden "org.person.left" for who is no longer here.
func Actor(tx *db.Tx, id string) (access.Person, error) {
	p, err := PersonByID(tx, id)
	if err != nil {
		return access.Person{}, err
	}
	if p.Status == Left {
		return access.Person{}, fault.New(fault.Forbidden, "org.person.left")
	}
	a := access.Person{Kind: access.Account, ID: p.ID, Name: p.Name, Unit: p.Unit, Path: p.Path, Lang: p.Lang}
	grants, err := GrantsOf(tx, id)
	if err != nil {
		return access.Person{}, err
	}
	for _, g := range grants {
		a.Grants = append(a.Grants, access.Grant{Role: g.Role, Unit: g.Unit, Path: g.Path})
	}
	return a, nil
}

// RosterEntry is one place in a duty roster.
type RosterEntry struct {
	Kind     string
	Position int
	Person
}

// Roster lists the people of a duty roster (hazard, food, crisis) who are at work, in the order in which they are called.
func Roster(tx *db.Tx, kind string) ([]RosterEntry, error) {
	return db.All[RosterEntry](tx, `SELECT r.kind, r.position, `+personColumnsOf("p")+` FROM org_roster r JOIN org_person p ON p.id = r.person
		WHERE r.kind = $1 AND p.status = 'active' ORDER BY r.position`, kind)
}

// CalendarYear is one year of the working-day calendar.
type CalendarYear struct {
	Year        int
	Version     int
	Data        string
	Source      string
	Provisional bool
	ImportedAt  clock.Millis
}

// CalendarYears lists the years in the database.
func CalendarYears(tx *db.Tx) ([]CalendarYear, error) {
	return db.All[CalendarYear](tx, `SELECT year, version, data, source, provisional, imported_at FROM org_calendar ORDER BY year`)
}

// CheckItems lists the active check items of a kind of place, those for any place too.
func CheckItems(tx *db.Tx, placeKind string) ([]CheckItem, error) {
	return db.All[CheckItem](tx, `SELECT `+checkColumns+` FROM org_check_item WHERE place_kind IN ($1, 'any') AND active = 1 ORDER BY sort, code`, placeKind)
}

// AllCheckItems lists every check item.
func AllCheckItems(tx *db.Tx) ([]CheckItem, error) {
	return db.All[CheckItem](tx, `SELECT `+checkColumns+` FROM org_check_item ORDER BY sort, code`)
}

// CheckItemByCode finds a check item: NotFound "org.check.unknown" where there is none.
func CheckItemByCode(tx *db.Tx, code string) (CheckItem, error) {
	return one[CheckItem](tx, "org.check.unknown", code, `SELECT `+checkColumns+` FROM org_check_item WHERE code = $1`)
}
