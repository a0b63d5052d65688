package words

import (
	"testing"

	"pgregory.net/rapid"
)

// TestMasksMiss: an expression is left out only where it finds nothing.
func TestMasksMiss(t *testing.T) {
	left := func(t interface{ Fatalf(string, ...any) }, text string) (found []bool) {
		found = make([]bool, len(masks))
		for i, m := range masks {
			if found[i] = m.re.MatchString(text); found[i] && !m.may(text, digitsIn(text)) {
				t.Fatalf("%s is left out of %q", m.re, text)
			}
		}
		return found
	}
	rapid.Check(t, func(t *rapid.T) {
		left(t, rapid.StringMatching(`(我叫|我是|姓名|名字叫|本人叫|王小明|电话|手机号|微信|微信号|QQ|qq|phone|tel|1[3-9][0-9]{9}|0[0-9]{9,11}|`+
			`11010[0-9](19|20)[0-9]{2}1[0-2][0-9]{5}X?|工号|职工号|employee (no|number)|柜号|更衣柜|衣柜|是|: |[A-Z0-9]{2,6}|`+
			`[mM]y name is Li Ming|I am called Anna|[a-z]{2,4}@[a-z]{2,4}\.cn|水不热|,| ){0,8}`).Draw(t, "text"))
	})
	// What is drawn meets some masks seldom, so each one is met by a text of its own too.
	seen := make([]bool, len(masks))
	for _, text := range []string{"我叫王小明", "手机: wang_88", "13812345678", "010-62345678", "01062345678", "11010519491231002X", "工号是 A12345", "更衣柜 B12",
		"柜号是 B12", "my name is Li Ming", "I am called Anna", "li@example.cn"} {
		for i, ok := range left(t, text) {
			seen[i] = seen[i] || ok
		}
	}
	for i, ok := range seen {
		if !ok {
			t.Errorf("no text of this test meets %s", masks[i].re)
		}
	}
}
