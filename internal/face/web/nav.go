package web

import (
	"strings"

	"sanwen/internal/base/access"
)

// NavItem is one entry of the navigation.
type NavItem struct {
	Text, Href, Icon string
	Current          bool
	Count            int
}

// navEntry is an area of the product with the roles that work in it; no role means everybody with an account.
type navEntry struct {
	key, path, icon string
	roles           []access.Role
}

// navigation lists the areas in their order. An entry whose route does not exist is not shown.
var navigation = []navEntry{
	{key: "web.nav_home", path: "/", icon: "home"},
	{key: "web.nav_desk", path: "/desk", icon: "desk", roles: []access.Role{access.Handler, access.DeptHead, access.UnitChair,
		access.Supervisor, access.Inspector, access.Leader, access.Triager}},
	{key: "web.nav_inbox", path: "/inbox", icon: "inbox", roles: []access.Role{access.Triager, access.UnitChair,
		access.DisciplineOfficer, access.HealthOfficer, access.WelfareOfficer}},
	{key: "web.nav_ledger", path: "/ledger", icon: "ledger", roles: []access.Role{access.Triager, access.UnitChair, access.Handler,
		access.DeptHead, access.Supervisor, access.Leader, access.Auditor, access.Inspector}},
	{key: "web.nav_tell", path: "/tell", icon: "speak"},
	{key: "web.nav_mine", path: "/mine", icon: "message"},
	{key: "web.nav_board", path: "/board", icon: "board"},
	{key: "web.nav_log", path: "/log", icon: "log", roles: []access.Role{access.Auditor, access.AuditAdmin, access.Supervisor}},
	{key: "web.nav_admin", path: "/admin", icon: "gear", roles: []access.Role{access.SystemAdmin, access.SecurityAdmin,
		access.AuditAdmin, access.Auditor, access.Supervisor, access.Triager, access.UnitChair}},
}

// nav is the navigation of the person who is signed in.
func (r *Req) nav() []NavItem {
	var out []NavItem
	for _, e := range navigation {
		if !r.Local(e.path) || !holdsAny(r.Person, e.roles) {
			continue
		}
		here := r.Path() == e.path || e.path != "/" && strings.HasPrefix(r.Path(), e.path+"/")
		out = append(out, NavItem{Text: r.T(e.key), Href: r.Link(e.path), Icon: e.icon, Current: here})
	}
	return out
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
