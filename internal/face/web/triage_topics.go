package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/topics"
)

// TopicChoice is the choice of a topic in two levels, with those that the words suggest in front.
type TopicChoice struct {
	Field
	Suggested []Option
	Groups    []TopicGroup
}

// TopicGroup is a topic of the first level with those below it.
type TopicGroup struct {
	Name    string
	Options []Option
}

// topicChoice lists the topics by their first level, in front those that earlier decisions and the words suggest, with the reason.
func (r *Req) topicChoice(tx *db.Tx, s seen, f *Form) (TopicChoice, error) {
	var likely []topics.Proposal
	if v := s.Voice; r.Site.Topics != nil && v.Restricted == "" && v.Alarm == "" && s.Hint.Restricted == "" { // rules read the original words
		var err error
		if likely, err = r.Site.Topics.Propose(tx, s.names.topics, s.Text); err != nil {
			return TopicChoice{}, err
		}
	}
	return r.topicsFor(s, f, "category", s.Text, likely), nil
}

// topicsFor is topicChoice for a field of that name, with the topics that some words suggest behind those that are likely.
func (r *Req) topicsFor(s seen, f *Form, name, said string, likely []topics.Proposal) TopicChoice {
	t := TopicChoice{Field: f.Field(name, "inbox.topic")}
	held := f.Value(name)
	option := func(c org.Category) Option {
		o := Option{Value: c.Code, Text: c.Code + " " + c.Name(r.Lang), On: c.Code == held}
		if c.Restricted != "" && c.Restricted != s.Voice.Restricted {
			o.Note = r.T("triage.topic_restricted")
		}
		return o
	}
	at := map[string]int{}
	below := map[string]bool{}
	for _, c := range s.names.topics.Categories() {
		below[c.Parent] = true
	}
	for _, c := range s.names.topics.Categories() {
		if !c.Active {
			continue
		}
		if c.Parent == "" {
			at[c.Code] = len(t.Groups)
			o := option(c)
			if below[c.Code] {
				o.Note = orText(o.Note, r.T("triage.topic_whole"))
			}
			t.Groups = append(t.Groups, TopicGroup{Name: c.Code + " " + c.Name(r.Lang), Options: []Option{o}})
			continue
		}
		if g, ok := at[c.Parent]; ok {
			t.Groups[g].Options = append(t.Groups[g].Options, option(c))
		}
	}
	suggest := func(c org.Category, why string) {
		o := option(c)
		o.Text, o.On = c.Code+" "+s.names.topic(c.Code), false
		if why != "" {
			o.Note = orText(o.Note, why)
		}
		t.Suggested = append(t.Suggested, o)
	}
	var lines []string
	for _, p := range likely {
		c, ok := s.names.topics.Category(p.Category)
		if !ok {
			continue
		}
		why := r.T("triage.topic_why", r.Lang.List(p.Words))
		if p.Chance > 0 {
			why = r.T("triage.topic_chance", int(p.Chance*100+0.5), r.Lang.List(p.Words))
		}
		suggest(c, why)
		lines = append(lines, r.T("triage.topic_likely", s.names.topic(c.Code), why))
	}
	if len(lines) > 0 {
		t.Field = t.Field.Hint("triage.topic_proposed", strings.Join(lines, r.T("triage.topic_or")))
	}
	for _, c := range s.names.topics.Suggest(said, 3) {
		if len(t.Suggested) < 3 && !slices.ContainsFunc(t.Suggested, func(o Option) bool { return o.Value == c.Code }) {
			suggest(c, "")
		}
	}
	return t
}
