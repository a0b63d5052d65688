package web

import (
	"strings"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vwords "sanwen/internal/work/voice/words"
)

// SplitForm takes a voice apart: its words, to be marked, and the parts that become of it.
type SplitForm struct {
	Group  Field  // for the faults of all parts together
	Whole  string // the words to be marked
	Closed bool   // the original has to be opened first
	Parts  []SplitPart
	More   bool // one more part can be added
}

// SplitPart is one part with its own topic and place.
type SplitPart struct {
	N        int
	Text     Field
	From, To Choice // sentences, for whoever does not mark
	Topic    TopicChoice
	Place    Choice
}

// partField is the name of a field of the part of that number, from 0.
func partField(n int, name string) string { return "parts." + count(n) + "." + name }

// splitForm shows the parts that are there, at first those that the sentences suggest, with the topics that their words suggest and the
// place of the whole.
func (r *Req) splitForm(tx *db.Tx, s seen, f *Form, opened *Original, places []Option) (*SplitForm, error) {
	out := &SplitForm{Group: f.Field("parts", "triage.parts"), Whole: s.Text}
	if opened != nil {
		out.Whole = opened.Text
	} else if v, err := core.ByID(tx, s.Voice.ID); err != nil {
		return nil, err
	} else if v.Text != s.Text { // something is covered, or was worded anew
		out.Closed = true
		return out, nil
	}
	sentences := vwords.Sentences(out.Whole)
	n := f.parts()
	if n == 0 {
		for i, text := range vwords.Pieces(out.Whole, core.MaxParts) {
			f.Set(partField(i, "text"), text)
			n++
		}
	}
	f.fillParts(sentences, f.Value("act") == "pick")
	if f.Value("act") == "part" {
		n++
	}
	n = min(max(n, 2), core.MaxParts)
	for i := range n {
		p := SplitPart{N: i + 1}
		p.Text = f.Field(partField(i, "text"), "triage.part_text").Area(2).Broad()
		if i > 1 {
			p.Text = p.Text.May()
		}
		var lines []Option
		for k, t := range sentences {
			lines = append(lines, Option{Value: count(k + 1), Text: count(k+1) + " " + vwords.Excerpt(t, 16)})
		}
		p.From, p.To = f.Choose(partField(i, "from"), "triage.part_from", lines).May(), f.Choose(partField(i, "to"), "triage.part_to", lines).May()
		text := f.Value(partField(i, "text"))
		if topics := s.names.topics.Suggest(text, 1); !f.has(partField(i, "category")) && strings.TrimSpace(text) != "" && len(topics) > 0 {
			f.Set(partField(i, "category"), topics[0].Code)
		}
		if !f.has(partField(i, "place")) {
			f.Set(partField(i, "place"), s.Voice.Place)
		}
		p.Topic = r.topicsFor(s, f, partField(i, "category"), text, nil)
		p.Topic.Optional = true
		p.Place = f.Choose(partField(i, "place"), "inbox.place", places).May()
		out.Parts = append(out.Parts, p)
	}
	out.More = n < core.MaxParts
	return out, nil
}

// parts is how many parts the form holds.
func (f *Form) parts() int {
	n := 0
	for n < core.MaxParts && f.has(partField(n, "text")) {
		n++
	}
	return n
}

// fillParts takes the words of a part from the sentences that were chosen for it: those that have no words yet, or all.
func (f *Form) fillParts(sentences []string, all bool) {
	for i := range f.parts() {
		from, to := number(f.Value(partField(i, "from"))), number(f.Value(partField(i, "to")))
		if to == 0 {
			to = from
		}
		if from < 1 || to < from || to > len(sentences) || !all && strings.TrimSpace(f.Value(partField(i, "text"))) != "" {
			continue
		}
		f.Set(partField(i, "text"), strings.Join(sentences[from-1:to], ""))
	}
}

// splitParts are the parts that the form describes; those without words are none.
func (f *Form) splitParts(whole string) (out []voice.Part, at []int) {
	f.fillParts(vwords.Sentences(whole), false)
	for i := range f.parts() {
		text := f.Text(partField(i, "text"), 0, 2*core.MaxReply)
		if strings.TrimSpace(text) == "" {
			continue
		}
		out = append(out, voice.Part{Text: text, Category: f.one(partField(i, "category")), Place: f.one(partField(i, "place"))})
		at = append(at, i)
	}
	return out, at
}

// partFaults brings the faults of parts to the fields of the form, where parts without words stand between them.
func partFaults(err error, at []int) error {
	for _, e := range fault.Fields(err) {
		rest, ok := strings.CutPrefix(e.Field, "parts.")
		n, name, has := strings.Cut(rest, ".")
		if i := number(n); ok && has && i < len(at) {
			e.Field = partField(at[i], name)
		}
	}
	return err
}

// number reads a small number; 0 where it is none.
func number(s string) int {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' || n > 1000 {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}
