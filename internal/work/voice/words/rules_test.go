package words

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRedactSuggest(t *testing.T) {
	for in, want := range map[string]string{
		"我叫王小明,电话13812345678。":            "我叫〔…〕,电话〔…〕。",
		"联系 138-1234-5678 或 0412-6612345": "联系 〔…〕 或 〔…〕",
		"身份证110105199001011234丢了":         "身份证〔…〕丢了",
		"姓名:李雷 工号:A12345":                 "姓名:〔…〕 工号:〔…〕",
		"我是张伟的同事":                         "我是〔…〕的同事",
		"我是轧钢厂的职工":                        "我是轧钢厂的职工",
		"微信 abc_12345":                    "微信 〔…〕",
		"写信到 wang@example.com":            "写信到 〔…〕",
		"My name is John Smith and I":     "My name is 〔…〕and I",
		"更衣柜 B127 打不开":                    "更衣柜 〔…〕 打不开",
		"三楼18度,喷头4个,2023年11月":             "三楼18度,喷头4个,2023年11月",
		"高炉温度1500度连续13800000小时":           "高炉温度1500度连续13800000小时",
	} {
		if got := RedactSuggest(in); got != want {
			t.Errorf("RedactSuggest(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestRedactIsStable(t *testing.T) {
	for _, s := range samples(t) {
		if got := RedactSuggest(s.Zh); got != s.Zh {
			t.Errorf("voice %d holds nothing to mask, got %q", s.N, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(我叫王小明|电话|13[0-9]{9}|工号[A-Z0-9]{4}|水不热|,| |[0-9]{1,20}){0,8}`).Draw(t, "text")
		once := RedactSuggest(text)
		if again := RedactSuggest(once); again != once {
			t.Fatalf("masking twice changes %q to %q", once, again)
		}
		if left := Telltale(once); len(left) != 0 {
			t.Fatalf("%q still tells %q", once, left)
		}
	})
}

func TestUncovered(t *testing.T) {
	text := "家属楼物业费又涨了,另外孩子上学学区怎么划的?还有,手机打卡老是定位不准。"
	for _, c := range []struct {
		parts            []string
		missing, foreign string
	}{
		{[]string{"家属楼物业费又涨了", "另外孩子上学学区怎么划的", "还有手机打卡老是定位不准"}, "", ""},
		{[]string{"家属楼物业费又涨了", "孩子上学学区怎么划的", "手机打卡老是定位不准"}, "另外 还有", ""},
		{[]string{"家属楼物业费又涨了\n另外孩子上学学区怎么划的?", "还有,手机打卡老是定位不准。"}, "", ""},
		{[]string{text, "浴室水凉"}, "", "浴室水凉"},
		{[]string{text, text}, "", ""},
	} {
		missing, foreign := Uncovered(text, c.parts)
		if strings.Join(missing, " ") != c.missing || strings.Join(foreign, " ") != c.foreign {
			t.Errorf("Uncovered(%q) = %q, %q; want %q, %q", c.parts, missing, foreign, c.missing, c.foreign)
		}
	}
}

func TestUncoveredProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := []rune(rapid.StringMatching(`[水不热班车晚点灯坏了,。 ab1]{2,40}`).Draw(t, "text"))
		cut := rapid.IntRange(0, len(r)).Draw(t, "cut")
		missing, foreign := Uncovered(string(r), []string{string(r[:cut]), string(r[cut:])})
		if len(missing)+len(foreign) != 0 {
			t.Fatalf("two halves of %q cut at %d leave %q and add %q", string(r), cut, missing, foreign)
		}
		if missing, _ := Uncovered(string(r), nil); strings.Join(missing, "") != string(Bare(string(r))) {
			t.Fatalf("nothing covers nothing: %q of %q", missing, string(r))
		}
	})
}
