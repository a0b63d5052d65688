package alike

import (
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/reading/insight/terms"
)

// The rows of the table rely on the list of senses: whoever changes it changes the version, and this number.
func TestSensesBelongToAVersion(t *testing.T) {
	if got, want := crc32.ChecksumIEEE([]byte(senseWords)), uint32(0x9bf1e95a); got != want || version != 2 {
		t.Errorf("the senses have the digest %#x, not %#x: version %d has to grow with them", got, want, version)
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(senseWords, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		if len(words) == 1 {
			t.Errorf("%q says the same as nothing", line)
		}
		for _, w := range words {
			if seen[w] || terms.FoldText(w) != w {
				t.Errorf("%q stands twice, or is not as texts are compared", w)
			}
			seen[w] = true
		}
	}
}

// Brief texts that say the same in other words find each other; what has only characters or particles in common does not.
func TestBriefTexts(t *testing.T) {
	x := filled([]string{"澡堂的水是凉的", "餐厅的菜太咸", "怎么换工作服", "班车老是晚点"}, inOrder(4))
	for text, want := range map[string]string{"浴室水太冷": "r0", "食堂饭咸": "r1", "如何更改工装": "r2", "通勤车经常迟到": "r3"} {
		if refs, _ := x.Texts(text, 2, func(string) bool { return true }); len(refs) == 0 || refs[0] != want {
			t.Errorf("%q finds %v, want %s first", text, refs, want)
		}
	}
	for _, text := range []string{"的了是", "水车", "我的她的"} {
		if refs, shared := x.Texts(text, 2, func(string) bool { return true }); len(refs) > 0 {
			t.Errorf("%q finds %v %v", text, refs, shared)
		}
	}
}

// A brief text and a long one are compared by pairs alone, in both directions with the same result.
func TestBriefBesideLong(t *testing.T) {
	long := "四区新浴室夜班下班后水就不热了，今早八点洗到一半成凉水，喷头水量也小，希望后勤尽快派人来看一看。"
	if isBrief(Codes(long)) || !isBrief(Codes("浴室水凉")) {
		t.Fatal("which text is brief")
	}
	for _, brief := range []string{"四区新浴室水不热", "澡堂凉"} {
		a, b := filled([]string{long, "别的"}, inOrder(2)), filled([]string{brief, "别的"}, inOrder(2))
		from, _ := a.beside(Codes(brief), 10, nil, 0)
		to, _ := b.beside(Codes(long), 10, nil, 0)
		l := slices.DeleteFunc(from, func(n near) bool { return n.shared == 0 })
		r := slices.DeleteFunc(to, func(n near) bool { return n.shared == 0 })
		if len(l) != len(r) || len(l) > 0 && (l[0].shared-r[0].shared > 1e-6 || r[0].shared-l[0].shared > 1e-6) {
			t.Errorf("%q: %v and %v", brief, l, r)
		}
		if paired := strings.Contains(brief, "浴室"); paired != (len(l) == 1) {
			t.Errorf("%q: %v", brief, l)
		}
	}
}
