package web

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/survey"
)

// TokenPage lets the device of somebody who is asked get a blind token, and says what a token is before it does. Its script does the work; without one
// the page says what else there is.
type TokenPage struct {
	Page
	Form   *Form
	Round  string
	To     string
	Until  string
	Who    string // tells the people of one device apart, on this device only
	Key    string // id of the key of his group
	Name   string // the same, to be compared by eye
	Keys   string // where everybody finds it
	Answer string
	Group  string
	People int64
	Had    bool // something was signed for him
	Steps  []string
}

// TokenKeysPage shows the public keys of a round to everybody, so that a key for one person alone would be noticed.
type TokenKeysPage struct {
	Page
	Lede  string
	Facts []Fact
	Part  string // which groups of how many
	Rows  []TokenKey
	Top   string // address of the first page
	Next  string // and of the next one
	Links []Link
}

// keysPage is how many keys stand on a page: each weighs half a kilobyte that cannot be packed.
const keysPage = 20

// keysAt is the address of the page on which a key of a round stands: the same for everybody, and so are the groups that stand on it.
func (r *Req) keysAt(round string, i int) string {
	to := "/s/" + round + "/keys"
	if n := i/keysPage + 1; n > 1 {
		to += "?page=" + strconv.Itoa(n)
	}
	return r.Link(to)
}

// TokenKey is the public key of a group.
type TokenKey struct{ Group, People, Name, N string }

var (
	surveyToken = Define[TokenPage]("survey/token")
	surveyKeys  = Define[TokenKeysPage]("survey/keys")
)

// keyName writes the id of a key in groups, for eyes.
func keyName(id string) string {
	var parts []string
	for len(id) > 4 {
		parts, id = append(parts, id[:4]), id[4:]
	}
	return strings.Join(append(parts, id), " ")
}

// tokenKeys are the keys of a round with the groups to which they belong.
func (r *Req) tokenKeys(round string) (v *surveyView, keys []survey.Key, err error) {
	v = &surveyView{r: r}
	err = r.Read(func(tx *db.Tx) (err error) {
		if keys, err = survey.KeysOf(tx, round); err != nil {
			return err
		}
		if v.strata, err = survey.StrataOf(tx, round); err != nil {
			return err
		}
		v.tree, err = org.TreeOf(tx)
		return err
	})
	return v, keys, err
}

func (v *surveyView) peopleOf(unit string) int64 {
	for _, s := range v.strata {
		if s.Unit == unit {
			return s.Invited
		}
	}
	return 0
}

// tokenFacts tell how many tokens of a round were handed out and used.
func (v *surveyView) tokenFacts() []Fact {
	if r := v.r; v.round.Blind {
		return []Fact{{Label: r.T("survey.tokens"), Value: r.T("survey.tokens.of", v.round.Signed, v.round.Spent), Href: r.Link("/s/" + v.round.ID + "/keys"), Note: r.T("survey.tokens.note")}}
	}
	return nil
}

func tokenShow(r *Req) error {
	return r.answering(false, func(x *answering) error { return x.tokenPage(r.Blank()) })
}

func (x *answering) tokenPage(f *Form) error {
	r, round := x.r, x.a.Round
	switch {
	case !round.Blind:
		return r.Redirect("/answer/" + round.ID)
	case round.State == survey.Planned:
		return x.done("early")
	case round.State != survey.Open || round.Closes < r.Today():
		return x.done("late")
	}
	v, keys, err := r.tokenKeys(round.ID)
	if err != nil {
		return err
	}
	who := hex.EncodeToString(seal.MAC(r.Keys.Derive("survey device v1"), round.ID, r.Person.ID)[:6])
	p := TokenPage{Page: Page{Title: r.T("survey.token.title", round.Title)}, Form: f, Round: round.ID, To: "/answer/" + round.ID + "/token", Until: r.Lang.Date(round.Closes, r.Zone), Who: who,
		Keys: r.Link("/s/" + round.ID + "/keys"), Answer: r.Link("/s/" + round.ID + "#" + who), Group: v.unitName(x.a.Group()), People: v.peopleOf(x.a.Group()), Had: x.a.Used}
	for i, k := range keys {
		if k.Unit == x.a.Group() {
			p.Key, p.Name, p.Keys = k.ID(), keyName(k.ID()), r.keysAt(round.ID, i)
		}
	}
	for _, step := range []string{"sign", "alone", "device", "once", "unknown"} {
		p.Steps = append(p.Steps, r.T("survey.token.step."+step))
	}
	return surveyToken.Render(r, p)
}

// tokenTake signs one blinded message for somebody who is asked. It is noted in whole hours, and signed after that: whoever loses the answer asks again.
func tokenTake(r *Req) error {
	return r.answering(false, func(x *answering) error {
		f := r.Form()
		in := &survey.Sign{Round: x.a.Round.ID, Key: f.one("key")}
		var err error
		if in.Blinded, err = base64.RawURLEncoding.DecodeString(f.one("blinded")); err != nil || len(in.Blinded) == 0 {
			f.Fault("", "survey.token.script")
		}
		if err = f.Err(); err == nil {
			err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) }, db.Coarse)
		}
		if f.Take(err) {
			return x.tokenPage(f)
		}
		if err != nil {
			return err
		}
		signature, err := in.Signature(r.Keys)
		if err != nil {
			return fault.Wrap(fault.Internal, "fault.internal", err)
		}
		r.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		return json.NewEncoder(r.w).Encode(struct {
			Signature string `json:"signature"`
		}{base64.RawURLEncoding.EncodeToString(signature)})
	})
}

// token reads the token with which somebody answers.
func (x *answering) token(f *Form, in *survey.Answer, message string) error {
	var err, err2 error
	in.Token.Message, err = base64.RawURLEncoding.DecodeString(message)
	in.Token.Signature, err2 = base64.RawURLEncoding.DecodeString(f.one("signature"))
	if err != nil || err2 != nil || len(in.Token.Message) == 0 {
		f.Fault("", "survey.token.bad")
	}
	return f.Err()
}

// showTokenKeys is the same for everybody, and the script of the page that gets a token reads it as everybody does.
func showTokenKeys(r *Req) error {
	return r.answering(true, func(x *answering) error {
		round := x.a.Round
		v, keys, err := r.tokenKeys(round.ID)
		if err != nil {
			return err
		}
		p := TokenKeysPage{Page: Page{Title: r.T("survey.token.keys", round.Title)}, Lede: r.T("survey.token.keys_lede")}
		switch {
		case !round.Blind:
			p.Lede = r.T("survey.token.none")
		case len(keys) == 0:
			p.Lede = r.T("survey.token.keys_early")
		default:
			var told survey.Round
			if err := r.Read(func(tx *db.Tx) (err error) { told, err = survey.Told(tx, round); return err }); err != nil {
				return err
			}
			p.Facts = []Fact{{Label: r.T("survey.f.days"), Value: r.days(round)}, {Label: r.T("survey.tokens"), Value: r.T("survey.tokens.of", told.Signed, told.Spent), Note: r.T("survey.tokens.never")}}
		}
		from := 0
		if s := r.Query("page"); s != "" {
			n, err := strconv.Atoi(s)
			if from = (n - 1) * keysPage; err != nil || n < 2 || from >= len(keys) {
				return fault.New(fault.NotFound, "fault.not_found")
			}
			p.Top = r.keysAt(round.ID, 0)
		}
		to := min(from+keysPage, len(keys))
		if to < len(keys) {
			p.Next = r.keysAt(round.ID, to)
		}
		if len(keys) > keysPage {
			p.Part = r.T("survey.token.keys_part", from+1, to, len(keys))
		}
		for _, k := range keys[from:to] {
			p.Rows = append(p.Rows, TokenKey{Group: v.unitName(k.Unit), People: r.T("survey.token.people", v.peopleOf(k.Unit)), Name: keyName(k.ID()), N: k.Public})
		}
		p.Links = []Link{{Text: r.T("survey.do.answer"), Href: r.Link("/s/" + round.ID), Tone: "quiet"}}
		return surveyKeys.Render(r, p)
	})
}
