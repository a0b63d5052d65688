package alike

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var corpus = []string{"四区新浴室夜班下班后水不热", "二号食堂中午的菜是凉的", "西门班车早上提前发车", "三号厂房行车响声异常", "宿舍网络晚上很慢", "四区浴室的灯坏了", "工资条上的夜班费少了两天", ""}

// filled puts texts, each under its number, in the order of the list; their refs and hours are those of the texts, whatever the order.
func filled(texts []string, order []int) *Index {
	x := NewIndex()
	for n, i := range order {
		x.Put(int64(n+1), Doc{Ref: fmt.Sprint("r", i), Hour: int64(100 + i/3), Place: fmt.Sprint("P", i%4)}, Codes(texts[i]))
	}
	return x
}

func inOrder(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// answers are refs and likeness of what is found.
func answers(x *Index, text string) (out []string) {
	found, _ := x.beside(Codes(text), 10, []string{"P1"}, 3)
	slices.SortFunc(found, func(a, b near) int { return cmp.Or(cmp.Compare(b.shared, a.shared), x.later(a.place, b.place)) })
	for _, h := range found {
		out = append(out, fmt.Sprintf("%s %.6f", x.docs[h.place].Ref, h.shared))
	}
	return out
}

func TestFindsTheNearest(t *testing.T) {
	x := filled(corpus, inOrder(len(corpus)))
	for text, want := range map[string]string{"四区新浴室水又不热": "r0", "食堂的菜凉了": "r1", "班车提前发车了": "r2", "行车响": "r3"} {
		refs, shared := x.Texts(text, 3, func(string) bool { return true })
		if len(refs) == 0 || refs[0] != want || shared[0] <= 0 {
			t.Errorf("%q: %v, want %s first", text, refs, want)
		}
	}
	if refs, _ := x.Texts("完全不同", 3, func(string) bool { return true }); len(refs) != 0 {
		t.Errorf("nothing in common: %v", refs)
	}
	if refs, shared := x.Texts(corpus[0], 1, func(string) bool { return true }); len(refs) != 1 || shared[0] < 0.999 {
		t.Errorf("the text itself: %v %v", refs, shared)
	}
	if refs, _ := x.Texts("四区浴室", 9, func(r string) bool { return r != "r0" }); slices.Contains(refs, "r0") || !slices.Contains(refs, "r5") {
		t.Errorf("without r0: %v", refs)
	}
}

var syllables = []rune("四区新浴室夜班水不热食堂菜凉车门灯坏了12AB，。")

func texts(t *rapid.T) []string {
	return rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom(syllables), 0, 40, -1), 1, 40).Draw(t, "texts")
}

// In whatever order texts come, the same is found, with the same figures.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := texts(t)
		a, b := filled(all, inOrder(len(all))), filled(all, rapid.Permutation(inOrder(len(all))).Draw(t, "order"))
		// Of a place, only the newest by number are looked at whatever they say: here there are at most ten of each.
		for _, q := range append(all, "四区浴室水不热") {
			x, _ := a.beside(Codes(q), 100, []string{"P1"}, 10)
			y, _ := b.beside(Codes(q), 100, []string{"P1"}, 10)
			if l, r := sorted(a, x), sorted(b, y); !slices.Equal(l, r) {
				t.Fatalf("%q finds %v, and %v in another order", q, l, r)
			}
		}
	})
}

func sorted(x *Index, all []near) (out []string) {
	for _, h := range all {
		out = append(out, fmt.Sprintf("%s %.6f", x.docs[h.place].Ref, h.shared))
	}
	slices.Sort(out)
	return out
}

// After a text has gone everything is as if it had never come, in answers and in what is kept.
func TestDropLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := texts(t)
		gone := rapid.IntRange(0, len(all)-1).Draw(t, "gone")
		x := filled(all, inOrder(len(all)))
		if !x.Drop(int64(gone+1)) || x.Drop(int64(gone+1)) || x.Drop(9999) {
			t.Fatal("dropping")
		}
		y := filled(all, slices.DeleteFunc(inOrder(len(all)), func(i int) bool { return i == gone }))
		for _, q := range all {
			if a, b := answers(x, q), answers(y, q); !slices.Equal(a, b) {
				t.Fatalf("without %q, %q finds %v, else %v", all[gone], q, a, b)
			}
		}
		if x.Len() != y.Len() || len(x.number) != len(y.number) || len(x.byRef) != len(y.byRef) || len(x.spot) != len(y.spot) {
			t.Fatalf("kept: %d texts, %d pairs, %d refs, %d places; want %d, %d, %d, %d", x.Len(), len(x.number), len(x.byRef), len(x.spot),
				y.Len(), len(y.number), len(y.byRef), len(y.spot))
		}
		for d, l := range x.number {
			if len(x.lists[l]) == 0 || x.digest[l] != d {
				t.Fatal("a pair that nobody says is kept")
			}
		}
		for l := range x.lists {
			if len(x.lists[l]) == 0 && x.digest[l] != 0 {
				t.Fatal("the digest of a pair that nobody says is kept")
			}
		}
	})
}

// Many come and go: the index keeps no more room than it needs, and finds the same.
func TestComingAndGoing(t *testing.T) {
	x := NewIndex()
	n := int64(0)
	for round := range 3 {
		for i := range 1500 {
			n++
			x.Put(n, Doc{Ref: fmt.Sprint("r", i), Hour: int64(i), Place: "P"}, Codes(fmt.Sprintf("%s，%d号第%d回", corpus[i%7], i%50, round)))
		}
	}
	if x.Len() != 1500 || len(x.docs) > 4097 || !slices.IsSorted(x.n) {
		t.Fatalf("%d texts in %d places", x.Len(), len(x.docs))
	}
	if refs, _ := x.Texts("四区新浴室夜班下班后水不热，7号第2回", 1, func(string) bool { return true }); len(refs) != 1 {
		t.Fatal("nothing is found")
	}
	for i := range 1500 {
		if !x.Drop(x.n[x.byRef[fmt.Sprint("r", i)]]) {
			t.Fatalf("%d is not there", i)
		}
	}
	if x.Len() != 0 || len(x.number) != 0 || len(x.spot) != 0 {
		t.Fatalf("%d texts, %d pairs", x.Len(), len(x.number))
	}
}

// One text more or less, which somebody may not see, changes neither order nor figures of the others.
func TestOneTextDoesNotWeigh(t *testing.T) {
	with, without := filled(corpus, inOrder(len(corpus))), filled(corpus, inOrder(len(corpus)-1))
	with.Put(99, Doc{Ref: "secret", Hour: 1}, Codes("四区新浴室夜班下班后水不热，张师傅说"))
	for _, q := range corpus[:7] {
		a := slices.DeleteFunc(answers(with, q), func(s string) bool { return strings.HasPrefix(s, "secret") })
		if b := answers(without, q); !slices.Equal(a, b) {
			t.Errorf("%q: %v with a text more, %v without", q, a, b)
		}
	}
}

func TestCodesSurviveTheTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Codes(rapid.String().Draw(t, "text"))
		if !slices.Equal(c, unpacked(packed(c))) || !slices.IsSorted(c) {
			t.Fatal("codes come back changed")
		}
	})
}

func FuzzCodes(f *testing.F) {
	for _, s := range corpus {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := uint32(0)
		for i, c := range Codes(s) {
			if c&saidMask == 0 || i > 0 && c>>lowBits <= last {
				t.Fatalf("%q: a code out of order or said no times", s)
			}
			last = c >> lowBits
		}
	})
}
