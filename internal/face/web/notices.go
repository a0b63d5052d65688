package web

import (
	"strconv"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// Bell is the number of unread notices, on every page of staff. Template "bell".
type Bell struct {
	N    int
	Text string // "3 条新提醒"
	Sign string // what the bell shows: "3", "99+", ""
	Here bool   // the page is the list of notices
}

// NoticeRow is one notice: what somebody was told about something that is owed. Template "notices" takes a NoticeList.
type NoticeRow struct {
	ID, Title, Href string
	Number          string
	What            string // "第一次联系 · 超期"
	When            string // when it was told
	Due             string
	Rung            Tag
	New             bool
	Done            string // that it is not owed any more, or ""
}

// NoticeList is a list of notices. Rows that are new have a button that marks them as read.
type NoticeList struct {
	Rows []NoticeRow
	Form *Form  // of the buttons
	Back string // the page to which they lead back
}

// NoticesPage is everything that the reader was told.
type NoticesPage struct {
	Page
	Views []Link
	List  NoticeList
	Until string // of the button that marks all as read, "" where none is new
	Next  string
	Empty *Empty
}

var noticesPage = Define[NoticesPage]("matter/notices")

// noticesOnDesk is how many of the newest unread notices stand above the desk.
const noticesOnDesk = 3

func noticesSpec() ListSpec { return ListSpec{Tabs: []string{"all", "new"}} }

// showNotices lists what the reader was told, the newest first. Reading the list changes nothing: what is read, the reader says.
func showNotices(r *Req) error {
	list, err := r.List(noticesSpec())
	if err != nil {
		return err
	}
	page := NoticesPage{Page: Page{Title: r.T("notice.title"), Shape: Staff}, List: NoticeList{Form: r.Blank(), Back: "notices"}}
	err = r.Read(func(tx *db.Tx) error {
		told, next, err := duty.Notices(tx, r.Person, duty.NoticeFilter{Unseen: list.View == "new", After: list.After})
		if err != nil {
			r.Status(400)
			return err
		}
		page.Next = list.Next(next)
		if page.List.Rows, err = r.noticeRows(tx, told); err != nil {
			return err
		}
		if n, err := duty.Unseen(tx, r.Person.ID); err != nil {
			return err
		} else if n > 0 {
			page.Until = itoa(tx.Millis())
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range list.spec.Tabs {
		page.Views = append(page.Views, Link{Text: r.Lang.Enum("notice.view", v), Href: list.URL("view", v), Current: list.View == v})
	}
	if len(page.List.Rows) == 0 {
		page.Empty = &Empty{Kind: "nothing", Title: r.T("notice.none"), Text: r.T("notice.none_text")}
		if list.View == "new" {
			page.Empty = &Empty{Kind: "done", Title: r.T("notice.all_read"), Text: r.T("notice.all_read_text")}
		}
	}
	return noticesPage.Render(r, page)
}

// noticeRows puts notices into words. What the reader may not see has no title, only what kind of thing it is.
func (r *Req) noticeRows(tx *db.Tx, told []duty.Told) ([]NoticeRow, error) {
	items := make([]duty.Item, len(told))
	for i, n := range told {
		items[i].Duty = duty.Duty{ID: n.Duty, Kind: n.Kind, SubjectKind: n.SubjectKind, SubjectID: n.SubjectID, Due: n.Due}
	}
	b := &deskView{r: r}
	if err := b.read(tx, items); err != nil {
		return nil, err
	}
	var out []NoticeRow
	for i, n := range told {
		row := NoticeRow{ID: n.Notice, New: n.Seen.Zero(), When: r.Lang.DateTime(n.At, r.Zone), Due: r.Lang.DateTime(n.Due, r.Zone),
			What: r.Lang.Enum("duty.kind", n.Kind), Rung: r.rungTag(n.Rung)}
		var href string
		if row.Title, row.Number, href = b.about(items[i]); href != "" {
			row.Href = r.Link(href)
		}
		if !n.Open {
			row.Done = r.T("notice.done")
		}
		out = append(out, row)
	}
	return out, nil
}

// rungTag names a rung of the ladder.
func (r *Req) rungTag(rung duty.Rung) Tag {
	t := Tag{Text: r.Lang.Enum("duty.rung", rung), Tone: "bad"}
	if rung == duty.RungRemind || rung == duty.RungNear {
		t.Tone = "info"
	}
	return t
}

// seeNotices marks one notice, or all up to the moment at which the list was shown, as read.
func seeNotices(r *Req) error {
	f := r.Form()
	in := duty.SeeNotices{Notice: f.one("notice")}
	if in.Notice == "" {
		n, err := strconv.ParseInt(f.one("until"), 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "fault.parameter", "until")
		}
		in.Until = clock.Millis(n)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) }); err != nil {
		return err
	}
	r.Toast("notice.toast_read")
	if f.one("back") == "desk" {
		return r.Redirect("/desk")
	}
	return r.Redirect("/notices")
}

// bell counts the unread notices of the reader. A page does not fail because of it.
func (r *Req) bell() *Bell {
	if r.DB == nil {
		return nil
	}
	n := 0
	if err := r.Read(func(tx *db.Tx) (err error) { n, err = duty.Unseen(tx, r.Person.ID); return err }); err != nil {
		return nil
	}
	return newBell(r.Lang, n, r.Path() == "/notices")
}

func newBell(l lang.Lang, n int, here bool) *Bell {
	b := &Bell{N: n, Text: l.T("notice.bell", n), Here: here}
	switch {
	case n == 0:
		b.Text = l.T("notice.title")
	case n >= duty.UnseenMost:
		b.Sign = l.Number(duty.UnseenMost-1) + "+"
	default:
		b.Sign = l.Number(n)
	}
	return b
}
