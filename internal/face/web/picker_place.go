package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// Places is one set of places among which a picker chooses.
type Places struct {
	all  []org.Place
	name map[string]org.Place
	l    lang.Lang
}

// PlacesOf are the places that are in use, areas too.
func (r *Req) PlacesOf(all []org.Place) Places {
	s := Places{name: map[string]org.Place{}, l: r.Lang}
	for _, p := range all {
		s.name[p.Code] = p
		if p.Active {
			s.all = append(s.all, p)
		}
	}
	return s
}

func (s Places) text(code string) string {
	if p, ok := s.name[code]; ok {
		return p.Name(s.l) + " · " + p.Code
	}
	return code
}

// means is the code that a text means beyond doubt, as with units.
func (s Places) means(text string) string {
	if p, ok := s.name[org.NormalCode(text)]; ok {
		return p.Code
	}
	if name, code, ok := cutLast(text); ok {
		if p, is := s.name[org.NormalCode(code)]; is && (p.NameZh == name || p.NameEn == name) {
			return p.Code
		}
	}
	code := ""
	for _, p := range s.all {
		if strings.EqualFold(p.NameZh, text) || strings.EqualFold(p.NameEn, text) {
			if code != "" {
				return "" // two are called that
			}
			code = p.Code
		}
	}
	return code
}

// find lists the places with the text in their name, or in that of what is around them, or at the beginning of their code.
func (s Places) find(text string) ([]Option, bool) {
	low := strings.ToLower(text)
	var first, then []Option
	for _, p := range s.all {
		zh, en := strings.ToLower(p.NameZh), strings.ToLower(p.NameEn)
		around := s.name[p.Parent]
		o := Option{Value: p.Code, Text: s.text(p.Code), Note: around.Name(s.l)}
		switch {
		case strings.HasPrefix(zh, low), strings.HasPrefix(en, low), strings.HasPrefix(p.Code, org.NormalCode(text)):
			first = append(first, o)
		case holds(text, p.NameZh, p.NameEn, around.NameZh, around.NameEn):
			then = append(then, o)
		}
	}
	return few(append(first, then...))
}

func (Places) from() string                { return "/pick/places" }
func (Places) barred() (string, string)    { return "", "" }
func (Places) refused(string) *fault.Error { return nil }

// Places reads a picker of several places; see [Form.UnitsIn].
func (f *Form) Places(name string) []string {
	var among Places
	err := f.r.Read(func(tx *db.Tx) error {
		all, err := org.Places(tx)
		among = f.r.PlacesOf(all)
		return err
	})
	if err != nil {
		f.broken = err
		return nil
	}
	return f.UnitsIn(name, among)
}

// pickPlaces finds places for a field while somebody types.
func pickPlaces(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "q", Label: "find.words"}}})
	if err != nil {
		return err
	}
	var found []Option
	more := false
	err = r.Read(func(tx *db.Tx) error {
		if err := r.Person.May(tx, access.OrgSee, access.Thing{Kind: "org"}); err != nil {
			return err
		}
		all, err := org.Places(tx)
		found, more = r.PlacesOf(all).find(cutText(list.Get("q")))
		return err
	})
	if err != nil {
		return err
	}
	return r.sendFound(found, more)
}
