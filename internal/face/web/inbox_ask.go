package web

import (
	"net/http"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// bulkButtons are what may be done with several rows at once.
func bulkButtons(r *Req, queue string) []BulkButton {
	var out []BulkButton
	officers := []access.Role{access.Triager, access.DisciplineOfficer, access.HealthOfficer, access.WelfareOfficer}
	if (queue == "inbox" || queue == "restricted") && holdsAny(r.Person, officers) {
		out = append(out, BulkButton{"claim", "c", r.T("inbox.bulk.claim")})
		if queue == "inbox" {
			out = append(out, BulkButton{"route", "", r.T("inbox.bulk.route")})
		}
		out = append(out, BulkButton{"merge", "m", r.T("inbox.bulk.merge")})
	}
	if queue == "inbox" && r.Person.Has(access.Triager) {
		out = append(out, BulkButton{"quarantine", "", r.T("inbox.bulk.quarantine")})
	}
	return out
}

// bulkEvents are what the buttons for several rows do with each.
var bulkEvents = map[string]string{"claim": core.EvClaim, "route": core.EvAssign, "merge": core.EvMerge, "quarantine": core.EvQuarantine}

// boxed reports whether one of the buttons is this reader's for the row: then it has a box.
func (r *Req) boxed(row vshow.Row, buttons []BulkButton) bool {
	return slices.ContainsFunc(buttons, func(b BulkButton) bool { return row.Offers(r.Person, bulkEvents[b.Do]) })
}

// BulkPage asks what is needed before several voices are set aside or merged, and names those with which it will not go.
type BulkPage struct {
	Page
	Do     string // "route", "quarantine" or "merge"
	Queue  string
	Form   *Form
	Rows   []BulkRow
	Rest   []string // voices that are looked at only when it is their turn
	Into   Choice   // merge: the voice with which the others go
	Lead   Picker   // route
	Topic  Choice   // route
	Told   []Panel  // when those read what is said to them who spoke anonymously
	Can    int      // how many it will go with
	Barred int
}

var bulkPage = Define[BulkPage]("inbox/bulk")

// BulkRow is one of the voices, and why not where it is refused.
type BulkRow struct{ ID, Number, Text, Href, Why string }

// askBulk shows the voices that were ticked, those with which it will not go marked, and asks for what is needed.
func (r *Req) askBulk(f *Form, do, queue string, ids []string) error {
	page := BulkPage{Page: Page{Title: r.T("inbox.bulk." + do), Shape: Staff, Back: "/" + queue}, Do: do, Queue: queue, Form: f}
	var into []Option
	err := r.Read(func(tx *db.Tx) error {
		names, err := r.voiceNames(tx)
		if err != nil {
			return err
		}
		if do == "route" {
			page.routeChoices(r, names)
		}
		for i, id := range ids {
			if i == bulkMost {
				page.Rest = ids[i:]
				page.Can += len(page.Rest)
				break
			}
			p, err := vshow.PageOf(tx, r.Person, id)
			if gone(err) {
				continue
			}
			if err != nil {
				return err
			}
			row := BulkRow{ID: id, Number: p.Voice.Number, Text: shortText(orText(p.Voice.Title, p.Text), 60), Href: r.Link("/voice/" + id)}
			if row.Why = r.bulkWhyNot(names, p, f, do); row.Why != "" {
				page.Barred++
			} else {
				page.Can++
			}
			page.Rows = append(page.Rows, row)
			if !r.Person.Can(access.VoiceTriage, p.Thing) {
				continue // what is merged into it would go where this reader has no say
			}
			into = append(into, Option{Value: id, Text: row.Number + " · " + r.T("voice.level."+string(p.Voice.Level)), Note: row.Text})
		}
		if do == "quarantine" { // nobody is told anything
			return nil
		}
		later, err := vshow.TellsVoices(tx, ids)
		page.Told = r.toldLater(later)
		return err
	})
	if err != nil {
		return err
	}
	if do == "merge" {
		if f.Value("into") == "" && len(into) > 0 {
			f.Set("into", into[0].Value)
		}
		if f.Value("say") == "" {
			f.Set("say", r.T("triage.sample.merge"))
		}
		page.Into = f.Choose("into", "inbox.bulk.into", into)
	}
	if do == "route" && f.Value("say") == "" {
		f.Set("say", r.T("inbox.bulk.route_say"))
	}
	if f.Faulty() {
		r.Status(http.StatusUnprocessableEntity)
	}
	return bulkPage.Render(r, page)
}

// bulkWhyNot says why something will be refused for a voice, as far as the row tells; the action decides.
func (r *Req) bulkWhyNot(names *voiceNames, p vshow.Page, f *Form, do string) string {
	ev := bulkEvents[do]
	if p.Voice.Appeal && !r.Person.Can(access.VoiceAppeal, p.Thing) {
		return r.T("voice.appeal.level")
	}
	if p.Voice.ClaimedBy != "" && p.Voice.ClaimedBy != r.Person.ID {
		return r.T("voice.claimed", p.Names[p.Voice.ClaimedBy])
	}
	events := p.Events
	if p.Voice.State == voice.Registered && core.Has(events, core.EvClaim) { // is taken with the decision
		taken := p.Voice
		taken.State = voice.InTriage
		events = append(slices.Clone(events), vshow.EventsFor(r.Person, taken, p.Thing)...)
	}
	if do == "route" {
		lead := names.tree.Path(r.UnitsOf(names.tree, org.Plant, org.Department).means(f.Value("lead")))
		switch {
		case p.Voice.Level.Hidden() && p.Voice.Redaction != "made":
			return r.T("inbox.bulk.redact")
		case p.Voice.Category == "" && f.Value("category") == "":
			return r.T("inbox.bulk.topic")
		case lead != "" && core.Recused(lead, p.Thing.NamedUnits):
			return r.T("inbox.bulk.recused")
		}
	}
	if !core.Has(events, ev) {
		return r.T("inbox.bulk.state", r.T("voice.state."+p.Voice.State))
	}
	return ""
}

// routeChoices are the units and subjects of an assignment of several voices.
func (p *BulkPage) routeChoices(r *Req, names *voiceNames) {
	var topics []Option
	for _, c := range names.topics.Categories() {
		if c.Active && c.Restricted == "" {
			topics = append(topics, Option{Value: c.Code, Text: c.Code + " " + names.topic(c.Code)})
		}
	}
	p.Lead, p.Topic = p.Form.PickUnit("lead", "triage.lead", r.UnitsOf(names.tree, org.Plant, org.Department)), p.Form.Choose("category", "inbox.bulk.category", topics).May()
}
