package words

import (
	"testing"

	"pgregory.net/rapid"
)

// TestMasksMiss: an expression is left out only where it finds nothing.
func TestMasksMiss(t *testing.T) {
	found := make([]bool, len(masks))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(我叫|我是|姓名|名字叫|本人叫|王小明|电话|手机号|微信|微信号|QQ|qq|phone|tel|1[3-9][0-9]{9}|0[0-9]{9,11}|`+
			`11010[0-9](19|20)[0-9]{2}1[0-2][0-9]{5}X?|工号|职工号|employee (no|number)|柜号|更衣柜|衣柜|是|: |[A-Z0-9]{2,6}|`+
			`[mM]y name is Li Ming|I am called Anna|[a-z]{2,4}@[a-z]{2,4}\.cn|水不热|,| ){0,8}`).Draw(t, "text")
		for i, m := range masks {
			if !m.re.MatchString(text) {
				continue
			}
			found[i] = true
			if !m.may(text, digitsIn(text)) {
				t.Fatalf("%s is left out", m.re)
			}
		}
	})
	for i, ok := range found {
		if !ok {
			t.Errorf("nothing was found by %s", masks[i].re)
		}
	}
}
