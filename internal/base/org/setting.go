package org

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// Keys of the settings. What each means is in the catalogue under "org.setting.key.<key with _ for .>", its default and the basis of that
// default in data/settings.csv.
const (
	OfficeEnd       = "office.end"        // time of day at which a working day ends
	IntakeDays      = "intake.days"       // voice is taken in or refused
	AnswerDays      = "answer.days"       // first substantive answer where no category says otherwise
	SignDays        = "sign.days"         // assignment is signed, else it signs itself
	AdjudicateDays  = "adjudicate.days"   // supervisor decides after the second return
	ReturnsMax      = "return.max"        // returns before adjudication
	PlanDays        = "plan.days"         // plan after registration
	MilestoneDays   = "plan.milestone"    // longest stretch of a plan without a milestone, in days
	FundsLimit      = "plan.funds.limit"  // money from which a matter is of class funds, in yuan
	ExtensionMax    = "extension.max"     // extensions by the supervisor; the next is the sponsor leader's
	ExtensionDecide = "extension.decide"  // decision on an extension, working days
	ObjectionDays   = "objection.days"    // objection against a rejection or "not fixed" after closing, days
	AcceptDays      = "accept.days"       // window of an acceptance, days
	AcceptSample    = "accept.sample"     // people of the place who are invited besides the submitters
	AcceptReopen    = "accept.reopen"     // share of "not solved" that reopens, percent
	ShowFrom        = "show.from"         // answers from which on an aggregate is shown
	PlaceUsers      = "place.users"       // people behind the most exact place that is kept of an anonymous voice
	LookBackDays    = "lookback.days"     // look-backs after closing, days
	RelapseDays     = "relapse.days"      // days in which a closed matter can relapse
	BlueDays        = "light.blue.days"   // blue light, working days left
	BlueShare       = "light.blue.share"  // blue light, share of the time left, percent
	StaleDays       = "light.stale.days"  // days without progress that make a matter yellow
	BoardStale      = "board.stale.days"  // days without activity after which the board says so
	VoiceLength     = "voice.length"      // characters of a voice
	VoicePhotos     = "voice.photos"      // photos of a voice
	SupportDays     = "support.days"      // days in which an equal voice counts to the same problem
	ClusterSize     = "cluster.size"      // equal voices at a place that suggest a matter
	HazardMinutes   = "hazard.minutes"    // next person of the duty roster is called
	RetaliateHours  = "retaliation.hours" // report of retaliation is taken up
	CrisisLine      = "crisis.line"       // telephone of psychological help
	CrisisName      = "crisis.name"       // whose telephone that is
	EmergencyLine   = "emergency.line"    // the plant's own telephone for danger
	SiteName        = "site.name"         // name of the organisation on pages and posters
	SiteNameEn      = "site.name.en"
	SiteURL         = "site.url" // address under which employees reach the program, for posters

	LoginPasswordMin     = "login.password.min"     // fewest characters of a password
	LoginPasswordClasses = "login.password.classes" // kinds of characters in a password, 0 = any
	LoginPasswordDays    = "login.password.days"    // days after which a password has to be changed, 0 = never
	LoginIdleMinutes     = "login.idle.minutes"     // unused session of somebody with a role
	LoginStaffHours      = "login.staff.hours"      // longest session of somebody with a role
	LoginEmployeeDays    = "login.employee.days"    // longest session of an employee
	LoginStartHours      = "login.start.hours"      // a start code is good
	LoginSlowAfter       = "login.slow.after"       // failures after which tries are slowed
	LoginSlowMinutes     = "login.slow.minutes"     // longest delay between tries
)

// Spec is what is known of a setting before anybody changes it.
type Spec struct {
	Key     string
	Type    string // int, ints, time, text, url
	Default string
	Min     int // int and ints
	Max     int // int and ints; text: most characters
	Unit    string
	Policy  bool // decides about people's rights: for the security administrator, not the system administrator
	BasisZh string
	BasisEn string
}

//go:embed data/settings.csv
var settingsCSV string

var specs, specOf = func() ([]Spec, map[string]Spec) {
	var list []Spec
	m := map[string]Spec{}
	for _, r := range catalogue.Table(settingsCSV, 9) {
		s := Spec{Key: r[0], Type: r[1], Default: r[2], Min: catalogue.Number(r[3]), Max: catalogue.Number(r[4]), Unit: r[5], Policy: r[6] == "1", BasisZh: r[7], BasisEn: r[8]}
		list = append(list, s)
		m[s.Key] = s
	}
	return list, m
}()

// Specs lists all settings in the order in which the page shows them.
func Specs() []Spec { return slices.Clone(specs) }

// Basis is where the default comes from, in the reader's language.
func (s Spec) Basis(l lang.Lang) string { return catalogue.Pick(l, s.BasisZh, s.BasisEn) }

var clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// check says whether value may be set: nil, or an Invalid fault at the field "value".
func (s Spec) check(value string) error {
	switch s.Type {
	case "int", "ints":
		parts := []string{value}
		if s.Type == "ints" {
			parts = strings.Split(value, ",")
		}
		for _, p := range parts {
			n, err := strconv.Atoi(strings.TrimSpace(p))
			if err != nil {
				return fault.Field("value", "org.setting.number", value)
			}
			if n < s.Min || n > s.Max {
				return fault.Field("value", "org.setting.range", n, s.Min, s.Max)
			}
		}
	case "time":
		if !clockTime.MatchString(value) {
			return fault.Field("value", "org.setting.time", value)
		}
	case "url":
		if value != "" && !strings.HasPrefix(value, "http://") && !strings.HasPrefix(value, "https://") {
			return fault.Field("value", "org.setting.url", value)
		}
		fallthrough
	default:
		if n := len([]rune(value)); n > s.Max {
			return fault.Field("value", "org.text.long", n, s.Max)
		}
	}
	return nil
}

// Value is a setting as it holds now.
type Value struct {
	Spec
	Value   string
	Own     string // basis that the organisation wrote, or empty
	Version int64  // 0: the default holds
}

// Settings are all settings at one moment.
type Settings struct{ values map[string]Value }

func newSettings(rows []settingRow) Settings {
	s := Settings{values: map[string]Value{}}
	for _, spec := range specs {
		s.values[spec.Key] = Value{Spec: spec, Value: spec.Default}
	}
	for _, r := range rows {
		if v, ok := s.values[r.Key]; ok {
			v.Value, v.Own, v.Version = r.Value, r.Basis, r.Version
			s.values[r.Key] = v
		}
	}
	return s
}

// Get is the setting with that key. An unknown key is a mistake in the program and panics.
func (s Settings) Get(key string) Value {
	v, ok := s.values[key]
	if !ok {
		panic("org: no such setting: " + key)
	}
	return v
}

// Int is a whole number: days, people, percent, as the setting says.
func (s Settings) Int(key string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(s.Get(key).Value)) // checked when set
	return n
}

// Ints is several whole numbers in the order given.
func (s Settings) Ints(key string) []int {
	var out []int
	for _, p := range strings.Split(s.Get(key).Value, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(p)); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// Text is the setting as it is written.
func (s Settings) Text(key string) string { return s.Get(key).Value }

// TimeOfDay is the time since midnight.
func (s Settings) TimeOfDay(key string) time.Duration {
	t, err := time.Parse("15:04", s.Get(key).Value)
	if err != nil {
		return 0 // checked when set
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// Basis is what the value rests on: the organisation's own words, else those of the default.
func (s Settings) Basis(key string, l lang.Lang) string {
	v := s.Get(key)
	if v.Own != "" {
		return v.Own
	}
	return v.Spec.Basis(l)
}

// All lists every setting in the order in which the page shows them.
func (s Settings) All() []Value {
	var out []Value
	for _, spec := range specs {
		out = append(out, s.values[spec.Key])
	}
	return out
}
