package web

import (
	"cmp"
	"slices"

	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/cluster"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/voice"
)

// showSurveyTexts shows the union office what was answered in words, what speaks of the same together; a post takes a sentence up as a voice.
func showSurveyTexts(r *Req) error {
	v, err := r.viewSurvey()
	if err != nil {
		return err
	}
	if r.Posted() {
		return r.takeText(v)
	}
	p := v.page()
	p.Title, p.Lede = r.T("survey.texts_of", v.round.Title), r.T("survey.texts_lede")
	asked := v.asked(form.Text)
	if len(asked)+len(v.asked(form.Photo)) == 0 { // nothing leads here then
		p.Panels = append(p.Panels, Panel{Tone: "info", Text: r.T("survey.texts_not_asked")})
	}
	if v.round.State == survey.Closed && v.result.Nothing() {
		p.Panels = append(p.Panels, Panel{Tone: "warn", Text: r.T("survey.too_few")})
		return surveyResult.Render(r, p)
	}
	var said []survey.Said
	var seen []survey.Seen
	err = r.Read(func(tx *db.Tx) (err error) {
		if said, err = survey.Texts(tx, r.Person, v.round.ID); err != nil {
			return err
		}
		seen, err = survey.Photos(tx, r.Person, v.round.ID)
		return err
	})
	if err != nil {
		return err
	}
	token := r.Blank()
	p.Shots = v.shots(seen, token)
	for _, q := range asked {
		var of []survey.Said
		for _, s := range said {
			if s.Question == q.Key {
				of = append(of, s)
			}
		}
		groups := alikeTexts(of)
		head := q.In(r.Lang)
		for n, g := range groups {
			switch {
			case len(g) > 1:
				head = r.T("survey.texts_alike", q.In(r.Lang), len(g))
			case n > 0:
				head = r.T("survey.texts_else", q.In(r.Lang))
			}
			t := Table{Caption: head, Columns: []Column{{Label: r.T("survey.f.text")}, {Label: r.T("survey.f.do")}}, Form: token}
			if len(g) == 1 { // and all that speak of something of their own
				for _, one := range groups[n:] {
					v.textRow(&t, one[0], 1)
				}
				p.Tables = append(p.Tables, t)
				break
			}
			for len(g) > 0 {
				first := g[0]
				v.textRow(&t, first, sameWords(&g))
			}
			p.Tables = append(p.Tables, t)
		}
		if len(groups) == 0 {
			p.Tables = append(p.Tables, Table{Caption: head, Columns: []Column{{Label: r.T("survey.f.text")}}, Empty: Empty{Kind: "nothing", Title: r.T("survey.texts_none")}})
		}
	}
	return surveyResult.Render(r, p)
}

// sameWords takes the first sentence out of a list, with all that say it in the very same words, and counts them. One that has been taken up stands for
// the others.
func sameWords(list *[]survey.Said) (n int) {
	first := (*list)[0]
	*list = slices.DeleteFunc(*list, func(s survey.Said) bool {
		if s.Text != first.Text {
			return false
		}
		n++
		return true
	})
	return n
}

// textRow is a sentence that n people wrote, with the press that takes it up, or the voice as which it was.
func (v *surveyView) textRow(t *Table, s survey.Said, n int) {
	r := v.r
	text := Cell{Text: s.Text}
	if n > 1 {
		text.Sub = r.T("survey.texts_same", n)
	}
	if s.Voice != "" {
		t.Add("", text, Cell{Text: r.T("survey.taken_as", s.Voice), Href: r.Link("/find?q=" + s.Voice)})
		return
	}
	t.Add("", text, Cell{Button: &Button{Text: r.T("survey.do.take"), To: r.Link(v.path("texts")), Fields: []Hidden{{"text", s.ID}}}})
}

// alikeTexts groups sentences that speak of the same, the largest group first; those that stand alone come last, in their order. The order of what
// goes in is that of random numbers, and the same sentences give the same groups.
func alikeTexts(said []survey.Said) [][]survey.Said {
	g := cluster.New()
	for _, s := range said {
		g.Add(s.Text, 0)
	}
	g.Settle()
	var out [][]survey.Said
	for n := range said {
		group := g.Of(uint32(n))
		texts := g.Texts(group)
		if len(texts) == 0 || texts[0] != uint32(n) {
			continue
		}
		var of []survey.Said
		for _, t := range texts {
			of = append(of, said[t])
		}
		slices.SortStableFunc(of, func(a, b survey.Said) int { return cmp.Compare(b.Voice, a.Voice) }) // what has been taken up first
		out = append(out, of)
	}
	slices.SortStableFunc(out, func(a, b []survey.Said) int { return cmp.Compare(len(b), len(a)) })
	return out
}

// takeText registers a sentence as an anonymous voice without a receipt, and notes on it as which: nobody knows who has written it. A photo is taken
// up in the same way.
func (r *Req) takeText(v *surveyView) error {
	f := r.Form()
	if f.one("photo") != "" {
		return r.takePhoto(v, f)
	}
	text := f.Line("text", 1, 60)
	if err := f.Err(); err != nil {
		return err
	}
	return r.takenUp(v, f, func(tx *db.Tx, in voice.Register) error {
		s, err := survey.SaidIn(tx, r.Person, v.round.ID, text)
		if err != nil {
			return err
		}
		in.Text = s.Text
		sent, err := in.Do(tx, r.Person)
		if err != nil {
			return err
		}
		return survey.TakeUp{Text: s.ID, Voice: sent.Number}.Do(tx, r.Person)
	})
}
