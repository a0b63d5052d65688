package classify

import (
	"fmt"
	"hash/crc32"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var three = []string{"食堂", "浴室", "班车"}

var words = map[string][]string{
	"食堂": {"食堂", "饭菜", "餐厅", "打饭"},
	"浴室": {"浴室", "洗澡", "淋浴", "喷头"},
	"班车": {"班车", "司机", "发车", "WiFi"},
}

// decisions are plain sentences of three topics, many enough to learn from and all different.
func decisions(n int) []Decision {
	says := [][]string{
		{"一楼的菜中午就凉了", "师傅手抖肉越来越少", "夜餐送到已经凉透", "清真窗口的勺子混放", "保温台坏了一格"},
		{"水半截变凉喷头也小", "更衣柜不够人挤人", "换气扇坏了墙上全是霉", "热水忽冷忽热烫皮肤", "地砖太滑有人摔倒"},
		{"早上提前两分钟就开走", "线路绕得太远要加一站", "师傅开车看手机", "末班太早下夜班赶不上", "空调不凉座位也破"},
	}
	var out []Decision
	for i := range n {
		c := i % 3
		out = append(out, Decision{fmt.Sprintf("%s，%d号地方第%d次了，%s", says[c][i/3%5], i%7, i%11, says[c][(i/3+1)%5]), three[c]})
	}
	return out
}

func best(m *Model, text string) string { return m.Guesses(text)[0].Class }

// On the first day the words decide; a text without any of them is anybody's.
func TestWordsDecideFirst(t *testing.T) {
	m := New(three, words)
	for text, want := range map[string]string{"食堂的饭菜不好": "食堂", "洗澡没热水": "浴室", "司机提前发车": "班车", "ｗｉｆｉ连不上": "班车"} {
		if got := best(m, text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	g := m.Guesses("今天天气很好")
	if g[0].Chance-g[2].Chance > 1e-9 {
		t.Errorf("a text without words has chances %v", g)
	}
	if m.Sure(0.999) {
		t.Error("a model that has learned nothing is sure")
	}
}

// What people decide outweighs the words after a while.
func TestDecisionsOutweighWords(t *testing.T) {
	m := New(three, words)
	for range 40 {
		m.Learn("司机把食堂的菜送来得太晚", "食堂")
		m.Learn("浴室喷头小", "浴室")
		m.Learn("车上没有空位", "班车")
	}
	if got := best(m, "司机把菜送来得太晚"); got != "食堂" {
		t.Errorf("forty decisions later it is still %s", got)
	}
	if m.Learn("随便", "没有的类别") {
		t.Error("a topic that does not exist was learned")
	}
}

func TestLearnsOneByOneAndTogether(t *testing.T) {
	all := decisions(300)
	for _, together := range []bool{false, true} {
		m := New(three, nil)
		if together {
			if n := m.Study(append(all[:240:240], Decision{"x", "不存在"}), 4); n != 1 {
				t.Errorf("%d unknown, want 1", n)
			}
		} else {
			for _, d := range all[:240] {
				m.Learn(d.Text, d.Class)
			}
		}
		right := 0
		for _, d := range all[240:] {
			if best(m, d.Text) == d.Class {
				right++
			}
		}
		if right < 57 {
			t.Errorf("together %v: %d of 60 right", together, right)
		}
	}
}

// The same decisions in the same order make the same model, to the bit.
func TestSameDecisionsSameModel(t *testing.T) {
	make := func() []Guess {
		m := New(three, words)
		m.Study(decisions(60), 3)
		for _, d := range decisions(90) {
			m.Learn(d.Text, d.Class)
		}
		return m.Guesses("喷头的水忽冷忽热")
	}
	if a, b := make(), make(); !reflect.DeepEqual(a, b) {
		t.Errorf("%v and %v", a, b)
	}
}

// After enough decisions the model is sure of what is plain, and not of what could be anything.
func TestSureOfWhatIsPlain(t *testing.T) {
	m := New(three, words)
	for _, d := range decisions(600) {
		m.Learn(d.Text, d.Class)
	}
	if g := m.Guesses("浴室喷头的热水忽冷忽热"); g[0].Class != "浴室" || !m.Sure(g[0].Chance) {
		t.Errorf("not sure of a plain text: %v", g)
	}
	if g := m.Guesses("请领导重视"); m.Sure(g[0].Chance) {
		t.Errorf("sure of a text that says nothing: %v", g)
	}
}

// Reasons are pieces of the text itself, none twice, and their shares are of all that speaks for the topic.
func TestReasons(t *testing.T) {
	m := New(three, words)
	for _, d := range decisions(300) {
		m.Learn(d.Text, d.Class)
	}
	text := "四区浴室的喷头忽冷忽热，ABC"
	r := m.Reasons(text, "浴室", 3)
	if len(r) != 3 {
		t.Fatalf("reasons: %v", r)
	}
	var sum float64
	seen := map[string]bool{}
	for _, x := range r {
		if !strings.Contains(strings.ToLower(text), x.Text) || seen[x.Text] || x.Share <= 0 {
			t.Errorf("not a reason: %+v", x)
		}
		seen[x.Text] = true
		sum += x.Share
	}
	for i, a := range r {
		for _, b := range r[:i] {
			if overlap(text, a.Text, b.Text) {
				t.Errorf("%q and %q say the same", a.Text, b.Text)
			}
		}
	}
	if sum > 1+1e-9 {
		t.Errorf("shares add up to %v", sum)
	}
	if m.Reasons(text, "没有", 3) != nil {
		t.Error("reasons for a topic that does not exist")
	}
}

func TestTurnVisitsEveryOne(t *testing.T) {
	for n := 1; n < 200; n++ {
		for r := range 3 {
			seen := make([]bool, n)
			for i := range n {
				seen[turn(i, r, n)] = true
			}
			for i, s := range seen {
				if !s {
					t.Fatalf("%d of %d is left out in round %d", i, n, r)
				}
			}
		}
	}
}

func TestSizeStaysSmall(t *testing.T) {
	for _, n := range []int{2, 7, 32, 80, 200} {
		classes := make([]string, n)
		for i := range classes {
			classes[i] = fmt.Sprint(i)
		}
		if s := New(classes, nil).Size(); s > 15<<20 || n <= 32 && s > 10<<20 {
			t.Errorf("%d topics make a model of %d bytes", n, s)
		}
	}
}

func text80() string {
	return strings.Repeat("四区新浴室夜班下班后水就不热了，今早八点洗到一半成凉水，", 3)
}

func BenchmarkGuesses(b *testing.B) {
	m := New(three, words)
	m.Study(decisions(300), 2)
	for b.Loop() {
		m.Guesses(text80())
	}
}

func BenchmarkLearn(b *testing.B) {
	m := New(three, words)
	for b.Loop() {
		m.Learn(text80(), "浴室")
	}
}

// The order is that of the places, whatever the places are, and nothing is lost.
func TestSort(t *testing.T) {
	for _, classes := range []int{2, 40, 200} {
		m := New(make([]string, classes), nil)
		for n := range 60 {
			var keys []uint32
			var low, high [1 << digit]int32
			for i := range n {
				k := uint32(i*i*7919+n*104729) & (2<<m.bits - 1)
				keys = append(keys, k)
				low[k&(1<<digit-1)]++
				high[k>>digit]++
			}
			want := slices.Sorted(slices.Values(keys))
			if got := m.sort(keys, &low, &high); !slices.Equal(got, want) {
				t.Fatalf("%d of %d bits: %v, want %v", n, m.bits, got, want)
			}
		}
	}
}

// How fast a text is read changes nothing of what is said of it: these are the chances that the first version of the model gave.
func TestPredictionsStay(t *testing.T) {
	one, studied := New(three, words), New(three, words)
	all := decisions(700)
	for i, d := range all {
		before := d.Text
		if i%5 == 0 {
			before = "ＷｉＦｉ，" + cut(d.Text, 9)
		}
		one.LearnAfter(before, d.Text, d.Class)
	}
	studied.Study(all, 4)
	h := crc32.NewIEEE()
	for i, d := range all {
		text := d.Text + all[(i*37+11)%len(all)].Text + "。食堂食堂，请领导 ABC12"
		for _, m := range []*Model{one, studied} {
			for _, g := range m.Guesses(text) {
				fmt.Fprintf(h, "%s %.5f\n", g.Class, g.Chance)
			}
			for _, r := range m.Reasons(text, three[i%3], 4) {
				fmt.Fprintf(h, "%s %.5f\n", r.Text, r.Share)
			}
			fmt.Fprintln(h, m.Sure(m.Guesses(cut(text, 12))[0].Chance))
		}
	}
	if got, want := h.Sum32(), uint32(0x629bbfdc); got != want {
		t.Errorf("the digest of all predictions is %#x, not %#x", got, want)
	}
}

// What is remembered of the past costs what it would cost anew, also after the oldest has made room; the temperature is the best of the grid.
func TestTemperatureFitsThePast(t *testing.T) {
	m := New(three, words)
	for i, d := range decisions(remembered + 900) {
		if i%7 == 0 {
			d.Class = three[(i/7)%3]
		}
		m.Learn(d.Text, d.Class)
	}
	m.calm.warm()
	best, at := math.Inf(1), 0.0
	for i := range m.calm.costs {
		var sum float64
		for _, g := range m.calm.past {
			sum += g.cost(heatAt(i))
		}
		if got := m.calm.loss(i); got != sum {
			t.Errorf("at %v the past costs %v, anew %v", heatAt(i), got, sum)
		}
		if sum < best {
			best, at = sum, heatAt(i)
		}
	}
	if m.calm.temp != at {
		t.Errorf("the temperature is %v, the best %v", m.calm.temp, at)
	}
}
