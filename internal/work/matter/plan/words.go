package plan

import (
	"slices"
	"strings"
)

// vague are words that promise nothing one could look at. They are hinted at and never refused.
var vague = []string{"加强", "进一步", "尽快", "适时", "逐步", "有关", "高度重视", "长期坚持", "年底前",
	"as soon as possible", "gradually", "strengthen", "relevant", "when appropriate", "in due course", "attach great importance"}

// nobody are "owners" who are nobody.
var nobody = []string{"各单位", "相关部门", "有关部门", "各部门", "相关单位", "有关单位", "全体", "大家",
	"all units", "all departments", "relevant departments", "relevant units", "everybody", "everyone"}

// Vague lists the words that are hinted at, for a page that does so while somebody types.
func Vague() []string { return slices.Clone(vague) }

// Hints lists the vague words of a text, each once, in the order of the list.
func Hints(text string) []string {
	var out []string
	low := strings.ToLower(text)
	for _, w := range vague {
		if strings.Contains(low, w) {
			out = append(out, w)
		}
	}
	return out
}

// Hinted lists the vague words of a plan by slot, for the page that shows them beside the fields.
func Hinted(s Slots) map[Slot][]string {
	out := map[Slot][]string{}
	add := func(slot Slot, text string) {
		if h := Hints(text); len(h) > 0 {
			out[slot] = h
		}
	}
	add(SlotItem, s.Item)
	add(SlotStandard, s.Standard)
	var all []string
	for _, st := range s.Steps {
		all = append(all, st.Text)
	}
	add(SlotMeasures, strings.Join(all, "\n"))
	add(SlotContingency, s.Contingency)
	add(SlotAssessment, s.Assessment)
	return out
}

// isNobody reports whether a typed owner is everybody and so nobody.
func isNobody(owner string) bool {
	o := strings.ToLower(strings.TrimSpace(owner))
	for _, w := range nobody {
		if strings.Contains(o, w) {
			return true
		}
	}
	return false
}
