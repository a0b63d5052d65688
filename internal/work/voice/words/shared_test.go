package words

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestShared(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want []string
	}{
		{"四区新浴室夜班下班后水不热", "夜班下班到四区浴室，水不热", []string{"夜班下班", "水不热", "四区"}},
		{"食堂的WiFi连不上", "宿舍wifi连不上", []string{"WiFi连不上"}},
		{"浴室，水冷", "浴室水冷", []string{"浴室", "水冷"}},
		{"食堂", "浴室", nil},
		{"", "浴室", nil},
		{"水冷水冷水冷", "水冷", []string{"水冷"}},
	} {
		if got := Shared(c.a, c.b, 3); !slices.Equal(got, c.want) {
			t.Errorf("%q and %q share %q, want %q", c.a, c.b, got, c.want)
		}
	}
}

// Whatever is shared stands in both, has two letters at least, and comes once.
func TestSharedStandsInBoth(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	letters := []rune("食堂浴室水冷，aB")
	text := func() string {
		var b strings.Builder
		for range r.IntN(30) {
			b.WriteRune(letters[r.IntN(len(letters))])
		}
		return b.String()
	}
	for range 2000 {
		a, b := text(), text()
		got := Shared(a, b, 4)
		for i, s := range got {
			if !strings.Contains(a, s) || !strings.Contains(strings.ToLower(b), strings.ToLower(s)) || len([]rune(s)) < 2 || slices.Contains(got[:i], s) {
				t.Fatalf("%q and %q share %q", a, b, got)
			}
			if i > 0 && len([]rune(got[i-1])) < len([]rune(s)) {
				t.Fatalf("%q: not the longest first", got)
			}
		}
	}
}
