package terms

import (
	"slices"
	"testing"
	"unicode/utf8"
)

// pieces are the terms of a text as they stand in it.
func pieces(s string, limit int) []string {
	var out []string
	Each(s, limit, func(_ Term, from, to, _ int) { out = append(out, s[from:to]) })
	return out
}

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  []string
	}{
		{"食堂冷", 0, []string{"食", "堂", "食堂", "冷", "堂冷"}},
		{"食堂冷", 2, []string{"食", "堂", "食堂"}},
		{"食堂，冷", 0, []string{"食", "堂", "食堂", "冷"}},
		{"3号楼Wi Fi", 0, []string{"3", "号", "3号", "楼", "号楼", "Wi", "楼Wi", "Fi"}},
		{"ABC", 2, []string{"AB"}},
		{"", 0, nil},
		{" ，。", 0, nil},
	} {
		if got := pieces(c.text, c.limit); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// Width and case make no difference; the order of characters does.
func TestSameTerms(t *testing.T) {
	if a, b := Of("ＡＢＣ１２号楼", 0, nil), Of("abc12号楼", 0, nil); !slices.Equal(a, b) {
		t.Errorf("%v and %v", a, b)
	}
	if a, b := Of("水热", 0, nil), Of("热水", 0, nil); a[2] == b[2] {
		t.Error("a pair and its reverse are one term")
	}
}

// Kept models rely on these numbers: where they change, Version must.
func TestTermsStay(t *testing.T) {
	if got, want := Of("食堂 a1", 0, nil), []Term{0xe2a3c07a3f8a6db8, 0x18a3da7fd81da014, 0xe0314ffbb9a27f9f, 0x7ca949e933bc269e}; Version != 1 || !slices.Equal(got, want) {
		t.Errorf("terms are %#v", got)
	}
}

func FuzzEach(f *testing.F) {
	for _, s := range []string{"", "食堂的饭菜凉了", "Ａ1区\x00wifi", "\xff\xfe食", "𠀀𠀁", "é"} {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = max(0, limit)
		at, n := 0, 0
		Each(s, limit, func(_ Term, from, to, units int) {
			n++
			if from < 0 || to > len(s) || from >= to {
				t.Fatalf("%q: a term from %d to %d", s, from, to)
			}
			if units != 1 && units != 2 {
				t.Fatalf("%q: a term of %d units", s, units)
			}
			if units == 1 {
				if from < at {
					t.Fatalf("%q: the term at %d comes after %d", s, from, at)
				}
				at = to
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[from:to]) {
				t.Fatalf("%q: a term cuts a character: %q", s, s[from:to])
			}
			if limit > 0 && utf8.RuneCountInString(s[:to]) > limit {
				t.Fatalf("%q: a term ends behind character %d", s, limit)
			}
		})
		if n != Count(s, limit) || n != len(Of(s, limit, nil)) {
			t.Fatalf("%q: counts differ", s)
		}
		if a, b := Of(s, limit, nil), Of(FoldText(s), limit, nil); utf8.ValidString(s) && !slices.Equal(a, b) {
			t.Fatalf("%q: folded it has other terms", s)
		}
	})
}
