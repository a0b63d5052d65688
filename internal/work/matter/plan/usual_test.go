package plan

import "testing"

func TestUnlikely(t *testing.T) {
	for _, c := range []struct {
		low, high, value string
		want             bool
	}{
		{"38", "42", "385", true}, {"38", "42", "40.5", false}, {"38", "42", "15", false}, {"38", "42", "84", false}, {"38", "42", "-100", true},
		{"38", "", "385", true}, {"38", "", "60", false}, {"", "0.5", "5", true}, {"", "0.5", "0.9", false}, {"", "0", "7", false},
		{"38", "42", "warm", false}, {"38", "42", "", false}, {"38", "42", "３８５", true}, {"-20", "-18", "-190", true}, {"-20", "-18", "-15", false},
	} {
		check := Check{Kind: CheckNumber, Low: c.low, High: c.high, Unit: "℃"}
		if got := check.Unlikely(c.value); got != c.want {
			t.Errorf("%s to %s: %q is unlikely: %v", c.low, c.high, c.value, got)
		}
	}
	if (Check{Kind: CheckYesNo, Low: "1"}).Unlikely("99") {
		t.Error("a question of yes and no has no range")
	}
}
