package practice

import (
	"strconv"
	"strings"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice/words"
)

// Echo is from how many letters on the same in a practice and in what somebody wrote is no accident.
const Echo = 15

// Written is a text that others will read, with the field of its form.
type Written struct {
	Field, Text string
	Leave       bool // an employee's own words, which he has let out
	Office      bool // how the office is reached: a number may stand there
}

// private refuses what could tell who spoke, in the texts of a practice.
func private(tx *db.Tx, f *fault.Form, p Practice) error {
	return Private(tx, f, []string{p.Matter}, nil, p.texts())
}

// Private refuses what could tell who spoke: numbers and names by rule, the names of those who said it or are named in it, and pieces of what they
// wrote. It looks at the voices behind the matters, and at the voices given. The sentences of employees were let out by them; they are held against
// names and numbers only.
func Private(tx *db.Tx, f *fault.Form, matters, voices []string, all []Written) error {
	in, args := db.In("v.matter", matters, 1)
	or, more := db.In("v.id", voices, len(args)+1)
	behind, args := `(`+in+` OR `+or+`)`, append(args, more...)
	names, err := db.All[string](tx, `SELECT DISTINCT p.name FROM org_person p JOIN voice v ON v.submitter = p.id WHERE `+behind, args...)
	if err != nil {
		return err
	}
	in, args2 := db.In("n.matter", matters, 1)
	named, err := db.All[string](tx, `SELECT DISTINCT p.name FROM org_person p JOIN matter_named n ON n.person = p.id WHERE `+in, args2...)
	if err != nil {
		return err
	}
	names = append(names, named...)
	written, err := db.All[string](tx, `SELECT v.text FROM voice v WHERE `+behind+` ORDER BY v.id LIMIT 2000`, args...)
	if err != nil {
		return err
	}
	echo := map[string]bool{}
	for _, t := range written {
		shingles(t, func(s string) bool { echo[s] = true; return false })
	}
	for _, t := range all {
		if tell := words.Telltale(t.Text); len(tell) > 0 && !t.Office {
			f.Add(t.Field, "practice.telltale", tell[0])
			continue
		}
		named := ""
		for _, n := range names {
			if n != "" && strings.Contains(t.Text, n) {
				named = n
			}
		}
		switch {
		case named != "":
			f.Add(t.Field, "practice.name", named)
		case !t.Leave && shingles(t.Text, func(s string) bool { return echo[s] }):
			f.Add(t.Field, "practice.echo", Echo)
		}
	}
	return nil
}

// shingles goes through all pieces of a text of so many letters until do says that it is enough.
func shingles(text string, do func(string) bool) bool {
	bare := words.Bare(text)
	for i := 0; i+Echo <= len(bare); i++ {
		if do(string(bare[i : i+Echo])) {
			return true
		}
	}
	return false
}

// texts are all words of a practice with the fields of its form.
func (p Practice) texts() []Written {
	r := p.Recipe()
	var steps, checks []string
	for _, s := range r.Steps {
		steps = append(steps, s.Text)
	}
	for _, c := range r.Checks {
		checks = append(checks, c.Text)
	}
	out := []Written{{Field: "title", Text: p.Title}, {Field: "problem", Text: p.Problem}, {Field: "steps", Text: strings.Join(steps, "\n")},
		{Field: "standard", Text: strings.Join(append(checks, r.Standard, r.Item, r.Qualitative, r.Contingency), "\n")}, {Field: "invest", Text: p.Invest},
		{Field: "fits", Text: p.Fits}, {Field: "unfit", Text: p.Unfit}, {Field: "contact", Text: p.Contact, Office: true}, {Field: "tags", Text: p.Tags}}
	for i, w := range p.Words() {
		at := "words." + strconv.Itoa(i)
		out = append(out, Written{Field: at + ".text", Text: w.Text, Leave: true}, Written{Field: at + ".by", Text: w.By, Leave: true})
	}
	return out
}
