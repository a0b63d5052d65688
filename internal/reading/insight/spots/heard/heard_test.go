package heard

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/reading/insight/spots/marks"
)

func topics(word string) *org.Catalogue {
	return catalogue.New([]org.Category{{Code: "bath", NameZh: "浴室", Active: true}, {Code: "bath.water", Parent: "bath", NameZh: "水温", Keywords: catalogue.ListOf(word), Active: true},
		{Code: "food", NameZh: "食堂", Active: true}, {Code: "food.dear", Parent: "food", NameZh: "菜价", Keywords: catalogue.ListOf("菜价"), Active: true}}, nil)
}

// TestMemorySaysWhatIsThere: whatever was remembered, forgotten and changed before, the memory says what is made of the text now.
func TestMemorySaysWhatIsThere(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	texts := []string{"四区浴室水太凉", "食堂菜价高", "水太凉，体检结果出来了", "我活不下去了", "班车晚点", ""}
	names := []marks.Set{nil, marks.Of("四区浴室", nil)}
	lists := []*org.Catalogue{topics("水太凉"), topics("班车")}
	m := New(3)
	secrets, led := 0, map[string]bool{}
	for i := range 20_000 {
		voice := fmt.Sprint("V", r.IntN(9))
		if r.IntN(20) == 0 {
			m.Forget([]string{voice})
		}
		c, ask := lists[r.IntN(50)/49], r.IntN(2) == 0
		x := Text{Title: texts[r.IntN(len(texts))], Redacted: texts[r.IntN(len(texts))], Names: names[r.IntN(2)]}
		got, secret := m.Of(c, voice, x, ask)
		want := of(c, x, ask)
		if !reflect.DeepEqual(got.Marks, want.Marks) || got.Topic != want.Topic || secret != (want.hidden == hidden) {
			t.Fatalf("step %d: %+v gives %+v, %v and not %+v", i, x, got, secret, want)
		}
		if secret {
			secrets++
		}
		led[got.Topic] = true
		if len(m.young) > 3 || len(m.old) > 3 {
			t.Fatalf("%d and %d are remembered", len(m.young), len(m.old))
		}
	}
	if secrets == 0 || !led["bath.water"] || !led["food.dear"] || !led[""] {
		t.Errorf("the texts lead to %v, %d of them are secret: too few kinds to tell anything", led, secrets)
	}
}

// TestMemoryRemembers: a voice that says the same is not looked at again, one that was forgotten is.
func TestMemoryRemembers(t *testing.T) {
	t.Parallel()
	m, c := New(2), topics("水太凉")
	x := Text{Redacted: "水太凉"}
	first, _ := m.Of(c, "V1", x, true)
	again, _ := m.Of(c, "V1", x, false)
	if &first.Marks[0] != &again.Marks[0] {
		t.Error("it was looked at twice")
	}
	for _, v := range []string{"V2", "V3", "V4"} { // the second still remembers the first two, the fourth only itself and the third
		m.Of(c, v, x, true)
		if v == "V3" {
			if last, _ := m.Of(c, "V1", x, true); &last.Marks[0] != &first.Marks[0] {
				t.Error("what was asked for lately is forgotten")
			}
		}
	}
	m.Forget([]string{"V1", "V4"})
	for _, v := range []string{"V1", "V4"} {
		if m.Remembers(v) {
			t.Errorf("%s is still remembered", v)
		}
	}
	if last, _ := m.Of(c, "V1", x, true); &last.Marks[0] == &first.Marks[0] {
		t.Error("what was forgotten came back")
	}
}
