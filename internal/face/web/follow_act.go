package web

import (
	"slices"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
)

// photo is a stored picture on its way into a voice.
type photo = voice.Photo

// ActPage is one thing to do in a thread.
type ActPage struct {
	Page
	Form   *Form
	To     string // address that does it
	Base   string
	Pass   string
	Part   string
	Do     string
	Words  bool // takes words
	Need   bool // and needs them
	Photos int  // most photos; 0: none
	Length int
	Button string
	Danger bool // cannot be undone
}

var actPage = Define[ActPage]("follow/act")

// acts are the things that have a page of their own, with what they take.
var acts = map[string]ActPage{
	"add":         {Words: true, Photos: 6},
	"not_solved":  {Words: true, Need: true, Photos: 6},
	"not_fixed":   {Words: true, Need: true},
	"comment":     {Words: true, Need: true},
	"object":      {Words: true, Need: true},
	"count":       {Words: true, Need: true},
	"retaliation": {Words: true, Need: true, Photos: 6},
	"withdraw":    {Danger: true},
	"end":         {Danger: true},
}

var actToasts = map[string]string{"add": "follow.toast_add", "solved": "follow.toast_solved", "not_solved": "follow.toast_not_solved",
	"not_fixed": "follow.toast_not_fixed", "comment": "follow.toast_comment", "object": "follow.toast_object", "count": "follow.toast_count", "retaliation": "follow.toast_retaliation", "withdraw": "follow.toast_withdraw"}

// do shows the page of one thing to do, or does it.
func (t *following) do(what string, f *Form, photos []photo) error {
	switch what {
	case "see":
		if f.Value("whole") != "" {
			t.part = ""
		}
		return t.show(f)
	case "proof", "opening":
		return t.proof(what)
	case "check":
		return t.checkProof()
	case "rate":
		return t.rate(f)
	case "solved":
		f.Set("sent", "1")
	default:
		if _, known := acts[what]; !known {
			return fault.New(fault.NotFound, "fault.not_found")
		}
	}
	if f.Value("sent") == "" {
		f.faults = nil
		return t.act(what, f)
	}
	err := f.Err()
	if err == nil {
		if err = t.unseen(what); err == nil {
			err = t.perform(what, f, photos)
		}
	}
	if f.Take(err) {
		return t.act(what, f)
	}
	if e := fault.Of(err); e != nil && e.Kind == fault.Conflict && e.Key != "once.other" || e != nil && e.Kind == fault.Gone {
		// it cannot be done any more: say so above the thread
		t.r.toast = nil
		return t.refuse(e, f)
	}
	if err != nil {
		return err
	}
	if what == "end" {
		return t.gone()
	}
	t.r.Toast(actToasts[what])
	f.Set("sent", "")
	f.Key = newKey()
	return t.show(f)
}

// unseen refuses what would be an answer to news that is not shown yet. Words may be added all the same, and whoever was treated
// badly or ends his access does not have to wait.
func (t *following) unseen(what string) error {
	if slices.Contains([]string{"add", "retaliation", "end", "not_fixed"}, what) {
		return nil
	}
	if err := t.read(); err != nil || !t.f.News || !t.f.Moved {
		return err
	}
	return fault.New(fault.Conflict, "voice.follow.soon", t.r.Lang.DateTime(t.f.Next, t.r.Zone))
}

// refuse shows the thread with the sentence of why something was not done.
func (t *following) refuse(e *fault.Error, f *Form) error {
	f.Key = newKey()
	t.note = sentence(t.r.Lang, e)
	return t.show(f)
}

// act shows the page of one thing to do.
func (t *following) act(what string, f *Form) error {
	r := t.r
	p := acts[what]
	p.Page = Page{Title: r.T("follow.ask." + what)}
	p.Form, p.To, p.Base, p.Pass, p.Part, p.Do, p.Button = f, t.base+"/"+what, t.base, t.pass(), t.part, what, r.T("follow.do."+what)
	length, most, err := r.tellLimits()
	if err != nil {
		return err
	}
	p.Length, p.Photos = length, min(p.Photos, most)
	if what == "not_fixed" {
		p.Length = accept.MaxWhat
	}
	return actPage.Render(r, p)
}

// perform does it. Of a receipt no time finer than the hour is kept.
func (t *following) perform(what string, f *Form, photos []photo) error {
	text := ""
	if acts[what].Words {
		length, _, err := t.r.tellLimits()
		if err != nil {
			return err
		}
		if what == "not_fixed" {
			length = accept.MaxWhat
		}
		least := 0
		if acts[what].Need {
			least = 1
		}
		text = f.Text("text", least, length)
		if err := f.Err(); err != nil {
			return err
		}
	}
	id, key := t.voice(), f.Key
	if what == "not_fixed" || what == "add" {
		if err := t.read(); err != nil {
			return err
		}
		if what == "not_fixed" && t.f.Matter == nil {
			return fault.New(fault.NotFound, "fault.not_found")
		}
	}
	var opts []db.Option
	if t.who.Voice != "" || what == "not_fixed" {
		opts = append(opts, db.Coarse)
	}
	return t.r.Write(func(tx *db.Tx) error {
		switch what {
		case "add":
			return voice.AddInfo{Voice: id, Key: key, Text: text, Photos: photos, Unseen: t.f.News}.Do(tx, t.who)
		case "solved":
			return voice.ConfirmSolved{Voice: id, Key: key}.Do(tx, t.who)
		case "not_solved":
			return voice.NotSolved{Voice: id, Key: key, Text: text, Photos: photos}.Do(tx, t.who)
		case "not_fixed":
			return accept.NotFixed{Matter: t.f.Matter.ID, What: text}.Do(tx, t.who)
		case "comment":
			return voice.CommentPlan{Voice: id, Key: key, Text: text}.Do(tx, t.who)
		case "object":
			return voice.Object{Voice: id, Key: key, Text: text}.Do(tx, t.who)
		case "count":
			return supervise.ObjectExclusion{Voice: id, Key: key, Text: text}.Do(tx, t.who)
		case "retaliation":
			_, err := voice.ReportRetaliation{Voice: id, Key: key, Text: text, Photos: photos}.Do(tx, t.who)
			return err
		case "withdraw":
			return voice.Withdraw{Voice: id, Key: key}.Do(tx, t.who)
		default: // end
			return voice.EndAccess{Voice: t.id}.Do(tx, t.who)
		}
	}, opts...)
}

// proof sends the proof that the voice stands in the log, or what opens its content, as a file.
func (t *following) proof(what string) error {
	if err := t.read(); err != nil {
		return err
	}
	p, err := t.proofOf()
	if err != nil {
		return err
	}
	name, text := what+"-"+t.f.Voice.Number+".txt", p.Text
	switch {
	case what == "opening":
		text = p.Opening
	case text == "":
		name, text = "promise-"+t.f.Voice.Number+".txt", p.Promise
	}
	return t.r.Send(name, "text/plain; charset=utf-8", []byte(text))
}

func (t *following) proofOf() (event.Proof, error) {
	var p event.Proof
	err := t.r.Read(func(tx *db.Tx) error {
		var err error
		p, err = t.r.Record.ProofFor(tx, event.Ref{Kind: voice.RefKind, ID: t.voice()})
		return err
	})
	return p, err
}

// checkProof checks the proof before the reader's eyes, with the text of it in the form for doing so elsewhere.
func (t *following) checkProof() error {
	if err := t.read(); err != nil {
		return err
	}
	p, err := t.proofOf()
	if err != nil {
		return err
	}
	return t.r.logChecked(p.Text, p.Opening)
}
