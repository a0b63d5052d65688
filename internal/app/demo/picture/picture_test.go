package picture

import (
	"bytes"
	"image/jpeg"
	"testing"
)

// TestScenes: every scene draws a picture that changes with the work and with the day.
func TestScenes(t *testing.T) {
	if len(Scenes()) < 20 {
		t.Fatalf("only %d scenes", len(Scenes()))
	}
	for i, s := range append(Scenes(), "something else") {
		if i%5 > 0 && testing.Short() {
			continue
		}
		seen := map[string]string{}
		for _, x := range [][2]string{{Before, "2026-03-02"}, {During, "2026-03-02"}, {After, "2026-03-02"}, {After, "2026-03-20"}} {
			b, err := Draw(s, x[0], x[1])
			if err != nil {
				t.Fatal(err)
			}
			m, err := jpeg.Decode(bytes.NewReader(b))
			if err != nil || m.Bounds().Dx() != Width || m.Bounds().Dy() != Height {
				t.Fatalf("%s %s: %v", s, x, err)
			}
			if other, ok := seen[string(b)]; ok {
				t.Errorf("%s looks the same %s and %v", s, other, x)
			}
			seen[string(b)] = x[0] + x[1]
			if len(b) > 200_000 {
				t.Errorf("%s takes %d bytes", s, len(b))
			}
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	for b.Loop() {
		if _, err := Draw("bath", After, "2026-03-02"); err != nil {
			b.Fatal(err)
		}
	}
}
