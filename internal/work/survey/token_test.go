package survey_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/cloudflare/circl/blindsign/blindrsa"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/survey"
)

// blindRound opens rounds that are answered with blind tokens, as the job does, with keys as short as they may be.
type blindRound struct {
	*world
	keys *seal.Keys
}

func blind(w *world) blindRound {
	w.T.Helper()
	keys, err := seal.OpenKeys(filepath.Join(w.T.TempDir(), "keys"))
	if err != nil {
		w.T.Fatal(err)
	}
	return blindRound{w, keys}
}

func (w blindRound) release() {
	w.T.Helper()
	if err := survey.Release(context.Background(), w.DB, func(label string, bits int) (seal.BlindKey, error) {
		if bits != seal.BlindBits {
			w.T.Errorf("keys of %d bits", bits)
		}
		return w.keys.NewBlindKey(label, 2048)
	}); err != nil {
		w.T.Fatal(err)
	}
}

func (w blindRound) opened(template string, change ...func(*survey.Plan)) string {
	w.T.Helper()
	id := w.round(template, append([]func(*survey.Plan){func(p *survey.Plan) { p.Blind = true }}, change...)...)
	w.release()
	return id
}

func (w blindRound) keysOf(round string) (keys []survey.Key) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { keys, err = survey.KeysOf(tx, round); return err })
	return keys
}

func (w blindRound) keyOf(round, unit string) survey.Key {
	w.T.Helper()
	for _, k := range w.keysOf(round) {
		if k.Unit == unit {
			return k
		}
	}
	w.T.Fatalf("%s has no key", unit)
	return survey.Key{}
}

// device is what a phone holds while it gets a token.
type device struct {
	key              survey.Key
	client           blindrsa.Client
	state            blindrsa.State
	message, blinded []byte
	signed           []byte // blindly
}

func (w blindRound) device(round, unit string) *device {
	w.T.Helper()
	d := &device{key: w.keyOf(round, unit)}
	n, err := base64.RawURLEncoding.DecodeString(d.key.Public)
	if err != nil {
		w.T.Fatal(err)
	}
	if d.client, err = blindrsa.NewClient(blindrsa.SHA384PSSRandomized, &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}); err != nil {
		w.T.Fatal(err)
	}
	random := make([]byte, 32)
	rand.Read(random)
	if d.message, err = d.client.Prepare(rand.Reader, random); err != nil {
		w.T.Fatal(err)
	}
	if d.blinded, d.state, err = d.client.Blind(rand.Reader, d.message); err != nil {
		w.T.Fatal(err)
	}
	return d
}

// sign has a blinded message signed as the page does: noted in one transaction, signed after it.
func (w blindRound) sign(who string, in *survey.Sign) ([]byte, error) {
	if err := w.Write(func(tx *db.Tx) error { return in.Do(tx, w.who(who)) }, db.Coarse); err != nil {
		return nil, err
	}
	return in.Signature(w.keys)
}

// token is a whole token of somebody.
func (w blindRound) token(round, who, unit string) (*device, survey.Spend) {
	w.T.Helper()
	d := w.device(round, unit)
	signed, err := w.sign(who, &survey.Sign{Round: round, Key: d.key.ID(), Blinded: d.blinded})
	if err != nil {
		w.T.Fatal(err)
	}
	d.signed = signed
	return d, w.unblind(d)
}

func (w blindRound) unblind(d *device) survey.Spend {
	w.T.Helper()
	sig, err := d.client.Finalize(d.state, d.signed)
	if err != nil {
		w.T.Fatal(err)
	}
	return survey.Spend{Message: d.message, Signature: sig}
}

func (w blindRound) tokens(round string) (t survey.Tokens, turnout int64) {
	w.T.Helper()
	r := w.get(round)
	w.Read(func(tx *db.Tx) (err error) { r, err = survey.Told(tx, r); return err })
	return survey.Tokens{Signed: r.Signed, Spent: r.Spent}, r.Turnout
}

// TestBlindTokens walks a round with tokens from the plan to the result, and tries everything that must not count.
func TestBlindTokens(t *testing.T) {
	run(t, func(t *testing.T, plain *world) {
		w := blind(plain)
		id := w.round("canteen", func(p *survey.Plan) { p.Blind, p.Every = true, 3 })
		w.on("2026-11-23 09:10")
		if r := w.get(id); r.State != survey.Planned || !r.Blind || len(w.keysOf(id)) != 0 {
			t.Fatalf("open without keys: %+v", r)
		}
		w.release()
		keys := w.keysOf(id)
		var units []string
		for _, k := range keys {
			units = append(units, k.Unit)
			if k.Secret != "" || w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.opened' AND data LIKE $1`, "%"+k.Public+"%") != 1 {
				t.Errorf("the key of %s is not in the record as it is, or more of it is shown", k.Unit)
			}
		}
		if r := w.get(id); r.State != survey.Open || !slices.Equal(units, []string{"G", "U01", "U02"}) {
			t.Fatalf("%+v with keys of %v", r, units)
		}
		w.release() // again: nothing is made anew
		if again := w.keysOf(id); !slices.Equal(again, keys) {
			t.Error("keys were made twice")
		}

		w.refuses("U01-1", survey.Answer{Round: id, Answers: canteen("4")}, "survey.token.only")
		first := w.device(id, "U01")
		refused := func(who string, in survey.Sign, want string) {
			t.Helper()
			_, err := w.sign(who, &in)
			w.refused(who, "sign", err, want)
		}
		refused("", survey.Sign{Round: id, Key: first.key.ID(), Blinded: first.blinded}, "survey.unknown")
		refused("U02-1", survey.Sign{Round: id, Key: first.key.ID(), Blinded: first.blinded}, "survey.token.wrong_key") // of another group
		refused("U01-1", survey.Sign{Round: id, Key: first.key.ID(), Blinded: first.blinded[1:]}, "seal.blinded")
		refused("U01-1", survey.Sign{Round: "x", Key: first.key.ID(), Blinded: first.blinded}, "survey.unknown")
		if err := w.Write(func(tx *db.Tx) error { return (&survey.Sign{Round: id}).Do(tx, w.P("U01-1")) }); err != survey.ErrFine {
			t.Errorf("a signature with its minute: %v", err)
		}
		if got, _ := w.tokens(id); got != (survey.Tokens{}) {
			t.Errorf("what was refused is counted: %+v", got)
		}

		// The first answer is lost on its way: the same message has the same signature, any other has none.
		if err := w.Write(func(tx *db.Tx) error {
			return (&survey.Sign{Round: id, Key: first.key.ID(), Blinded: first.blinded}).Do(tx, w.P("U01-1"))
		}, db.Coarse); err != nil {
			t.Fatal(err)
		}
		var signed [][]byte
		for range 2 {
			s, err := w.sign("U01-1", &survey.Sign{Round: id, Key: first.key.ID(), Blinded: first.blinded})
			if err != nil {
				t.Fatal(err)
			}
			signed = append(signed, s)
		}
		if !bytes.Equal(signed[0], signed[1]) {
			t.Error("two signatures of one message")
		}
		second := w.device(id, "U01")
		refused("U01-1", survey.Sign{Round: id, Key: second.key.ID(), Blinded: second.blinded}, "survey.token.other")
		if n := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.signed' AND actor = '' AND data = 'null' AND at % 3600000 = 0`); n != 1 {
			t.Errorf("%d entries say that something was signed", n)
		}
		first.signed = signed[0]
		token := w.unblind(first)

		// Whoever had a token signed is asked no more; whether he has answered nobody knows.
		w.Read(func(tx *db.Tx) error {
			for who, want := range map[string]int{"U01-1": 0, "U01-2": 1} {
				mine, err := survey.Mine(tx, w.P(who))
				if err != nil || len(mine) != want {
					t.Errorf("%s is asked %d times: %v", who, len(mine), err)
				}
			}
			return nil
		})

		other := w.opened("bus", func(p *survey.Plan) { p.Title = "班车测评" })
		_, foreign := w.token(other, "U01-1", "U01")
		bad := func(change func(*survey.Spend)) survey.Spend {
			s := survey.Spend{Message: bytes.Clone(token.Message), Signature: bytes.Clone(token.Signature)}
			change(&s)
			return s
		}
		for what, s := range map[string]survey.Spend{
			"a token of another round": foreign, "another message": bad(func(s *survey.Spend) { s.Message[40] ^= 1 }),
			"another signature": bad(func(s *survey.Spend) { s.Signature[9] ^= 1 }), "no signature": bad(func(s *survey.Spend) { s.Signature = nil }),
			"a blind signature": bad(func(s *survey.Spend) { s.Signature = first.signed }), "half a message": bad(func(s *survey.Spend) { s.Message = s.Message[:32] }),
		} {
			w.refused("", what, w.Try("", survey.Answer{Round: id, Answers: canteen("4"), Token: s}), "survey.token.bad")
		}
		w.refuses("", survey.Answer{Round: id, Token: token}, "fault.form") // nothing is lost by what was forgotten
		w.Do("", survey.Answer{Round: id, Answers: canteen("4", "say", "不知道是谁说的"), Token: token})
		w.refuses("", survey.Answer{Round: id, Answers: canteen("1"), Token: token}, "survey.used")
		w.refuses("U02-3", survey.Answer{Round: id, Answers: canteen("1"), Token: token}, "survey.used") // whoever sends it
		for i := range 9 {
			_, s := w.token(id, "U02-"+strconv.Itoa(i), "U02")
			if i < 7 {
				w.Do("", survey.Answer{Round: id, Answers: canteen("2"), Token: s})
			}
		}
		codes := &survey.MakeCodes{Round: id, Unit: "G", N: 2}
		w.Do("triager", codes)
		w.Do("", survey.Answer{Round: id, Code: codes.Codes[0], Answers: canteen("5")}) // paper stays a way
		if got, turnout := w.tokens(id); got != (survey.Tokens{Signed: 10, Spent: 5}) || turnout != 5 {
			t.Errorf("while it is open: %+v, turnout %d", got, turnout)
		}
		w.on("2026-12-01 00:10")
		if got, turnout := w.tokens(id); got != (survey.Tokens{Signed: 10, Spent: 8}) || turnout != 9 {
			t.Errorf("when it is over: %+v, turnout %d", got, turnout)
		}
		if _, _, x := w.results(id); x.Answers != 9 || x.Invited != 112+2 {
			t.Errorf("%+v", x)
		}
		if n := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.closed' AND data LIKE '%"tokens":{"signed":10,"spent":8}%'`); n != 1 {
			t.Error("the record does not tell how many were signed and spent")
		}
		refused("U01-3", survey.Sign{Round: id, Key: first.key.ID(), Blinded: first.blinded}, "survey.late")
		w.refuses("", survey.Answer{Round: id, Answers: canteen("1"), Token: w.lastToken(second)}, "survey.token.bad")
		if n := w.Count(`SELECT COUNT(*) FROM survey_key WHERE round = $1 AND secret <> ''`, id) + w.Count(`SELECT COUNT(*) FROM survey_invitation WHERE round = $1 AND blinded <> ''`, id); n != 0 {
			t.Errorf("%d rows keep what is of no use any more", n)
		}
		w.Anew("survey_answer", "survey_text")

		// It comes again, blind too and with keys of its own; the old tokens are worth nothing there.
		w.on("2027-02-23 00:10")
		w.release()
		next := w.Column(`SELECT id FROM survey_round WHERE opens = '2027-02-23'`)
		if len(next) != 1 || w.get(next[0]).State != survey.Open || w.keyOf(next[0], "U01").Public == first.key.Public {
			t.Fatalf("it did not come again with keys of its own: %v", next)
		}
		w.refuses("", survey.Answer{Round: next[0], Answers: canteen("1"), Token: token}, "survey.token.bad")
		w.Do("triager", survey.Cancel{Round: next[0], Reason: "题目有误"})
		if n := w.Count(`SELECT COUNT(*) FROM survey_key WHERE round = $1 AND secret <> ''`, next[0]); n != 0 {
			t.Error("a round that was called off goes on signing")
		}
	})
}

// lastToken is a message that nobody has signed, with a signature made up.
func (w blindRound) lastToken(d *device) survey.Spend {
	return survey.Spend{Message: d.message, Signature: make([]byte, 256)}
}

// TestBlindGroups: a token tells its group, so a group has as many people who are asked as a group has to have people.
func TestBlindGroups(t *testing.T) {
	run(t, func(t *testing.T, plain *world) {
		w := blind(plain)
		for wanted, want := range map[int]string{60: "G36 U0124", 20: "G20"} {
			id := w.opened("pulse", func(p *survey.Plan) { p.Audience, p.Wanted = survey.Sample, wanted })
			var got []string
			r := w.get(id)
			w.Read(func(tx *db.Tx) error {
				strata, err := survey.StrataOf(tx, id)
				for _, s := range strata {
					got = append(got, s.Unit+strconv.FormatInt(s.Invited, 10))
				}
				drawn, err2 := survey.DrawAgain(tx, r)
				if len(drawn) != wanted || err2 != nil {
					t.Errorf("%d are drawn again: %v", len(drawn), err2)
				}
				return err
			})
			if strings.Join(got, " ") != want || len(w.keysOf(id)) != len(got) {
				t.Errorf("of %d people the groups are %v, want %s", wanted, got, want)
			}
		}
		id := w.opened("pulse", func(p *survey.Plan) { p.Audience, p.Wanted = survey.Sample, 112 })
		if got := len(w.keysOf(id)); got != 3 {
			t.Errorf("everybody is drawn, in %d groups", got)
		}
	})
}

// TestATokenIsSpentOnce: whoever sends the same token from several devices at once is counted once.
func TestATokenIsSpentOnce(t *testing.T) {
	run(t, func(t *testing.T, plain *world) {
		w := blind(plain)
		id := w.opened("canteen")
		_, token := w.token(id, "U01-1", "U01")
		const devices = 8
		errs := make([]error, devices)
		var all sync.WaitGroup
		for i := range devices {
			all.Go(func() {
				errs[i] = w.Write(func(tx *db.Tx) error {
					return survey.Answer{Round: id, Answers: canteen(strconv.Itoa(1 + i%5)), Token: token}.Do(tx, w.who(""))
				}, db.Coarse)
			})
		}
		all.Wait()
		taken := 0
		for _, err := range errs {
			if err == nil {
				taken++
			} else if fault.Of(err).Key != "survey.used" {
				t.Error(err)
			}
		}
		if n, m := w.Count(`SELECT COUNT(*) FROM survey_box`), w.Count(`SELECT COUNT(*) FROM survey_spent`); taken != 1 || n != 1 || m != 1 {
			t.Errorf("%d were taken, %d answers and %d tokens are there", taken, n, m)
		}
		// So is the signature: of many messages that somebody sends at once one is signed.
		signed := make([][]byte, devices)
		for i := range devices {
			all.Go(func() {
				d := w.device(id, "U02")
				signed[i], errs[i] = w.sign("U02-1", &survey.Sign{Round: id, Key: d.key.ID(), Blinded: d.blinded})
			})
		}
		all.Wait()
		taken = 0
		for i, err := range errs {
			if err == nil && len(signed[i]) > 0 {
				taken++
			} else if fault.Of(err).Key != "survey.token.other" {
				t.Error(err)
			}
		}
		if taken != 1 {
			t.Errorf("%d of %d messages of one person were signed", taken, devices)
		}
	})
}

var values = regexp.MustCompile(`[\p{Han}A-Za-z0-9_+/=-]{8,}`)

// joins lists what stands in the rows of one person and in those of his token, and not in those of everybody else too: by that somebody could be joined
// with his answer.
func joins(of, to [][]string) (bad []string) {
	set := func(rows []string) map[string]bool {
		out := map[string]bool{}
		for _, row := range rows {
			for _, v := range values.FindAllString(row, -1) {
				out[v] = true
			}
		}
		return out
	}
	var people, tokens []map[string]bool
	for i := range of {
		people, tokens = append(people, set(of[i])), append(tokens, set(to[i]))
	}
	everywhere := func(v string) bool {
		return !slices.ContainsFunc(people, func(p map[string]bool) bool { return !p[v] }) && !slices.ContainsFunc(tokens, func(p map[string]bool) bool { return !p[v] })
	}
	for i := range people {
		for v := range people[i] {
			if tokens[i][v] && !everywhere(v) {
				bad = append(bad, fmt.Sprintf("%d by %s", i, v))
			}
		}
	}
	slices.Sort(bad)
	return bad
}

// TestNothingJoinsATokenWithItsOwner is a canary: everybody answers something of his own, each with a device of his own whose secrets the test knows, and
// then every row of every table is searched for what they have in common. A leak that is planted is found.
func TestNothingJoinsATokenWithItsOwner(t *testing.T) {
	run(t, func(t *testing.T, plain *world) {
		w := blind(plain)
		id := w.opened("canteen")
		const n = 12
		var devices []*device
		var spends []survey.Spend
		for i := range n {
			d, s := w.token(id, "U01-"+strconv.Itoa(i), "U01")
			devices, spends = append(devices, d), append(spends, s)
		}
		for i := range n {
			w.Do("", survey.Answer{Round: id, Answers: canteen("4", "say", "金丝雀"+strconv.Itoa(1000+i)), Token: spends[i]})
			if i == 6 {
				w.mix()
			}
		}
		look := func() (bad []string) {
			t.Helper()
			of, to := make([][]string, n), make([][]string, n)
			for _, table := range w.Tables() {
				for _, row := range w.Rows(table) {
					for i := range n {
						if strings.Contains(row, w.P("U01-"+strconv.Itoa(i)).ID) {
							of[i] = append(of[i], row)
						}
						if strings.Contains(row, survey.DigestOfToken(id, spends[i].Message)) || strings.Contains(row, "金丝雀"+strconv.Itoa(1000+i)) {
							to[i] = append(to[i], row)
						}
						for what, secret := range map[string][]byte{"the message": devices[i].message, "the random number": devices[i].message[32:], "the blinded message": devices[i].blinded,
							"the blind signature": devices[i].signed, "the signature": spends[i].Signature} {
							for _, text := range []string{hex.EncodeToString(secret), base64.StdEncoding.EncodeToString(secret)[:40], base64.RawURLEncoding.EncodeToString(secret)[:40], string(secret)} {
								if strings.Contains(strings.ToLower(row), strings.ToLower(text)) {
									bad = append(bad, table+" holds "+what)
								}
							}
						}
					}
				}
			}
			for i := range n {
				if len(of[i]) < 2 || len(to[i]) < 2 {
					t.Fatalf("of %d there are %d rows about the person and %d about the token", i, len(of[i]), len(to[i]))
				}
			}
			return append(bad, joins(of, to)...)
		}
		apart := func() {
			t.Helper()
			w.Apart(1, "survey_invitation", "survey_spent", "survey_box", "survey_answer", "survey_text", "(SELECT xmin FROM event WHERE kind = 'survey.answered')")
			w.Apart(1, "survey_spent", "(SELECT xmin FROM event WHERE kind = 'survey.signed')")
		}
		if bad := look(); len(bad) != 0 {
			t.Errorf("while it is open: %v", bad)
		}
		apart()
		plant := func(q string, args ...any) {
			w.Must(func(tx *db.Tx) error {
				tx.Asked()
				tx.Recorded()
				_, err := tx.Exec(q, args...)
				return err
			})
		}
		whose := w.P("U01-3").ID
		before := w.Column(`SELECT blinded FROM survey_invitation WHERE person = $1`, whose)[0]
		for what, leak := range map[string]string{"3 by " + survey.DigestOfToken(id, spends[3].Message): survey.DigestOfToken(id, spends[3].Message), "survey_invitation holds the random number": hex.EncodeToString(spends[3].Message[32:])} {
			plant(`UPDATE survey_invitation SET blinded = $1 WHERE person = $2`, leak, whose)
			if bad := look(); !slices.Contains(bad, what) {
				t.Errorf("a planted leak is not found (%s): %v", what, bad)
			}
		}
		plant(`UPDATE survey_invitation SET blinded = $1 WHERE person = $2`, before, whose)
		w.on("2026-12-01 00:10")
		if bad := look(); len(bad) != 0 {
			t.Errorf("when it is over: %v", bad)
		}
		w.Anew("survey_answer", "survey_text", "survey_invitation", "survey_spent")
	})
}
