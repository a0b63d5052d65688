package web

import (
	"net/url"
	"strconv"

	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish"
	"sanwen/internal/reading/publish/listen"
)

// listenRows is how many voices a page of the list has.
const listenRows = 50

// listenVoices are the voices behind "heard" and "answered" of the report. It has as many rows as the number says: what is read by an officer alone
// is a row that tells nothing.
func listenVoices(r *Req) error {
	page := AdminListPage{Page: Page{Shape: Staff}}
	t := Table{Caption: r.T("listen.voices"), Keys: true, Columns: []Column{{Label: r.T("inbox.what")}, {Label: r.T("inbox.place")}, {Label: r.T("inbox.state")}},
		Empty: Empty{Kind: "nothing", Title: r.T("listen.voices_none")}}
	name := "heard"
	v, err := r.listenTo([]Filter{{Name: "count", Label: "board.count", Values: []string{"heard", "answered"}, Prefix: "listen.row."}}, func(tx *db.Tx, v *listenView) error {
		if v.list.Get("count") == "answered" {
			name = "answered"
		}
		skip, _ := strconv.Atoi(v.list.After)
		skip = max(0, skip)
		rows, many, err := listen.Voices(tx, r.Person, v.x.Period, name == "answered", skip, listenRows)
		if err != nil {
			return err
		}
		page.Title, t.Total, t.First = r.T("listen.voices."+name, many, r.periodName(v.x.Period)), r.Lang.Number(many), v.list.First()
		if skip+len(rows) < many {
			t.Next = v.list.Next(strconv.Itoa(skip + listenRows))
		}
		for _, x := range rows {
			if x.Closed {
				page.Panels = []Panel{{Tone: "info", Text: r.T("listen.closed_note")}}
				t.Add("", Cell{Text: r.T("listen.closed")}, Cell{Text: "—"}, Cell{Text: "—"})
				continue
			}
			place, err := v.names.placeOf(x.Row)
			if err != nil {
				return err
			}
			head := shortText(x.Head(), 60)
			if head == "" {
				head = r.T("inbox.no_words")
			}
			t.Add(r.Link("/voice/"+x.ID), Cell{Text: head, Sub: x.Number + " · " + r.T("voice.kind."+string(x.Kind)), Tags: r.voiceTags(x.Row)},
				Cell{Text: orDash(place), Sub: v.names.topic(x.Category)}, Cell{Text: r.T("voice.state." + x.State)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.Back, page.Lede, page.Tables = v.path(""), r.T("board.means."+name), []Table{t}
	return adminList.Render(r, page)
}

// voicesOf leads to the voices that a number of a period counts.
func (v *listenView) voicesOf(key string, p publish.Period) string {
	return v.r.Link("/listening/voices?count=" + key + "&period=" + url.QueryEscape(p.Key))
}
