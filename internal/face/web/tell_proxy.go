package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/work/voice"
)

// ProxyPage writes down what somebody said at the pre-shift meeting, on the telephone, on paper or face to face.
type ProxyPage struct {
	Page
	Form     *Form
	Base     string
	Spot     Spot
	Where    string
	Kinds    []Option
	Channels []Option
	Levels   []Option
	Have     []HavePhoto
}

var proxyPage = Define[ProxyPage]("tell/proxy")

// proxyShow shows the form. A POST shows it again with what was typed, for another place.
func proxyShow(r *Req) error {
	t, err := r.openProxy()
	if err != nil {
		return err
	}
	if r.Posted() {
		t.f.forgive()
	}
	return t.proxy()
}

// proxySend sends it. The receipt is for the person who said it.
func proxySend(r *Req) error {
	t, err := r.openProxy()
	if err != nil {
		return err
	}
	in := t.read()
	in.Level = t.level()
	in.Channel = voice.Channel(t.f.Choice("channel", values(r.channels())...))
	if in.Level != voice.Anonymous {
		in.For = t.f.Line("for", 1, 32)
	}
	if err := t.f.Err(); err != nil {
		return t.refused(err)
	}
	return t.send(in, r.Person)
}

func (r *Req) openProxy() (*telling, error) {
	t, err := r.openTelling()
	if err == nil {
		t.base = "/tell/proxy"
		t.proxied = true
	}
	return t, err
}

// channels are the ways in which this person writes down for others.
func (r *Req) channels() []voice.Channel {
	var out []voice.Channel
	if r.Person.Has(access.ShiftLeader) {
		out = append(out, voice.Crew)
	}
	if r.Person.Has(access.Triager) || r.Person.Has(access.UnitChair) {
		out = append(out, voice.Phone, voice.Visit, voice.Paper)
	}
	return out
}

func (t *telling) proxy() error {
	r := t.r
	p := ProxyPage{Page: Page{Title: r.T("tell.proxy"), Shape: Staff}, Form: t.f, Base: t.base, Spot: t.spot, Where: t.spot.placeLabel(r.Lang), Kinds: r.kinds(), Have: t.tiles()}
	for _, c := range r.channels() {
		p.Channels = append(p.Channels, Option{Value: string(c), Text: r.T("voice.channel." + string(c))})
	}
	var err error
	if p.Levels, err = r.levels(true); err != nil {
		return err
	}
	for i, l := range p.Levels {
		p.Levels[i].Note = r.T("tell.proxy_level." + l.Value)
	}
	return proxyPage.Render(r, p)
}
