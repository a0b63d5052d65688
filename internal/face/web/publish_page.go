package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish/news"
	voices "sanwen/internal/work/voice/show"
)

// PublishPage is a paper for those who work at it: as it would be shown, with what has been shown and who objects.
type PublishPage struct {
	Page
	Number  string
	Tags    []Tag
	Actions []Link
	Panels  []Panel
	Doc     NewsDoc
	Units   []Table // of a circular
	Facts   []Fact
	Copies  []Fact
	Objects Table
}

var publishPage = Define[PublishPage]("publish/page")

// publishView is a paper with what its pages need beside it.
type publishView struct {
	r            *Req
	x            news.News
	content      news.Content
	copies       []news.Copy
	all, waiting int64
	voices       map[string]voices.Head
	order        []string
}

func (r *Req) viewPublish() (*publishView, error) {
	v := &publishView{r: r}
	err := r.Read(func(tx *db.Tx) (err error) {
		if v.x, err = news.See(tx, r.Person, r.Param("news")); err != nil {
			return err
		}
		if v.copies, err = news.All(tx, v.x.ID); err != nil {
			return err
		}
		if v.all, v.waiting, err = news.Objections(tx, v.x.ID); err != nil {
			return err
		}
		if v.office() {
			if v.order, err = news.ObjectionIDs(tx, v.x.ID); err != nil {
				return err
			}
			if v.voices, err = voices.Heads(tx, r.Person, v.order); err != nil {
				return err
			}
		}
		if v.up() {
			v.content = v.copies[0].Content()
			return nil
		}
		v.content, err = news.Preview(tx, v.x)
		return err
	})
	return v, err
}

// up reports whether what the page shows is what was shown, not what would be.
func (v *publishView) up() bool {
	s := v.x.State
	return len(v.copies) > 0 && s != news.Draft && s != news.Review
}

func (v *publishView) path(do string) string {
	p := "/publish/" + v.x.ID
	if do != "" {
		p += "/" + do
	}
	return p
}

// office reports whether the reader works at papers.
func (v *publishView) office() bool {
	return v.r.Person.Can(access.NewsWrite, v.x.Thing()) || v.r.Person.Can(access.NewsCheck, v.x.Thing())
}

// showPublish shows the page of a paper.
func showPublish(r *Req) error {
	v, err := r.viewPublish()
	if err != nil {
		return err
	}
	x := v.x
	page := PublishPage{Page: Page{Title: r.T("publish.of", x.Title), Shape: Staff, Back: "/publish"}, Number: x.Number, Doc: r.newsDoc(v.content), Actions: v.actions(), Panels: v.panels(),
		Tags: []Tag{r.newsTag(x), {Text: r.newsKind(x)}}}
	page.Units = r.newsTables(page.Doc)
	for _, c := range v.copies {
		f := r.newsCopyFact(c)
		if !c.Public || c.From > r.Today() { // nobody can open it yet, or from outside
			f.Href = ""
		}
		page.Copies = append(page.Copies, f)
	}
	if x.Kind.Period() && v.office() && x.Copies > 0 {
		page.Facts = append(page.Facts, Fact{Label: r.T("news.objections"), Value: r.T("news.objections_of", v.all, v.waiting)})
		page.Objects = v.objections()
	}
	return publishPage.Render(r, page)
}

// objections lists the voices that object, as far as the reader may see them.
func (v *publishView) objections() Table {
	r := v.r
	t := Table{Caption: r.T("news.objections"), Columns: []Column{{Label: r.T("news.f.voice")}, {Label: r.T("news.f.state")}}, Empty: Empty{Kind: "nothing", Title: r.T("news.objections_none")}}
	for _, id := range v.order {
		h, ok := v.voices[id]
		if !ok {
			continue
		}
		title := h.Title
		if title == "" {
			title = r.T("news.untitled")
		}
		t.Add(r.Link("/voice/"+id), Cell{Text: title, Sub: h.Number}, Cell{Text: r.Lang.Enum("voice.state", h.State)})
	}
	return t
}

func (v *publishView) panels() (out []Panel) {
	r, x := v.r, v.x
	switch x.State {
	case news.Draft:
		if x.Note != "" {
			out = append(out, Panel{Tone: "warn", Title: r.T("publish.is_returned"), Text: x.Note})
		}
		out = append(out, Panel{Tone: "info", Text: r.T("publish.preview")})
	case news.Review:
		out = append(out, Panel{Tone: "info", Text: r.T("publish.waits")})
	case news.Withdrawn:
		out = append(out, Panel{Tone: "bad", Title: r.T("publish.is_withdrawn"), Text: x.Note})
	case news.Ended:
		out = append(out, Panel{Tone: "good", Title: r.T("publish.is_ended"), Text: x.Note})
	case news.Shown:
		if x.From > r.Today() {
			out = append(out, Panel{Tone: "info", Text: r.T("publish.not_yet", x.From)})
		}
	case news.Settling:
		if v.waiting > 0 && v.office() {
			out = append(out, Panel{Tone: "warn", Text: r.T("news.objections_wait", v.waiting)})
		}
	}
	return out
}

// actions are the buttons, from the table of the life cycle.
func (v *publishView) actions() (out []Link) {
	r := v.r
	for _, ev := range news.EventsFor(r.Person, v.x) {
		switch ev {
		case news.EventEdit:
			out = append(out, Link{Text: r.T("publish.do.edit"), Href: r.Link(v.path("edit")), Tone: "primary"})
		case news.EventShow:
			out = append(out, Link{Text: r.T("publish.do.check"), Href: r.Link(v.path("check")), Tone: "primary"})
		case news.EventEnd:
			out = append(out, Link{Text: r.T("publish.do.end"), Href: r.Link(v.path("end")), Tone: "primary"})
		case news.EventWithdraw:
			out = append(out, Link{Text: r.T("publish.do.withdraw"), Href: r.Link(v.path("withdraw"))})
		case news.EventRework:
			out = append(out, Link{Text: r.T("publish.do.rework"), Href: r.Link(v.path("rework"))})
		case news.EventDrop:
			out = append(out, Link{Text: r.T("publish.do.drop"), Href: r.Link(v.path("drop"))})
		}
	}
	return append(out, Link{Text: r.T("publish.do.paper"), Href: r.Link(v.path("paper")), Icon: "print"})
}
