package voice

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/planted"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/custody"
	"sanwen/internal/work/voice/words"
)

// Register says something: the form at a place, the signed-in page, what a shift leader or the union office writes down
// for somebody, or "me too" to a matter. Number and code were chosen before anything was sent.
//
// Anonymous and confidential voices are written with [db.Coarse].
type Register struct {
	Number    string  `json:"number"`
	Code      string  `json:"code"`
	Key       string  `json:"key,omitempty"` // idempotency key; empty: the number
	Level     Level   `json:"level"`
	Kind      Kind    `json:"kind,omitempty"`
	Channel   Channel `json:"channel,omitempty"`
	Place     string  `json:"place,omitempty"`
	PlaceText string  `json:"place_text,omitempty"`
	Unit      string  `json:"unit,omitempty"` // where it is about a unit and no place
	Text      string  `json:"text"`
	Photos    []Photo `json:"photos,omitempty"`
	ContactOK bool    `json:"contact_ok,omitempty"` // named: the department may call me by name
	NotCrisis bool    `json:"not_crisis,omitempty"` // has seen the hotline and wants to send it all the same
	Matter    string  `json:"matter,omitempty"`     // me too: id of the matter; the text may be empty then
	Notice    string  `json:"notice,omitempty"`     // id of the notice that it objects to; the room of notices keeps the rest
	For       string  `json:"for,omitempty"`        // written down for this employee number
	NoReceipt bool    `json:"no_receipt,omitempty"` // nobody keeps the code: none is stored, and nobody can open the thread with one
	Check     bool    `json:"-"`                    // more came in than usual: somebody looks at it first; never refused

	Keys *seal.Keys `json:"-"` // of the installation
}

// Sent is the answer to a registration; a repeat gets the same.
type Sent struct {
	Voice  string       `json:"voice"`
	Number string       `json:"number"`
	Due    clock.Millis `json:"due"`              // until when somebody takes it up or answers
	Alarm  string       `json:"alarm,omitempty"`  // "hazard" or "food": called past the queue
	Crisis bool         `json:"crisis,omitempty"` // nothing was stored; show the hotline
	Check  bool         `json:"check,omitempty"`  // somebody looks at it first
	Again  bool         `json:"-"`                // the same had been sent before
}

// Do registers. Errors: Invalid at a field; Unauthenticated for a level that needs an account; Conflict "once.other" when
// another text was sent with the same receipt, "voice.number.taken" when somebody else drew the number.
func (in Register) Do(tx *db.Tx, who access.Person) (Sent, error) {
	action := access.VoiceRegister
	if in.Channel.Proxied() {
		action = access.VoiceProxy
	} else if in.Matter != "" {
		action, in.Channel = access.VoiceSupport, MeToo
	}
	if err := who.May(tx, action, access.Thing{Kind: RefKind}); err != nil {
		return Sent{}, err
	}
	if in.Level.Hidden() && !tx.Coarse() {
		return Sent{}, ErrFine
	}
	in.Number, in.Code = canonical(seal.ParseNumber, in.Number), canonical(seal.ParseCode, in.Code)
	set, err := org.SettingsOf(tx)
	if err != nil {
		return Sent{}, err
	}
	if err := in.check(tx, who, set); err != nil {
		return Sent{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Sent{}, err
	}
	// What is kept of a request is keyed with a secret outside of the database: a stolen row must not let anybody try texts
	// or codes, which have fewer than fifty bits.
	secret := in.Keys.Derive("voice/once")
	key := in.Key
	if key == "" {
		key = hex.EncodeToString(keyed(secret, []byte(in.Number+in.Code)))
	}
	var sent Sent
	answer, again, err := once.Do(tx, "voice", key, keyed(secret, body), func() (string, error) {
		var err error
		if sent, err = in.write(tx, who, set); err != nil {
			return "", err
		}
		b, err := json.Marshal(sent)
		return string(b), err
	})
	if err != nil || !again {
		return sent, err
	}
	sent = Sent{Again: true}
	return sent, json.Unmarshal([]byte(answer), &sent)
}

func keyed(secret, what []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write(what)
	return h.Sum(nil)
}

func canonical(parse func(string) (string, error), s string) string {
	if c, err := parse(s); err == nil {
		return c
	}
	return s
}

func (in *Register) check(tx *db.Tx, who access.Person, set org.Settings) error {
	var f fault.Form
	if n, err := seal.ParseNumber(in.Number); err != nil || n != in.Number {
		f.Add("number", "voice.number.wrong")
	} else if d := numberDay(n); d > tx.Today().Add(1) || d < tx.Today().Add(-core.NumberDays) {
		f.Add("number", "voice.number.old")
	}
	if c, err := seal.ParseCode(in.Code); err != nil || c != in.Code {
		f.Add("code", "voice.code.wrong")
	}
	if !in.Level.Valid() {
		f.Add("level", "voice.level.choose")
	}
	if in.Kind == "" {
		in.Kind = Unsure
	}
	if !in.Kind.Valid() {
		f.Add("kind", "voice.kind.unknown", string(in.Kind))
	}
	switch in.Channel {
	case "":
		in.Channel = Scan
		if who.SignedIn() {
			in.Channel = Web
		}
	case Retaliation, FromPart:
		f.Add("channel", "voice.channel.unknown", string(in.Channel))
	default:
		if !core.Has(Channels(), in.Channel) {
			f.Add("channel", "voice.channel.unknown", string(in.Channel))
		}
	}
	in.Text = core.Clean(in.Text)
	if in.Text == "" && in.Matter == "" {
		f.Add("text", "voice.text.empty")
	}
	core.TooLong(&f, "text", in.Text, set.Int(org.VoiceLength))
	core.TooLong(&f, "place_text", in.PlaceText, core.MaxPlace)
	if n := set.Int(org.VoicePhotos); len(in.Photos) > n {
		f.Add("photos", "voice.photos.many", n)
	}
	if in.Level == Named || in.Level == Confidential {
		switch {
		case in.For != "" && !in.Channel.Proxied():
			f.Add("for", "voice.for.proxy")
		case in.For == "" && in.Channel.Proxied():
			f.Add("for", "voice.for.needed")
		case in.For == "" && !who.SignedIn():
			return fault.New(fault.Unauthenticated, "access.signin")
		}
	}
	return f.Err()
}

func (in Register) write(tx *db.Tx, who access.Person, set org.Settings) (Sent, error) {
	alarm := words.Listen(in.Text, string(in.Kind))
	if alarm.Kind == words.AlarmCrisis && !in.NotCrisis {
		return Sent{Crisis: true}, crisis(tx)
	}
	v := Voice{ID: id.Random(), Number: in.Number, Level: in.Level, Kind: in.Kind, Channel: in.Channel, PlaceText: core.Clean(in.PlaceText),
		Text: in.Text, Redaction: "auto", Redacted: words.RedactSuggest(in.Text), State: Registered, Version: 1, Day: tx.Today(),
		RegisteredAt: tx.Millis(), Alarm: alarm.Kind, ContactOK: in.ContactOK && in.Level == Named}
	if v.Level == Named {
		v.Redacted = in.Text
	}
	if planted.Time {
		v.AskedAt = clock.MillisOf(clock.System().Now())
	}
	if in.Channel.Proxied() {
		v.ProxyBy = who.ID
	}
	if err := in.place(tx, &v, set.Int(org.PlaceUsers)); err != nil {
		return Sent{}, err
	}
	teller, err := in.teller(tx, who, &v)
	if err != nil {
		return Sent{}, err
	}
	t, err := core.TermsOf(tx)
	if err != nil {
		return Sent{}, err
	}
	v.Due = t.After(tx.Now, set.Int(org.IntakeDays))
	if in.Matter != "" {
		if err := in.support(tx, &v); err != nil {
			return Sent{}, err
		}
	}
	if err := in.store(tx, v, teller); err != nil {
		return Sent{}, err
	}
	switch {
	case alarm.Kind == words.AlarmHazard || alarm.Kind == words.AlarmFood:
		if err := callOutNow(tx, &v, alarm); err != nil {
			return Sent{}, err
		}
	case v.State == Registered:
		if _, err := duty.Owe(tx, quiet(who, v), duty.New{Kind: duty.Intake, Subject: v.Ref(), Path: v.UnitPath, Role: access.Triager,
			Days: set.Int(org.IntakeDays), Start: tx.Millis(), Round: 1}); err != nil {
			return Sent{}, err
		}
	}
	sent := Sent{Voice: v.ID, Number: v.Number, Due: v.Due}
	if in.Check && v.State == Registered && alarm.Kind == "" {
		sent.Check = true
		if err := core.Doubt(tx, v); err != nil {
			return Sent{}, err
		}
	}
	if v.Alarm == words.AlarmHazard || v.Alarm == words.AlarmFood {
		sent.Alarm = v.Alarm
	}
	return sent, nil
}

// store writes voice, receipt, photos, the identity if one is to be sealed, and the record.
func (in Register) store(tx *db.Tx, v Voice, teller *org.Person) error {
	if err := core.Insert(tx, &v); err != nil {
		if db.IsUnique(err) {
			return fault.Wrap(fault.Conflict, "voice.number.taken", err)
		}
		return err
	}
	if !in.NoReceipt {
		if err := core.InsertReceipt(tx, v.Number, v.ID, in.Keys.QuickCode(in.Code)); err != nil {
			return err
		}
	}
	if err := core.InsertPhotos(tx, v.ID, 0, 0, in.Photos); err != nil {
		return err
	}
	if v.Level == Confidential {
		if err := custody.SealIdentity(tx, v.ID, *teller); err != nil {
			return err
		}
	}
	ev := core.EvRegister
	about := event.Ref{}
	if v.Matter != "" {
		ev, about = core.EvSupport, event.Ref{Kind: "matter", ID: v.Matter}
	} else if in.Notice != "" {
		about = event.Ref{Kind: "news", ID: in.Notice}
	}
	who := access.Nobody()
	if v.Level == Named {
		who = access.Person{Kind: access.Account, ID: teller.ID}
	}
	data := core.Registration{Number: v.Number, Level: v.Level, Kind: v.Kind, Channel: v.Channel, Place: v.Place, Day: v.Day, Words: core.Fingerprint(v.Text)}
	if planted.Code {
		data.Place = in.Code
	}
	return event.Record(tx, who, event.Fact{Kind: "voice." + ev, Subject: v.Ref(), About: about, To: v.State, Data: data})
}

// place fills in where it is. The place of an anonymous voice is generalised here, before anything is written, so far that
// enough people stand behind it.
func (in Register) place(tx *db.Tx, v *Voice, least int) error {
	if code := org.NormalCode(in.Place); code != "" {
		p, err := org.PlaceByCode(tx, code)
		if err == nil && v.Level == Anonymous && p.Users < least {
			if code, err = org.Generalise(tx, code); err == nil && code != "" {
				p, err = org.PlaceByCode(tx, code)
			}
		}
		switch {
		case err == nil && code != "":
			v.Place, v.Unit, v.UnitPath = p.Code, p.Unit, p.Path
			return nil
		case err != nil && fault.KindOf(err) != fault.NotFound:
			return err
		case err != nil && v.PlaceText == "":
			v.PlaceText = words.Excerpt(in.Place, core.MaxPlace) // an old poster: still sendable
		}
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	if in.Unit != "" {
		for _, u := range tree.Chain(in.Unit) {
			if v.Level != Anonymous || u.Headcount >= least {
				v.Unit, v.UnitPath = u.Code, u.Path
				return nil
			}
		}
	}
	v.UnitPath = tree.Path(org.Root)
	return nil
}

// teller is who said it: nil of an anonymous voice, where nobody looks.
func (in Register) teller(tx *db.Tx, who access.Person, v *Voice) (*org.Person, error) {
	if v.Level == Anonymous {
		return nil, nil
	}
	var p org.Person
	var err error
	if in.For != "" {
		p, err = org.PersonByNo(tx, in.For)
	} else {
		p, err = org.PersonByID(tx, who.ID)
	}
	if err != nil {
		if in.For != "" && fault.KindOf(err) == fault.NotFound {
			return nil, fault.Field("for", "voice.for.unknown", in.For)
		}
		return nil, err
	}
	if v.Level == Named {
		v.Submitter = p.ID
	}
	return &p, nil
}

// quiet is the actor as the record may know him: of a hidden voice nobody.
func quiet(who access.Person, v Voice) access.Person {
	if v.Level.Hidden() {
		return access.Nobody()
	}
	return who
}

// RegisterCrisis counts that somebody in a personal crisis pressed the red button. Nothing else is kept; the answer is the
// page with the hotline. Key makes a second press count once.
type RegisterCrisis struct {
	Key string `json:"key"`
}

// Do counts. It is written with [db.Coarse].
func (in RegisterCrisis) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.VoiceRegister, access.Thing{Kind: RefKind}); err != nil {
		return err
	}
	if !tx.Coarse() {
		return ErrFine
	}
	_, _, err := once.Do(tx, "crisis", in.Key, []byte("crisis"), func() (string, error) { return "counted", crisis(tx) })
	return err
}

// crisis adds one to the day's count. The record knows the day and nobody.
func crisis(tx *db.Tx) error {
	if err := core.CountCrisis(tx, tx.Today()); err != nil {
		return err
	}
	return event.Record(tx, access.Nobody(), event.Fact{Kind: "crisis.counted", Subject: event.Ref{Kind: "crisis", ID: string(tx.Today())}})
}

// numberDay is the day in a canonical receipt number.
func numberDay(number string) clock.Day {
	if len(number) < 10 {
		return ""
	}
	return clock.Day(number[2:6] + "-" + number[6:8] + "-" + number[8:10])
}
