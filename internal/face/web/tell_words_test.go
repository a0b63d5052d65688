package web

import "testing"

func TestNamesSomebody(t *testing.T) {
	for text, want := range map[string]bool{
		"班长李伟说没人管": true, "李班长说没人管": true, "李建国主任不签字": true, "有个叫王强的": true, "Mr Smith shouted": true,
		"浴室水凉，找班长也没用": false, "二楼浴室下午四点以后水是凉的": false, "the mirror is broken": false, "主任办公室的门坏了": false,
	} {
		if got := namesSomebody(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
