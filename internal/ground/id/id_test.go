package id

import (
	"encoding/base64"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func TestRandom(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		s := Random()
		if !regexp.MustCompile(`^[a-z2-7]{26}$`).MatchString(s) {
			t.Fatalf("Random() = %q", s)
		}
		seen[s] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d different of 1000", len(seen))
	}
}

func TestV7SortsByTimeAndIsAUUID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64Range(0, 1<<47).Draw(t, "a")
		b := a + rapid.Int64Range(1, 1<<40).Draw(t, "later by")
		x, y := V7(time.UnixMilli(a)), V7(time.UnixMilli(b))
		if x >= y {
			t.Fatalf("%s at %d is not before %s at %d", x, a, y, b)
		}
		u, err := uuid.Parse(x)
		if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
			t.Fatalf("%s: %v version %v variant %v", x, err, u.Version(), u.Variant())
		}
		if ms := int64(u[0])<<40 | int64(u[1])<<32 | int64(u[2])<<24 | int64(u[3])<<16 | int64(u[4])<<8 | int64(u[5]); ms != a {
			t.Fatalf("%s carries %d, want %d", x, ms, a)
		}
	})
}

func TestV7AtOneMomentIsUnordered(t *testing.T) {
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	up, last := 0, V7(at)
	for range 1000 {
		next := V7(at)
		if next == last {
			t.Fatal("twice the same")
		}
		if next > last {
			up++
		}
		last = next
	}
	if up < 400 || up > 600 {
		t.Errorf("%d of 1000 ascend: order within one moment can be read off the identifier", up)
	}
}

func TestToken(t *testing.T) {
	b, err := base64.RawURLEncoding.DecodeString(Token(32))
	if err != nil || len(b) != 32 {
		t.Errorf("Token(32): %d bytes, %v", len(b), err)
	}
	if a, b := Token(16), Token(16); a == b {
		t.Error("twice the same")
	}
}
