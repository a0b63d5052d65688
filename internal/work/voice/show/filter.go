package show

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice/core"
)

// Filter narrows the inbox. It is what stands in the address of the page, so that a view can be sent to a colleague.
type Filter struct {
	States   []string    // state; empty: [Open]; "all" for every state
	Level    core.Level  // level
	Kind     core.Kind   // kind
	Category string      // category
	Place    string      // place
	Unit     string      // unit: it and what is below
	Class    clock.Class // class
	Claimed  string      // claimed: "me", "none" or a person id
	Queue    string      // queue: a restricted class
	Due      string      // due: "overdue", "today" or "week"
	Lead     string      // lead: unit that owes the answer
	Mark     string      // mark: "alarm", "refusal" (waits for a second person), "appeal" or "returned" (by a unit)
	Text     string      // q: number, or words of title and redacted text
	IDs      []string    // none: all; of these only, whatever the address says
	After    string      // after: cursor
	Limit    int         // limit: rows of a page; 0: 50, at most 200
}

// filterKeys are the parameters in the address.
var filterKeys = []string{"state", "level", "kind", "category", "place", "unit", "class", "claimed", "queue", "due", "lead", "mark", "q",
	"after", "limit"}

// Marks and dues of a filter.
var (
	filterMarks = []string{"alarm", "refusal", "appeal", "returned"}
	filterDues  = []string{"overdue", "today", "week"}
)

// ParseFilter reads a filter from the parameters of an address. An unknown parameter or value is not passed over but Invalid at
// its name, "voice.filter.unknown" with the parameter that was probably meant, "voice.filter.value" with what is allowed.
func ParseFilter(q url.Values) (Filter, error) {
	var in Filter
	var f fault.Form
	for _, k := range sortedKeys(q) {
		v := strings.TrimSpace(q.Get(k))
		if !slices.Contains(filterKeys, k) {
			f.Add(k, "voice.filter.unknown", k, Nearest(k, filterKeys))
			continue
		}
		if v == "" {
			continue
		}
		one := func(allowed ...string) string {
			if !slices.Contains(allowed, v) {
				f.Add(k, "voice.filter.value", v, strings.Join(allowed, ", "))
			}
			return v
		}
		switch k {
		case "state":
			for _, s := range strings.Split(v, ",") {
				if s == "all" {
					in.States = append(in.States, core.Cycle.States()...)
				} else if !slices.Contains(core.Cycle.States(), s) {
					f.Add(k, "voice.filter.value", s, strings.Join(core.Cycle.States(), ", "))
				} else {
					in.States = append(in.States, s)
				}
			}
		case "level":
			in.Level = core.Level(one(texts(core.Levels())...))
		case "kind":
			in.Kind = core.Kind(one(texts(core.Kinds())...))
		case "category":
			in.Category = v
		case "place":
			in.Place = v
		case "unit":
			in.Unit = v
		case "class":
			in.Class = clock.Class(one(texts(clock.Classes())...))
		case "claimed":
			in.Claimed = v
		case "queue":
			in.Queue = one(core.RestrictedClasses()...)
		case "due":
			in.Due = one(filterDues...)
		case "lead":
			in.Lead = v
		case "mark":
			in.Mark = one(filterMarks...)
		case "q":
			in.Text = v
		case "after":
			in.After = v
		case "limit":
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 || n > 200 {
				f.Add(k, "voice.filter.value", v, "1–200")
			}
			in.Limit = n
		}
	}
	return in, f.Err()
}

// Values writes the filter as parameters of an address.
func (in Filter) Values() url.Values {
	q := url.Values{}
	for k, v := range map[string]string{"state": strings.Join(in.States, ","), "level": string(in.Level), "kind": string(in.Kind),
		"category": in.Category, "place": in.Place, "unit": in.Unit, "class": string(in.Class), "claimed": in.Claimed, "queue": in.Queue,
		"due": in.Due, "lead": in.Lead, "mark": in.Mark, "q": in.Text, "after": in.After} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if len(in.States) == len(core.Cycle.States()) {
		q.Set("state", "all")
	}
	if in.Limit != 0 {
		q.Set("limit", strconv.Itoa(in.Limit))
	}
	return q
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

func sortedKeys(q url.Values) []string {
	keys := make([]string, 0, len(q))
	for k := range q {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Nearest is the word of the list that takes the fewest changed letters to reach, for "did you mean".
func Nearest(word string, list []string) string {
	best, least := "", 1<<30
	for _, w := range list {
		if d := distance(word, w); d < least {
			best, least = w, d
		}
	}
	return best
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
