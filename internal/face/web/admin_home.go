package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// AdminHomePage leads each administrator to what is his.
type AdminHomePage struct {
	Page
	Panels []Panel
	Groups []AdminGroup
}

// AdminGroup is a heading with cards.
type AdminGroup struct {
	Title string
	Cards []Card
}

var adminHomePage = Define[AdminHomePage]("admin/home")

// adminEntry is a card of the home page, for whoever may do what its page asks for.
type adminEntry struct {
	path, key string
	action    access.Action
}

var adminAreas = []struct {
	key     string
	entries []adminEntry
}{
	{"admin.group_organisation", []adminEntry{
		{"/admin/units", "admin.units", access.AdminOrg},
		{"/admin/people", "admin.people", access.AdminPeople},
		{"/admin/places", "admin.places", access.AdminOrg},
		{"/admin/posters", "admin.posters", access.OrgPosters},
	}},
	{"admin.group_work", []adminEntry{
		{"/admin/categories", "admin.categories", access.AdminOrg},
		{"/admin/proposals", "admin.proposals", access.AdminOrg},
		{"/admin/rules", "admin.rules", access.AdminOrg},
		{"/admin/roster", "admin.roster", access.OrgRoster},
		{"/admin/checks", "admin.checks", access.AdminOrg},
		{"/admin/calendars", "admin.calendars", access.AdminOrg},
		{"/admin/settings", "admin.settings", access.AdminOrg},
	}},
	{"admin.group_access", []adminEntry{
		{"/admin/grants", "admin.grants", access.AdminGrants},
		{"/admin/accounts", "admin.accounts", access.LoginManage},
		{"/admin/signins", "admin.signins", access.LoginAudit},
	}},
	{"admin.group_operation", []adminEntry{
		{"/admin/import", "admin.import", access.OrgPeople},
		{"/admin/jobs", "admin.jobs", access.JobsSee},
		{"/admin/log", "admin.log", access.LogSee},
		{"/admin/decoys", "admin.decoys", access.DecoyAudit},
	}},
}

func adminHome(r *Req) error {
	page := AdminHomePage{Page: Page{Title: r.T("admin.title"), Shape: Staff}}
	for _, a := range adminAreas {
		g := AdminGroup{Title: r.T(a.key)}
		for _, e := range a.entries {
			if r.can(e.action) && r.Local(e.path) {
				g.Cards = append(g.Cards, Card{Title: r.T(e.key), Href: r.Link(e.path), Lines: []string{r.T("admin.about." + strings.TrimPrefix(e.key, "admin."))}})
			}
		}
		if len(g.Cards) > 0 {
			page.Groups = append(page.Groups, g)
		}
	}
	err := r.Read(func(tx *db.Tx) (err error) {
		if err := r.mayRead(tx, access.AdminSee); err != nil {
			return err
		}
		page.Panels, err = r.adminWarnings(tx)
		return err
	})
	if err != nil {
		return err
	}
	return adminHomePage.Render(r, page)
}

// adminWarnings names what needs an administrator now.
func (r *Req) adminWarnings(tx *db.Tx) ([]Panel, error) {
	var out []Panel
	if r.can(access.JobsSee) {
		s, err := jobs.Queue(tx)
		if err != nil {
			return nil, err
		}
		if s.Dead > 0 {
			out = append(out, Panel{Tone: "bad", Title: r.T("admin.dead_jobs", int(s.Dead)),
				Links: []Link{{Text: r.T("admin.jobs"), Href: r.Link("/admin/jobs")}}})
		}
	}
	if r.can(access.OrgEdit) {
		cal, err := org.Calendar(tx)
		if err != nil {
			return nil, err
		}
		year := strconv.Itoa(r.Now().In(r.Zone).Year() + 1)
		if r.Now().In(r.Zone).Month() >= 11 {
			if _, provisional := cal.IsWorkday(clock.Day(year + "-01-04")); provisional {
				out = append(out, Panel{Tone: "warn", Title: r.T("admin.calendar_missing", year), Text: r.T("admin.calendar_missing_text"),
					Links: []Link{{Text: r.T("admin.calendars"), Href: r.Link("/admin/calendars")}}})
			}
		}
	}
	if r.can(access.OrgGrant) {
		for _, role := range []access.Role{access.AuditAdmin, access.Custodian} {
			holders, err := org.Grants(tx, role, org.Holding{}, 2)
			if err != nil {
				return nil, err
			}
			if role == access.AuditAdmin && len(holders) == 0 {
				out = append(out, Panel{Tone: "warn", Title: r.T("admin.no_audit"), Text: r.T("admin.no_audit_text"),
					Links: []Link{{Text: r.T("admin.people"), Href: r.Link("/admin/people")}}})
			}
			if role == access.Custodian && len(holders) < 2 {
				out = append(out, Panel{Tone: "warn", Title: r.T("admin.few_custodians"), Text: r.T("admin.few_custodians_text"),
					Links: []Link{{Text: r.T("admin.people"), Href: r.Link("/admin/people")}}})
			}
		}
	}
	return out, nil
}
