package catalogue

import (
	"fmt"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
)

// UnitOfPlace as a lead means: the unit to which the place belongs.
const UnitOfPlace = "@unit"

// Restricted classes of categories. A crisis makes no record at all, only a count.
const (
	RestrictDiscipline = "discipline"
	RestrictHealth     = "health"
	RestrictAid        = "aid"
	RestrictCrisis     = "crisis"
)

// Category is a topic of the two-level taxonomy.
type Category struct {
	Code       string
	Parent     string // empty on the first level
	NameZh     string
	NameEn     string
	Lead       string // unit code, UnitOfPlace, or empty: the triager decides
	Co         List
	Class      clock.Class
	FirstMins  int    // first response, in minutes on the wall clock
	FirstDays  int    // or in working days
	LimitMins  int    // answer or quick fix, in minutes on the wall clock
	LimitDays  int    // or in working days
	LevelHint  string // "n" real name is usual, "c" confidential is suggested, "r" restricted routing
	Restricted string
	Keywords   List // words that suggest the topic before anything is learnt
	Active     bool
	Sort       int
	Version    int64
}

// Name is the topic's name in the reader's language.
func (c Category) Name(l lang.Lang) string { return Pick(l, c.NameZh, c.NameEn) }

// First is the time for the first response.
func (c Category) First() Term { return Term{c.FirstMins, c.FirstDays} }

// Limit is the time for the answer or the quick fix.
func (c Category) Limit() Term { return Term{c.LimitMins, c.LimitDays} }

// Term is a time limit: minutes on the wall clock, or working days. The zero Term is no limit.
type Term struct{ Minutes, Days int }

// Zero reports whether there is no limit.
func (t Term) Zero() bool { return t == Term{} }

// Hours is the limit on the wall clock.
func (t Term) Hours() time.Duration { return time.Duration(t.Minutes) * time.Minute }

// Due is when the term that starts at start ends, and whether the calendar of that time is provisional.
func (t Term) Due(cal *clock.Calendar, start time.Time) (due time.Time, provisional bool) {
	if t.Days > 0 {
		return cal.DueAfterWorkingDays(start, t.Days)
	}
	return start.Add(t.Hours()), false
}

// Say puts the term into words: "15 minutes", "4 hours", "3 working days".
func (t Term) Say(l lang.Lang) string {
	switch {
	case t.Days > 0:
		return l.T("org.term.days", t.Days)
	case t.Minutes == 0:
		return l.T("org.term.none")
	case t.Minutes%60 == 0:
		return l.T("org.term.hours", t.Minutes/60)
	}
	return l.T("org.term.minutes", t.Minutes)
}

// ClassTerms gives the ceiling of a time class for the first response and for the answer: danger to life or property 1 and 2
// hours, supply of water, power, heat and food 4 and 24 hours, ordinary topics 1 and 7 working days, difficult ones 1
// and 15.
func ClassTerms(c clock.Class) (first, limit Term) {
	switch c {
	case clock.T2H:
		return Term{60, 0}, Term{120, 0}
	case clock.T24H:
		return Term{240, 0}, Term{1440, 0}
	case clock.T15D:
		return Term{0, 1}, Term{0, 15}
	}
	return Term{0, 1}, Term{0, 7}
}

// Rule is one line of the responsibility catalogue. An empty category stands for every topic, an empty place for every
// place; a category of the first level covers those below it, a place those inside it.
type Rule struct {
	ID       string
	Category string
	Place    string
	Lead     string
	Co       List
	Class    clock.Class // empty: the category's
	Version  int
	Basis    string
	Active   bool
	Since    clock.Millis
	MadeBy   string
}

// Proposal is what the catalogue says about a topic at a place.
type Proposal struct {
	Category   string
	Place      string
	Lead       string // empty: the catalogue does not know, a person decides
	Co         []string
	Class      clock.Class
	First      Term
	Limit      Term
	Restricted string
	LevelHint  string
	Rule       string // id of the rule, empty where the taxonomy itself proposed
	Version    int
	Basis      string
}

// Catalogue is taxonomy and responsibility rules at one moment.
type Catalogue struct {
	list  []Category // first level before what is below it
	cats  map[string]Category
	rules map[[2]string]Rule
	words map[rune][]keyword // by their first characters
}

// New makes a catalogue of all topics and rules.
func New(cats []Category, rules []Rule) *Catalogue {
	c := &Catalogue{cats: map[string]Category{}, rules: map[[2]string]Rule{}}
	below := map[string][]Category{}
	for _, k := range cats {
		c.cats[k.Code] = k
		below[k.Parent] = append(below[k.Parent], k)
	}
	for _, k := range below[""] {
		c.list = append(c.list, k)
		c.list = append(c.list, below[k.Code]...)
	}
	c.words = index(c.list)
	for _, r := range rules {
		if r.Active {
			c.rules[[2]string{r.Category, r.Place}] = r
		}
	}
	return c
}

// Categories lists all topics, each first level followed by its second level.
func (c *Catalogue) Categories() []Category { return c.list }

// Category finds a topic by its code.
func (c *Catalogue) Category(code string) (Category, bool) {
	k, ok := c.cats[code]
	return k, ok
}

// Name is the topic's name with its first level before it, or the code where there is none.
func (c *Catalogue) Name(code string, l lang.Lang) string {
	k, ok := c.cats[code]
	if !ok {
		return code
	}
	if p, ok := c.cats[k.Parent]; ok {
		return fmt.Sprintf("%s · %s", p.Name(l), k.Name(l))
	}
	return k.Name(l)
}

// Propose finds who is responsible for a topic at a place. places is the place and what is around it, nearest first;
// unit is the unit of the place. The most specific rule wins: first by category (the topic itself, its first level, any),
// then by place (the place itself, outwards, any). Without a rule the taxonomy's own lead is proposed.
func (c *Catalogue) Propose(category string, places []string, unit string) Proposal {
	k := c.cats[category]
	up := c.cats[k.Parent]
	p := Proposal{Category: category, Lead: k.Lead, Co: k.Co.Codes(), Class: k.Class, Restricted: k.Restricted, LevelHint: k.LevelHint}
	if len(places) > 0 {
		p.Place = places[0]
	}
	if p.Lead == "" && len(p.Co) == 0 {
		p.Lead, p.Co = up.Lead, up.Co.Codes()
	}
	if p.Class == "" {
		p.Class = up.Class
	}
	if p.Class == "" {
		p.Class = clock.T7D
	}
	if p.Restricted == "" {
		p.Restricted = up.Restricted
	}
	p.First, p.Limit = k.First(), k.Limit()
	if r, ok := c.rule(k, places); ok {
		p.Lead, p.Co, p.Rule, p.Version, p.Basis = r.Lead, r.Co.Codes(), r.ID, r.Version, r.Basis
		if r.Class != "" && r.Class != p.Class {
			p.Class, p.First, p.Limit = r.Class, Term{}, Term{}
		}
	}
	first, limit := ClassTerms(p.Class)
	if p.First.Zero() {
		p.First = first
	}
	if p.Limit.Zero() {
		p.Limit = limit
	}
	if p.Lead == UnitOfPlace {
		p.Lead = unit
	}
	return p
}

func (c *Catalogue) rule(k Category, places []string) (Rule, bool) {
	for _, cat := range []string{k.Code, k.Parent, ""} {
		for _, place := range places {
			if r, ok := c.rules[[2]string{cat, place}]; ok && place != "" {
				return r, true
			}
		}
		if r, ok := c.rules[[2]string{cat, ""}]; ok {
			return r, true
		}
		if cat == "" {
			break
		}
	}
	return Rule{}, false
}

// List is codes joined by commas, as stored.
type List string

// ListOf joins codes, leaving out empty ones and repeats.
func ListOf(codes ...string) List {
	var keep []string
	seen := map[string]bool{}
	for _, c := range codes {
		c = strings.TrimSpace(c)
		if c != "" && !seen[c] {
			seen[c] = true
			keep = append(keep, c)
		}
	}
	return List(strings.Join(keep, ","))
}

// Codes splits the list.
func (l List) Codes() []string {
	if l == "" {
		return nil
	}
	return strings.Split(string(l), ",")
}

// Pick is the Chinese or the English text, by the reader's language; the Chinese where there is no English.
func Pick(l lang.Lang, zh, en string) string {
	if l == lang.EN && en != "" {
		return en
	}
	return zh
}
