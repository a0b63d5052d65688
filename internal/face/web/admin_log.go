package web

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// logAreas are what the names of events begin with, for the filter of the log.
var logAreas = []string{"voice", "assignment", "matter", "accept", "duty", "org", "login", "report"}

func adminLog(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"when", "what", "subject", "change", "who"}, Filters: []Filter{{Name: "what", Label: "admin.f.what", Values: logAreas, Prefix: "admin.log_area."},
		{Name: "from", Label: "admin.f.from"}, {Name: "to", Label: "admin.f.to"}, {Name: "kind", Label: "admin.f.subject_kind"}, {Name: "id", Label: "admin.f.subject_id"}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.log"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.log_lede"),
		Actions: []Link{{Text: r.T("admin.verify"), Href: r.Link("/admin/log/verify"), Tone: "primary"}, {Text: r.T("admin.checkpoints"), Href: r.Link("/admin/log/checkpoints")}}}
	wanted := event.Wanted{}
	if a := list.Get("what"); a != "" {
		wanted.Area = a + "."
	}
	for name, to := range map[string]*clock.Millis{"from": &wanted.From, "to": &wanted.To} {
		day := clock.Day(list.Get(name))
		if day == "" {
			continue
		}
		if !day.Valid() {
			r.Status(400)
			return fault.New(fault.Invalid, "ledger.bad_value", name, short(string(day)))
		}
		if name == "to" {
			day = day.Add(1)
		}
		*to = clock.MillisOf(day.Time(r.Zone))
	}
	f := r.Blank("what", list.Get("what"), "from", list.Get("from"), "to", list.Get("to"), "kind", list.Get("kind"), "id", list.Get("id"))
	page.Filters = []Part{selectPart(f.Choose("what", "admin.f.what", options(r.Lang, "admin.log_area", logAreas)).Any()), fieldPart(f.Field("from", "admin.f.from").As("date").May()),
		fieldPart(f.Field("to", "admin.f.to").As("date").May()), fieldPart(f.Field("kind", "admin.f.subject_kind").May()), fieldPart(f.Field("id", "admin.f.subject_id").May())}
	t := list.Table(r.T("admin.entries"), list.Column(r.T("admin.f.number"), "").AsNum(), list.Column(r.T("admin.f.when"), ""), list.Column(r.T("admin.f.what"), ""),
		list.Column(r.T("admin.f.subject"), ""), list.Column(r.T("admin.f.change"), "").AsMinor(), list.Column(r.T("admin.f.who"), ""))
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.LogSee); err != nil {
			return err
		}
		if page.Facts, err = r.logFacts(tx); err != nil {
			return err
		}
		before, _ := strconv.ParseInt(list.After, 10, 64)
		var entries []event.Entry
		if k, id := list.Get("kind"), list.Get("id"); k != "" && id != "" {
			entries, err = event.Timeline(tx, event.Ref{Kind: k, ID: id}, peoplePage+1, before)
		} else {
			entries, err = event.Find(tx, wanted, peoplePage+1, before)
		}
		if err != nil {
			return err
		}
		if len(entries) > peoplePage {
			entries = entries[:peoplePage]
			t.Next = list.Next(strconv.FormatInt(entries[peoplePage-1].Ins, 10))
		}
		for _, e := range entries {
			who, err := r.actorName(tx, e)
			if err != nil {
				return err
			}
			number, href := r.T("admin.unnumbered"), ""
			if e.Seq >= 0 {
				number, href = r.Lang.Number(int(e.Seq+1)), r.Link("/admin/log/"+strconv.FormatInt(e.Seq+1, 10))
			}
			t.Add(href, Cell{Text: number}, Cell{Text: r.Lang.DateTime(e.At, r.Zone)}, Cell{Text: r.eventName(e.Kind), Sub: e.Kind}, Cell{Text: e.Subject.Kind, Sub: e.Subject.ID},
				Cell{Text: change(e)}, Cell{Text: who})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if (list.Get("kind") == "") != (list.Get("id") == "") {
		page.Panels = []Panel{{Tone: "info", Title: r.T("admin.both_needed")}}
	}
	return r.showList(adminList, page, list, t)
}

// eventName says in words what happened, where there are words for it: "org.unit_added" is the sentence "org.event.unit_added".
func (r *Req) eventName(kind string) string {
	area, what, _ := strings.Cut(kind, ".")
	if key := eventWords[area] + what; lang.Has(key) {
		return r.T(key)
	}
	return kind
}

// eventWords is what the names of events begin with, by area.
var eventWords = map[string]string{"login": "login.event.", "org": "org.event.", "voice": "voice.event.", "matter": "matter.event.", "assignment": "assignment.event.",
	"bulk": "bulk.event.", "decoy": "decoy.event."}

func change(e event.Entry) string {
	if e.From == "" && e.To == "" {
		return ""
	}
	return strings.TrimSpace(e.From + " → " + e.To)
}

// logFacts says how the log stands.
func (r *Req) logFacts(tx *db.Tx) ([]Fact, error) {
	size, err := event.Size(tx)
	if err != nil {
		return nil, err
	}
	pending, err := event.Pending(tx)
	if err != nil {
		return nil, err
	}
	last, err := event.Latest(tx)
	if err != nil {
		return nil, err
	}
	facts := []Fact{{Label: r.T("admin.entries"), Value: r.Lang.Number(int(size))}}
	if pending > 0 {
		facts = append(facts, Fact{Label: r.T("admin.pending"), Value: r.Lang.Number(int(pending))})
	}
	if last != nil {
		facts = append(facts, Fact{Label: r.T("admin.last_checkpoint"), Value: r.Lang.DateTime(last.At, r.Zone), Note: r.T("admin.covers", r.Lang.Number(int(last.Size)))})
	}
	if r.Record != nil {
		facts = append(facts, Fact{Label: r.T("admin.verifier_key"), Value: r.Record.VerifierKey()})
	}
	return facts, nil
}

// adminLogEntry shows one entry of the log with everything that is recorded in it.
func adminLogEntry(r *Req) error {
	n, err := strconv.ParseInt(r.Param("number"), 10, 64)
	if err != nil || n < 1 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.entry", n), Shape: Staff, Back: "/admin/log"}}
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.LogSee); err != nil {
			return err
		}
		e, err := event.Get(tx, n-1)
		if db.IsNone(err) {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil {
			return err
		}
		who, err := r.actorName(tx, e)
		if err != nil {
			return err
		}
		page.Facts = []Fact{{Label: r.T("admin.f.what"), Value: r.eventName(e.Kind), Note: e.Kind}, {Label: r.T("admin.f.when"), Value: r.Lang.DateTime(e.At, r.Zone)},
			{Label: r.T("admin.f.who"), Value: who, Note: r.className(e.Class)},
			{Label: r.T("admin.f.subject"), Value: e.Subject.Kind + " " + e.Subject.ID, Href: r.Link("/admin/log?kind=" + escapeQuery(e.Subject.Kind) + "&id=" + escapeQuery(e.Subject.ID))}}
		if e.About.ID != "" {
			page.Facts = append(page.Facts, Fact{Label: r.T("admin.f.about"), Value: e.About.Kind + " " + e.About.ID})
		}
		if c := change(e); c != "" {
			page.Facts = append(page.Facts, Fact{Label: r.T("admin.f.change"), Value: c})
		}
		data := r.T("admin.erased")
		if !e.Erased {
			var b bytes.Buffer
			if err := json.Indent(&b, e.Data, "", "　"); err != nil {
				return err
			}
			data = b.String()
		}
		if data != "null" {
			page.Facts = append(page.Facts, Fact{Label: r.T("admin.f.data"), Value: data})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return adminList.Render(r, page)
}

func adminCheckpoints(r *Req) error {
	list, err := r.List(ListSpec{})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.checkpoints"), Shape: Staff, Back: "/admin/log"}, Lede: r.T("admin.checkpoints_lede")}
	t := list.Table(r.T("admin.checkpoints"), list.Column(r.T("admin.f.hour"), ""), list.Column(r.T("admin.entries"), "").AsNum(), list.Column(r.T("admin.f.note"), ""))
	t.Empty = Empty{Kind: "nothing", Title: r.T("admin.no_checkpoints")}
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.LogSee); err != nil {
			return err
		}
		upTo, _ := strconv.ParseInt(list.After, 10, 64)
		points, err := event.Checkpoints(tx, peoplePage+1, upTo)
		if err != nil {
			return err
		}
		if len(points) > peoplePage {
			t.Next = list.Next(strconv.FormatInt(points[peoplePage].Size, 10))
			points = points[:peoplePage]
		}
		for _, p := range points {
			t.Add("", Cell{Text: r.Lang.DateTime(p.At, r.Zone)}, Cell{Text: r.Lang.Number(int(p.Size))}, Cell{Text: p.Note})
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.Tables = []Table{t}
	return adminList.Render(r, page)
}

// verifyTime is the longest that a check of the whole log may take from a page; a larger log is checked with the command.
const verifyTime = 5 * time.Minute

func showVerify(r *Req) error {
	return adminForm.Render(r, AdminFormPage{Page: Page{Title: r.T("admin.verify"), Shape: Staff, Back: "/admin/log"}, Form: r.Blank(), To: "/admin/log/verify",
		Lede: r.T("admin.verify_lede"), Submit: r.T("admin.verify_go")})
}

// verifying lets one check of the whole log run at a time.
var verifying = make(chan struct{}, 1)

// verifyLog recomputes the whole log and shows what it found.
func verifyLog(r *Req) error {
	f := r.Form()
	if err := f.Err(); err != nil {
		return err
	}
	if err := r.Read(func(tx *db.Tx) error { return r.mayRead(tx, access.LogSee) }); err != nil {
		return err
	}
	select {
	case verifying <- struct{}{}:
		defer func() { <-verifying }()
	default:
		return fault.New(fault.Conflict, "admin.verify_running")
	}
	o := event.VerifyOptions{}
	if r.Record != nil {
		o.Keys = []string{r.Record.VerifierKey()}
	}
	report, err := event.Verify(r.Ctx(), r.DB, o)
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.verify"), Shape: Staff, Back: "/admin/log"}, Facts: []Fact{
		{Label: r.T("admin.entries"), Value: r.Lang.Number(int(report.Entries))}, {Label: r.T("admin.pending"), Value: r.Lang.Number(int(report.Pending))},
		{Label: r.T("admin.erased_entries"), Value: r.Lang.Number(int(report.Erased))}, {Label: r.T("admin.checkpoints"), Value: r.Lang.Number(int(report.Checkpoints))},
		{Label: r.T("admin.root"), Value: report.Root.String()}}}
	page.Panels = []Panel{{Tone: "good", Title: r.T("admin.verify_good"), Text: r.T("admin.verify_good_text")}}
	if b := report.Bad; b != nil {
		page.Panels = []Panel{{Tone: "bad", Title: r.T(b.Key(), b.Number), Text: r.T("admin.verify_bad_text")}}
	}
	return adminList.Render(r, page)
}
