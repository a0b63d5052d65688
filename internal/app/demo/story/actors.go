package story

import (
	"fmt"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

// actor is a person as permission sees him.
func (p *play) actor(tx *db.Tx, person org.Person) (access.Person, error) {
	if a, ok := p.actors[person.ID]; ok {
		return a, nil
	}
	a, err := org.Actor(tx, person.ID)
	if err == nil {
		p.actors[person.ID] = a
	}
	return a, err
}

// holder is the n-th holder (from 0, around) of a role who belongs to the unit; unit "" is anybody.
func (p *play) holder(r access.Role, unit string, n int) (org.Person, error) {
	var all []org.Person
	for _, h := range p.Holders[r] {
		if unit == "" || strings.Contains(string(h.Path), "/"+unit+"/") {
			all = append(all, h)
		}
	}
	if len(all) == 0 {
		return org.Person{}, fmt.Errorf("nobody is %s in %q", r, unit)
	}
	return all[n%len(all)], nil
}

// roleWords are what "by=" may name.
var roleWords = map[string]access.Role{"triager": access.Triager, "supervisor": access.Supervisor, "inspector": access.Inspector, "leader": access.Leader,
	"handler": access.Handler, "head": access.DeptHead, "chair": access.UnitChair, "discipline": access.DisciplineOfficer,
	"health": access.HealthOfficer, "welfare": access.WelfareOfficer, "shift": access.ShiftLeader, "delegate": access.Delegate}

// who is the person that "by=role", "by=role2" (the second of them) or "by=role2/U03" names;
// "other" is a triager who is not the one of the block.
func (p *play) who(b *block, words, unit string) (org.Person, error) {
	if words == "other" { // another triager than the one of the block
		return p.holder(access.Triager, "", b.n+1)
	}
	word, own, has := strings.Cut(words, "/")
	if has {
		unit = own
	}
	n := b.n
	name := strings.TrimRight(word, "0123456789")
	if name != word {
		n, _ = strconv.Atoi(word[len(name):])
		n--
	}
	r, ok := roleWords[name]
	if !ok {
		return org.Person{}, fmt.Errorf("%q is no role", words)
	}
	switch r {
	case access.Handler, access.DeptHead, access.UnitChair, access.ShiftLeader, access.Delegate:
		if name == word {
			n = 0
		}
	default:
		if !has {
			unit = ""
		}
	}
	return p.holder(r, unit, n)
}

// by is who does the step: what the line says, else the role that usually does.
func (p *play) by(tx *db.Tx, b *block, l *line, usual, unit string) (access.Person, error) {
	w, err := p.who(b, l.opt("by", usual), unit)
	if err != nil {
		return access.Person{}, err
	}
	return p.actor(tx, w)
}

// worker is somebody who uses the place, or works in the unit.
func (p *play) worker(place, unit string) org.Person {
	var in []string
	if pl, ok := p.places[place]; ok && unit == "" {
		in = pl.Audience.Codes()
		if len(in) == 0 && pl.Unit != "" {
			in = []string{pl.Unit}
		}
	} else if unit != "" {
		in = []string{unit}
	}
	var all []org.Person
	for _, w := range p.Crew {
		for _, u := range in {
			if u == org.Root || strings.Contains(string(w.Path), "/"+u) {
				all = append(all, w)
				break
			}
		}
	}
	if len(all) == 0 {
		all = p.Crew
	}
	return all[p.dice.IntN(len(all))]
}
