package words

import (
	"encoding/json"
	"os"
	"testing"
)

type sample struct {
	N        int    `json:"n"`
	Category string `json:"category"`
	Place    string `json:"place"`
	Level    string `json:"level"`
	Zh       string `json:"zh"`
	En       string `json:"en"`
}

// samples are the forty voices of the demonstration.
func samples(t testing.TB) []sample {
	t.Helper()
	b, err := os.ReadFile("testdata/voices.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if len(out) != 40 {
		t.Fatalf("%d voices, want 40", len(out))
	}
	return out
}

func TestListenFortyVoices(t *testing.T) {
	want := map[int]string{3: AlarmInjury, 7: AlarmHazard, 9: AlarmFood, 25: AlarmHazard, 35: AlarmCrisis}
	category := map[int]string{7: "C2", 9: "A1", 25: "H1"}
	for _, s := range samples(t) {
		for lang, text := range map[string]string{"zh": s.Zh, "en": s.En} {
			a := Listen(text, "unsure")
			if Crisis(text) != (a.Kind == AlarmCrisis) {
				t.Errorf("voice %d %s: a crisis for one and none for the other: %s", s.N, lang, text)
			}
			if a.Kind != want[s.N] {
				t.Errorf("voice %d %s: alarm %q %v, want %q: %s", s.N, lang, a.Kind, a.Words, want[s.N], text)
			}
			if c := category[s.N]; c != "" && a.Category != c {
				t.Errorf("voice %d %s: category %q, want %q", s.N, lang, a.Category, c)
			}
		}
	}
}

func TestListenNegatives(t *testing.T) {
	for _, text := range []string{
		"暖气管没有漏水,谢谢师傅检修。",
		"上周漏电的问题已解决,现在没有漏电。",
		"建议组织防触电培训和煤气泄漏应急演练。",
		"食堂饭菜很好,没有异物,也不馊。",
		"浴室水温刚好,不会烫伤人。",
		"这次预防自杀的讲座很有用,请再办一次。",
		"夜班太累,累得要命,希望多排一个休班。",
		"食堂的菜要笑死人了,又是土豆。",
		"想死我了,老同事什么时候再聚?",
		"更衣室的门牌掉了。",
		"路灯不亮,晚上看不见路。",
		"护栏油漆脱落,建议明年重新刷漆。",
		"灭火器旁边的提示牌写着禁止冒烟。",
		"The stairs were cleaned, thank you.",
		"There was no gas leak, the drill went well.",
		"My phone died during the meeting.",
	} {
		if a := Listen(text, "need"); a.Kind != "" {
			t.Errorf("alarm %q %v: %s", a.Kind, a.Words, text)
		}
	}
}

func TestListenPositives(t *testing.T) {
	for text, want := range map[string]string{
		"3号炉煤气泄漏,报警仪响了半小时。":              AlarmHazard,
		"配电箱冒烟了!":                        AlarmHazard,
		"天车钢丝绳断裂,下面现在有人。":                AlarmHazard,
		"吃完夜餐好几个人呕吐。":                    AlarmFood,
		"盒饭里吃出玻璃渣。":                      AlarmFood,
		"喷头烫伤了我的胳膊。":                     AlarmInjury,
		"我不想活了":                          AlarmCrisis,
		"I want to die":                  AlarmCrisis,
		"The cable is a live wire":       AlarmHazard,
		"ate in the canteen and vomited": AlarmFood,
		"插座会不会漏电?手摸着发麻。":                 AlarmHazard,
	} {
		if a := Listen(text, "unsure"); a.Kind != want {
			t.Errorf("alarm %q %v, want %q: %s", a.Kind, a.Words, want, text)
		}
		if got := Crisis(text); got != (want == AlarmCrisis) {
			t.Errorf("a crisis: %v: %s", got, text)
		}
	}
}

func TestListenKind(t *testing.T) {
	if a := Listen("门口有点滑", "hazard"); a.Kind != AlarmHazard {
		t.Errorf("who presses danger is believed: got %q", a.Kind)
	}
	if a := Listen("今天的菜变质了,拉肚子", "hazard"); a.Kind != AlarmFood || a.Category != "A1" {
		t.Errorf("spoilt food under the danger button goes to the food roster: got %+v", a)
	}
	if a := Listen("煤气报警器响了马上有人来,谢谢!", "praise"); a.Kind != "" {
		t.Errorf("praise raised %q", a.Kind)
	}
	if a := Listen("谢谢大家,但我不想活了", "praise"); a.Kind != AlarmCrisis {
		t.Errorf("a crisis in a word of thanks was not heard: %q", a.Kind)
	}
}

func TestSuggestFortyVoices(t *testing.T) {
	want := map[int]string{15: "discipline", 26: "discipline", 32: "discipline", 33: "discipline", 37: "discipline", 34: "health", 36: "aid"}
	for _, s := range samples(t) {
		for lang, text := range map[string]string{"zh": s.Zh, "en": s.En} {
			if h := Suggest(text); h.Restricted != want[s.N] {
				t.Errorf("voice %d %s: hint %q %v, want %q", s.N, lang, h.Restricted, h.Words, want[s.N])
			}
		}
	}
}
