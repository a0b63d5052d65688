package clock

import (
	"embed"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"

	"sanwen/internal/ground/fault"
)

// Year is one year's holidays and make-up work days as one notice announces them. Its JSON is that of the holiday-cn files. The year
// is that of the notice: it may also name days at the end of December before or at the beginning of January after.
type Year struct {
	Year   int       `json:"year"`
	Source string    `json:"source,omitempty"` // who says so, in words
	Papers []string  `json:"papers"`           // addresses of the notices
	Days   []Holiday `json:"days"`
}

// Holiday is a day on which the rule "Monday to Friday" does not hold.
type Holiday struct {
	Name string `json:"name"`
	Date Day    `json:"date"`
	Off  bool   `json:"isOffDay"` // false: a weekend day that is worked
}

//go:embed calendar/*.json
var shippedFiles embed.FS

var shipped = func() []Year {
	names, err := fs.Glob(shippedFiles, "calendar/*.json")
	if err != nil {
		panic(err)
	}
	var years []Year
	for _, name := range names {
		b, err := shippedFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		y, err := ParseHolidayCN(b)
		if err != nil {
			panic(name + ": " + err.Error())
		}
		years = append(years, y)
	}
	return years
}()

// Shipped returns the years that come with the program, oldest first. They are notices of the State Council; see calendar/NOTICE.
func Shipped() []Year {
	years := slices.Clone(shipped)
	for i := range years {
		years[i].Days = slices.Clone(years[i].Days)
		years[i].Papers = slices.Clone(years[i].Papers)
	}
	return years
}

// Limits of an imported year: a notice names about forty days and is published for the next year.
const (
	maxYearBytes = 1 << 20
	firstYear    = 2000
	lastYear     = 2100
)

// ParseHolidayCN reads one year's file of the shape {"year", "papers", "days": [{"name", "date", "isOffDay"}]}. A file without days
// is refused, because such a file stands for a year that is not announced yet. Errors are Invalid faults at the field "file".
func ParseHolidayCN(b []byte) (Year, error) {
	var in struct {
		Year   int      `json:"year"`
		Source string   `json:"source"`
		Papers []string `json:"papers"`
		Days   []struct {
			Name string `json:"name"`
			Date Day    `json:"date"`
			Off  *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	refuse := func(key string, args ...any) (Year, error) { return Year{}, fault.Field("file", key, args...) }
	if len(b) > maxYearBytes {
		return refuse("clock.import.large")
	}
	if err := json.Unmarshal(b, &in); err != nil {
		e := fault.Wrap(fault.Invalid, "clock.import.json", err)
		e.Field = "file"
		return Year{}, e
	}
	switch {
	case in.Year < firstYear || in.Year > lastYear:
		return refuse("clock.import.year", in.Year)
	case len(in.Days) == 0:
		return refuse("clock.import.empty", in.Year)
	}
	year := Year{Year: in.Year, Source: in.Source, Papers: in.Papers}
	if year.Papers == nil {
		year.Papers = []string{}
	}
	known := map[Day]bool{}
	for _, d := range in.Days {
		switch {
		case !d.Date.Valid():
			return refuse("clock.import.date", string(d.Date))
		case d.Date < dayOf(in.Year-1, 12, 1) || d.Date > dayOf(in.Year+1, 1, 31):
			return refuse("clock.import.elsewhere", string(d.Date), in.Year)
		case d.Off == nil:
			return refuse("clock.import.off", string(d.Date))
		case known[d.Date]:
			return refuse("clock.import.twice", string(d.Date))
		}
		known[d.Date] = true
		year.Days = append(year.Days, Holiday{Name: d.Name, Date: d.Date, Off: *d.Off})
	}
	slices.SortFunc(year.Days, func(a, b Holiday) int { return strings.Compare(string(a.Date), string(b.Date)) })
	return year, nil
}
