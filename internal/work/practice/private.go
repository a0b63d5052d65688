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

// private refuses what could tell who spoke: numbers and names by rule, the names of those who said it or are named in it, and pieces of
// what they wrote. The sentences of employees were let out by them; they are held against names and numbers only.
func private(tx *db.Tx, f *fault.Form, p Practice) error {
	names, err := db.All[string](tx, `SELECT DISTINCT p.name FROM org_person p JOIN voice v ON v.submitter = p.id WHERE v.matter = $1
		UNION SELECT p.name FROM org_person p JOIN matter_named n ON n.person = p.id WHERE n.matter = $1`, p.Matter)
	if err != nil {
		return err
	}
	written, err := db.All[string](tx, `SELECT text FROM voice WHERE matter = $1 ORDER BY id LIMIT 500`, p.Matter)
	if err != nil {
		return err
	}
	echo := map[string]bool{}
	for _, t := range written {
		shingles(t, func(s string) bool { echo[s] = true; return false })
	}
	for _, t := range p.texts() {
		if tell := words.Telltale(t.text); len(tell) > 0 && t.field != "contact" {
			f.Add(t.field, "practice.telltale", tell[0])
			continue
		}
		named := ""
		for _, n := range names {
			if n != "" && strings.Contains(t.text, n) {
				named = n
			}
		}
		switch {
		case named != "":
			f.Add(t.field, "practice.name", named)
		case !t.leave && shingles(t.text, func(s string) bool { return echo[s] }):
			f.Add(t.field, "practice.echo", Echo)
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

type typed struct {
	field, text string
	leave       bool // an employee's own words, which he has let out
}

// texts are all words of a practice with the fields of its form.
func (p Practice) texts() []typed {
	r := p.Recipe()
	var steps, checks []string
	for _, s := range r.Steps {
		steps = append(steps, s.Text)
	}
	for _, c := range r.Checks {
		checks = append(checks, c.Text)
	}
	out := []typed{{field: "title", text: p.Title}, {field: "problem", text: p.Problem}, {field: "steps", text: strings.Join(steps, "\n")},
		{field: "standard", text: strings.Join(append(checks, r.Standard, r.Item, r.Qualitative, r.Contingency), "\n")}, {field: "invest", text: p.Invest},
		{field: "fits", text: p.Fits}, {field: "unfit", text: p.Unfit}, {field: "contact", text: p.Contact}, {field: "tags", text: p.Tags}}
	for i, w := range p.Words() {
		at := "words." + strconv.Itoa(i)
		out = append(out, typed{at + ".text", w.Text, true}, typed{at + ".by", w.By, true})
	}
	return out
}
