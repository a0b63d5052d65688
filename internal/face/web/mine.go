package web

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	voices "sanwen/internal/work/voice/show"
)

// MinePage lists what an account has said in its own name, and what it is asked about. Confidential voices are not here: nothing
// leads from a person to them.
type MinePage struct {
	Page
	Asked []Card // whether it is so
	Polls []Card // ballots and surveys
	Said  []Card
	None  *Empty
}

var minePage = Define[MinePage]("follow/mine")

const mineMost = 200

// saidTitle is how a voice is called in the list of its submitter. One that joined a matter with a tap has no words.
func (r *Req) saidTitle(tx *db.Tx, v voices.Mine) (string, error) {
	if title := excerpt(v.Text, 40); title != "" {
		return title, nil
	}
	title := r.Lang.Enum("voice.channel", v.Channel)
	if v.Matter == "" {
		return title, nil
	}
	m, err := matter.Find(tx, v.Matter)
	return title + " · " + m.Shown(), err
}

// mine shows the list.
func mine(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	p := MinePage{Page: Page{Title: r.T("follow.mine")}}
	err := r.Read(func(tx *db.Tx) error {
		asked, err := accept.Mine(tx, r.Person)
		if err != nil {
			return err
		}
		for _, i := range asked {
			m, err := matter.Find(tx, i.Matter)
			if err != nil {
				return err
			}
			href := r.Link("/rate/" + i.ID)
			p.Asked = append(p.Asked, Card{Title: m.Shown(), Href: href, Lines: []string{r.T(i.Word())}, Action: &Link{Text: r.T("follow.do.rate"), Href: href, Tone: "primary"}})
		}
		ballots, err := r.ballotCards(tx)
		if err != nil {
			return err
		}
		p.Polls = append(p.Polls, ballots...)
		surveys, err := r.surveyCards(tx)
		if err != nil {
			return err
		}
		p.Polls = append(p.Polls, surveys...)
		proposals, err := r.proposalCards(tx)
		if err != nil {
			return err
		}
		p.Asked = append(p.Asked, proposals...)
		said, err := voices.MyVoices(tx, r.Person, mineMost)
		if err != nil {
			return err
		}
		for _, v := range said {
			lines := []string{r.T("follow.line", v.Number, r.Lang.Date(v.RegisteredAt, r.Zone))}
			title, err := r.saidTitle(tx, v)
			if err != nil {
				return err
			}
			p.Said = append(p.Said, Card{Title: title, Href: r.Link("/mine/" + v.Number), Lines: lines,
				Tags: []Tag{{Text: r.T("voice.state." + v.State), Tone: tones[v.State]}}})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(p.Said)+len(p.Asked)+len(p.Polls) == 0 {
		p.None = &Empty{Kind: "nothing", Title: r.T("follow.mine_none"), Text: r.T("follow.mine_none_text"), Action: &Link{Text: r.T("web.nav_tell"), Href: r.Link("/tell")}}
	}
	return minePage.Render(r, p)
}

// mineThread shows the thread of a voice in one's own name; it is the same page as with a receipt.
func mineThread(r *Req) error {
	t, err := r.mineOf()
	if err != nil {
		return err
	}
	return t.show(r.Blank())
}

// mineDo is everything that one does there.
func mineDo(r *Req) error {
	var fresh []photo
	r.photosInto(&fresh, 20)
	f := r.Form()
	t, err := r.mineOf()
	if err != nil {
		return err
	}
	t.part = f.Value("part")
	return t.do(r.Param("do"), f, fresh)
}

// mineOf finds an own voice by its number.
func (r *Req) mineOf() (*following, error) {
	number := r.Param("number")
	t := &following{r: r, who: r.Person, base: "/mine/" + number}
	err := r.Read(func(tx *db.Tx) error {
		said, err := voices.MyVoices(tx, r.Person, mineMost)
		for _, v := range said {
			if v.Number == number {
				t.id = v.ID
			}
		}
		return err
	})
	if err == nil && t.id == "" {
		err = fault.New(fault.NotFound, "voice.unknown")
	}
	return t, err
}

// unitName is the name of a unit in the reader's language.
func (r *Req) unitName(code string) (string, error) {
	name := ""
	err := r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil || code == "" {
			return err
		}
		name = tree.Name(code, r.Lang)
		return nil
	})
	return name, err
}

func excerpt(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
