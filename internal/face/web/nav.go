package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
)

// NavItem is one entry of the navigation.
type NavItem struct {
	Text, Href, Icon string
	Current          bool      // the page is of this area
	Here             bool      // it is this very page
	Count            int       // what waits there, 0 for nothing or unknown
	Sub              []NavItem // lists of the same area, shown where the area is current
	Key              string    // letter that leads there after "g", or ""
}

// navEntry is an area of the product with the roles that work in it; no role means everybody with an account. A page below its
// path belongs to it, and so does one below a path of more.
type navEntry struct {
	key, path, icon, letter string
	roles                   []access.Role
	sub                     []navEntry
	more                    []string
}

// navigation lists the areas in the order in which they are shown. Which of them a person gets is decided by his roles and by the
// gate of the route, so that nothing is offered that would be refused; there are never more than navMost.
var navigation = []navEntry{
	{key: "web.nav_home", path: "/", icon: "home", letter: "h"},
	{key: "web.nav_desk", path: "/desk", icon: "desk", letter: "d", roles: []access.Role{access.Handler, access.DeptHead, access.UnitChair,
		access.Supervisor, access.Inspector, access.Leader, access.Triager, access.DisciplineOfficer, access.HealthOfficer, access.WelfareOfficer},
		sub: []navEntry{{key: "web.nav_desk", path: "/desk"}, {key: "web.nav_roster", path: "/roster"}}},
	{key: "web.nav_inbox", path: "/inbox", icon: "inbox", letter: "i", roles: []access.Role{access.Triager, access.UnitChair, access.Supervisor,
		access.DisciplineOfficer, access.HealthOfficer, access.WelfareOfficer}, more: []string{"/voice", "/accept", "/spot", "/silence", "/listening"},
		sub: []navEntry{{key: "web.nav_inbox", path: "/inbox"}, {key: "web.nav_restricted", path: "/restricted",
			roles: []access.Role{access.DisciplineOfficer, access.HealthOfficer, access.WelfareOfficer}},
			{key: "spots.title", path: "/spots", roles: []access.Role{access.Triager, access.UnitChair, access.Supervisor}}, {key: "web.nav_refusals", path: "/refusals"}, {key: "web.nav_appeals", path: "/appeals"}, {key: "call.title", path: "/accept/calls", roles: []access.Role{access.Triager, access.UnitChair}}}},
	{key: "web.nav_ledger", path: "/ledger", icon: "ledger", letter: "l", more: []string{"/matter", "/visit", "/order", "/supervise", "/whistle", "/talk", "/exclusion", "/exclusions", "/meeting", "/meetings", "/resolution", "/resolutions", "/scan", "/survey", "/surveys", "/practice", "/practices", "/publish", "/pool", "/ballot", "/ballots", "/season", "/proposal", "/proposals"},
		sub: []navEntry{{key: "web.nav_ledger", path: "/ledger"}, {key: "spots.title", path: "/spots", roles: []access.Role{access.Leader}}, {key: "supervise.desk", path: "/supervise", roles: []access.Role{access.Supervisor}},
			{key: "supervise.orders", path: "/orders", roles: []access.Role{access.Supervisor, access.Triager, access.Leader, access.Auditor, access.Handler, access.DeptHead}},
			{key: "meeting.title", path: "/meetings", roles: []access.Role{access.Supervisor, access.Triager, access.Leader, access.Auditor, access.UnitChair, access.Handler, access.DeptHead}},
			{key: "supervise.whistle_title", path: "/whistle", roles: []access.Role{access.UnitChair, access.Leader, access.Auditor, access.Handler, access.DeptHead}},
			{key: "supervise.exclusions", path: "/exclusions", roles: []access.Role{access.UnitChair, access.Leader, access.Auditor, access.Handler, access.DeptHead}}, {key: "visit.list", path: "/visits", roles: []access.Role{access.Inspector, access.UnitChair, access.Triager,
				access.Supervisor, access.Leader, access.Auditor, access.Handler, access.DeptHead, access.Delegate}}, {key: "survey.title", path: "/surveys"}, {key: "practice.title", path: "/practices"}, {key: "publish.title", path: "/publish"},
			{key: "pool.title", path: "/pool", roles: []access.Role{access.Triager, access.Supervisor, access.Leader, access.Auditor, access.UnitChair, access.Delegate, access.Handler, access.DeptHead}},
			{key: "ballot.title", path: "/ballots"},
			{key: "proposal.title", path: "/proposals"}, {key: "season.title", path: "/season", roles: []access.Role{access.Triager, access.Supervisor, access.Leader, access.Auditor, access.UnitChair, access.Handler, access.DeptHead}}, {key: "scan.title", path: "/scan"}}},
	{key: "web.nav_tell", path: "/tell", icon: "speak", letter: "t"},
	{key: "web.nav_mine", path: "/mine", icon: "message", letter: "m", more: []string{"/rate", "/answer", "/vote"}},
	{key: "web.nav_board", path: "/board", icon: "board", letter: "b", more: []string{"/news"},
		sub: []navEntry{{key: "web.nav_board", path: "/board"}, {key: "news.title", path: "/news"}}},
	{key: "web.nav_admin", path: "/admin", icon: "gear", letter: "a"},
}

// navMost is how many areas somebody has before him; navLess lists what goes first where there are more: each of them is on the
// home page too.
const navMost = 6

var navLess = []string{"/board", "/tell", "/mine"}

// nav is the navigation of the person who is signed in.
func (r *Req) nav() []NavItem {
	var shown []navEntry
	for _, e := range navigation {
		if !r.offers(e) { // who works on a page of the area and not on its first one, as delegates do, gets that page in its place
			i := slices.IndexFunc(e.sub, func(s navEntry) bool { return len(s.roles) > 0 && r.offers(s) })
			if i < 0 {
				continue
			}
			e.key, e.path = e.sub[i].key, e.sub[i].path
		}
		shown = append(shown, e)
	}
	for _, path := range navLess {
		if len(shown) > navMost {
			shown = slices.DeleteFunc(shown, func(e navEntry) bool { return e.path == path })
		}
	}
	var out []NavItem
	for _, e := range shown {
		item := r.navItem(e)
		for _, s := range e.sub {
			if r.offers(s) {
				sub := r.navItem(s)
				item.Current = item.Current || sub.Current
				item.Sub = append(item.Sub, sub)
			}
		}
		if len(item.Sub) < 2 || !item.Current {
			item.Sub = nil
		}
		out = append(out, item)
	}
	return out
}

func (r *Req) navItem(e navEntry) NavItem {
	item := NavItem{Text: r.T(e.key), Href: r.Link(e.path), Icon: e.icon, Key: e.letter, Here: r.Path() == e.path, Current: r.Path() == e.path}
	for _, area := range append([]string{e.path}, e.more...) {
		if area != "/" && (r.Path() == area || strings.HasPrefix(r.Path(), area+"/")) {
			item.Current = true
		}
	}
	return item
}

// offers reports whether an entry is for the person: its route exists, lets him in, and one of his roles works there.
func (r *Req) offers(e navEntry) bool {
	route, ok := r.routeOf(e.path)
	return ok && route.admits(r.Person) && holdsAny(r.Person, e.roles)
}

// routeOf finds the page at a fixed path.
func (s *Server) routeOf(path string) (Route, bool) {
	pattern := "GET " + path
	if path == "/" {
		pattern = "GET /{$}"
	}
	for _, route := range s.routes {
		if route.Pattern == pattern {
			return route, true
		}
	}
	return Route{}, false
}

func holdsAny(p access.Person, roles []access.Role) bool {
	if len(roles) == 0 {
		return true
	}
	for _, r := range roles {
		if p.Has(r) {
			return true
		}
	}
	return false
}

// crumbWords name the pages that others lie below, by path.
var crumbWords = map[string]string{
	"/desk": "web.nav_desk", "/inbox": "web.nav_inbox", "/restricted": "web.nav_restricted", "/refusals": "web.nav_refusals",
	"/appeals": "web.nav_appeals", "/roster": "web.nav_roster", "/accept/calls": "call.title", "/visits": "visit.list", "/ledger": "web.nav_ledger", "/mine": "web.nav_mine", "/board": "web.nav_board",
	"/supervise": "supervise.desk", "/orders": "supervise.orders", "/whistle": "supervise.whistle_title", "/exclusions": "supervise.exclusions",
	"/news": "news.title", "/publish": "publish.title", "/listening": "listen.title",
	"/practices": "practice.title", "/season": "season.title", "/proposals": "proposal.title", "/pool": "pool.title", "/ballots": "ballot.title", "/surveys": "survey.title", "/surveys/forms": "survey.forms",
	"/meetings": "meeting.title", "/resolutions": "meeting.resolutions",
	"/account": "account.title", "/find": "find.title",
}

// crumbs are the pages above this one, from the home page down: what the link back leads to, and what lies above that. A page that
// leads back to nowhere is the top of its area and has none.
func (r *Req) crumbs(back string) []Link {
	if back == "" || r.Visitor == nil {
		return nil
	}
	var out []Link
	for path := back; path != "" && path != "/"; path = above(path) {
		if text := r.crumb(path); text != "" {
			out = append(out, Link{Text: text, Href: r.Link(path)})
		}
	}
	if len(out) == 0 {
		return nil
	}
	out = append(out, Link{Text: r.T("web.nav_home"), Href: r.Link("/")})
	slices.Reverse(out)
	return out
}

// above is the page that a page lies below.
func above(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parent := path[:strings.LastIndexByte(path, '/')]
	switch parent {
	case "/matter":
		return "/ledger"
	case "/voice":
		return "/inbox"
	case "/meeting":
		return "/meetings"
	case "/survey":
		return "/surveys"
	case "/practice":
		return "/practices"
	case "/ballot":
		return "/ballots"
	case "/proposal":
		return "/proposals"
	case "/resolution":
		return "/resolutions"
	case "/admin/imports":
		return "/admin/import"
	}
	return parent
}

// crumb is the word for a page above, or "" for one that cannot be named: the trail leaves it out.
func (r *Req) crumb(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if key := crumbWords[path]; key != "" {
		return r.T(key)
	}
	if path == "/admin" {
		return r.T("web.nav_admin")
	}
	for _, area := range adminAreas {
		for _, e := range area.entries {
			if e.path == path {
				return r.T(e.key)
			}
		}
	}
	dir, name := path[:strings.LastIndexByte(path, '/')], path[strings.LastIndexByte(path, '/')+1:]
	switch dir {
	case "/matter", "/mine", "/admin/units", "/admin/places", "/admin/categories", "/admin/checks", "/admin/calendars", "/admin/log":
		return name
	case "/surveys/forms":
		return r.T("survey.crumb_form")
	case "/meeting":
		return r.T("meeting.crumb")
	case "/survey":
		return r.T("survey.crumb")
	case "/publish":
		return r.T("publish.crumb")
	case "/practice":
		return r.T("practice.crumb")
	case "/pool":
		return r.T("pool.crumb")
	case "/season":
		return r.T("season.crumb")
	case "/proposal":
		return r.T("proposal.crumb")
	case "/ballot":
		return r.T("ballot.crumb")
	case "/resolution":
		return r.T("meeting.crumb_resolution")
	case "/voice":
		return r.T("web.crumb_voice")
	case "/admin/people":
		return r.T("web.crumb_person")
	}
	return ""
}
