package nearby

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/reading/insight/terms"
)

var corpus = []string{"四区新浴室夜班下班后水不热", "二号食堂中午的菜是凉的", "西门班车早上提前发车", "三号厂房行车响声异常", "宿舍网络晚上很慢", "四区浴室的灯坏了", "工资条上的夜班费少了两天", ""}

func filled(texts []string) *Index {
	x := New()
	for _, t := range texts {
		x.Add(t)
	}
	return x
}

func numbers(h []Hit) []uint32 {
	var out []uint32
	for _, x := range h {
		out = append(out, x.Text)
	}
	return out
}

func TestFindsTheNearest(t *testing.T) {
	x := filled(corpus)
	for text, want := range map[string]uint32{"四区新浴室水又不热": 0, "食堂的菜凉了": 1, "班车提前发车了": 2, "行车响": 3} {
		if h := x.Find(text, 3, nil); len(h) == 0 || h[0].Text != want {
			t.Errorf("%q: %v, want %d first", text, h, want)
		}
	}
	if h := x.Find("完全不同", 3, nil); len(h) != 0 {
		t.Errorf("nothing in common: %v", h)
	}
	if h := x.Find(corpus[0], 1, nil); len(h) != 1 || h[0].Score < 0.999 {
		t.Errorf("the text itself: %v", h)
	}
}

func TestOnlyWhatMayBeSeen(t *testing.T) {
	x := filled(corpus)
	if h := x.Find("四区浴室", 9, func(n uint32) bool { return n != 0 }); slices.Contains(numbers(h), 0) || !slices.Contains(numbers(h), 5) {
		t.Errorf("found %v without 0", h)
	}
}

// After dropping, everything is as if the text had never come, but for the numbers of the texts.
func TestDropLeavesNoTrace(t *testing.T) {
	var texts []string
	for i := range 120 {
		texts = append(texts, fmt.Sprintf("%s，%d号第%d回", corpus[i%7], i%5, i))
	}
	for drop := range uint32(20) {
		x := filled(texts)
		if !x.Drop(drop) || x.Drop(drop) || x.Drop(9999) {
			t.Fatalf("dropping %d", drop)
		}
		x.rare = nil
		x.tabulate()
		rest := slices.Delete(slices.Clone(texts), int(drop), int(drop)+1)
		y := filled(rest)
		y.rare = nil
		y.tabulate()
		for _, q := range texts[:30] {
			a, b := x.Find(q, 10, nil), y.Find(q, 10, nil)
			for i := range b {
				if b[i].Text >= drop {
					b[i].Text++
				}
			}
			if len(a) != len(b) {
				t.Fatalf("without %d %q finds %d, else %d", drop, q, len(a), len(b))
			}
			for i := range a {
				if a[i].Text != b[i].Text || a[i].Score-b[i].Score > 1e-5 || b[i].Score-a[i].Score > 1e-5 {
					t.Fatalf("without %d %q finds %v, want %v", drop, q, a, b)
				}
			}
		}
		if x.Len() != y.Len() {
			t.Fatalf("%d texts, want %d", x.Len(), y.Len())
		}
	}
}

// A term that very many texts hold keeps the newest of them only, and older ones take the places of those that are dropped.
func TestLongListsKeepTheNewest(t *testing.T) {
	x := New()
	for range 2*listMost + 500 {
		x.Add("热水")
	}
	newest := func(until int) {
		t.Helper()
		l := x.lists[0]
		if len(l) > 2*listMost || len(l) < listMost {
			t.Fatalf("the list has %d texts", len(l))
		}
		for i, n := range l[len(l)-listMost:] {
			if int(n) != until-listMost+i {
				t.Fatalf("of %d texts number %d of the newest is %d", until, i, n)
			}
		}
		if h := x.Find("热水", 1, nil); len(h) != 1 || int(h[0].Text) != until-listLimit(until) {
			t.Fatalf("found %v of %d", h, until)
		}
	}
	newest(2*listMost + 500)
	for n := 2*listMost + 499; n >= listMost; n-- {
		if !x.Drop(uint32(n)) {
			t.Fatalf("%d is not there", n)
		}
	}
	newest(listMost)
	for n := range listMost {
		x.Drop(uint32(n))
	}
	if h := x.Find("热水", 1, nil); x.Len() != 0 || len(h) != 0 || len(x.lists[0]) != 0 || x.words.terms[0] != 0 {
		t.Errorf("%d texts, found %v, list %v", x.Len(), h, x.lists[0])
	}
}

// Terms have numbers of their own whatever was forgotten between.
func TestVocabulary(t *testing.T) {
	var v vocabulary
	if _, ok := v.find(7); ok {
		t.Error("an empty vocabulary knows a term")
	}
	has := map[terms.Term]uint32{}
	for i := range 5000 {
		word := terms.Term(i*64 + 1) // many begin to be looked for at one place
		has[word] = v.add(word)
		if gone := terms.Term(i/3*64 + 1); i%2 == 0 && has[gone] != 0 {
			v.drop(has[gone])
			delete(has, gone)
		}
	}
	for i := range 5000 {
		word := terms.Term(i*64 + 1)
		n, ok := v.find(word)
		if want, there := has[word]; ok != there || ok && n != want {
			t.Fatalf("term %d is %d (%v), want %d (%v)", word, n, ok, want, there)
		}
	}
	for n, word := range v.terms {
		if _, there := has[word]; word != 0 && !there {
			t.Errorf("forgotten term %d is still kept as number %d", word, n)
		}
	}
}

// Texts that are asked as they are added find what they find when they are asked first.
func TestTakeIsFindAndAdd(t *testing.T) {
	a, b := New(), New()
	for i := range 200 {
		text := fmt.Sprintf("%s第%d回", corpus[i%7], i%9)
		want := slices.Clone(a.Find(text, 5, nil))
		got, n := b.Take(text, 5, nil)
		if a.Add(text) != n || !slices.Equal(got, want) {
			t.Fatalf("text %d: %v, want %v", i, got, want)
		}
	}
}

func TestScoreIsSymmetric(t *testing.T) {
	x := filled(corpus)
	for a := range uint32(len(corpus)) {
		for b := range uint32(len(corpus)) {
			s, r := x.Score(a, b), x.Score(b, a)
			x.Still()
			if d := s - x.Score(a, b); d > 1e-6 || d < -1e-6 {
				t.Errorf("%d and %d: %v, and %v while nothing changes", a, b, s, x.Score(a, b))
			}
			x.lengths = nil
			if d := s - r; d > 1e-6 || d < -1e-6 || s < 0 || s > 1.0001 {
				t.Errorf("%d and %d: %v and %v", a, b, s, r)
			}
		}
	}
}

func BenchmarkFind(b *testing.B) {
	x := New()
	for i := range 20000 {
		x.Add(fmt.Sprintf("%s，%d号第%d回%s", corpus[i%7], i%50, i, strings.Repeat("又坏了", i%4)))
	}
	for b.Loop() {
		x.Find("四区新浴室夜班的水不热，12号", 10, nil)
	}
}

// The highest few of many keys come to the front, whatever their order was, and the least of these is told.
func TestHighest(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 1))
	for size := 2; size < 200; size++ {
		for _, n := range []int{1, size / 2, size - 1} {
			keys := make([]uint64, size)
			for i := range keys {
				keys[i] = uint64(i) + 10
			}
			switch size % 3 {
			case 0:
				slices.Reverse(keys)
			case 1:
				dice.Shuffle(size, func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
			}
			least := highest(keys, n)
			front := slices.Clone(keys[:n])
			slices.Sort(front)
			want := make([]uint64, n)
			for i := range want {
				want[i] = uint64(size-n+i) + 10
			}
			if !slices.Equal(front, want) || least != want[0] {
				t.Errorf("the %d highest of %d: %v, the least %d", n, size, front, least)
			}
			if slices.Sort(keys); keys[0] != 10 || keys[size-1] != uint64(size)+9 {
				t.Errorf("of %d some are lost: %v", size, keys)
			}
		}
	}
}

// Every text has its own terms, also where they fill several blocks and some texts have none.
func TestTextsInSeveralBlocks(t *testing.T) {
	x := New()
	text := func(n int) string {
		if n%100 == 7 {
			return "。"
		}
		var b strings.Builder
		for i := range 40 {
			fmt.Fprintf(&b, "%d %d ", n, n*40+i)
		}
		return b.String()
	}
	n := 0
	for ; len(x.blocks) < 3; n++ {
		x.Add(text(n))
	}
	for i := 0; i < n; i += 50 {
		if h := x.Find(text(i), 1, nil); len(h) != 1 || h[0].Text != uint32(i) || h[0].Score < 0.999 {
			t.Errorf("text %d of %d: %v", i, n, h)
		}
	}
	if h := x.Beside(7, 1, nil); len(h) != 0 {
		t.Errorf("a text without terms: %v", h)
	}
}
