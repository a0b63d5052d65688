package web

import "testing"

func TestPlaceCode(t *testing.T) {
	for in, want := range map[string]string{
		"P104M": "P104M", " p104m ": "P104M", "Ｐ104Ｍ": "P104M", "https://sanwen.example/p/P104M": "P104M", "http://10.0.0.8:8080/p/p104m?k=x#y": "P104M",
		"https://elsewhere.example/p/P104M": "P104M", "": "", "https://elsewhere.example/other": "HTTPS://ELSEWHERE.EXAMPLE/OTHER",
		"0123456789012345678901234567890123456789X": "",
	} {
		if got := placeCode(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
