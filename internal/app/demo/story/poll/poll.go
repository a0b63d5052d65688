// Package poll asks the people of the demonstration: four quarters of the three-senses pulse, the canteen in summer and today, bathhouse and heating
// with photos, and once more with blind tokens; and it lets them vote on what is done next.
package poll

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/voice"
)

// asking is a survey of the story. Days are working days before today.
type asking struct {
	template, title string
	audience        string
	place           string // whose people are asked
	wanted          int
	day, until      int
	answers         int // how many answer
	mood            float64
	said            []string
	every           int // months after which it comes again
	walkIns         int // who come by and answer without signing in, beside those
	shots           int // photos that they add, each of somebody else
	units           []string
	blind           bool // with tokens
}

// askings are four quarters of the pulse, the canteen in summer, one dining hall by itself, a bathhouse with photos, and what is open today: the canteen
// again, and another hall. What is answered with tokens stands in tokens.go.
var askings = []asking{
	{template: "pulse", title: "第一次三感问卷", audience: survey.Sample, wanted: 260, day: 232, until: 222, answers: 172, mood: -0.35},
	{template: "pulse", title: "第二次三感问卷", audience: survey.Sample, wanted: 260, day: 170, until: 160, answers: 181, mood: -0.15},
	{template: "pulse", title: "第三次三感问卷", audience: survey.Sample, wanted: 260, day: 108, until: 98, answers: 166, mood: 0.05},
	{template: "pulse", title: "第四次三感问卷", audience: survey.Sample, wanted: 260, day: 44, until: 34, answers: 190, mood: 0.2, every: 3},
	{template: "canteen", title: "夏季食堂满意度测评", audience: survey.Everybody, day: 92, until: 84, answers: 150, mood: -0.1,
		said: []string{"夜班的菜是热过两遍的。", "二食堂排队要二十分钟。", "想多几样素菜。", "汤太咸。", "餐盘洗得不干净。", "周末窗口开得太少。", "比去年好。"}},
	{template: "canteen", title: "四区一楼餐厅换窗口以后", audience: survey.Places, place: "P201", day: 30, until: 22, answers: 88, mood: 0.3, walkIns: 24,
		said: []string{"面食窗口好了，队短了。", "十二点以后菜还是凉。", "新窗口的汤不错。"}},
	{template: "bath", title: "入冬浴室和供暖测评", audience: survey.Places, place: "P104M", day: 26, until: 18, answers: 72, mood: -0.1, shots: 8,
		said: []string{"下午四点以后水忽冷忽热。", "更衣室的门关不严，透风。", "供暖比去年早了，谢谢。"}},
	{template: "canteen", title: "二区食堂夜班餐测评", audience: survey.Places, place: "P202", day: 3, until: -6, answers: 31, mood: -0.2, walkIns: 9,
		said: []string{"夜班只有一个窗口。", "凌晨的粥是热的，谢谢。"}},
	{template: "canteen", title: "冬季食堂满意度测评", audience: survey.Everybody, day: 4, until: -8, answers: 64, mood: 0.1,
		said: []string{"早班六点的粥是凉的。", "希望夜班也有现炒的。", "米饭有时候夹生。"}},
}

// levels are what people think of each question of the pulse on average; the last is whether they dare to say so.
var levels = map[string]float64{"g1": 3.3, "g2": 2.9, "g3": 3.2, "h1": 3.2, "h2": 4.1, "h3": 2.9, "s1": 3.7, "s2": 3.6, "s3": 2.9,
	"hygiene": 3.9, "health": 3.4, "warm": 2.8, "taste": 3.2, "variety": 2.9, "night": 2.5,
	"temp": 2.6, "flow": 3.4, "clean": 3.7, "locker": 3.0, "hours": 3.9, "heat": 3.1}

// House is the story in which people are asked. Days are working days before today.
type House struct {
	Put    func(at time.Time, coarse bool, what string, do func(tx *db.Tx) error)
	Day    func(ago int) clock.Day
	On     func(day clock.Day, at string) (time.Time, error)
	Office func(tx *db.Tx) (access.Person, error)
	Actor  func(tx *db.Tx, person string) (access.Person, error)
	Head   func(tx *db.Tx, unit string) (access.Person, error) // of a department
	Me     string                                              // whose sign-in is printed: he is still asked
	DB     *db.DB
	Keys   *seal.Keys
	Apart  func(at time.Time, what string, do func(ctx context.Context) error) // outside of a transaction
	Draw   func(scene, moment string, day clock.Day) (voice.Photo, error)
}

// poll is a survey while the story is played.
type poll struct {
	House
	asking
	id     string
	photos []form.Picture
	next   int // of them
}

// Play puts the surveys and the ballots down.
func Play(h House) error {
	forms := map[string]string{}
	for i, x := range askings {
		s := &poll{House: h, asking: x}
		at, err := h.On(h.Day(x.day), "08:20")
		if err != nil {
			return err
		}
		if err := s.camera(); err != nil {
			return err
		}
		h.Put(at, false, "survey "+x.title, func(tx *db.Tx) error { return s.open(tx, forms) })
		answers := s.answers
		for round := range 3 {
			day := x.day - 1 - 2*round
			if day < 0 {
				break
			}
			if at, err = h.On(h.Day(day), []string{"12:30", "18:40", "07:20"}[round]); err != nil {
				return err
			}
			n := answers / (3 - round)
			answers -= n
			if day-2 < 0 || round == 2 {
				n += answers
				answers = 0
			}
			dice := rand.New(rand.NewPCG(2026, uint64(10*i+round)))
			h.Put(at, true, "answers to "+x.title, func(tx *db.Tx) error { return s.answer(tx, dice, n) })
			if round == 0 && x.walkIns > 0 {
				h.Put(at, true, "walk-in answers to "+x.title, func(tx *db.Tx) error { return s.comeBy(tx, rand.New(rand.NewPCG(2026, uint64(100+i)))) })
			}
		}
	}
	if err := tokens(h, forms); err != nil {
		return err
	}
	for _, part := range []func(House) error{calendar, proposals} {
		if err := part(h); err != nil {
			return err
		}
	}
	return vote(h)
}

func (s *poll) open(tx *db.Tx, forms map[string]string) error {
	who, err := s.Office(tx)
	if err != nil {
		return err
	}
	if forms[s.template] == "" {
		begin := &survey.Begin{Template: s.template}
		if err := begin.Do(tx, who); err != nil {
			return err
		}
		if err := (&survey.Publish{Form: begin.ID}).Do(tx, who); err != nil {
			return err
		}
		forms[s.template] = begin.ID
	}
	plan := &survey.Plan{Form: forms[s.template], Title: s.title, Audience: s.audience, Wanted: s.wanted, Opens: s.Day(s.day), Closes: s.Day(s.until), Every: s.every, WalkIn: s.walkIns > 0,
		Units: s.units, Blind: s.blind}
	if s.place != "" {
		plan.Places = []string{s.place}
	}
	err = plan.Do(tx, who)
	s.id = plan.ID
	return err
}

// answer lets n of those answer who are asked and have not.
func (s *poll) answer(tx *db.Tx, dice *rand.Rand, n int) error {
	people, err := s.asked(tx)
	if err != nil {
		return err
	}
	dice.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	b, _ := form.Template(s.template)
	for _, key := range people {
		if n == 0 {
			return nil
		}
		if key == s.Me {
			continue
		}
		who, err := s.Actor(tx, key)
		if err != nil {
			return err
		}
		if err := (survey.Answer{Round: s.id, Answers: s.says(dice, b, who.Path)}).Do(tx, who); err != nil {
			return err
		}
		n--
	}
	return nil
}

// comeBy lets people answer at the place without signing in.
func (s *poll) comeBy(tx *db.Tx, dice *rand.Rand) error {
	b, _ := form.Template(s.template)
	for n := range s.walkIns {
		if err := (survey.Answer{Round: s.id, Answers: s.says(dice, b, ""), Form: strconv.Itoa(n)}).Do(tx, access.Nobody()); err != nil {
			return err
		}
	}
	return nil
}

// asked are people who may answer: those drawn, or some of everybody.
func (s *poll) asked(tx *db.Tx) ([]string, error) {
	if s.audience == survey.Sample {
		return db.All[string](tx, `SELECT person FROM survey_invitation WHERE round = $1 AND used = 0 ORDER BY person`, s.id)
	}
	if s.place != "" {
		return s.users(tx)
	}
	return db.All[string](tx, `SELECT id FROM org_person p WHERE status = 'active' AND NOT EXISTS (SELECT 1 FROM survey_invitation i WHERE i.round = $1 AND i.person = p.id)
		ORDER BY employee_no LIMIT 4000`, s.id)
}

// users are those of the people of the place who have not answered.
func (s *poll) users(tx *db.Tx) ([]string, error) {
	all, err := org.UsersOf(tx, s.place)
	if err != nil {
		return nil, err
	}
	done, err := db.All[string](tx, `SELECT person FROM survey_invitation WHERE round = $1`, s.id)
	return slices.DeleteFunc(all, func(p string) bool { return slices.Contains(done, p) }), err
}

// says are the answers of one person: his own mood, that of his unit, and that of the time.
func (s *poll) says(dice *rand.Rand, b form.Body, unit access.Path) form.Answers {
	mood := s.mood + 0.5*dice.NormFloat64() + 0.06*float64(len(unit)%7-3)
	step := func(key string) string {
		x := levels[key] + mood + 0.8*dice.NormFloat64()
		return strconv.Itoa(min(5, max(1, int(x+0.5))))
	}
	a := form.Answers{}
	for _, q := range b.Questions() {
		switch {
		case q.Kind == form.Scale && (q.Required || dice.IntN(3) == 0):
			a[q.Key] = []string{step(q.Key)}
		case q.Key == "often":
			a[q.Key] = []string{[]string{"daily", "daily", "daily", "weekly", "rarely", "never"}[dice.IntN(6)]}
		case q.Key == "why" && dice.IntN(2) == 0:
			a[q.Key] = []string{q.Options[dice.IntN(len(q.Options))].Key}
		case q.Kind == form.Photo || q.Key == "use" || q.Key == "cold" || q.Kind == form.Grid || q.Kind == form.Multi && q.Key == "where":
			s.heat(a, q, dice, step)
		case q.Key == "wait":
			a[q.Key] = []string{strconv.Itoa(3 + dice.IntN(18))}
		case q.Kind == form.Text && len(s.said) > 0 && dice.IntN(9) == 0:
			a[q.Key] = []string{strings.TrimSpace(s.said[dice.IntN(len(s.said))])}
		}
	}
	return a
}
