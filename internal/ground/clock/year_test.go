package clock

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sanwen/internal/ground/fault"
)

// TestShippedYears compares the shipped files with counts taken from the notices: weekdays made free and weekend days worked.
func TestShippedYears(t *testing.T) {
	want := map[int][2]int{2024: {19, 8}, 2025: {18, 5}, 2026: {19, 6}}
	if len(Shipped()) != len(want) {
		t.Fatalf("%d years", len(Shipped()))
	}
	for _, y := range Shipped() {
		free, worked := 0, 0
		for _, d := range y.Days {
			switch we := weekend(d.Date.number()); {
			case d.Off && !we:
				free++
			case !d.Off && we:
				worked++
			case !d.Off:
				t.Errorf("%s is worked anyway", d.Date)
			}
		}
		if got := [2]int{free, worked}; got != want[y.Year] {
			t.Errorf("%d: %d free weekdays and %d worked weekend days, want %v", y.Year, free, worked, want[y.Year])
		}
		if !strings.Contains(y.Source, "国办发明电") || !strings.Contains(y.Source, "MIT") || len(y.Papers) != 1 || !strings.HasPrefix(y.Papers[0], "https://www.gov.cn/") {
			t.Errorf("%d does not name its source: %q %v", y.Year, y.Source, y.Papers)
		}
	}
	Shipped()[0].Days[0].Off = false
	if !Shipped()[0].Days[0].Off {
		t.Error("the shipped years can be changed from outside")
	}
}

func TestParseKeepsWhatItReads(t *testing.T) {
	for _, y := range Shipped() {
		b, err := json.Marshal(y)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseHolidayCN(b)
		if err != nil || cmp.Diff(y, again) != "" {
			t.Errorf("%d: %v %s", y.Year, err, cmp.Diff(y, again))
		}
	}
	y, err := ParseHolidayCN([]byte(`{"$schema":"x","year":2019,"days":[{"name":"元旦","date":"2019-01-01","isOffDay":true},{"name":"元旦","date":"2018-12-29","isOffDay":false}]}`))
	if err != nil || y.Days[0].Date != "2018-12-29" || y.Papers == nil {
		t.Errorf("a notice that reaches into December: %+v %v", y, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ in, key string }{
		"no json":         {`{"year":`, "clock.import.json"},
		"a list":          {`[]`, "clock.import.json"},
		"text as year":    {`{"year":"2027"}`, "clock.import.json"},
		"no year":         {`{"days":[{"date":"2027-01-01","isOffDay":true}]}`, "clock.import.year"},
		"far year":        {`{"year":20277,"days":[{"date":"2027-01-01","isOffDay":true}]}`, "clock.import.year"},
		"not announced":   {`{"year":2027,"papers":[],"days":[]}`, "clock.import.empty"},
		"no such day":     {`{"year":2027,"days":[{"date":"2027-02-29","isOffDay":true}]}`, "clock.import.date"},
		"other year":      {`{"year":2027,"days":[{"date":"2026-10-01","isOffDay":true}]}`, "clock.import.elsewhere"},
		"free or worked?": {`{"year":2027,"days":[{"date":"2027-01-01"}]}`, "clock.import.off"},
		"one day twice":   {`{"year":2027,"days":[{"date":"2027-01-01","isOffDay":true},{"date":"2027-01-01","isOffDay":false}]}`, "clock.import.twice"},
		"too large":       {`{"year":2027,"source":"` + strings.Repeat("x", 1<<20) + `"}`, "clock.import.large"},
	} {
		_, err := ParseHolidayCN([]byte(c.in))
		if e := fault.Of(err); err == nil || e.Kind != fault.Invalid || e.Key != c.key || e.Field != "file" {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}
