package form

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func order(b Body) string {
	var out []string
	for _, s := range b.Sections {
		var keys []string
		for _, q := range s.Questions {
			keys = append(keys, q.Key)
		}
		out = append(out, strings.Join(keys, " "))
	}
	return strings.Join(out, " / ")
}

// TestEdit: questions are moved over the edges of sections, changed in their place, and taken out with what needs them.
func TestEdit(t *testing.T) {
	b, _ := Template("canteen")
	before := order(b)
	if got := order(b.Move("hygiene", true)); got != "often why wait hygiene / health warm taste variety night say" {
		t.Errorf("up over the edge: %s", got)
	}
	if got := order(b.Move("wait", false)); got != "often why / wait hygiene health warm taste variety night say" {
		t.Errorf("down over the edge: %s", got)
	}
	if got := order(b.Move("often", true)); got != before {
		t.Errorf("above the first: %s", got)
	}
	q, _ := b.Question("warm")
	q.Zh = "饭菜热不热"
	if changed := b.Put(1, Words{}, q); order(changed) != before || changed.Questions()[5].Zh != "饭菜热不热" {
		t.Errorf("changed: %s", order(changed))
	}
	if got := order(b.Put(9, Words{Zh: "补充"}, q)); got != "often why wait / hygiene health taste variety night say / warm" {
		t.Errorf("into a new section: %s", got)
	}
	less := b.Drop("often")
	if err := less.Check(); err != nil || less.Questions()[0].If != nil {
		t.Errorf("without the question of a condition: %v", err)
	}
	for _, key := range []string{"hygiene", "health", "warm", "taste", "variety"} {
		less = less.Drop(key)
	}
	if len(less.Scores) != 0 || less.Check() != nil {
		t.Errorf("a score of nothing is left: %+v", less.Scores)
	}
	if order(b) != before {
		t.Error("the questionnaire itself was changed")
	}
}

// TestLines: options survive being written as lines, and keep their keys while their words stay.
func TestLines(t *testing.T) {
	b, _ := Template("needs")
	for _, q := range b.Questions() {
		if got := ReadLines(Lines(q.Options), q.Options); len(q.Options) > 0 && !reflect.DeepEqual(got, q.Options) {
			t.Errorf("%s: %v", q.Key, got)
		}
	}
	got := ReadLines("食堂和就餐｜meals\n\n 新的 \n又一个 | another", b.Questions()[0].Options)
	if len(got) != 3 || got[0].Key != "food" || got[0].En != "meals" || got[1].Key != "o1" || got[2].Key != "o2" || got[2].En != "another" {
		t.Errorf("%+v", got)
	}
}

// TestMovesLoseNothing: whatever is moved, every question stays exactly once.
func TestMovesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, _ := Template(rapid.SampledFrom(Templates()).Draw(t, "template"))
		var keys []string
		for _, q := range b.Questions() {
			keys = append(keys, q.Key)
		}
		for range rapid.IntRange(1, 30).Draw(t, "moves") {
			b = b.Move(rapid.SampledFrom(keys).Draw(t, "question"), rapid.Bool().Draw(t, "up"))
		}
		seen := map[string]int{}
		for _, q := range b.Questions() {
			seen[q.Key]++
		}
		for _, k := range keys {
			if seen[k] != 1 || len(seen) != len(keys) {
				t.Fatalf("%s stands %d times: %s", k, seen[k], order(b))
			}
		}
	})
}
