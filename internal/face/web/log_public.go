package web

import (
	"encoding/json"
	"errors"
	"strings"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// LogCheckPage checks a proof that somebody holds against the key of this log.
type LogCheckPage struct {
	Page
	Form    *Form
	Result  *Panel
	Facts   []Fact
	Key     string // public key of the log
	Head    *event.Checkpoint
	HeadDay string
}

var logCheckPage = Define[LogCheckPage]("log/check")

// logPublic is the log as everybody may have it: the newest tree head as a signed note.
func logPublic(r *Req) error {
	var head *event.Checkpoint
	err := r.Read(func(tx *db.Tx) error {
		var err error
		head, err = event.Latest(tx)
		return err
	})
	if err != nil {
		return err
	}
	if head == nil {
		return fault.New(fault.NotFound, "log.none_yet")
	}
	return r.Text(head.Note)
}

// logKey is the public key that checkpoints and proofs are checked with.
func logKey(r *Req) error { return r.Text(r.Record.VerifierKey() + "\n") }

// logProof is the proof of the entry with a number, as people count from 1 on: commitments tell nothing of what they commit to.
func logProof(r *Req) error {
	f := r.Blank("n", r.Query("n"))
	n := f.Int("n", 1, 1<<53)
	if err := f.Err(); err != nil {
		r.Status(400)
		return err
	}
	text := ""
	err := r.Read(func(tx *db.Tx) error {
		head, err := event.Latest(tx)
		if err != nil {
			return err
		}
		if head == nil || int64(n) > head.Size {
			return fault.New(fault.NotFound, "log.none_yet")
		}
		p, err := r.Record.ProofOf(tx, int64(n-1))
		text = p.Text
		return err
	})
	if err != nil {
		return err
	}
	return r.Text(text)
}

// logCheckShow shows the form.
func logCheckShow(r *Req) error { return r.logCheckPage(r.Blank(), nil, nil) }

// logCheckTake checks what was pasted into it.
func logCheckTake(r *Req) error {
	f := r.Form()
	proof, opening := f.Text("proof", 1, 8000), f.Text("opening", 0, 8000)
	if f.Take(f.Err()) {
		return r.logCheckPage(f, nil, nil)
	}
	return r.logResult(f, proof, opening)
}

// logChecked shows the page with a proof that was just made.
func (r *Req) logChecked(proof, opening string) error {
	f := r.Blank("proof", proof, "opening", opening)
	if proof == "" {
		return r.logCheckPage(f, &Panel{Tone: "info", Title: r.T("log.soon"), Text: r.T("log.soon_text")}, nil)
	}
	return r.logResult(f, proof, opening)
}

func (r *Req) logResult(f *Form, proof, opening string) error {
	// line ends and the last one are lost on the way through a form
	got, err := event.CheckProof(strings.TrimRight(proof, "\n")+"\n", r.Record.VerifierKey())
	if err != nil {
		return r.logCheckPage(f, &Panel{Tone: "bad", Title: r.T("log.wrong"), Text: r.T("log.wrong_text")}, nil)
	}
	facts := []Fact{{Label: r.T("log.entry"), Value: r.T("log.entry_of", r.Lang.Number(got.Index+1), r.Lang.Number(got.Size))},
		{Label: r.T("log.origin"), Value: got.Origin}}
	if opening != "" {
		more, err := r.opened(opening, got.Commitment)
		if err != nil {
			return r.logCheckPage(f, &Panel{Tone: "bad", Title: r.T("log.other"), Text: r.T("log.other_text")}, facts)
		}
		facts = append(facts, more...)
	}
	return r.logCheckPage(f, &Panel{Tone: "good", Title: r.T("log.right"), Text: r.T("log.right_text")}, facts)
}

// opened is what the entry says, where its holder has what opens it.
func (r *Req) opened(opening string, c [32]byte) ([]Fact, error) {
	record, err := event.CheckOpening(opening, c)
	if err != nil {
		return nil, err
	}
	var rec struct {
		Data struct {
			Number string    `json:"number"`
			Level  string    `json:"level"`
			Day    clock.Day `json:"day"`
			Words  string    `json:"words"`
		} `json:"data"`
	}
	if err := json.Unmarshal(record, &rec); err != nil {
		return nil, errors.Join(fault.New(fault.Invalid, "log.other"), err)
	}
	facts := []Fact{}
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, Fact{Label: r.T(key), Value: value})
		}
	}
	add("web.receipt_number", rec.Data.Number)
	add("log.day", r.Lang.Date(rec.Data.Day, r.Zone))
	add("tell.who", r.name("voice.level.", rec.Data.Level))
	add("log.words", rec.Data.Words)
	return facts, nil
}

func (r *Req) logCheckPage(f *Form, result *Panel, facts []Fact) error {
	p := LogCheckPage{Page: Page{Title: r.T("log.title")}, Form: f, Result: result, Facts: facts, Key: r.Record.VerifierKey()}
	err := r.Read(func(tx *db.Tx) error {
		var err error
		p.Head, err = event.Latest(tx)
		return err
	})
	if err != nil {
		return err
	}
	if p.Head != nil {
		p.HeadDay = r.Lang.Date(p.Head.At, r.Zone)
	}
	return logCheckPage.Render(r, p)
}
