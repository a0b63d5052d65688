package org

import (
	"encoding/json"
	"fmt"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org/setting"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// SaveCategory adds a topic (Version 0) or changes one.
type SaveCategory struct {
	Code       string      `json:"code"`
	Parent     string      `json:"parent,omitempty"`
	NameZh     string      `json:"name_zh"`
	NameEn     string      `json:"name_en,omitempty"`
	Lead       string      `json:"lead,omitempty"`
	Co         []string    `json:"co,omitempty"`
	Class      clock.Class `json:"class,omitempty"`
	FirstMins  int         `json:"first_mins,omitempty"`
	FirstDays  int         `json:"first_days,omitempty"`
	LimitMins  int         `json:"limit_mins,omitempty"`
	LimitDays  int         `json:"limit_days,omitempty"`
	LevelHint  string      `json:"level_hint,omitempty"`
	Restricted string      `json:"restricted,omitempty"`
	Keywords   []string    `json:"keywords,omitempty"`
	Sort       int         `json:"sort,omitempty"`
	Version    int64       `json:"version"`
}

// Do saves the topic.
func (in SaveCategory) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: KindCategory, ID: in.Code}); err != nil {
		return err
	}
	cat, err := CatalogueOf(tx)
	if err != nil {
		return err
	}
	tree, err := TreeOf(tx)
	if err != nil {
		return err
	}
	var f fault.Form
	in.Code = code(&f, "code", in.Code)
	old, exists := cat.Category(in.Code)
	if exists && in.Version == 0 {
		f.Add("code", "org.code.taken", in.Code)
	}
	if !exists && in.Version != 0 {
		return fault.New(fault.NotFound, "org.category.unknown", in.Code)
	}
	if p, ok := cat.Category(in.Parent); in.Parent != "" && (!ok || p.Parent != "" || in.Parent == in.Code) {
		f.Add("parent", "org.category.parent")
	}
	c := Category{Code: in.Code, Parent: in.Parent, NameZh: name(&f, "name_zh", in.NameZh, maxName, true),
		NameEn: name(&f, "name_en", in.NameEn, 2*maxName, false), Lead: in.Lead, Co: ListOf(in.Co...), Class: in.Class,
		FirstMins: in.FirstMins, FirstDays: in.FirstDays, LimitMins: in.LimitMins, LimitDays: in.LimitDays, LevelHint: in.LevelHint,
		Restricted: in.Restricted, Keywords: ListOf(in.Keywords...), Active: !exists || old.Active, Sort: in.Sort, Version: in.Version}
	if c.LevelHint == "" {
		c.LevelHint = "n"
	}
	if !slices.Contains([]string{"n", "c", "r"}, c.LevelHint) {
		f.Add("level_hint", "org.category.level")
	}
	if c.Restricted != "" && !slices.Contains([]string{RestrictDiscipline, RestrictHealth, RestrictAid, RestrictCrisis}, c.Restricted) {
		f.Add("restricted", "org.category.restricted")
	}
	if min(c.FirstMins, c.FirstDays, c.LimitMins, c.LimitDays) < 0 || c.FirstMins > 0 && c.FirstDays > 0 || c.LimitMins > 0 && c.LimitDays > 0 {
		f.Add("limit_days", "org.category.term")
	}
	checkLead(&f, tree, c.Lead, c.Co, c.Class, false)
	if err := f.Err(); err != nil {
		return err
	}
	what := "category_added"
	if exists {
		what = "category_changed"
		err = updateCategory(tx, c)
	} else {
		err = insertCategories(tx, c)
	}
	if err != nil {
		return err
	}
	if err := touch(tx, partCatalogue); err != nil {
		return err
	}
	return record(tx, who, what, KindCategory, c.Code, in)
}

// checkLead checks who is to lead and help and how fast.
func checkLead(f *fault.Form, tree *Tree, lead string, co List, class clock.Class, required bool) {
	known := func(u string) bool {
		unit, ok := tree.Get(u)
		return u == UnitOfPlace || ok && unit.Active
	}
	if lead == "" && required || lead != "" && !known(lead) {
		f.Add("lead", "org.unit.unknown", lead)
	}
	for _, c := range co.Codes() {
		if !known(c) {
			f.Add("co", "org.unit.unknown", c)
		}
		if c == lead {
			f.Add("co", "org.rule.co_leads")
		}
	}
	if class != "" && !class.Valid() {
		f.Add("class", "org.class.unknown", string(class))
	}
}

// SetRule writes a line of the responsibility catalogue. An old line for the same pair stays as an earlier version.
type SetRule struct {
	Category string      `json:"category,omitempty"` // empty: every topic
	Place    string      `json:"place,omitempty"`    // empty: every place
	Lead     string      `json:"lead"`
	Co       []string    `json:"co,omitempty"`
	Class    clock.Class `json:"class,omitempty"`
	Basis    string      `json:"basis"`
	Version  int         `json:"version"` // of the line that is replaced; 0: there is none
}

// Do writes the line and returns its id.
func (in SetRule) Do(tx *db.Tx, who access.Person) (string, error) {
	thing := access.Thing{Kind: "rule", ID: in.Category + "×" + in.Place}
	if err := who.May(tx, access.OrgRule, thing); err != nil {
		return "", err
	}
	cat, err := CatalogueOf(tx)
	if err != nil {
		return "", err
	}
	tree, err := TreeOf(tx)
	if err != nil {
		return "", err
	}
	var f fault.Form
	if in.Category != "" {
		if _, ok := cat.Category(in.Category); !ok {
			f.Add("category", "org.category.unknown", in.Category)
		}
	}
	if in.Place != "" {
		p, err := PlaceByCode(tx, in.Place)
		if err != nil {
			f.Add("place", "org.place.unknown", in.Place)
		} else {
			in.Place = p.Code
		}
	}
	if in.Category == "" && in.Place == "" {
		f.Add("category", "org.rule.everything")
	}
	in.Basis = name(&f, "basis", in.Basis, maxNote, true)
	checkLead(&f, tree, in.Lead, ListOf(in.Co...), in.Class, true)
	if err := f.Err(); err != nil {
		return "", err
	}
	last, err := retire(tx, in.Category, in.Place, in.Version)
	if err != nil {
		return "", err
	}
	r := Rule{ID: id.V7(tx.Now), Category: in.Category, Place: in.Place, Lead: in.Lead, Co: ListOf(in.Co...), Class: in.Class,
		Version: last + 1, Basis: in.Basis, Active: true, Since: tx.Millis(), MadeBy: who.ID}
	if err := insertRule(tx, r); db.IsUnique(err) {
		return "", fault.New(fault.Conflict, "org.changed") // somebody wrote the same line meanwhile
	} else if err != nil {
		return "", err
	}
	if err := touch(tx, partCatalogue); err != nil {
		return "", err
	}
	return r.ID, record(tx, who, "rule_set", "rule", r.ID, in)
}

// retire ends the active line of a pair, which must have the expected version (0: none), and returns the highest version
// that the pair ever had.
func retire(tx *db.Tx, category, place string, expected int) (int, error) {
	rules, err := db.All[Rule](tx, `SELECT `+ruleColumns+` FROM org_rule WHERE category = $1 AND place = $2 ORDER BY version`+tx.ForUpdate(), category, place)
	if err != nil {
		return 0, err
	}
	last, active := 0, 0
	for _, r := range rules {
		last = r.Version
		if r.Active {
			active = r.Version
		}
	}
	if active != expected {
		return 0, fault.New(fault.Conflict, "org.changed")
	}
	for _, r := range rules {
		if r.Active {
			if err := retireRule(tx, r.ID); err != nil {
				return 0, err
			}
		}
	}
	return last, nil
}

// DropRule ends a line of the responsibility catalogue; the less specific one holds again.
type DropRule struct {
	Category string `json:"category,omitempty"`
	Place    string `json:"place,omitempty"`
	Version  int    `json:"version"`
}

// Do ends the line.
func (in DropRule) Do(tx *db.Tx, who access.Person) error {
	thing := access.Thing{Kind: "rule", ID: in.Category + "×" + in.Place}
	if err := who.May(tx, access.OrgRule, thing); err != nil {
		return err
	}
	if in.Version == 0 {
		return fault.New(fault.NotFound, "org.rule.none")
	}
	if _, err := retire(tx, in.Category, in.Place, in.Version); err != nil {
		return err
	}
	if err := touch(tx, partCatalogue); err != nil {
		return err
	}
	return record(tx, who, "rule_dropped", "rule", thing.ID, in)
}

// Rules lists the responsibility catalogue, ended lines too when all is set.
func Rules(tx *db.Tx, all bool) ([]Rule, error) {
	q := `SELECT ` + ruleColumns + ` FROM org_rule`
	if !all {
		q += ` WHERE active = 1`
	}
	return db.All[Rule](tx, q+` ORDER BY category, place, version DESC`)
}

// SetSetting changes a setting and writes down why.
type SetSetting struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Basis   string `json:"basis"`
	Version int64  `json:"version"` // 0: the default held so far
}

// Do changes the setting. What decides about people's rights is for the security administrator.
func (in SetSetting) Do(tx *db.Tx, who access.Person) error {
	spec, ok := setting.Find(in.Key)
	action := access.OrgSettings
	if spec.Policy {
		action = access.OrgPolicy
	}
	if err := who.May(tx, action, access.Thing{Kind: "setting", ID: in.Key}); err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "org.setting.unknown", in.Key)
	}
	var f fault.Form
	in.Value = NormalBlank(in.Value)
	in.Basis = name(&f, "basis", in.Basis, maxNote, true)
	if err := f.Join(spec.Check(in.Value)); err != nil {
		return err
	}
	if u, err := UnitByCode(tx, in.Value); spec.Type == "unit" && in.Value != "" && (err != nil || !u.Active) {
		f.Add("value", "org.setting.unit_unknown", in.Value)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := writeSetting(tx, in.Key, in.Value, in.Basis, in.Version); err != nil {
		return err
	}
	if err := touch(tx, partSettings); err != nil {
		return err
	}
	if in.Key == OfficeEnd {
		if err := newCalendar(tx, who); err != nil {
			return err
		}
	}
	for _, fn := range registered(&hooks.setting) {
		if err := fn(tx, who, in.Key); err != nil {
			return err
		}
	}
	return record(tx, who, "setting_changed", "setting", in.Key, in)
}

// ImportCalendar takes a year's holidays and make-up work days, a JSON file of the holiday-cn shape. A year that is already
// there is replaced.
type ImportCalendar struct {
	JSON        []byte `json:"-"`
	Source      string `json:"source"`
	Provisional bool   `json:"provisional,omitempty"` // not yet announced, entered by the company itself
}

// Do stores the year; whoever registered with [OnCalendar] works through the consequences.
func (in ImportCalendar) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: "calendar"}); err != nil {
		return err
	}
	year, err := clock.ParseHolidayCN(in.JSON)
	if err != nil {
		return err
	}
	var f fault.Form
	in.Source = name(&f, "source", in.Source, maxNote, true)
	if err := f.Err(); err != nil {
		return err
	}
	if err := storeYear(tx, year, in.Source, in.Provisional); err != nil {
		return err
	}
	if err := newCalendar(tx, who); err != nil {
		return err
	}
	return record(tx, who, "calendar_imported", "calendar", fmt.Sprint(year.Year), map[string]any{"year": year.Year, "days": len(year.Days), "source": in.Source})
}

func storeYear(tx *db.Tx, y clock.Year, source string, provisional bool) error {
	data, err := json.Marshal(y)
	if err != nil {
		return err
	}
	return writeCalendarYear(tx, CalendarYear{Year: y.Year, Data: string(data), Source: source, Provisional: provisional, ImportedAt: tx.Millis()})
}

// newCalendar gives the calendar its next version and tells who has to know.
func newCalendar(tx *db.Tx, who access.Person) error {
	if err := touch(tx, partCalendar); err != nil {
		return err
	}
	cal, err := Calendar(tx)
	if err != nil {
		return err
	}
	for _, fn := range registered(&hooks.calendar) {
		if err := fn(tx, who, cal); err != nil {
			return err
		}
	}
	return nil
}

// SaveCheckItem adds a check item (Version 0) or changes one.
type SaveCheckItem struct {
	CheckItem
}

// Do saves the check item.
func (in SaveCheckItem) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: KindCheck, ID: in.Code}); err != nil {
		return err
	}
	c := in.CheckItem
	var f fault.Form
	c.Code = code(&f, "code", c.Code)
	c.NameZh = name(&f, "name_zh", c.NameZh, maxName, true)
	c.NameEn = name(&f, "name_en", c.NameEn, 2*maxName, false)
	c.BasisZh = name(&f, "basis_zh", c.BasisZh, maxNote, true)
	c.BasisEn = name(&f, "basis_en", c.BasisEn, maxNote, false)
	if c.PlaceKind != "any" && !slices.Contains(PlaceKinds(), c.PlaceKind) {
		f.Add("place_kind", "org.place.kind.unknown", c.PlaceKind)
	}
	c.Valid(&f)
	if c.Mark == "" {
		c.Mark = "company"
	}
	if err := f.Err(); err != nil {
		return err
	}
	var err error
	if c.Version == 0 {
		c.Active = true
		if got, err := db.Maybe[string](tx, `SELECT code FROM org_check_item WHERE code = $1`, c.Code); err != nil {
			return err
		} else if got != nil {
			return fault.Field("code", "org.code.taken", c.Code)
		}
		err = insertCheckItems(tx, c)
	} else {
		err = updateCheckItem(tx, c)
	}
	if err != nil {
		return err
	}
	return record(tx, who, "check_saved", KindCheck, c.Code, c)
}
