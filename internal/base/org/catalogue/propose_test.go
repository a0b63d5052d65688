package catalogue

import (
	"fmt"
	"sort"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/ground/clock"
)

// TestMostSpecificRuleWins compares Propose with a plain search: every rule that applies is given a score and the best is
// taken. Two levels of topics, three levels of places.
func TestMostSpecificRuleWins(t *testing.T) {
	cats := []Category{
		{Code: "A", Lead: "LA", Class: clock.T7D, Active: true}, {Code: "A1", Parent: "A", Lead: "LA1", Class: clock.T24H, Active: true},
		{Code: "A2", Parent: "A", Active: true}, {Code: "B", Lead: UnitOfPlace, Active: true},
	}
	parent := map[string]string{"A1": "A", "A2": "A"}
	lead := map[string]string{"A": "LA", "A1": "LA1", "A2": "LA", "B": "HERE"}
	chains := [][]string{nil, {"P"}, {"P1", "P"}, {"P11", "P1", "P"}, {"P2", "P"}}
	rapid.Check(t, func(t *rapid.T) {
		var rules []Rule
		pairs := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) [2]string {
			return [2]string{rapid.SampledFrom([]string{"", "A", "A1", "A2", "B"}).Draw(t, "category"),
				rapid.SampledFrom([]string{"", "P", "P1", "P11", "P2"}).Draw(t, "place")}
		}), 0, 12, func(p [2]string) [2]string { return p }).Draw(t, "pairs")
		for i, p := range pairs {
			rules = append(rules, Rule{ID: fmt.Sprint("r", i), Category: p[0], Place: p[1], Lead: fmt.Sprint("L", i), Version: 1,
				Active: rapid.IntRange(0, 4).Draw(t, "active") > 0})
		}
		category := rapid.SampledFrom([]string{"A", "A1", "A2", "B"}).Draw(t, "topic")
		chain := rapid.SampledFrom(chains).Draw(t, "chain")

		type hit struct {
			score int
			rule  Rule
		}
		var hits []hit
		for _, r := range rules {
			score := 0
			switch {
			case !r.Active:
				continue
			case r.Category == category:
				score = 200
			case r.Category == "":
			case r.Category == parent[category]:
				score = 100
			default:
				continue
			}
			near := -1
			for i, p := range chain {
				if p == r.Place {
					near = 10 - i
				}
			}
			if r.Place == "" {
				near = 0
			}
			if near < 0 {
				continue
			}
			hits = append(hits, hit{score + near, r})
		}
		sort.Slice(hits, func(i, j int) bool { return hits[i].score > hits[j].score })
		wantLead, wantRule := lead[category], ""
		if len(hits) > 0 {
			wantLead, wantRule = hits[0].rule.Lead, hits[0].rule.ID
		}
		got := New(cats, rules).Propose(category, chain, "HERE")
		if got.Lead != wantLead || got.Rule != wantRule {
			t.Fatalf("%s at %v: lead %q by %q, want %q by %q", category, chain, got.Lead, got.Rule, wantLead, wantRule)
		}
		if !got.Class.Valid() || got.First.Zero() || got.Limit.Zero() {
			t.Fatalf("no time limit: %+v", got)
		}
	})
}
