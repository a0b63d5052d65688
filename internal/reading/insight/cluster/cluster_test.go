package cluster

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

var same = []string{"四区新浴室夜班下班后水不热", "四区新浴室夜班洗澡水是凉的，下班后没法洗", "夜班下班到四区浴室，热水已经没有了", "四区新浴室的水又不热，洗到一半变凉水"}
var other = []string{"西门班车早上提前发车", "早上西门那趟班车又提前发车走了", "西门班车提前发车，没赶上的人只能打车"}
var single = []string{"更衣柜的锁坏了", "办公楼装一台饮水机", "车棚漏雨电动车淋湿", "劳保手套太薄", "图书角的书好久没换", "组织羽毛球比赛", "门卫态度很好", "体检报告什么时候发", "厂区西侧路灯不亮", "宿舍网络很慢"}

// mixed are the texts above, one problem after the other's, with singles between.
func mixed() []string {
	var out []string
	for i := range 10 {
		if i < len(same) {
			out = append(out, same[i])
		}
		if i < len(other) {
			out = append(out, other[i])
		}
		out = append(out, single[i])
	}
	return out
}

func group(texts []string, day func(int) float64) *Groups {
	g := New()
	for i, t := range texts {
		g.Add(t, day(i))
	}
	g.Settle()
	return g
}

func everyDay(i int) float64 { return float64(i) }

// members are the texts of the group of a text.
func members(g *Groups, texts []string, of string) []string {
	var out []string
	for _, t := range g.Texts(g.Of(uint32(slices.Index(texts, of)))) {
		out = append(out, texts[t])
	}
	slices.Sort(out)
	return out
}

func sorted(s []string) []string { s = slices.Clone(s); slices.Sort(s); return s }

func TestProblemsComeTogether(t *testing.T) {
	texts := mixed()
	g := group(texts, everyDay)
	for _, p := range [][]string{same, other} {
		if got := members(g, texts, p[0]); !slices.Equal(got, sorted(p)) {
			t.Errorf("with %q: %q", p[0], got)
		}
	}
	for _, s := range single {
		if got := members(g, texts, s); len(got) != 1 {
			t.Errorf("%q is not alone: %q", s, got)
		}
	}
}

// What the groups say of a text, the texts of the group say too, and a group is called by its oldest text.
func checkWhole(t *testing.T, g *Groups) {
	t.Helper()
	n := 0
	for c, in := range g.has {
		if n += len(in); len(in) == 0 {
			continue
		}
		if in[0] != uint32(c) || !slices.IsSorted(in) {
			t.Errorf("group %d holds %v", c, in)
		}
		for _, x := range in {
			if g.Of(x) != uint32(c) {
				t.Errorf("text %d is in %d and in %d", x, c, g.Of(x))
			}
		}
	}
	if n != g.Len() {
		t.Errorf("groups hold %d of %d texts", n, g.Len())
	}
}

func TestSettledGroupsAreWhole(t *testing.T) {
	var texts []string
	for i := range 400 {
		m := mixed()
		texts = append(texts, fmt.Sprintf("%s%d号", m[i%len(m)], i%13))
	}
	g := group(texts, func(i int) float64 { return float64(i) * 3 })
	checkWhole(t, g)
	g.Settle()
	checkWhole(t, g)
	a, b := group(texts, everyDay), group(texts, everyDay)
	if !reflect.DeepEqual(a.of, b.of) || !reflect.DeepEqual(a.has, b.has) {
		t.Error("the same texts give other groups")
	}
}

// crowded are many texts of a few problems, in the words of all of them mixed, and what is around each.
func crowded(n int) (*Groups, *around) {
	g, m := New(), mixed()
	for i := range n {
		g.Keep(fmt.Sprintf("%s，%s%d号", m[i*7%len(m)], m[i*i%len(m)], i%29), float64(i%300))
	}
	g.index.Still()
	near := &around{at: make([]place, 0, n)}
	for t := range uint32(n) {
		near.add(g.faded(g.index.Beside(t, asked, nil), g.days[t]))
	}
	near.link(mergeBase)
	return g, near
}

// What a group is beside of is handed on when groups are joined: it is what its texts say when they are asked again.
func TestBesidesAreHandedOn(t *testing.T) {
	g, near := crowded(300)
	dice := rand.New(rand.NewPCG(3, 4))
	m := merging{Groups: g, near: near, limit: mergeBase, beside: map[uint32][]uint32{}}
	for joined := 0; joined < 250; joined++ {
		a, b := g.of[dice.IntN(300)], g.of[dice.IntN(300)]
		if a == b {
			continue
		}
		m.unite(min(a, b), max(a, b))
		for c, in := range g.has {
			if len(in) == 0 || joined%10 > 0 && uint32(c) != min(a, b) {
				continue
			}
			again := merging{Groups: g, near: near, limit: mergeBase, beside: map[uint32][]uint32{}}
			if got, want := m.besides(uint32(c)), again.besides(uint32(c)); !slices.Equal(got, want) {
				t.Fatalf("after %d joins %d is beside %v, asked again %v", joined, c, got, want)
			}
		}
	}
}

// The first texts of two groups tell only of those that are not alike enough that they are not.
func TestHopelessPairsAreNotAlike(t *testing.T) {
	g, near := crowded(600)
	g.merge(near, nil)
	var some []uint32
	for c, in := range g.has {
		if len(in) > sampled {
			some = append(some, uint32(c))
		}
	}
	spared, alike := 0, 0
	for i, a := range some {
		for _, b := range some[:i] {
			all, soon := g.mean(a, b, 0), g.mean(a, b, mergeBase)
			switch {
			case soon == 0 && all >= mergeBase:
				t.Errorf("%d and %d share %v and are taken for nothing", a, b, all)
			case soon == 0 && all > 0:
				spared++
			case soon != all:
				t.Errorf("%d and %d share %v, or %v", a, b, all, soon)
			default:
				alike++
			}
		}
	}
	if spared == 0 {
		t.Errorf("of %d groups no pair was spared, %d were compared", len(some), alike)
	}
}

// Texts that are read together are grouped like those that came one by one.
func TestKeptTextsSettleTheSame(t *testing.T) {
	texts := mixed()
	a, b := group(texts, everyDay), New()
	for i, s := range texts {
		if i < len(texts)/2 {
			b.Keep(s, everyDay(i))
		} else {
			b.Add(s, everyDay(i))
		}
	}
	b.Settle()
	if !reflect.DeepEqual(a.of, b.of) || !reflect.DeepEqual(a.has, b.has) {
		t.Errorf("groups %v, one by one %v", b.of, a.of)
	}
}

// A text that has nothing to do with the others changes none of their groups.
func TestUnrelatedTextChangesNothing(t *testing.T) {
	texts := mixed()
	before := group(texts, everyDay)
	for at := range len(texts) + 1 {
		more := slices.Insert(slices.Clone(texts), at, "zzz qqq 0x7f")
		after := group(more, everyDay)
		for _, s := range texts {
			if a, b := members(before, texts, s), members(after, more, s); !slices.Equal(a, b) {
				t.Fatalf("an unrelated text at %d changes %q to %q", at, a, b)
			}
		}
	}
}

// The same words years later are another occurrence of it or another problem: they count less.
func TestTimeCounts(t *testing.T) {
	g := New()
	if a, b := g.left(0, 1), g.left(0, 400); a <= b || b < 1-aging-0.01 {
		t.Errorf("after a day %v is left, after a year %v", a, b)
	}
}

// What is known from before is in no group.
func TestKnownTextsJoinNothing(t *testing.T) {
	g := New()
	for _, s := range same[:2] {
		g.Know(s)
	}
	n, c := g.Add(same[2], 0)
	if n != 0 || c != 0 || g.Len() != 1 {
		t.Errorf("the first text is number %d in group %d of %d texts", n, c, g.Len())
	}
	g.Settle()
	checkWhole(t, g)
}
