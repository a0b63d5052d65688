package spots

import (
	"cmp"

	"sanwen/internal/ground/clock"
	"sanwen/internal/reading/insight/spots/marks"
)

// What counts for two voices being about one problem, in thousandths (defaults of the product).
const (
	samePlace  = 100
	nearPlace  = 80 // another part of the same surrounding
	sameTopic  = 80 // by what triage says, or as long as it has not by the words of the topics
	sameWords  = 80 // and those words of both lead there
	otherTopic = -100
	joins      = 200 // from here on they are

	aging = 300 // how much of a likeness goes with time
	ages  = 60  // days after which two thirds of that are gone
	reach = 180 // days after which nothing is compared any more
	most  = 400 // of how many earlier voices of a surrounding at most
	best  = 3   // with how many voices of a spot another has to have something in common, on average
)

// faded is what is left of a thousandth after some days: 1 - aging + aging·e^(-days/ages), in whole numbers, so that every machine says the same.
var faded = func() (out [reach + 1]int) {
	const one = 1 << 20
	e := int64(one) // e^(-d/60), by a factor for each day
	for d := range out {
		out[d] = 1000 - aging + int(aging*e/one)
		e = e * 983_471 / 1_000_000 // e^(-1/60)
	}
	return out
}()

// Said is a voice as it is grouped.
type Said struct {
	ID     string
	At     clock.Millis // whole hours for those whose level asks for it
	Day    clock.Day
	Place  string
	Topic  string
	Words  string // topic to which its words lead
	Matter string // that it counts to
	Into   string // voice that it was merged into
	Pin    int64  // spot to which a person has put it, or 0

	marks marks.Set
	n     int    // its day, in days
	sort  string // where in its hour it stands
}

// before is the order in which voices are grouped.
func (s Said) before(o Said) int {
	return cmp.Or(cmp.Compare(s.At, o.At), cmp.Compare(s.sort, o.sort))
}

// alike is how likely two voices are about one problem, in thousandths; that of neighbours in a surrounding, by how many pairs they share.
func alike(a, b *Said, n int) int {
	days := b.n - a.n
	if days < 0 {
		days = -days
	}
	if days > reach {
		return 0
	}
	switch {
	case a.Place == "" || b.Place == "":
	case a.Place == b.Place:
		n += samePlace
	default:
		n += nearPlace
	}
	if a.Topic != "" && b.Topic != "" {
		if a.Topic == b.Topic {
			n += sameTopic
			if a.Words == b.Words && a.Words != "" {
				n += sameWords
			}
		} else {
			n += otherTopic
		}
	}
	return n * faded[days] / 1000
}
