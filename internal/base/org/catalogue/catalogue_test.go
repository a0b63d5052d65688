package catalogue

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/ground/lang"
)

// TestShippedTaxonomy compares the shipped data with a few lines written down by hand and checks all of it for sense.
func TestShippedTaxonomy(t *testing.T) {
	cats := map[string]Category{}
	for _, c := range ShippedCategories() {
		if _, twice := cats[c.Code]; twice || c.NameZh == "" || c.NameEn == "" || !c.Class.Valid() || len(c.Keywords.Codes()) < 2 {
			t.Errorf("%+v", c)
		}
		if !slices.Contains([]string{"n", "c", "r"}, c.LevelHint) || (c.LevelHint == "r") != (c.Restricted != "") {
			t.Errorf("%s: hint %q, restricted %q", c.Code, c.LevelHint, c.Restricted)
		}
		if c.Parent != "" && (cats[c.Parent].Code == "" || cats[c.Parent].Parent != "") {
			t.Errorf("%s stands below %q", c.Code, c.Parent)
		}
		cats[c.Code] = c
	}
	for _, want := range []string{
		"A1 D01 D04 T2H 120m 1440m n", "B1 D02  T24H 240m 1440m n", "B2 D02  T7D 1d 3d n", "C2 U05  T2H 60m 120m n",
		"H1 D04  T2H 15m 120m n", "H3 D04 D14 T24H 240m 4320m c", "J2 @unit  T7D 1d 7d n", "K1 D05 D06 T7D 1d 7d c",
		"N1 D04  T7D 1d 7d r", "T D02 D12 T15D 2d 15d n", "U   T7D 1d 3d n", "V D08  T7D 0m 3d n",
	} {
		code, _, _ := strings.Cut(want, " ")
		c := cats[code]
		term := func(t Term) string {
			if t.Days > 0 {
				return fmt.Sprintf("%dd", t.Days)
			}
			return fmt.Sprintf("%dm", t.Minutes)
		}
		if got := fmt.Sprintf("%s %s %s %s %s %s %s", c.Code, c.Lead, c.Co, c.Class, term(c.First()), term(c.Limit()), c.LevelHint); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for code, want := range map[string]string{"N1": "health", "N3": "crisis", "P": "aid", "P1": "aid", "Q": "discipline", "H3": ""} {
		if cats[code].Restricted != want {
			t.Errorf("%s is restricted %q", code, cats[code].Restricted)
		}
	}
}

func TestShippedCheckItems(t *testing.T) {
	kinds := map[string]bool{"bathhouse": true, "canteen": true, "changing": true, "rest_room": true, "toilet": true, "dormitory": true, "workplace": true,
		"control_room": true, "water": true, "bus": true, "parking": true, "lift": true, "store": true, "nursing": true}
	seen := map[string]CheckItem{}
	for _, c := range ShippedCheckItems() {
		if _, twice := seen[c.Code]; twice || c.NameZh == "" || c.NameEn == "" || c.BasisZh == "" || c.BasisEn == "" || c.MethodZh == "" || c.MethodEn == "" || c.Points < 1 {
			t.Errorf("%+v", c)
		}
		if !slices.Contains([]string{"found", "verify", "company"}, c.Mark) || c.PlaceKind != "any" && !kinds[c.PlaceKind] {
			t.Errorf("%s: mark %q, kind %q", c.Code, c.Mark, c.PlaceKind)
		}
		if (c.Op == YesNo) != (c.Pass(lang.ZH) == "") || (c.Op == YesNo) != (c.Measure == "") {
			t.Errorf("%s passes at %q", c.Code, c.Pass(lang.ZH))
		}
		seen[c.Code] = c
	}
	type verdict struct{ pass, critical bool }
	for _, c := range []struct {
		code  string
		value float64
		want  verdict
	}{
		{"BT1", 36.9, verdict{false, false}}, {"BT1", 37, verdict{true, false}}, {"BT1", 42, verdict{true, false}}, {"BT1", 43, verdict{false, false}},
		{"BT1", 45, verdict{false, false}}, {"BT1", 45.1, verdict{false, true}}, {"CT1", 69, verdict{false, true}}, {"CT3B", -18, verdict{true, false}},
		{"CT8", 8.5, verdict{false, false}}, {"HT1", 18, verdict{true, false}},
	} {
		if pass, critical := seen[c.code].Judge(c.value); (verdict{pass, critical}) != c.want {
			t.Errorf("%s at %g: pass %v, critical %v", c.code, c.value, pass, critical)
		}
	}
	if got := seen["BT1"].Pass(lang.ZH); got != "37–42 °C" {
		t.Errorf("BT1 passes at %q", got)
	}
	if seen["HT1"].Avoid != "10:00-14:00" {
		t.Error("heating may be measured at noon")
	}
}
