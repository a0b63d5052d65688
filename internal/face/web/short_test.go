package web

import "testing"

func TestShortText(t *testing.T) {
	for _, c := range []struct {
		in   string
		most int
		want string
	}{
		{"二楼淋浴没有热水", 8, "二楼淋浴没有热水"},
		{"二楼淋浴没有热水了", 8, "二楼淋浴没有热…"},
		{"The showers on the upper floor were cold", 12, "The showers on the…"},
		{"The showers upstairs", 10, "The showers upstairs"},
		{"3号班车 line is late again today", 8, "3号班车 line is…"},
		{"浴室shower坏了又坏了", 6, "浴室shower…"},
		{"Donaudampfschifffahrtsgesellschaft", 8, "Donaudampfschif…"},
		{"", 8, ""},
	} {
		if got := shortText(c.in, c.most); got != c.want {
			t.Errorf("%q at %d: %q, want %q", c.in, c.most, got, c.want)
		}
	}
	if got := atMost("abcdef", 5); got != "abcd…" {
		t.Error(got)
	}
}
