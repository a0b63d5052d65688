package qr

import (
	"strings"
	"testing"

	oracle "github.com/boombuler/barcode/qr"
)

// TestAsAnotherEncoder compares every length, and so every version and block layout, with a library that was written by others.
func TestAsAnotherEncoder(t *testing.T) {
	seen := map[int]bool{}
	step := 1
	if testing.Short() {
		step = 7 // every layout is still met
	}
	for n := 1; n <= MaxText; n += step {
		for _, text := range []string{
			strings.Repeat("https://example.org/f#SQ20261122-4831-7725.1234-", 4)[:n],
			strings.Repeat("三问z", 30)[:n],
			strings.Repeat("\x00", n),
		} {
			got, err := Encode(text)
			if err != nil {
				t.Fatal(err)
			}
			want, err := oracle.Encode(text, oracle.Q, oracle.Unicode)
			if err != nil {
				t.Fatal(err)
			}
			side := want.Bounds().Dx()
			if got.Side != side {
				t.Fatalf("%d bytes: side %d, want %d", n, got.Side, side)
			}
			seen[side] = true
			wrong := 0
			for y := range side {
				for x := range side {
					v, _, _, _ := want.At(x, y).RGBA()
					if dark := got.Row(y)>>x&1 == 1; dark != (v == 0) {
						wrong++
					}
				}
				if got.Row(y)>>side != 0 {
					t.Errorf("%d bytes: row %d is too long", n, y)
				}
			}
			if wrong > 0 {
				t.Fatalf("%d bytes %.10q: %d of %d modules differ", n, text, wrong, side*side)
			}
		}
	}
	if len(seen) != len(layouts) {
		t.Errorf("%d versions were drawn, want %d", len(seen), len(layouts))
	}
}

func TestTooLong(t *testing.T) {
	if _, err := Encode(strings.Repeat("x", MaxText+1)); err == nil {
		t.Error("it fits")
	}
}

func BenchmarkEncode(b *testing.B) {
	for b.Loop() {
		if _, err := Encode("https://sanwen.example.org/f#SQ20261122-4831-7725.1234567890123456"); err != nil {
			b.Fatal(err)
		}
	}
}
