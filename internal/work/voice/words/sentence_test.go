package words

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSentences(t *testing.T) {
	for text, want := range map[string][]string{
		"电动车棚充电口坏了一半，大家开始拉线充电，太危险。路灯也不亮":            {"电动车棚充电口坏了一半，", "大家开始拉线充电，", "太危险。", "路灯也不亮"},
		"水温只有 3.5 度!真的？！没人管。”他说":                    {"水温只有 3.5 度!", "真的？！", "没人管。”", "他说"},
		"The lamp is out. 3.5 m away, too;\nfix it": {"The lamp is out.", " 3.5 m away,", " too;\n", "fix it"},
		"扣了 1,200 元": {"扣了 1,200 元"},
		"":           nil,
		" \n ":       nil,
	} {
		if got := Sentences(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPieces(t *testing.T) {
	for text, want := range map[string][]string{
		"家属楼物业费又涨了，另外孩子上学学区怎么划的？还有，手机打卡老是定位不准。": {"家属楼物业费又涨了，", "另外孩子上学学区怎么划的？", "还有，手机打卡老是定位不准。"},
		"电动车棚充电口坏了一半，大家开始拉线充电，太危险。":             {"电动车棚充电口坏了一半，大家开始拉线充电，太危险。"},
		"灯坏了。水凉。门也关不上。风大。":                      {"灯坏了。", "水凉。", "门也关不上。风大。"},
	} {
		if got := Pieces(text, 3); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestNothingIsLost: however a text is cut, its sentences put together are the text, and its pieces cover it.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"水凉", "。", "，", "？", "！", "”", "\n", " ", "3.5", ",", ".", "另外", "Also", "灯坏了", "；"})).Draw(t, "words"), "")
		if got := strings.Join(Sentences(text), ""); strings.TrimSpace(got) != strings.TrimSpace(text) {
			t.Fatalf("%q became %q", text, got)
		}
		missing, foreign := Uncovered(text, Pieces(text, rapid.IntRange(1, 8).Draw(t, "most")))
		if len(missing)+len(foreign) > 0 {
			t.Fatalf("%q: missing %q, foreign %q", text, missing, foreign)
		}
	})
}
