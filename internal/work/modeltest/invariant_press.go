package modeltest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sanwen/internal/ground/clock"
)

// steps are the rungs of each kind of duty, the lowest first, as the manual has them.
func steps(kind string) []string {
	switch kind {
	case "answer", "plan", "completion", "resolution":
		return []string{"remind", "near", "red", "sponsor", "agenda", "talk", "circular"}
	case "accept_hazard":
		return []string{"call"}
	case "sign":
		return []string{"near"}
	}
	return []string{"near", "red"}
}

// fired names a rung: of which duty, for which due, which, and which time.
func fired(duty string, version int64, rung string, n int64) string {
	return fmt.Sprint(duty, "/", version, "/", rung, "/", n)
}

var pressing = []Invariant{
	{"I21", "what has passed of a term and what is left of it are the term, while it runs", func(s, was *Snapshot, bad report) {
		for _, d := range s.Duties {
			switch {
			case d.Hours > 0 && d.BaseDue != d.StartedAt.Add(time.Duration(d.Hours)*time.Hour):
				bad("%s of %s has %d hours and is due at %d after %d", d.Kind, d.SubjectID, d.Hours, d.BaseDue, d.StartedAt)
			case d.Days > 0 && d.Open:
				day, n := d.StartedAt.Day(s.Cal.Zone()), int64(0)
				for last := d.BaseDue.Day(s.Cal.Zone()); day < last && n <= d.Days; n++ {
					day = s.Cal.NextWorkday(day)
				}
				if n != d.Days || day != d.BaseDue.Day(s.Cal.Zone()) {
					bad("%s of %s has %d working days from %s to %s", d.Kind, d.SubjectID, d.Days, d.StartedAt.Day(s.Cal.Zone()), d.BaseDue.Day(s.Cal.Zone()))
				}
			}
		}
	}},
	{"I26", "each rung is fired at most once for a due, in order, not before its time, and stays", func(s, was *Snapshot, bad report) {
		now, reached, count := map[string]Rung{}, map[string]int{}, map[string]int64{}
		for _, r := range s.Rungs {
			k, list := fired(r.Duty, r.DueVersion, r.Rung, r.N), steps(r.Kind)
			if _, twice := now[k]; twice {
				bad("%s was fired twice", k)
			}
			now[k] = r
			switch i, of := slices.Index(list, r.Rung), r.Duty+"/"+strconv.FormatInt(r.DueVersion, 10); {
			case i < 0:
				bad("%s of a duty %s, which has %v", k, r.Kind, list)
			case list[0] == "call":
				if r.N != count[r.Duty] {
					bad("%s is the call number %d", k, count[r.Duty])
				}
			case i < reached[of]:
				bad("%s was fired after %s", k, list[reached[of]-1])
			default:
				reached[of] = i + 1
			}
			count[r.Duty]++
			if r.MeantAt > r.At {
				bad("%s was meant for %d and fired at %d", k, r.MeantAt, r.At)
			}
		}
		for _, b := range was.Rungs {
			if r, ok := now[fired(b.Duty, b.DueVersion, b.Rung, b.N)]; !ok || r != b {
				bad("rung %s of duty %s has changed", b.Rung, b.Duty)
			}
		}
	}},
	{"I27", "no rung is fired for what is done or waits", func(s, was *Snapshot, bad report) {
		of, before, old := map[string]Duty{}, map[string]Duty{}, map[string]bool{}
		for _, d := range s.Duties {
			of[d.ID] = d
		}
		for _, d := range was.Duties {
			before[d.ID] = d
		}
		for _, r := range was.Rungs {
			old[r.ID] = true
		}
		waits := map[string][]Wait{}
		for _, w := range s.Waits {
			waits[w.Duty] = append(waits[w.Duty], w)
		}
		for _, r := range s.Rungs {
			d, ok := of[r.Duty]
			if !ok || d.DischargedAt != 0 && d.DischargedAt < r.At || r.At < d.StartedAt {
				bad("%s of duty %s, which began at %d and ended at %d, was fired at %d", r.Rung, r.Duty, d.StartedAt, d.DischargedAt, r.At)
			}
			for _, w := range waits[r.Duty] {
				if w.FromAt < r.At && (w.UntilAt == 0 || w.UntilAt > r.At) {
					bad("%s of %s was fired at %d; it waited from %d to %d", r.Rung, d.Kind, r.At, w.FromAt, w.UntilAt)
				}
			}
			if b, known := before[r.Duty]; known && !old[r.ID] && (!b.Open || b.WaitingFrom != 0 && d.WaitingFrom != 0) {
				bad("%s of %s was fired; it was open: %t, waiting since %d", r.Rung, d.Kind, b.Open, b.WaitingFrom)
			}
		}
	}},
	{"I28", "of every rung each addressee is told once, and the record names the same people", func(s, was *Snapshot, bad report) {
		to, told := map[string][]string{}, map[string][]Told{}
		for _, n := range s.Notices {
			to[n.Rung] = append(to[n.Rung], n.Person)
		}
		for _, f := range s.Told {
			k := fired(f.Duty, f.Version, f.Rung, f.N)
			told[k] = append(told[k], f)
		}
		for _, r := range s.Rungs {
			k := fired(r.Duty, r.DueVersion, r.Rung, r.N)
			people, facts := to[r.ID], told[k]
			slices.Sort(people)
			delete(to, r.ID)
			delete(told, k)
			switch {
			case r.Passed && len(people)+len(facts) > 0:
				bad("%s was left out, and %d were told", k, len(people))
			case !r.Passed && (len(facts) != 1 || !slices.Equal(facts[0].To, people)):
				bad("%s: %v were told, the record has %v", k, people, facts)
			case len(slices.Compact(slices.Clone(people))) != len(people):
				bad("%s: somebody was told twice: %v", k, people)
			}
		}
		if len(to)+len(told) > 0 {
			bad("%d notices and %d facts of rungs that were not fired", len(to), len(told))
		}
	}},
	{"I30", "there are as many letters as entries of letters in the log, each of an order that has a number, word for word", func(s, was *Snapshot, bad report) {
		sent, number := map[string]Sent{}, map[string]string{}
		for _, f := range s.Sent {
			if _, twice := sent[f.Order]; twice {
				bad("two letters of %s are in the log", f.Number)
			}
			sent[f.Order] = f
		}
		for _, o := range s.Orders {
			if o.Number != "" {
				number[o.ID] = o.Number
			}
		}
		if len(s.Letters) != len(s.Sent) || len(s.Letters) != len(number) {
			bad("%d letters, %d in the log, %d numbered orders", len(s.Letters), len(s.Sent), len(number))
		}
		for _, l := range s.Letters {
			sum := sha256.Sum256([]byte(l.Text))
			if h := hex.EncodeToString(sum[:]); l.Hash != h || sent[l.OrderID].Hash != h || sent[l.OrderID].Number != number[l.OrderID] || number[l.OrderID] == "" {
				bad("the letter of %q is not the one that was signed", number[l.OrderID])
			}
		}
	}},
	{"I30b", "orders are numbered without gaps within a year, in the order in which they were signed, and a number stays", func(s, was *Snapshot, bad report) {
		years, last := map[int64]map[int64]clock.Millis{}, map[int64]int64{}
		for _, o := range s.Orders {
			if (o.Number == "") != in(o.State, "draft", "dropped") || (o.IssuedAt == 0) != (o.Number == "") || o.Number != "" && o.Number != fmt.Sprintf("工督〔%d〕%d号", o.Year, o.N) {
				bad("%s order has the number %q", o.State, o.Number)
			}
			if o.Number == "" {
				continue
			}
			if years[o.Year] == nil {
				years[o.Year] = map[int64]clock.Millis{}
			}
			if _, twice := years[o.Year][o.N]; twice {
				bad("two orders are %s", o.Number)
			}
			years[o.Year][o.N], last[o.Year] = o.IssuedAt, max(last[o.Year], o.N)
		}
		for _, n := range s.LastNumbers {
			if last[n.Year] != n.Last {
				bad("the last number of %d is %d, the last order has %d", n.Year, n.Last, last[n.Year])
			}
			for i := int64(1); i <= n.Last; i++ {
				at, ok := years[n.Year][i]
				if before := years[n.Year][i-1]; !ok || at < before {
					bad("number %d of %d was signed at %d, the one before at %d", i, n.Year, at, before)
				}
			}
		}
		now := map[string]string{}
		for _, o := range s.Orders {
			now[o.ID] = o.Number
		}
		for _, b := range was.Orders {
			if n, ok := now[b.ID]; !ok || b.Number != "" && n != b.Number {
				bad("order %s is %q", b.Number, n)
			}
		}
	}},
	{"S1", "an order is owed as its state says, drafted once for each overdue duty, answered by a head and closed from outside", func(s, was *Snapshot, bad report) {
		red, drafted, rounds := map[string]int{}, map[string]int{}, map[string]map[int64]bool{}
		for _, r := range s.Rungs {
			if r.Rung == "red" && !r.Passed {
				red[r.Duty]++
			}
		}
		for _, o := range s.Orders {
			receipt, reply := s.owes("order", o.ID, "order_receipt"), s.owes("order", o.ID, "order_reply")
			if (receipt == 1) != (o.State == "issued") || (reply == 1) != in(o.State, "issued", "received") || receipt+reply > 2 {
				bad("%s order %s: %s", o.State, o.Number, s.list("order", o.ID))
			}
			if o.Duty != "" && o.First == "" {
				drafted[o.Duty]++
				if drafted[o.Duty] > red[o.Duty] {
					bad("%d orders were drafted for duty %s, which was overdue %d times", drafted[o.Duty], o.Duty, red[o.Duty])
				}
			}
			if o.RepliedBy != "" && (o.RepliedBy == o.Signer || o.Cause == "" || o.Measures == "" || o.Promised == "" || o.RepliedAt < o.ReceivedAt) {
				bad("the answer to %s is by %s, its signer by %s, and has %q, %q, %q", o.Number, o.RepliedBy, o.Signer, o.Cause, o.Measures, o.Promised)
			}
			if o.State == "closed" && (o.EndedBy == o.RepliedBy || o.RepliedBy == "" || o.Opinion == "") {
				bad("order %s was closed by %s, answered by %q", o.Number, o.EndedBy, o.RepliedBy)
			}
			first := o.First
			if first == "" {
				first = o.ID
			}
			if rounds[first] == nil {
				rounds[first] = map[int64]bool{}
			}
			if rounds[first][o.Round] {
				bad("order %s is the second in round %d", o.Number, o.Round)
			}
			rounds[first][o.Round] = true
		}
		for first, all := range rounds {
			for n := range len(all) {
				if !all[int64(n+1)] {
					bad("of the orders after %s round %d is missing", first, n+1)
				}
			}
		}
	}},
	{"S2", "what a meeting decided is owed until it was done or dropped, by the day that was decided, and confirmed from outside", func(s, was *Snapshot, bad report) {
		before := map[string]string{}
		for _, b := range was.Resolutions {
			before[b.ID] = string(b.Day)
		}
		n := map[string]int64{}
		for _, r := range s.Resolutions {
			do, check := s.owes("resolution", r.ID, "resolution"), s.owes("resolution", r.ID, "resolution_check")
			if (do == 1) != (r.State == "open") || (check == 1) != (r.State == "reported") || do+check > 1 {
				bad("%s resolution %d: %s", r.State, r.N, s.list("resolution", r.ID))
			}
			if d, known := before[r.ID]; known && d != string(r.Day) {
				bad("resolution %d was due on %s and is on %s", r.N, d, r.Day)
			}
			if r.State == "done" && (r.EndedBy == r.ReportedBy || s.People[r.EndedBy].Path.Under(r.LeadPath)) {
				bad("resolution %d was reported and confirmed by the same unit", r.N)
			}
			if n[r.Meeting]++; n[r.Meeting] != r.N {
				bad("resolution %d is the %d. of its meeting", r.N, n[r.Meeting])
			}
		}
	}},
	{"S3", "a talk is called once for a duty that has reached that rung, and owed until it was held", func(s, was *Snapshot, bad report) {
		called := map[string]int64{}
		for _, r := range s.Rungs {
			if r.Rung == "talk" && !r.Passed {
				called[r.Duty]++
			}
		}
		for _, t := range s.Talks {
			if called[t.Duty]--; called[t.Duty] < 0 {
				bad("a talk about duty %s that did not reach the rung", t.Duty)
			}
			if owed := s.owes("talk", t.ID, "talk"); (owed == 1) != (t.State == "called") || (t.HeldAt == 0) != (t.State == "called") {
				bad("%s talk, held at %d: %s", t.State, t.HeldAt, s.list("talk", t.ID))
			}
		}
	}},
}
