package catalogue

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestSuggest(t *testing.T) {
	c := New(ShippedCategories(), nil)
	for text, want := range map[string]string{
		"今天二区食堂的凉拌菜有酸味，我们班三个人拉肚子。":                    "A1",
		"公积金基数今年什么时候调整？调了以后到手少多少？":                    "K3",
		"1号线班车这个月三次提前两三分钟发车，把人落下了。":                   "E1",
		"The meal was spoiled and gave us diarrhoea.": "A1",
	} {
		got := c.Suggest(text, 3)
		if len(got) == 0 || got[0].Code != want {
			t.Errorf("%s: suggested %v, want %s first", text, got, want)
		}
		if len(got) > 3 {
			t.Errorf("%s: %d suggestions", text, len(got))
		}
	}
	if got := c.Suggest("xyz", 3); len(got) != 0 {
		t.Errorf("nothing to go by, and yet %v", got)
	}
}

// plainly is Suggest as it reads: every keyword of every topic is looked for in the whole text.
func plainly(c *Catalogue, text string, most int) (codes []string) {
	t := strings.ToLower(text)
	score := map[string]int{}
	for _, k := range c.Categories() {
		for _, w := range k.Keywords.Codes() {
			if k.Active && w != "" && strings.Contains(t, strings.ToLower(w)) {
				score[k.Code] += 1 + utf8.RuneCountInString(w)
			}
		}
	}
	for _, k := range c.Categories() {
		if score[k.Code] > 0 && !slices.ContainsFunc(c.Categories(), func(o Category) bool { return o.Parent == k.Code && score[o.Code] > 0 }) {
			codes = append(codes, k.Code)
		}
	}
	slices.SortStableFunc(codes, func(a, b string) int { return score[b] - score[a] })
	return codes[:min(most, len(codes))]
}

func TestSuggestAsItReads(t *testing.T) {
	cats := ShippedCategories()
	cats[3].Active = false
	cats[5].Keywords = "aa,a,AA,浴室水,浴室,水，热," + cats[5].Keywords // one within another, one twice but for its letters
	c := New(cats, nil)
	pieces := []string{"浴", "室", "水", "a", "A", " ", "，热"}
	for _, k := range cats {
		for _, w := range k.Keywords.Codes() {
			pieces = append(pieces, w, strings.ToUpper(w))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String()), 0, 12).Draw(t, "text"), "")
		most := rapid.IntRange(1, 4).Draw(t, "most")
		var got []string
		for _, k := range c.Suggest(text, most) {
			got = append(got, k.Code)
		}
		if want := plainly(c, text, most); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	})
}
