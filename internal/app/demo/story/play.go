package story

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/app/demo/story/agenda"
	"sanwen/internal/app/demo/story/danger"
	"sanwen/internal/app/demo/story/notice"
	"sanwen/internal/app/demo/story/poll"
	"sanwen/internal/app/demo/story/share"
	"sanwen/internal/app/demo/story/tour"
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/proposal"
	"sanwen/internal/work/season"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/voice"
)

//go:embed data/*.txt
var data embed.FS

// Stage is where the story is played: an installation with its organisation, and who is in it.
type Stage struct {
	DB      *db.DB
	Keys    *seal.Keys
	Log     *event.Log
	Clock   *clock.Fake
	End     time.Time                    // now; nothing happens after it
	Holders map[access.Role][]org.Person // who holds which role
	Crew    []org.Person                 // workers who speak
	Me      org.Person                   // the worker whose sign-in is printed
	Inbox   []Voice                      // what lies in the inbox
	// Draw makes the pictures of scenes; it is called once, with all that are needed.
	Draw func(all []Scene) (map[Scene]voice.Photo, error)
}

// Scene is a picture: what is to be seen, at which moment of the work ("before", "during", "after"), on which day.
type Scene struct {
	Name, Moment string
	Day          clock.Day
}

// Receipt opens a voice of the story.
type Receipt struct {
	Number string `json:"number"`
	Code   string `json:"code"`
	Key    string `json:"key"` // what it shows: name of the block
}

// Played says what has been done.
type Played struct {
	Steps    int
	Receipts []Receipt
}

// play is a story while it is played.
type play struct {
	Stage
	agenda agenda.Agenda
	days   *days
	blocks []*block
	byName map[string]*block
	dice   *rand.Rand
	actors map[string]access.Person
	items  map[string]org.CheckItem
	places map[string]org.Place
	photos map[Scene]voice.Photo
	wanted []Scene // while it is found out which pictures are needed
}

// Play does everything that is written in the story, up to the stage's end. It goes through the story twice: to find out which
// pictures it needs, and to do it.
func Play(ctx context.Context, s Stage) (Played, error) {
	p, err := begin(ctx, s)
	if err != nil {
		return Played{}, err
	}
	photos, err := s.Draw(p.wanted)
	if err != nil {
		return Played{}, err
	}
	if p, err = begin(ctx, s); err != nil {
		return Played{}, err
	}
	p.photos = photos
	p.routine()
	p.meetings()
	p.walking()
	anybody := func(tx *db.Tx, key string) (access.Person, error) { return p.actor(tx, org.Person{ID: key}) }
	if err := poll.Play(poll.House{Put: p.agenda.Put, Day: p.days.ago, On: p.days.on, Me: p.Me.ID, Actor: anybody, DB: s.DB, Keys: p.Keys, Apart: p.agenda.Apart,
		Office: func(tx *db.Tx) (access.Person, error) { return p.holds(tx, access.Triager, "", 0) },
		Head:   func(tx *db.Tx, unit string) (access.Person, error) { return p.holds(tx, access.DeptHead, unit, 0) },
		Draw: func(scene, moment string, day clock.Day) (voice.Photo, error) {
			x := Scene{scene, moment, day}
			all, err := s.Draw([]Scene{x})
			return all[x], err
		}}); err != nil {
		return Played{}, err
	}
	house := share.House{Put: p.agenda.Put, Day: p.days.ago, On: p.days.on, Matter: func(block string) string { return p.byName[block].matter.id }, Who: p.holds, Crew: p.Crew, Actor: anybody}
	if err := errors.Join(share.Play(house), danger.Play(house, p.End), tour.Play(house), notice.Play(notice.House{House: house, Keys: p.Keys, End: p.agenda.End}), p.office()); err != nil {
		return Played{}, err
	}
	if err := p.agenda.Run(ctx, s.DB, s.Clock.Set, p.sealed); err != nil {
		return Played{}, err
	}
	return Played{Steps: p.agenda.Done, Receipts: p.receipts()}, nil
}

// begin reads the story and puts everything down that is written in it.
func begin(ctx context.Context, s Stage) (*play, error) {
	p := &play{Stage: s, agenda: agenda.Agenda{End: s.End}, byName: map[string]*block{}, dice: rand.New(rand.NewPCG(2026, 39)),
		actors: map[string]access.Person{}, items: map[string]org.CheckItem{}, places: map[string]org.Place{}}
	if err := p.read(); err != nil {
		return nil, err
	}
	if err := s.DB.Read(ctx, p.learn); err != nil {
		return nil, err
	}
	for _, b := range p.blocks {
		if err := p.schedule(b); err != nil {
			return nil, err
		}
	}
	return p, p.inbox()
}

// picture says that a picture is needed and gives where it will be found when it is.
func (p *play) picture(scene, moment string, day clock.Day) func() voice.Photo {
	s := Scene{scene, moment, day}
	p.wanted = append(p.wanted, s)
	return func() voice.Photo { return p.photos[s] }
}

func (p *play) read() error {
	files, err := fs.Glob(data, "data/*.txt")
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := data.ReadFile(f)
		if err != nil {
			return err
		}
		bs, err := parse(strings.TrimPrefix(f, "data/"), string(text))
		if err != nil {
			return err
		}
		p.blocks = append(p.blocks, bs...)
	}
	for i, b := range p.blocks {
		b.n = i
		if p.byName[b.name] != nil {
			return fmt.Errorf("two blocks are called %s", b.name)
		}
		p.byName[b.name] = b
	}
	return nil
}

// learn reads what the steps need to know of the organisation.
func (p *play) learn(tx *db.Tx) error {
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	p.days = newDays(cal, clock.DayOf(p.End, cal.Zone()))
	items, err := org.AllCheckItems(tx)
	if err != nil {
		return err
	}
	for _, i := range items {
		p.items[i.Code] = i
	}
	places, err := org.Places(tx)
	if err != nil {
		return err
	}
	for _, x := range places {
		p.places[x.Code] = x
	}
	return nil
}

// sealed signs a checkpoint of the log when a month is over.
func (p *play) sealed(ctx context.Context, from, to time.Time) error {
	if from.Month() == to.Month() {
		return nil
	}
	p.Clock.Set(to)
	_, err := p.Log.Checkpoint(ctx)
	return err
}

// routine lets what happens by itself happen in the morning and after office hours of every day.
func (p *play) routine() {
	run := func(name string, one func(tx *db.Tx) (int, error)) func(tx *db.Tx) error {
		return func(tx *db.Tx) error {
			for {
				n, err := one(tx)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				if n == 0 {
					return nil
				}
			}
		}
	}
	jobs := []func(tx *db.Tx) error{run("sign", assignment.RunAutoSign), run("resume", matter.RunTimers), run("windows", accept.RunWindows),
		run("silent", voice.CloseSilent), run("ask", voice.AskTimeouts), run("rounds", inspect.RunRounds), run("draw", inspect.RunDraw),
		run("proposal", proposal.Run), run("season", season.Run), run("survey", survey.Run), run("ballot", ballot.Run), run("turnout", ballot.Tell)}
	for d := clock.DayOf(p.End, p.days.cal.Zone()).Add(-380); d <= p.days.today; d = d.Add(1) {
		for _, at := range []time.Duration{6*time.Hour + 50*time.Minute, 17*time.Hour + 31*time.Minute} {
			p.agenda.Put(d.Time(p.days.cal.Zone()).Add(at), false, "routine", func(tx *db.Tx) error {
				for _, j := range jobs {
					if err := j(tx); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
}

// times gives each line of a block its time: what stands there, else office hours for the staff and any waking hour for who
// speaks, one after the other.
func (p *play) times(b *block) ([]time.Time, error) {
	out := make([]time.Time, len(b.lines))
	var last time.Time
	for i, l := range b.lines {
		day := p.days.ago(l.day)
		if after := l.opt("after", ""); after != "" {
			n, err := strconv.Atoi(after)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", l.where, err)
			}
			day = p.days.onOrBefore(clock.DayOf(last, p.days.cal.Zone()).Add(n))
		}
		switch next := i+1 < len(b.lines) && b.lines[i+1].day == l.day && b.lines[i+1].verb != "voice"; {
		case l.at != "":
			t, err := p.days.on(day, l.at)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", l.where, err)
			}
			out[i] = t
		case i > 0 && b.lines[i-1].day == l.day:
			out[i] = last.Add(time.Duration(6+p.dice.IntN(28)) * time.Minute)
		case l.verb == "voice" && !next:
			out[i] = day.Time(p.days.cal.Zone()).Add(time.Duration(350+p.dice.IntN(1000)) * time.Minute)
		case l.verb == "voice":
			out[i] = day.Time(p.days.cal.Zone()).Add(time.Duration(350+p.dice.IntN(130)) * time.Minute)
		default:
			out[i] = day.Time(p.days.cal.Zone()).Add(time.Duration(500+p.dice.IntN(240)) * time.Minute)
		}
		out[i] = out[i].Add(time.Duration(p.dice.IntN(60)) * time.Second)
		if !out[i].After(last) {
			if day < clock.DayOf(last, p.days.cal.Zone()) {
				return nil, fmt.Errorf("%s: is earlier than the step before", l.where)
			}
			out[i] = last.Add(5 * time.Minute)
		}
		last = out[i]
	}
	return out, nil
}

// schedule puts every line of a block down.
func (p *play) schedule(b *block) error {
	times, err := p.times(b)
	if err != nil {
		return err
	}
	for i := range b.lines {
		l := &b.lines[i]
		p.dates(l)
		v, ok := verbs[l.verb]
		if !ok {
			return fmt.Errorf("%s: nobody knows how to %q", l.where, l.verb)
		}
		if err := v(p, b, l, times[i]); err != nil {
			return fmt.Errorf("%s: %w", l.where, err)
		}
	}
	return nil
}

var dateMark = regexp.MustCompile(`\{[+-]?\d+\}`)

// dates puts the dates into the words of a line: "{190}" is the day 190 working days ago, "{+5}" one to come.
func (p *play) dates(l *line) {
	put := func(s string) string {
		return dateMark.ReplaceAllStringFunc(s, func(m string) string {
			d, err := p.days.day(strings.Trim(m, "{}"))
			if err != nil {
				return m
			}
			t := d.Time(p.days.cal.Zone())
			return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
		})
	}
	l.text = put(l.text)
	for i := range l.sub {
		l.sub[i].text = put(l.sub[i].text)
	}
}

// receipts are those that blocks offer to be tried.
func (p *play) receipts() (out []Receipt) {
	for _, b := range p.blocks {
		if v := b.offered(); v != nil && v.code != "" {
			out = append(out, Receipt{Number: v.number, Code: v.code, Key: b.head["receipt"]})
		}
	}
	return out
}

// offered is the voice whose receipt the block offers: the first one, and where employees are asked the first one that is answered
// for with a receipt.
func (b *block) offered() *voiceID {
	if b.head["receipt"] == "" {
		return nil
	}
	for i := range b.voices {
		if b.head["receipt"] != "accepting" || b.voices[i].level.Hidden() {
			return &b.voices[i]
		}
	}
	return nil
}
