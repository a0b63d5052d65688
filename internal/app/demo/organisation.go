package demo

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// People is how many people the demonstration organisation has where no other number is asked for.
const People = 12860

//go:embed data/units.csv
var unitsCSV string

//go:embed data/places.csv
var placesCSV string

// who acts while the demonstration is made.
var maker = access.System("demo")

// Cast is the people of the demonstration who hold a role, by what they are needed for.
type Cast struct {
	Units, Crews, People int
	Holders              map[access.Role][]org.Person // in the order in which they were named
	Crew                 []org.Person                 // workers without a role, from all plants, to speak in the demonstration
}

// First is the first holder of a role.
func (c Cast) First(r access.Role) org.Person {
	if len(c.Holders[r]) == 0 {
		return org.Person{}
	}
	return c.Holders[r][0]
}

// In is the holder of a role who works in the unit or below it; the zero person where there is none.
func (c Cast) In(r access.Role, unit string) org.Person {
	for _, p := range c.Holders[r] {
		if strings.Contains(string(p.Path), "/"+unit+"/") {
			return p
		}
	}
	return org.Person{}
}

// Me is the worker whose sign-in is printed.
func (c Cast) Me() org.Person {
	for _, p := range c.Crew {
		if strings.HasPrefix(p.Unit, "U01") {
			return p
		}
	}
	return org.Person{}
}

type plant struct {
	org.Unit
	weight, female int
	shift          bool
	posts          []string
	workshops      [][2]string // names zh, en
}

func rows(text string) [][]string {
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("demo: " + err.Error())
	}
	return all[1:]
}

func plants() []plant {
	var out []plant
	for i, r := range rows(unitsCSV) {
		weight, err := strconv.Atoi(r[4])
		if err != nil {
			panic("demo: " + err.Error())
		}
		female, err := strconv.Atoi(r[7])
		if err != nil {
			panic("demo: " + err.Error())
		}
		p := plant{Unit: org.Unit{Code: r[0], Parent: org.Root, Kind: org.UnitKind(r[1]), NameZh: r[2], NameEn: r[3], Contractor: r[5] == "1", Active: true, Sort: i + 1},
			weight: weight, female: female, shift: r[6] == "1", posts: strings.Fields(r[8])}
		for _, w := range strings.Split(r[9], "|") {
			if zh, en, ok := strings.Cut(w, ":"); ok {
				p.workshops = append(p.workshops, [2]string{zh, en})
			}
		}
		out = append(out, p)
	}
	return out
}

// Organisation lays 澄川特钢集团 with n people into an empty database: 12 plants, 16 departments, their workshops and crews of
// 8 to 40, places, what every installation starts with, people and their roles, a few lines of the responsibility
// catalogue and the duty rosters. The same n gives the same names. n is at least 1,000.
func Organisation(ctx context.Context, d *db.DB, n int) (Cast, error) {
	if n < 1000 {
		return Cast{}, fmt.Errorf("demo: %d people are too few for a group of 28 units", n)
	}
	m := layout(n)
	if err := d.Write(ctx, m.structure); err != nil {
		return Cast{}, err
	}
	people := m.people()
	for start := 0; start < len(people); start += 500 {
		chunk := people[start:min(start+500, len(people))]
		err := d.Write(ctx, func(tx *db.Tx) error { return org.PutPeople{People: chunk, Import: "demo"}.Do(tx, maker) })
		if err != nil {
			return Cast{}, err
		}
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { return org.Recount{}.Do(tx, maker) }); err != nil {
		return Cast{}, err
	}
	cast := Cast{Units: len(m.plants), Crews: m.crews, People: len(people), Holders: map[access.Role][]org.Person{}}
	grants := m.grants(people, &cast)
	for start := 0; start < len(grants); start += 100 {
		chunk := grants[start:min(start+100, len(grants))]
		err := d.Write(ctx, func(tx *db.Tx) error {
			for _, g := range chunk {
				if err := g.Do(tx, maker); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return Cast{}, err
		}
	}
	return cast, d.Write(ctx, func(tx *db.Tx) error { return m.finish(tx, cast) })
}

// making is the organisation while it is laid out.
type making struct {
	n      int
	rnd    *rand.Rand
	plants []plant
	units  []org.Unit
	seats  []seat // who is to be made, in the order of the units
	crews  int
}

// seat is a number of people in one unit.
type seat struct {
	unit   string
	plant  int
	n      int
	shift  string
	office bool
}

func layout(n int) *making {
	m := &making{n: n, rnd: rand.New(rand.NewPCG(1958, uint64(n))), plants: plants()}
	total := 0
	for _, p := range m.plants {
		total += p.weight
	}
	const least = 20 // people of the smallest department
	left, shared := n, n-least*len(m.plants)
	for i, p := range m.plants {
		size := least + shared*p.weight/total
		if i == len(m.plants)-1 {
			size = left
		}
		left -= size
		m.lay(i, p, size)
	}
	return m
}

var shiftNames = [][2]string{{"甲班", "shift A"}, {"乙班", "shift B"}, {"丙班", "shift C"}, {"丁班", "shift D"}}

// lay divides the people of a plant over its office, workshops and crews.
func (m *making) lay(i int, p plant, size int) {
	m.units = append(m.units, p.Unit)
	if len(p.workshops) == 0 {
		m.seats = append(m.seats, seat{unit: p.Code, plant: i, n: size, shift: dayOr(p.shift), office: true})
		return
	}
	office := max(8, size/25)
	m.seats = append(m.seats, seat{unit: p.Code, plant: i, n: office, shift: "常白班", office: true})
	rest := size - office
	for w, names := range p.workshops {
		here := rest / (len(p.workshops) - w)
		rest -= here
		shop := org.Unit{Code: p.Code + "-" + string(rune('A'+w)), Parent: p.Code, Kind: org.Workshop, NameZh: names[0], NameEn: names[1], Contractor: p.Contractor, Active: true, Sort: w + 1}
		m.units = append(m.units, shop)
		crews := max(1, (here+12)/22)
		if p.shift && crews > 4 {
			crews -= crews % 4
		}
		for c := range crews {
			n := here / (crews - c)
			here -= n
			zh, en := fmt.Sprintf("%d班", c+1), fmt.Sprintf("crew %d", c+1)
			if p.shift {
				s := shiftNames[c%4]
				zh, en = fmt.Sprintf("%d组%s", c/4+1, s[0]), fmt.Sprintf("section %d %s", c/4+1, s[1])
			}
			crew := org.Unit{Code: fmt.Sprintf("%s%02d", shop.Code, c+1), Parent: shop.Code, Kind: org.Crew, NameZh: names[0] + zh, NameEn: names[1] + " " + en,
				Contractor: p.Contractor, Active: true, Sort: c + 1}
			m.units = append(m.units, crew)
			m.crews++
			m.seats = append(m.seats, seat{unit: crew.Code, plant: i, n: n, shift: dayOr(p.shift)})
		}
	}
}

func dayOr(shift bool) string {
	if shift {
		return "四班三倒"
	}
	return "常白班"
}

// closedNow are the places that are closed at the moment, and why.
var closedNow = map[string]string{"P702": "地面翻修，12 月 20 日重新开放"}

// structure writes everything that has to be there before the people.
func (m *making) structure(tx *db.Tx) error {
	if err := (org.AddUnit{Code: org.Root, Kind: org.Group, NameZh: "澄川特钢集团", NameEn: "Chengchuan Special Steel Group"}).Do(tx, maker); err != nil {
		return err
	}
	if err := (org.PutUnits{Units: m.units, Import: "demo"}).Do(tx, maker); err != nil {
		return err
	}
	if err := org.Seed(tx, maker); err != nil {
		return err
	}
	var places []org.Place
	for i, r := range rows(placesCSV) {
		places = append(places, org.Place{Code: r[0], Parent: r[1], NameZh: r[2], NameEn: r[3], Kind: r[4], Unit: r[5], Audience: org.ListOf(strings.Fields(r[6])...), ClosedNote: closedNow[r[0]], Active: true, Sort: i + 1})
	}
	if err := (org.PutPlaces{Places: places, Import: "demo"}).Do(tx, maker); err != nil {
		return err
	}
	for _, s := range []org.SetSetting{
		{Key: org.SiteName, Value: "澄川特钢集团", Basis: "演示单位"},
		{Key: org.SiteNameEn, Value: "Chengchuan Special Steel Group", Basis: "演示单位"},
		{Key: org.MilestoneDays, Value: "45", Basis: "演示单位：跨长假的措施允许隔 45 天"},
		{Key: org.FinanceUnit, Value: "D06", Basis: "演示单位：《资金审批办法》第四条，五万元以上由财务部审核"},
		{Key: org.UnionPhone, Value: "0816-550-5150", Basis: "演示单位"},
		{Key: org.UnionHours, Value: "8:00–17:30", Basis: "演示单位"},
		{Key: org.EmergencyLine, Value: "8119", Basis: "演示单位：生产调度室 24 小时值班"},
	} {
		if err := s.Do(tx, maker); err != nil {
			return err
		}
	}
	for _, r := range []org.SetRule{
		{Category: "B", Place: "P105", Lead: "U04", Co: []string{"D02"}, Basis: "焦化浴池由焦化厂自管（责任目录 2026 年版）"},
		{Category: "A4", Place: "P203", Lead: "U12", Co: []string{"D01"}, Basis: "夜餐配送由生活服务公司承包（服务合同第六条）"},
		{Category: "J1", Place: "P401", Lead: "U08", Co: []string{"D03"}, Basis: "驿站由使用单位管理（驿站管理办法）"},
		{Category: "J1", Place: "P404", Lead: "U06", Co: []string{"D03"}, Basis: "道口岗亭由铁路运输部管理"},
		{Category: "G2", Place: "P901", Lead: "U01", Co: []string{"D04"}, Class: clock.T24H, Basis: "除尘抑尘设施由使用单位负责运行"},
		{Category: "D", Place: "P301", Lead: "U12", Co: []string{"D01"}, Basis: "公寓由生活服务公司管理（服务合同第九条）"},
		{Category: "D", Place: "P305", Lead: "U12", Co: []string{"D01"}, Basis: "宿舍由生活服务公司管理（服务合同第九条）"},
	} {
		if _, err := r.Do(tx, maker); err != nil {
			return err
		}
	}
	return nil
}
