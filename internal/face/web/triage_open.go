package web

import (
	"strings"
	"time"

	"sanwen/internal/base/once"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// openFor is how long the original words stay on the page of who has opened them, so that a press of another button does not
// count as a second opening.
const openFor = time.Hour

// openedField carries that the words were opened.
const openedField = "opened"

// openedWords gives the original words where this reader has opened them within the last hour.
func (r *Req) openedWords(tx *db.Tx, s seen, f *Form) (*Original, error) {
	who, err := r.Unseal("opened:"+s.Voice.ID, f.Value(openedField))
	if err != nil || who != r.Person.ID {
		return nil, nil
	}
	v, err := core.ByID(tx, s.Voice.ID)
	if err != nil || v.Text == "" {
		return nil, err
	}
	return &Original{Text: v.Text, Place: v.PlaceText, Photos: r.voicePhotos(v.ID, s.Photos)}, nil
}

// openVoice opens the original words; of a hidden voice with a reason. Role and day are shown to the submitter.
func (r *Req) openVoice(f *Form) error {
	id := r.Param("id")
	in := voice.OpenText{Voice: id, Reason: f.Value("open_reason")}
	err := r.Write(func(tx *db.Tx) error { _, err := in.Do(tx, r.Person); return err })
	if f.Take(rename(err, map[string]string{"reason": "open_reason"})) {
		return r.voicePage(f, nil)
	}
	if err != nil {
		return err
	}
	f.Set(openedField, r.Seal("opened:"+id, r.Person.ID, openFor))
	return r.voicePage(f, nil)
}

// readOriginal opens the words for a reader who decides nothing.
func readOriginal(r *Req) error { return r.openVoice(r.Form()) }

// rename moves faults to the fields under which a page asks for them.
func rename(err error, fields map[string]string) error {
	if err == nil {
		return nil
	}
	e := *fault.Of(err)
	if to, ok := fields[e.Field]; ok {
		e.Field = to
	}
	more := e.More
	e.More = nil
	for _, m := range more {
		x := *m
		if to, ok := fields[x.Field]; ok {
			x.Field = to
		}
		e.More = append(e.More, &x)
	}
	return &e
}

// voiceNow tells, for a page that somebody reads, what others have done since: nothing, or one sentence.
func voiceNow(r *Req) error {
	var said string
	err := r.Read(func(tx *db.Tx) error {
		p, err := vshow.PageOf(tx, r.Person, r.Param("id"))
		if err != nil {
			return err
		}
		v := p.Voice
		switch {
		case count(v.Version) == r.Query("v"):
		case v.ClaimedBy != "" && v.ClaimedBy != r.Person.ID:
			said = r.T("triage.now_claimed", p.Names[v.ClaimedBy])
		default:
			said = r.T("triage.now_changed", r.T("voice.state."+v.State))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Text(said)
}

// BesidePage is the short look at a voice beside the list.
type BesidePage struct {
	Page
	Href, Number string
	Tags         []Tag
	Light        *Light
	Text, Hint   string
	Masked       bool
	Photos       []Photo
	Facts        []Fact
	Alike        []AlikeRow
}

var besidePage = Define[BesidePage]("inbox/beside")

// besideVoice is the short look at a voice.
func besideVoice(r *Req) error {
	var p BesidePage
	err := r.Read(func(tx *db.Tx) error {
		var s seen
		var err error
		if s.names, err = r.voiceNames(tx); err != nil {
			return err
		}
		if s.Page, err = vshow.PageOf(tx, r.Person, r.Param("id")); err != nil {
			return err
		}
		if s.like, err = r.likenessOf(tx, s); err != nil {
			return err
		}
		v := s.Voice
		p = BesidePage{Page: Page{Title: r.headOf(s), Shape: Staff, Back: "/inbox"}, Href: r.Link(voicePath(v.ID)), Number: v.Number,
			Tags: r.voiceTags(rowOf(v)), Text: s.Text, Masked: s.Masked, Photos: r.voicePhotos(v.ID, s.Photos), Alike: r.alikeRows(s, func(string) bool { return false })}
		if s.Hint.Restricted != "" && v.Restricted == "" {
			p.Hint = r.T("triage.hint", r.T("voice.restricted."+s.Hint.Restricted), r.Lang.List(s.Hint.Words))
		}
		p.Light, p.Facts, err = r.voiceFacts(tx, s)
		return err
	})
	if err != nil {
		return err
	}
	return besidePage.Render(r, p)
}

// voicePhoto is a picture of a voice, for those who may see it.
func voicePhoto(r *Req) error {
	hash := r.Param("hash")
	may := false
	err := r.Read(func(tx *db.Tx) error {
		var err error
		may, err = vshow.MaySeePhoto(tx, r.Person, hash)
		return err
	})
	if err != nil {
		return err
	}
	if !may {
		return fault.New(fault.NotFound, "voice.unknown")
	}
	file, _, err := r.Blobs.Open(r.Ctx(), hash)
	if err != nil {
		return err
	}
	defer file.Close()
	return r.Show("image/jpeg", file)
}

// act does one thing of few words to a voice and goes on with a sentence; refused, it shows the voice as it is now.
func (r *Req) act(f *Form, fields map[string]string, toast, to string, do func(*db.Tx) error, undo ...string) error {
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "voice:"+r.Person.ID, f.Key+r.Path(), f.Body(), func() (string, error) { return "", do(tx) })
			return err
		})
	}
	if err != nil {
		return r.refused(f, rename(err, fields))
	}
	r.Toast(toast)
	if len(undo) > 0 {
		r.ToastUndo(undo[0], toast)
	}
	return r.Redirect(to)
}

// refused shows the page of a voice again, with what was typed and why it was not done.
func (r *Req) refused(f *Form, err error) error {
	if f.Take(err) {
		return r.voicePage(f, nil)
	}
	if e := fault.Of(err); e.Kind == fault.Conflict {
		r.Status(409)
		return r.voicePage(f, &Panel{Tone: "warn", Title: r.T("triage.not_done"), Text: sentence(r.Lang, e)})
	}
	return err
}

func claimVoice(r *Req) error {
	f, id := r.Form(), r.Param("id")
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return voice.Claim{Voice: id}.Do(tx, r.Person) })
	}
	if err != nil {
		return r.refused(f, err)
	}
	r.ToastUndo(voicePath(id)+"/letgo", "triage.toast_claimed")
	return r.Redirect(voicePath(id))
}

func letGoVoice(r *Req) error {
	id := r.Param("id")
	return r.act(r.Form(), nil, "triage.toast_letgo", "/inbox", func(tx *db.Tx) error { return voice.LetGo{Voice: id}.Do(tx, r.Person) },
		voicePath(id)+"/claim")
}

func freeVoice(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := voice.Free{Voice: id, Reason: f.Text("free_reason", 1, core.MaxReason)}
	return r.act(f, map[string]string{"reason": "free_reason"}, "triage.toast_free", voicePath(id), func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}

// sayVoice tells the submitter how it goes, by triage or by the unit that has the voice.
func sayVoice(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := voice.Say{Voice: id, Text: f.Text("note", 1, core.MaxReply)}
	return r.act(f, map[string]string{"text": "note"}, "triage.toast_said", voicePath(id), func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}

// SecondLook is a proposed refusal on which a second person decides.
type SecondLook struct {
	Form       *Form
	Version    int
	By, Reason string
	Text, Door string
}

// countersign decides on a proposed refusal.
func countersign(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := voice.Countersign{Voice: id, Version: int(f.Version()), Agree: f.Choice("agree", "yes", "no") == "yes", Note: strings.TrimSpace(f.Value("second_note"))}
	toast := "triage.toast_refused"
	if !in.Agree {
		toast = "triage.toast_dismissed"
	}
	return r.act(f, map[string]string{"note": "second_note"}, toast, "/refusals", func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}
