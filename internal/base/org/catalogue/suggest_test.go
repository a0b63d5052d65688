package catalogue

import "testing"

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
