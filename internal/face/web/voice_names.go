package web

import (
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/voice"
	vshow "sanwen/internal/work/voice/show"
)

// voiceNames puts codes into words within one snapshot; each code is looked up once.
type voiceNames struct {
	tx     *db.Tx
	lang   lang.Lang
	tree   *org.Tree
	topics *org.Catalogue
	places map[string]string
	wide   map[string]string // place code → generalised code
}

func (r *Req) voiceNames(tx *db.Tx) (*voiceNames, error) {
	n := &voiceNames{tx: tx, lang: r.Lang, places: map[string]string{"": ""}, wide: map[string]string{"": ""}}
	var err error
	if n.tree, err = org.TreeOf(tx); err != nil {
		return nil, err
	}
	n.topics, err = org.CatalogueOf(tx)
	return n, err
}

// unit is the name of a unit, "" for none.
func (n *voiceNames) unit(code string) string {
	if code == "" {
		return ""
	}
	return n.tree.Name(code, n.lang)
}

// topic is the name of a topic with its first level, "" for none.
func (n *voiceNames) topic(code string) string {
	if code == "" {
		return ""
	}
	return n.topics.Name(code, n.lang)
}

// place is the name of a place, or the code of one that is not there any more.
func (n *voiceNames) place(code string) (string, error) {
	if name, ok := n.places[code]; ok {
		return name, nil
	}
	p, err := org.PlaceByCode(n.tx, code)
	switch {
	case err == nil:
		n.places[code] = p.Name(n.lang)
	case fault.KindOf(err) == fault.NotFound:
		n.places[code] = code
	default:
		return "", err
	}
	return n.places[code], nil
}

// placeOf is the place of a voice as a list may show it: that of a hidden voice only as exactly as enough people stand behind it.
func (n *voiceNames) placeOf(row vshow.Row) (string, error) {
	code := row.Place
	if row.Level.Hidden() {
		wide, ok := n.wide[code]
		if !ok {
			var err error
			if wide, err = org.Generalise(n.tx, code); err != nil {
				return "", err
			}
			n.wide[code] = wide
		}
		if code != "" && wide == "" {
			return n.unit(org.Root), nil
		}
		code = wide
	}
	return n.place(code)
}

// voiceLights are the lights of several voices: of what each owes next.
func (r *Req) voiceLights(tx *db.Tx, ids []string) (map[string]Light, error) {
	open, err := duty.OpenOf(tx, voice.RefKind, ids)
	if err != nil {
		return nil, err
	}
	var next []duty.Duty
	for _, id := range ids {
		if len(open[id]) > 0 {
			next = append(next, open[id][0])
		}
	}
	items, err := duty.Items(tx, next)
	if err != nil {
		return nil, err
	}
	out := map[string]Light{}
	for _, it := range items {
		out[it.SubjectID] = *dutyLight(r, it)
	}
	return out, nil
}

// voiceTags are the marks of a voice in lists and above its page.
func (r *Req) voiceTags(row vshow.Row) []Tag {
	var out []Tag
	if row.Alarm != "" {
		out = append(out, Tag{Text: r.T("voice.alarm." + row.Alarm), Tone: "bad"})
	}
	if row.Restricted != "" {
		out = append(out, Tag{Text: r.T("voice.restricted." + row.Restricted), Tone: "warn"})
	}
	if row.Appeal {
		out = append(out, Tag{Text: r.T("inbox.mark.appeal"), Tone: "warn"})
	} else if row.Refusal != "" {
		out = append(out, Tag{Text: r.T("inbox.mark.refusal"), Tone: "warn"})
	}
	return out
}
