package survey

import (
	"crypto/sha256"
	"encoding/hex"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/survey/form"
)

// Begin begins a questionnaire as a draft, from a template of the product or as a copy of another one. It fills ID.
type Begin struct {
	ID       string `json:"id,omitempty"`
	Template string `json:"template,omitempty"`
	From     string `json:"from,omitempty"` // another questionnaire
}

// Do begins. Errors: access, Invalid for a template that there is not.
func (in *Begin) Do(tx *db.Tx, who access.Person) error {
	t, err := thing(tx, FormKind, "")
	if err != nil {
		return err
	}
	if err := who.May(tx, access.SurveyForm, t); err != nil {
		return err
	}
	f := Form{ID: id.V7(tx.Now), Version: 1, Template: in.Template, ChangedAt: tx.Millis(), ChangedBy: who.ID}
	if in.From != "" {
		old, err := findForm(tx, in.From, "")
		if err != nil {
			return err
		}
		f.Template, f.TitleZh, f.TitleEn, f.Draft = old.Template, old.TitleZh, old.TitleEn, old.Draft
	} else {
		b, ok := form.Template(in.Template)
		if !ok {
			return fault.Field("template", "fault.choice")
		}
		if f.Draft, err = b.JSON(); err != nil {
			return err
		}
		f.TitleZh, f.TitleEn = b.Title.Zh, b.Title.En
	}
	in.ID = f.ID
	if err := insertForm(tx, f); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "survey_form.begun", Subject: f.Ref(), Data: in})
}

// Publish makes of the draft a version that can be asked and never changes. It fills V.
type Publish struct {
	Form    string `json:"form"`
	Version int64  `json:"version"`
	V       int64  `json:"v,omitempty"`
}

// Do publishes. Errors: access, Invalid for a draft that is not sound, Conflict where nothing has changed since the last version.
func (in *Publish) Do(tx *db.Tx, who access.Person) error {
	f, err := openForm(tx, who, in.Form, in.Version)
	if err != nil {
		return err
	}
	b, err := form.Parse(f.Draft)
	if err != nil {
		return err
	}
	if err := b.Check(); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(f.Draft))
	v := Version{Form: f.ID, V: f.Published + 1, Body: f.Draft, Digest: hex.EncodeToString(sum[:]), MadeAt: tx.Millis(), MadeBy: who.ID}
	if f.Published > 0 {
		last, err := VersionOf(tx, f.ID, f.Published)
		if err != nil {
			return err
		}
		if last.Digest == v.Digest {
			return fault.New(fault.Conflict, "survey.form.unchanged", f.Published)
		}
	}
	if err := insertVersion(tx, v); err != nil {
		return err
	}
	f.Published, f.ChangedAt, f.ChangedBy = v.V, tx.Millis(), who.ID
	if err := updateForm(tx, &f); err != nil {
		return err
	}
	in.V = v.V
	return event.Record(tx, who, event.Fact{Kind: "survey_form.published", Subject: f.Ref(), Data: struct {
		Digest string `json:"digest"`
		V      int64  `json:"v"`
	}{v.Digest, v.V}})
}

// openForm finds a questionnaire for somebody who may write it.
func openForm(tx *db.Tx, who access.Person, key string, version int64) (Form, error) {
	t, err := thing(tx, FormKind, key)
	if err != nil {
		return Form{}, err
	}
	if err := who.May(tx, access.SurveyForm, t); err != nil {
		return Form{}, err
	}
	f, err := findForm(tx, key, tx.ForUpdate())
	if err == nil && version != 0 && version != f.Version {
		err = fault.New(fault.Conflict, "survey.stale")
	}
	return f, err
}

// Write replaces the draft of a questionnaire. Published versions stay as they are.
type Write struct {
	Form    string    `json:"form"`
	Version int64     `json:"version"`
	Body    form.Body `json:"body"`
}

// Do writes. Errors: access, Invalid for what is not sound, at "q.<key>"; Conflict where somebody else has written meanwhile.
func (in Write) Do(tx *db.Tx, who access.Person) error {
	f, err := openForm(tx, who, in.Form, in.Version)
	if err != nil {
		return err
	}
	if err := in.Body.Check(); err != nil {
		return err
	}
	if f.Draft, err = in.Body.JSON(); err != nil {
		return err
	}
	f.TitleZh, f.TitleEn, f.ChangedAt, f.ChangedBy = in.Body.Title.Zh, in.Body.Title.En, tx.Millis(), who.ID
	if err := updateForm(tx, &f); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(f.Draft))
	return event.Record(tx, who, event.Fact{Kind: "survey_form.written", Subject: f.Ref(), Data: struct {
		Digest string `json:"digest"`
	}{hex.EncodeToString(sum[:])}})
}
