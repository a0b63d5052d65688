package form

import (
	"slices"
	"strings"
	"testing"
)

func pictured(key string, most int) Question {
	return Question{Key: key, Kind: Photo, Words: Words{Zh: "拍一张照片"}, Max: most}
}

func shot(letter string) Picture {
	return Picture{Hash: strings.Repeat(letter, 64), Thumb: strings.Repeat("0", 64), W: 640, H: 480}
}

// TestPhotos: photos are never taken from what a form says by itself, there are no more of them than the question takes, and they are apart from the
// rest of an answer, which does not say that there are any.
func TestPhotos(t *testing.T) {
	b := Body{Title: Words{Zh: "问卷"}, Sections: []Section{{Questions: []Question{pictured("p", 2), {Key: "n", Kind: Number, Words: Words{Zh: "几次"}, Max: 9}}}}}
	if err := b.Check(); err != nil {
		t.Fatal(err)
	}
	if got := b.Read(typed("q.p", shot("a").String(), "q.n", "3")); len(got) != 1 || got["n"] == nil {
		t.Errorf("a form has put %v in", got)
	}
	for _, x := range []struct {
		v    []string
		want []string
	}{
		{nil, nil},
		{[]string{shot("a").String(), shot("b").String()}, nil},
		{[]string{shot("a").String(), shot("b").String(), shot("c").String()}, []string{"q.p:voice.photos.many"}},
		{[]string{shot("a").String(), shot("a").String()}, []string{"q.p:fault.choice"}},
		{[]string{"/etc/passwd " + shot("a").Hash + " 1 1"}, []string{"q.p:fault.choice"}},
		{[]string{shot("a").Hash}, []string{"q.p:fault.choice"}},
	} {
		a := Answers{"n": {"3"}}
		if x.v != nil {
			a["p"] = x.v
		}
		whole, err := b.Whole(a, nil)
		if got := faults(err); !slices.Equal(got, x.want) {
			t.Errorf("%v: %v, want %v", x.v, got, x.want)
		}
		if x.want != nil {
			continue
		}
		rest, said := b.Split(whole)
		if len(rest) != 1 || len(said.Photos["p"]) != len(x.v) || len(said.Texts) != 0 {
			t.Errorf("%v is split into %v and %v", x.v, rest, said)
		}
		for i, p := range said.Photos["p"] {
			if p.String() != x.v[i] {
				t.Errorf("%v has become %v", x.v[i], p)
			}
		}
	}
	if less := b.Without(Photo); len(less.Questions()) != 1 || len(b.Questions()) != 2 {
		t.Errorf("without photos: %v", less.Questions())
	}
}
