package modeltest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/proposal"
)

// agree compares everything that the program holds with the model.
func (w *askWorld) agree(after string) {
	w.t.Helper()
	type owed struct{ Subject, Kind, Path, Role, Day, Outcome string }
	type happened struct{ Subject, What string }
	type spoke struct {
		Proposal, Person, Grade string
		Handling                int
	}
	var rows []proposal.Proposal
	var duties []owed
	var facts []happened
	var seconds, said []spoke
	w.read(func(tx *db.Tx) (err error) {
		tx.Asked()
		fill(tx, &err, &rows, `SELECT * FROM proposal ORDER BY id`)
		fill(tx, &err, &duties, `SELECT subject_id AS subject, kind, path, role, day, outcome FROM duty WHERE subject_kind = 'proposal' ORDER BY started_at, id`)
		fill(tx, &err, &facts, `SELECT subject_id AS subject, kind || ' ' || from_state || '>' || to_state AS what FROM event WHERE subject_kind = 'proposal' AND kind LIKE 'proposal.%' ORDER BY ins`)
		fill(tx, &err, &seconds, `SELECT proposal, person, '' AS grade, 0 AS handling FROM proposal_second`)
		fill(tx, &err, &said, `SELECT proposal, person, grade, handling FROM proposal_rating`)
		return err
	})
	for _, p := range rows { // whichever is new has been made by the last command
		if !slices.Contains(w.ids, p.ID) {
			w.ids = append(w.ids, p.ID)
		}
	}
	if len(w.ids) != len(w.m.all) {
		w.fail("after %s: the program has %d proposals, the model %d", after, len(w.ids), len(w.m.all))
	}
	var diff []string
	for _, p := range rows {
		k := slices.Index(w.ids, p.ID)
		x := w.m.all[k]
		differ := func(what string, program, model any) {
			if a, b := fmt.Sprint(program), fmt.Sprint(model); a != b {
				diff = append(diff, fmt.Sprintf("proposal %d, %s: the program has %s, the model %s", k, what, a, b))
			}
		}
		differ("kind and state", []any{p.Kind, p.State, p.Over()}, []any{x.kind, x.state, x.overall()})
		differ("proposer", []any{w.names[p.Proposer], p.Unit, p.UnitPath.Unit(), p.Secret}, []any{x.from, x.unit, x.unit, x.secret})
		lead := ""
		if p.LeadPath != "" {
			lead = p.LeadPath.Unit()
		}
		differ("lead", []any{p.Lead, lead, p.Number, p.Prime, p.Co}, []any{x.lead, x.lead, x.number, x.prime, ""})
		other := slices.Index(w.ids, p.Other)
		differ("reason and other", []any{p.Reason != "", other}, []any{x.reason, x.other})
		differ("answer", []any{p.Answer, w.names[p.ByPerson], p.Told, p.UntilDay, p.Handlings}, []any{x.answer, x.by, x.told, x.until, len(x.said)})
		differ("end", []any{w.names[p.DoneBy], w.names[p.CheckedBy], p.Benefit, p.Grade, p.Bonus, p.OverDay}, []any{x.doneBy, x.checkedBy, x.benefit, x.grade, x.bonus, x.over})
		var open, past, log, by, grades, want []string
		for _, d := range duties {
			switch {
			case d.Subject != p.ID:
			case d.Outcome == "":
				open = append(open, d.Kind+" "+access.Path(d.Path).Unit()+" "+d.Role+" "+d.Day)
			default:
				past = append(past, d.Kind+" "+d.Outcome)
			}
		}
		differ("owed", strings.Join(open, ", "), x.owed)
		slices.Sort(past)
		differ("owed before", past, slices.Sorted(slices.Values(x.past)))
		for _, f := range facts {
			if f.Subject == p.ID {
				log = append(log, strings.TrimPrefix(f.What, "proposal."))
			}
		}
		differ("record", log, x.facts)
		for _, s := range seconds {
			if s.Proposal == p.ID {
				by = append(by, w.names[s.Person])
			}
		}
		differ("seconders", slices.Sorted(slices.Values(by)), slices.Sorted(slices.Values(x.seconds)))
		for _, s := range said {
			if s.Proposal == p.ID {
				grades = append(grades, fmt.Sprint(s.Handling, w.names[s.Person], s.Grade))
			}
		}
		for i, h := range x.said {
			for who, g := range h {
				want = append(want, fmt.Sprint(i+1, who, g))
			}
		}
		differ("said", slices.Sorted(slices.Values(grades)), slices.Sorted(slices.Values(want)))
	}
	if len(diff) > 0 {
		w.fail("after %s:\n%s", after, strings.Join(diff, "\n"))
	}
}

// reads compares who may read what, who learns the names and who is asked, and the sums of the year.
func (w *askWorld) reads() {
	w.t.Helper()
	for _, who := range slices.Sorted(maps.Keys(askers)) {
		var got, want, asks, asked []string
		w.read(func(tx *db.Tx) error {
			tx.Asked()
			if who != "nobody" {
				rows, _, err := proposal.List(tx, w.people[who], proposal.Filter{})
				if err != nil {
					return err
				}
				for _, p := range rows {
					got = append(got, fmt.Sprint(slices.Index(w.ids, p.ID), " ", p.Names(w.people[who])))
				}
			}
			rows, err := proposal.Asked(tx, w.people[who])
			for _, p := range rows {
				asks = append(asks, fmt.Sprint(slices.Index(w.ids, p.ID)))
			}
			return err
		})
		for k, p := range w.m.all {
			if w.m.reads(who, p) {
				want = append(want, fmt.Sprint(k, " ", w.m.learns(who, p)))
			}
			if w.m.asked(who, p) {
				asked = append(asked, fmt.Sprint(k))
			}
			w.read(func(tx *db.Tx) error {
				if _, err := proposal.See(tx, w.people[who], w.ids[k]); (err == nil) != w.m.reads(who, p) {
					w.fail("%s reads proposal %d: %v, the model says %v", who, k, err, w.m.reads(who, p))
				}
				return nil
			})
		}
		slices.Sort(got)
		slices.Sort(asks)
		if !slices.Equal(got, want) || !slices.Equal(asks, asked) {
			w.fail("%s reads %q and is asked about %q, the model says %q and %q", who, got, asks, want, asked)
		}
	}
	want, people := proposal.Totals{}, map[string]bool{}
	for _, p := range w.m.all {
		if p.kind == "improvement" && p.state != "withdrawn" && p.made[:4] == w.m.today[:4] {
			want.Made++
			people[p.from] = true
			if slices.Contains([]string{"adopted", "trying", "done", "verified", "awarded"}, p.state) {
				want.Adopted++
			}
			if p.state == "verified" || p.state == "awarded" {
				want.Done++
			}
			want.Benefit, want.Bonus = want.Benefit+int64(p.benefit), want.Bonus+int64(p.bonus)
		}
	}
	want.People = int64(len(people))
	w.read(func(tx *db.Tx) error {
		got, err := proposal.TotalsOf(tx, w.people["leader"], date(w.m.today).Year())
		if err == nil && got != want {
			w.fail("the year comes to %+v, the model says %+v", got, want)
		}
		return err
	})
}
