package poll

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	mathrand "math/rand/v2"
	"strconv"
	"time"

	"github.com/cloudflare/circl/blindsign/blindrsa"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// camera draws what people of a survey with photos have taken.
func (s *poll) camera() error {
	scenes := []string{"heating", "rest", "heating", "dorm"}
	for i := range s.shots {
		p, err := s.Draw(scenes[i%len(scenes)], "", s.Day(s.day-1-i/2))
		if err != nil {
			return err
		}
		s.photos = append(s.photos, form.Picture{Hash: p.Hash, Thumb: p.Thumb, W: p.W, H: p.H})
	}
	return nil
}

// heat answers one question about bathhouse and heating.
func (s *poll) heat(a form.Answers, q form.Question, dice *mathrand.Rand, step func(key string) string) {
	switch {
	case q.Key == "use":
		a[q.Key] = []string{[]string{"yes", "yes", "yes", "some", "some", "no"}[dice.IntN(6)]}
	case q.Key == "cold":
		a[q.Key] = []string{strconv.Itoa(dice.IntN(7))}
	case q.Key == "where":
		a[q.Key] = []string{[]string{"none", "office", "rest", "rest", "change", "dorm", "shop"}[dice.IntN(7)]}
	case q.Kind == form.Grid:
		for _, row := range q.Rows {
			a[q.Key+"."+row.Key] = []string{step(row.Key)}
		}
	case q.Kind == form.Photo && s.next < len(s.photos) && a["where"][0] != "none" && a["where"][0] != "change":
		a[q.Key] = []string{s.photos[s.next].String()}
		s.next++
	}
}

// blindly is the survey that is answered with tokens today. A token is had on one day and used on another, as the page advises.
var blindly = asking{template: "bath", title: "隆冬供暖测评（凭证）", audience: survey.Units, units: []string{"U01", "U02"}, day: 3, until: -7, answers: 46, mood: 0.15, blind: true,
	said: []string{"休息室的暖气片一直是温的。", "操作室够暖了。"}}

// demoBits is the length of the keys of the demonstration, the least that there is: they take a tenth of a second in place of one.
const demoBits = 2048

// tokens asks with blind tokens: some have one and have answered, some have one, and most have none yet.
func tokens(h House, forms map[string]string) error {
	s := &poll{House: h, asking: blindly}
	var held []survey.Spend
	for _, x := range []struct {
		day int
		at  string
		do  func(at time.Time)
	}{
		{s.day, "08:25", func(at time.Time) {
			h.Put(at, false, "survey "+s.title, func(tx *db.Tx) error { return s.open(tx, forms) })
		}},
		{s.day, "08:27", func(at time.Time) {
			h.Apart(at, "keys of "+s.title, func(ctx context.Context) error {
				return survey.Release(ctx, h.DB, func(label string, _ int) (seal.BlindKey, error) { return h.Keys.NewBlindKey(label, demoBits) })
			})
		}},
		{s.day - 1, "12:30", func(at time.Time) {
			h.Put(at, true, "tokens of "+s.title, func(tx *db.Tx) (err error) {
				held, err = s.signed(tx, mathrand.New(mathrand.NewPCG(2026, 64)))
				return err
			})
		}},
		{s.day - 2, "18:40", func(at time.Time) {
			h.Put(at, true, "answers to "+s.title, func(tx *db.Tx) error { return s.spend(tx, mathrand.New(mathrand.NewPCG(2026, 65)), held) })
		}},
	} {
		at, err := h.On(h.Day(x.day), x.at)
		if err != nil {
			return err
		}
		x.do(at)
	}
	return nil
}

// signed lets people have their tokens signed, as their phones do.
func (s *poll) signed(tx *db.Tx, dice *mathrand.Rand) ([]survey.Spend, error) {
	people, err := db.All[string](tx, `SELECT id FROM org_person WHERE status = 'active' AND (path LIKE '/G/U01/%' OR path LIKE '/G/U02/%') ORDER BY employee_no LIMIT 400`)
	if err != nil {
		return nil, err
	}
	keys, err := survey.KeysOf(tx, s.id)
	if err != nil {
		return nil, err
	}
	clients := map[string]blindrsa.Client{}
	ids := map[string]string{}
	for _, k := range keys {
		n, err := base64.RawURLEncoding.DecodeString(k.Public)
		if err != nil {
			return nil, err
		}
		if clients[k.Unit], err = blindrsa.NewClient(blindrsa.SHA384PSSRandomized, &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}); err != nil {
			return nil, err
		}
		ids[k.Unit] = k.ID()
	}
	dice.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	var held []survey.Spend
	for _, key := range people {
		if len(held) == s.answers {
			break
		}
		if key == s.Me {
			continue
		}
		who, err := s.Actor(tx, key)
		if err != nil {
			return nil, err
		}
		a, err := survey.AskedFor(tx, who, s.id)
		if err != nil {
			return nil, err
		}
		t, err := s.token(tx, who, clients[a.Group()], ids[a.Group()])
		if err != nil {
			return nil, err
		}
		held = append(held, t)
	}
	return held, nil
}

// token is the token of one person.
func (s *poll) token(tx *db.Tx, who access.Person, phone blindrsa.Client, key string) (survey.Spend, error) {
	random := make([]byte, 32)
	rand.Read(random)
	message, err := phone.Prepare(rand.Reader, random)
	if err != nil {
		return survey.Spend{}, err
	}
	blinded, state, err := phone.Blind(rand.Reader, message)
	if err != nil {
		return survey.Spend{}, err
	}
	in := &survey.Sign{Round: s.id, Key: key, Blinded: blinded}
	if err := in.Do(tx, who); err != nil {
		return survey.Spend{}, err
	}
	signed, err := in.Signature(s.Keys)
	if err != nil {
		return survey.Spend{}, err
	}
	signature, err := phone.Finalize(state, signed)
	return survey.Spend{Message: message, Signature: signature}, err
}

// spend answers with most of the tokens.
func (s *poll) spend(tx *db.Tx, dice *mathrand.Rand, held []survey.Spend) error {
	b, _ := form.Template(s.template)
	for _, t := range held[:len(held)*4/5] {
		if err := (survey.Answer{Round: s.id, Answers: s.says(dice, b, ""), Token: t}).Do(tx, access.Nobody()); err != nil {
			return err
		}
	}
	return nil
}
