package chain

import (
	"testing"

	"sanwen/internal/ground/fault"
)

// TestOrder writes down by hand what a plan waits for in every case, from the beginning to the end.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Case
		want []Step
	}{
		{"a clerk's plan", Case{Heads: 1}, []Step{Head, Office}},
		{"a clerk's plan that costs", Case{Heads: 1, Costly: true, Financiers: 1}, []Step{Head, Finance, Office}},
		{"nobody heads the unit", Case{}, []Step{HeadTop, Office}},
		{"no finance unit", Case{Heads: 1, Costly: true}, []Step{Head, FinanceTop, Office}},
		{"nobody at all", Case{Costly: true}, []Step{HeadTop, FinanceTop, Office}},
		{"a head's plan, with a deputy", Case{AuthorHead: true, Heads: 1}, []Step{Head, Office}},
		{"a head's plan, without", Case{AuthorHead: true}, []Step{HeadTop, Office}},
		{"a head's plan, for a leader", Case{AuthorHead: true, Heads: 1, Rule: Leaders}, []Step{HeadTop, Office}},
		{"a clerk's plan there", Case{Heads: 1, Rule: Leaders}, []Step{Head, Office}},
		{"a head's plan that counts", Case{AuthorHead: true, Rule: Counts}, []Step{Office}},
		{"a head's plan that counts and costs", Case{AuthorHead: true, Rule: Counts, Costly: true, Financiers: 2}, []Step{Finance, Office}},
		{"a clerk's plan where heads' count", Case{Heads: 2, Rule: Counts, Costly: true}, []Step{Head, FinanceTop, Office}},
		{"change of a quick fix", Case{Quick: true, Costly: true, AuthorHead: true}, []Step{Office}},
	} {
		got := []Step{c.in.First()}
		for got[len(got)-1] != Office {
			got = append(got, c.in.After(got[len(got)-1]))
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
	}
}

func TestHands(t *testing.T) {
	want := map[Hand]map[Step]bool{AsHead: {Head: true}, AsFinance: {Finance: true}, AsLeader: {HeadTop: true, FinanceTop: true}, Own: {}, Moved: {}}
	for h, steps := range want {
		for _, s := range Steps() {
			if h.Takes(s) != steps[s] {
				t.Errorf("%s takes %s: %v", h, s, h.Takes(s))
			}
		}
	}
}

func TestSeparate(t *testing.T) {
	for _, s := range Steps() {
		for who, want := range map[string]string{"author": "matter.separate.author", "head": "", "finance": "", "else": ""} {
			if who == "head" && (s == Finance || s == Office) || who == "finance" && s == Office {
				want = "matter.separate.signed"
			}
			got := ""
			if err := Separate(s, who, "author", "head", "finance"); err != nil {
				got = fault.Of(err).Key
			}
			if got != want {
				t.Errorf("%s at %s: %q, want %q", who, s, got, want)
			}
			if err := Separate(s, "", "author", "", ""); err != nil {
				t.Errorf("nobody has signed, and %s is refused: %v", s, err)
			}
		}
	}
}
