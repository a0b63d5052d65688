// Package voicetest lays out the organisation of the demonstration, small: its plants, departments and places, one person
// for every role, for tests of what is said and of what is built on that.
package voicetest

import (
	"fmt"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/custody"
)

// World is a small organisation with an open database.
type World struct {
	worldtest.World
	Keys  *seal.Keys
	codes map[string]string // receipt number → code
}

// Doer is an action.
type Doer = worldtest.Doer

// people: short name, unit, role, unit of the role.
var people = [][4]string{
	{"triager", "D08", "triager", "G"}, {"triager2", "D08", "triager", "G"}, {"triager3", "U03", "triager", "U03"},
	{"supervisor", "D09", "supervisor", "G"}, {"leader", "G", "leader", "G"}, {"auditor", "D15", "auditor", "G"},
	{"chair", "U03", "unit_chair", "U03"}, {"shift", "U03-A", "shift_leader", "U03-A"},
	{"discipline", "D14", "discipline_officer", "G"}, {"discipline2", "D14", "discipline_officer", "G"},
	{"health", "D04", "health_officer", "G"}, {"welfare", "D08", "welfare_officer", "G"},
	{"equipment", "D02", "handler", "D02"}, {"equipment-head", "D02", "dept_head", "D02"},
	{"welfare-dept", "D01", "handler", "D01"}, {"welfare-head", "D01", "dept_head", "D01"},
	{"hr", "D05", "handler", "D05"}, {"finance", "D06", "handler", "D06"}, {"safety", "D04", "handler", "D04"},
	{"energy", "U05", "handler", "U05"}, {"security", "D10", "handler", "D10"}, {"it", "D11", "handler", "D11"},
	{"duty1", "D04", "", ""}, {"duty2", "D04", "", ""}, {"food1", "D01", "", ""}, {"food2", "D01", "", ""},
	{"custodian1", "D08", "identity_custodian", "G"}, {"custodian2", "D14", "identity_custodian", "G"},
	{"worker", "U03-A", "", ""}, {"worker2", "U03-A", "", ""}, {"boss", "U07", "dept_head", "U07"}, {"admin", "D11", "system_admin", "G"},
}

// New lays the organisation out. Every plant has thirty people without a role besides.
func New(t testing.TB, d *db.DB, c *clock.Fake) *World {
	t.Helper()
	keys, err := seal.OpenKeys(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &World{World: worldtest.New(t, d, c), Keys: keys, codes: map[string]string{}}
	who := access.System("test")
	w.Must(func(tx *db.Tx) error {
		units := []org.Unit{{Code: "G", Kind: org.Group, NameZh: "澄川特钢集团", NameEn: "Chengchuan", Active: true}}
		for i := 1; i <= 12; i++ {
			units = append(units, org.Unit{Code: fmt.Sprintf("U%02d", i), Parent: "G", Kind: org.Plant, NameZh: fmt.Sprintf("%d厂", i), NameEn: fmt.Sprintf("Plant %d", i), Active: true})
		}
		for i := 1; i <= 16; i++ {
			units = append(units, org.Unit{Code: fmt.Sprintf("D%02d", i), Parent: "G", Kind: org.Department, NameZh: fmt.Sprintf("部门%d", i), NameEn: fmt.Sprintf("Department %d", i), Active: true})
		}
		units = append(units, org.Unit{Code: "U03-A", Parent: "U03", Kind: org.Crew, NameZh: "甲班", NameEn: "Crew A", Active: true})
		if err := (org.PutUnits{Units: units}).Do(tx, who); err != nil {
			return err
		}
		return org.Seed(tx, who)
	})
	w.Must(func(tx *db.Tx) error {
		var ps []org.Person
		for i, p := range people {
			ps = append(ps, org.Person{EmployeeNo: fmt.Sprintf("S%04d", i), Name: "职工" + p[0], Unit: p[1], Status: org.Active})
		}
		for u := 1; u <= 12; u++ {
			for i := range 30 {
				ps = append(ps, org.Person{EmployeeNo: fmt.Sprintf("E%02d%03d", u, i), Name: fmt.Sprintf("工人%d-%d", u, i), Unit: fmt.Sprintf("U%02d", u), Status: org.Active})
			}
		}
		if err := (org.PutPeople{People: ps}).Do(tx, who); err != nil {
			return err
		}
		all := []org.Place{
			{Code: "AREA4", NameZh: "四区", NameEn: "Area 4", Kind: org.Area, Unit: "G", Audience: "G"},
			{Code: "B4", Parent: "AREA4", NameZh: "四区浴室", NameEn: "Bathhouse 4", Kind: org.Area, Unit: "D01", Audience: "U03,U02"},
			{Code: "P104M", Parent: "B4", NameZh: "四区浴室(男)", NameEn: "Bathhouse, men", Kind: org.Bathhouse, Unit: "D01", Audience: "U03"},
			{Code: "P104F", Parent: "B4", NameZh: "四区浴室(女)", NameEn: "Bathhouse, women", Kind: org.Bathhouse, Unit: "D01", Audience: "U03-A"},
			{Code: "P903", Parent: "AREA4", NameZh: "天车驾驶室", NameEn: "Crane cabin", Kind: org.Control, Unit: "U03-A"},
		}
		for _, p := range [][3]string{{"P105", "U04", "bathhouse"}, {"P201", "D01", "canteen"}, {"P202", "D01", "canteen"}, {"P203", "U03", "canteen"}, {"P204", "D01", "canteen"},
			{"P301", "D01", "dormitory"}, {"P305", "D01", "dormitory"}, {"P401", "U08", "rest_room"}, {"P402", "U02", "rest_room"}, {"P404", "U06", "rest_room"},
			{"P501", "U11", "bus"}, {"P503", "U11", "bus"}, {"P511", "D10", "parking"}, {"P512", "D10", "parking"}, {"P801", "D01", "clinic"}, {"P802", "D04", "store"},
			{"P901", "U01", "workplace"}, {"P902", "U04", "workplace"}, {"P961", "U03", "toilet"}, {"P962", "U01", "water"}, {"P971", "D03", "road"}} {
			all = append(all, org.Place{Code: p[0], NameZh: p[0], NameEn: p[0], Kind: p[2], Unit: p[1], Audience: "G"})
		}
		for i := range all {
			all[i].Active = true
		}
		if err := (org.PutPlaces{Places: all}).Do(tx, who); err != nil {
			return err
		}
		return org.Recount{}.Do(tx, who)
	})
	w.Must(func(tx *db.Tx) error {
		roster := map[string][]string{}
		for i, p := range people {
			who := access.System("test")
			x, err := org.PersonByNo(tx, fmt.Sprintf("S%04d", i))
			if err != nil {
				return err
			}
			if p[2] != "" {
				if err := (org.GiveRole{Person: x.ID, Role: access.Role(p[2]), Unit: p[3]}).Do(tx, who); err != nil {
					return err
				}
			}
			switch p[0] {
			case "duty1", "duty2":
				roster["hazard"] = append(roster["hazard"], x.ID)
			case "food1", "food2":
				roster["food"] = append(roster["food"], x.ID)
			}
			if w.People[p[0]], err = org.Actor(tx, x.ID); err != nil {
				return err
			}
		}
		for _, k := range []string{"food", "hazard"} {
			if err := (org.SetRoster{Kind: k, People: roster[k]}).Do(tx, who); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []string{"custodian1", "custodian2"} {
		k, err := seal.NewCustodianKey()
		if err != nil {
			t.Fatal(err)
		}
		w.Do(c, custody.HoldKey{Public: k.Public, Wrapped: "wrapped for a test"})
	}
	return w
}

// Holding does actions as the holder of a voice's receipt; they have to succeed.
func (w *World) Holding(voiceID string, in ...Doer) {
	w.T.Helper()
	for _, a := range in {
		if err := w.As(access.Holder(voiceID), a); err != nil {
			w.T.Fatalf("holder: %T: %v", a, err)
		}
	}
}

// Form fills in receipt and keys of a registration.
func (w *World) Form(in voice.Register) voice.Register {
	r := seal.NewReceipt(clock.DayOf(w.Clock.Now(), w.DB.Zone()))
	in.Number, in.Code, in.Keys = r.Number, r.Code, w.Keys
	w.codes[r.Number] = r.Code
	return in
}

// Code is the code of a receipt number that [World.Form] drew.
func (w *World) Code(number string) string { return w.codes[number] }

// Say registers as the person with the short name ("" for nobody) and returns the answer and the error.
func (w *World) Say(key string, in voice.Register) (voice.Sent, error) {
	who := access.Nobody()
	if key != "" {
		who = w.P(key)
	}
	var o []db.Option
	if in.Level.Hidden() {
		o = append(o, db.Coarse)
	}
	var sent voice.Sent
	err := w.Write(func(tx *db.Tx) (err error) {
		sent, err = in.Do(tx, who)
		return err
	}, o...)
	return sent, err
}

// Tell registers a text that has to be taken and returns the voice.
func (w *World) Tell(key string, level voice.Level, place, text string) voice.Voice {
	w.T.Helper()
	sent, err := w.Say(key, w.Form(voice.Register{Level: level, Place: place, Text: text}))
	for i := 0; i < 5 && err != nil && fault.Of(err).Key == "voice.number.taken"; i++ { // of some hundred numbers of a day two may be the same: the page asks to press again
		sent, err = w.Say(key, w.Form(voice.Register{Level: level, Place: place, Text: text}))
	}
	if err != nil {
		w.T.Fatalf("tell: %v", err)
	}
	return w.Voice(sent.Voice)
}

// Voice reads a voice.
func (w *World) Voice(id string) voice.Voice {
	w.T.Helper()
	var v voice.Voice
	w.Read(func(tx *db.Tx) (err error) {
		v, err = voice.ByID(tx, id)
		return err
	})
	return v
}
