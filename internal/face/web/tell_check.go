package web

import (
	"regexp"
	"slices"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/custody"
)

// WhoPage asks who may know, and shows what will be sent.
type WhoPage struct {
	Page
	Form    *Form
	Base    string
	Send    string // address that sends
	Where   string
	Spot    Spot
	Words   string
	Kind    string
	Photos  []HavePhoto
	Levels  []Option
	Names   bool // the text seems to name somebody
	Me      string
	Reach   bool   // the account may be contacted, if it is sent in one's own name
	Sent    string // number of what this form has sent already, when something else is in it now
	Kept    []Hidden
	About   *Panel     // what it objects to
	Matter  *HereItem  // me too
	Near    []NearItem // matters that speak of the same, to join with one press
	Call    Field      // "the department may call me", with the number it would call
	Receipt Receipt    // shown where there is no network when it is to be sent
}

// NearItem is a matter of the board that may be what somebody is about to say, and why it is thought to.
type NearItem struct{ Number, Title, State, Why string }

// nearMost is how many of them are shown: all are to be read.
const nearMost = 3

var whoPage = Define[WhoPage]("tell/who")

// tellCheck is the second page: who may know, and everything once more before it is sent.
func tellCheck(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	t.read()
	if t.f.Take(t.f.Err()) {
		return t.show()
	}
	return t.who()
}

// who shows the second page.
func (t *telling) who() error {
	r, f := t.r, t.f
	p := WhoPage{Page: Page{Title: r.T("tell.who")}, Form: f, Base: t.base, Send: t.base + "/send", Where: t.spot.placeLabel(r.Lang), Spot: t.spot,
		Words: f.Value("text"), Kind: r.name("voice.kind.", f.Value("kind")), Photos: t.tiles(), Names: namesSomebody(f.Value("text")),
		Reach: r.Person.SignedIn(), Sent: t.sentNumber, Kept: f.Keep(append(slices.DeleteFunc(slices.Clone(tellFields), func(s string) bool { return s == "level" || s == "contact" }), "place")...)}
	p.Receipt, p.About = t.unsent(), t.aboutPanel()
	if err := t.person(&p); err != nil {
		return err
	}
	if f.Value("apart") != "" { // it is something else after all
		f.Set("matter", "")
		p.Kept = slices.DeleteFunc(p.Kept, func(h Hidden) bool { return h.Name == "matter" })
	}
	if err := t.metoo(f.Value("matter"), &p.Matter); err != nil {
		return err
	}
	var err error
	if p.Near, err = t.near(); err != nil {
		return err
	}
	p.Levels, err = r.levels(r.Person.SignedIn())
	if err != nil {
		return err
	}
	return whoPage.Render(r, p)
}

// near looks which matters of the board speak of the same as what is typed. Nothing of it is kept.
func (t *telling) near() (out []NearItem, err error) {
	r, text := t.r, t.f.Value("text")
	if r.Site.Alike == nil || t.f.Value("matter") != "" || strings.TrimSpace(text) == "" {
		return nil, nil
	}
	place := t.spot.Code
	if t.spot.Unknown || place == elsewhere {
		place = ""
	}
	err = r.Read(func(tx *db.Tx) error {
		found, err := r.Site.Alike.OnBoard(tx, text, place, nearMost)
		for _, m := range found {
			out = append(out, NearItem{Number: m.Number, Title: m.Shown(), State: r.matterState(m.State, m.Due), Why: r.alikeWhy(m.Hit, m.Matching(text, 3))})
		}
		return err
	})
	return out, err
}

// person says on signed pages whose account it is: phones are shared.
func (t *telling) person(p *WhoPage) error {
	if !t.r.Person.SignedIn() {
		return nil
	}
	return t.r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		p.Me = t.r.T("tell.signed_in", t.r.Person.Name, tree.Name(t.r.Person.Unit, t.r.Lang))
		me, err := org.PersonByID(tx, t.r.Person.ID)
		p.Call = t.f.Tick("contact", "tell.contact")
		if me.Phone != "" {
			p.Call.Label = t.r.T("tell.contact_at", me.Phone)
		}
		return err
	})
}

// levels are the three cards; none is chosen before somebody chooses.
func (r *Req) levels(signed bool) ([]Option, error) {
	sealable := false
	err := r.Read(func(tx *db.Tx) error {
		keys, err := custody.Custodians(tx)
		sealable = len(keys) >= 2
		return err
	})
	if err != nil {
		return nil, err
	}
	icons := map[voice.Level]string{voice.Anonymous: "mask", voice.Confidential: "lock", voice.Named: "name"}
	var out []Option
	for _, l := range voice.Levels() {
		o := Option{Value: string(l), Icon: icons[l], Text: r.name("voice.level.", l), Note: r.T("tell.level." + string(l))}
		switch {
		case l == voice.Confidential && !sealable:
			o.Off = r.T("tell.no_custodians")
		case l != voice.Anonymous && !signed:
			o.Note = r.T("tell.level_account", o.Note)
		}
		out = append(out, o)
	}
	return out, nil
}

const (
	surnames = `[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤]`
	titles   = `(?:主任|班长|厂长|经理|部长|科长|处长|师傅|书记|主席|队长|组长|段长|工长|领班|总监|所长|老板|工)`
)

// someone matches words that probably name a person: a common family name before or after a title, "叫某某", Mr and Ms.
var someone = regexp.MustCompile(surnames + `\p{Han}{0,2}?` + titles + `|` + titles + surnames + `|叫` + surnames + `\p{Han}{1,2}|\b(?:Mr|Mrs|Ms|Miss)\.? [A-Z]`)

// namesSomebody reports whether a text seems to name a person, for a soft warning.
func namesSomebody(text string) bool { return someone.MatchString(text) }

// holds reports whether one of the texts holds the query, whatever the case.
func holds(query string, texts ...string) bool {
	query = strings.ToLower(strings.TrimSpace(query))
	for _, s := range texts {
		if strings.Contains(strings.ToLower(s), query) {
			return true
		}
	}
	return false
}
