package web

import (
	"net/url"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/supervise"
)

// aboutMost is how many matters a meeting can be called about at once; more do not fit into an afternoon.
const aboutMost = 20

// meetingAbout leads from rows of the supervising desk or the ledger to the form that calls a meeting about their matters. What people
// say is not discussed at meetings, only what has become of it: voices are left out, which is said.
func (r *Req) meetingAbout(ids []string, back string) error {
	q := url.Values{}
	seen := map[string]bool{}
	err := r.Read(func(tx *db.Tx) error {
		for _, id := range ids {
			p, err := r.matterOf(tx, id)
			if gone(err) {
				continue
			}
			if err != nil {
				return err
			}
			if n := p.Number; n != "" && !seen[n] && !matter.Cycle.Over(p.State) {
				seen[n] = true
				q.Add("matter", n)
			}
		}
		return nil
	})
	switch n := len(q["matter"]); {
	case err != nil:
		return err
	case n == 0:
		r.Toast("meeting.toast.no_matter")
		return r.Redirect(back)
	case n > aboutMost:
		return fault.New(fault.Invalid, "meeting.about_many", aboutMost)
	case n < len(ids):
		r.Toast("meeting.toast.some_left", itoa(len(ids)-n))
	}
	return r.Redirect("/meetings/new?" + q.Encode())
}

// matterOf is the matter with an id or number, or that of an order, as far as the person sees it; it is empty where the order is about none.
func (r *Req) matterOf(tx *db.Tx, key string) (matter.Matter, error) {
	m, err := matter.Find(tx, key)
	if gone(err) {
		o, _, err := supervise.See(tx, r.Person, key)
		if err != nil || o.SubjectKind != "matter" {
			return matter.Matter{}, err
		}
		if m, err = matter.Find(tx, o.SubjectID); err != nil {
			return m, err
		}
	} else if err != nil {
		return m, err
	}
	p, err := ledger.PageOf(tx, r.Person, m.Number)
	return p.Matter, err
}

// selectedMatters are the boxes of the matters that a meeting is called about; each can be left out again.
func (r *Req) selectedMatters(f *Form) ([]Part, error) {
	var all []Option
	err := r.Read(func(tx *db.Tx) error {
		tx.Asked()
		for _, n := range unique(given(f.Many("matter"))) {
			if len(all) == aboutMost {
				break
			}
			m, err := r.matterOf(tx, n)
			if gone(err) || m.Number == "" {
				continue
			}
			if err != nil {
				return err
			}
			all = append(all, Option{Value: m.Number, Text: m.Title, Note: m.Number})
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return []Part{boxesPart(f.Choose("matter", "meeting.f.selected", all).Hint("meeting.selected_hint"))}, nil
}

// callAbout calls a meeting and puts the matters on its agenda by hand, all or nothing.
func (r *Req) callAbout(tx *db.Tx, in *meeting.Call, matters []string) error {
	if err := in.Do(tx, r.Person); err != nil {
		return err
	}
	for _, n := range unique(matters) {
		err := meeting.Add{Meeting: in.ID, Matter: n, Reason: r.T("meeting.selected_reason")}.Do(tx, r.Person)
		if err != nil && fault.Of(err).Key != "meeting.there_already" {
			return err
		}
	}
	return nil
}
