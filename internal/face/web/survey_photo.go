package web

import (
	"slices"

	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
	"sanwen/internal/work/voice"
)

// photoTrays are the photos of the questions that ask for some, by the key of the question.
type photoTrays map[string]*photoTray

// ready makes a tray for every question that asks for photos, as large as the question and the organisation allow. Where the organisation takes no
// photos at all they are not asked for.
func (x *answering) ready() error {
	set, err := x.r.known.Settings(x.r.Ctx())
	if err != nil {
		return err
	}
	most := set.Int(org.VoicePhotos)
	if most == 0 {
		x.a.Body = x.a.Body.Without(form.Photo)
	}
	x.trays = photoTrays{}
	for _, q := range x.a.Body.Questions() {
		if q.Kind == form.Photo {
			x.trays[q.Key] = &photoTray{r: x.r, name: form.Field(q, ""), most: min(q.Most(), most)}
		}
	}
	return nil
}

// posted reads the form, and stores its photos while it is read. What an earlier try has stored comes back with it.
func (x *answering) posted() *Form {
	if len(x.trays) == 0 {
		return x.r.Form()
	}
	x.r.Files(func(u Upload) error {
		for _, t := range x.trays {
			if t.name == u.Field {
				return t.take(u)
			}
		}
		return nil
	})
	f := x.r.Form()
	for _, q := range x.a.Body.Questions() {
		if t := x.trays[q.Key]; t != nil {
			t.finish(f)
		}
	}
	return f
}

// into puts the photos among the answers.
func (all photoTrays) into(a form.Answers) {
	for key, t := range all {
		for _, p := range t.photos {
			a[key] = append(a[key], form.Picture{Hash: p.Hash, Thumb: p.Thumb, W: p.W, H: p.H}.String())
		}
	}
}

// photoPart is the row of tiles of a question. tray is nil in a preview.
func (r *Req) photoPart(f *Form, q form.Question, tray *photoTray) Part {
	d := f.Photos(form.Field(q, ""), "tell.photos", q.Most(), tray.have())
	if tray != nil {
		d.Most = tray.most
	}
	d.Label, d.Optional = q.In(r.Lang), true
	f.labels[d.Name] = d.Label
	d.HintText = r.T("survey.photo.private")
	if q.Hint != nil {
		d.HintText = r.T("survey.photo.hint", q.Hint.In(r.Lang), d.HintText)
	}
	return Part{Kind: "photos", Photos: d}
}

// SurveyShots are the photos that were sent as answers to one question.
type SurveyShots struct {
	Title string
	Shots []SurveyShot
}

// SurveyShot is one of them, with the press that takes it up or the voice as which it was.
type SurveyShot struct {
	Photo  Photo
	Taken  Link
	Button *Button
}

// shots shows the union office the photos, question by question, each by itself: nothing says which of them came together.
func (v *surveyView) shots(all []survey.Seen, token *Form) (out []SurveyShots) {
	r := v.r
	for _, q := range v.asked(form.Photo) {
		s := SurveyShots{Title: q.In(r.Lang)}
		for _, p := range all {
			if p.Question != q.Key {
				continue
			}
			alt := r.T("tell.photo_alt", len(s.Shots)+1)
			x := SurveyShot{Photo: Photo{Src: photoURL(p.Hash), Thumb: photoURL(p.Thumb), Alt: r.T("survey.part", s.Title, alt), W: p.W, H: p.H}}
			if p.Voice != "" {
				x.Taken = Link{Text: r.T("survey.taken_as", p.Voice), Href: r.Link("/find?q=" + p.Voice)}
			} else {
				x.Button = &Button{Text: r.T("survey.do.take"), What: alt, To: r.Link(v.path("texts")), Fields: []Hidden{{"photo", p.ID}}, Form: token}
			}
			s.Shots = append(s.Shots, x)
		}
		out = append(out, s)
	}
	return out
}

// takePhoto registers a photo as an anonymous voice without a receipt, and notes on it as which.
func (r *Req) takePhoto(v *surveyView, f *Form) error {
	photo := f.Line("photo", 1, 60)
	if err := f.Err(); err != nil {
		return err
	}
	return r.takenUp(v, f, func(tx *db.Tx, in voice.Register) error {
		p, err := survey.SeenIn(tx, r.Person, v.round.ID, photo)
		if err != nil {
			return err
		}
		q, _ := v.body.Question(p.Question)
		in.Text = r.T("survey.photo.said", v.round.Title, q.In(r.Lang))
		in.Photos = []voice.Photo{{Hash: p.Hash, Thumb: p.Thumb, W: p.W, H: p.H}}
		sent, err := in.Do(tx, r.Person)
		if err != nil {
			return err
		}
		return survey.TakePhoto{Photo: p.ID, Voice: sent.Number}.Do(tx, r.Person)
	})
}

// takenUp takes something that was answered up as an anonymous voice without a receipt, once for every press: nobody knows who has said it.
func (r *Req) takenUp(v *surveyView, f *Form, do func(tx *db.Tx, in voice.Register) error) error {
	err := r.Write(func(tx *db.Tx) error {
		_, _, err := once.Do(tx, "survey text "+r.Person.ID+" "+v.round.ID, f.Key, f.Body(), func() (string, error) {
			n := seal.NewReceipt(r.Today())
			return "", do(tx, voice.Register{Number: n.Number, Code: n.Code, Level: voice.Anonymous, Channel: voice.Survey, Keys: r.Keys, NoReceipt: true, NotCrisis: true})
		})
		return err
	}, db.Coarse)
	if err != nil {
		return err
	}
	r.Toast("survey.toast.taken")
	return r.Redirect(v.path("texts"))
}

// photoTable tells how many have answered a question with photos.
func (v *surveyView) photoTable(q form.Question) Table {
	r := v.r
	t := Table{Caption: q.In(r.Lang), Columns: []Column{{Label: r.T("survey.kind.photo")}, {Label: r.T("survey.f.answers"), Num: true}}}
	i := slices.IndexFunc(v.result.Items, func(x result.Answered) bool { return x.Question.Key == q.Key })
	if i < 0 {
		return t
	}
	n := r.T("survey.few")
	if x := v.result.Items[i]; !x.Hidden {
		n = r.Lang.Number(x.All.N)
	}
	t.Add("", Cell{Text: r.T("survey.photo.with")}, Cell{Text: n})
	return t
}
