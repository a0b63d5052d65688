package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"sanwen/internal/base/access"
)

// Group decides what a route may know about its caller.
type Group uint8

// The groups. The zero value is none, so that a forgotten group is noticed when the program starts.
const (
	noGroup Group = iota
	// Anonymous routes get a request without cookies, address, browser, language or referrer, and can set no cookie. What an
	// anonymous or confidential person does runs through these only.
	Anonymous
	// Public routes are open to everybody and know the person where one is signed in.
	Public
	// Signed routes send a caller without a session to the sign-in page.
	Signed
)

// String returns the group's name in tables and metrics.
func (g Group) String() string { return [...]string{"none", "anonymous", "public", "signed"}[g] }

// Policies that are not an action of the table. Every other policy of a route is the [access.Action] which its handler asks for.
const (
	// Anyone: nothing is asked, because the page shows only what everybody may see.
	Anyone access.Action = "anyone"
	// AnyAccount: whoever is signed in, because the page shows only what is his.
	AnyAccount access.Action = "any_account"
)

// Handler answers one request. It returns errors instead of writing them: one place turns a fault into a page or a problem
// document.
type Handler func(*Req) error

// Route is one line of the table in routes.go and routes_ask.go.
type Route struct {
	Pattern string        // method and path of net/http.ServeMux, "GET /voice/{id}"
	Group   Group         // who the caller may be
	Policy  access.Action // what the handler asks for
	Handler Handler
	Body    int64         // most bytes of a request body; 0 is 64 KiB
	Slow    time.Duration // time for body and answer where a minute is too short (uploads, exports)
	Camera  bool          // the page takes photos
	Quiet   bool          // pages ask by themselves: no use of the session
	Stream  bool          // the answer stays open: uncompressed, without a deadline for the whole
	Cache   time.Duration // how long an anonymous page may be kept; the next commit ends it earlier
}

const defaultBody = 64 << 10

// limit is the most bytes of a request body.
func (r Route) limit() int64 {
	if r.Body > 0 {
		return r.Body
	}
	return defaultBody
}

// Method returns the route's method.
func (r Route) Method() string { m, _, _ := strings.Cut(r.Pattern, " "); return m }

// Path returns the route's path with its wildcards.
func (r Route) Path() string { _, p, _ := strings.Cut(r.Pattern, " "); return p }

// check panics on a route that must not be served: without group, policy or handler, or with a policy that its group cannot hold.
func (r Route) check() {
	fail := func(what string) { panic(fmt.Sprintf("web: route %q %s", r.Pattern, what)) }
	switch m := r.Method(); {
	case m != http.MethodGet && m != http.MethodPost:
		fail("must be GET or POST")
	case !strings.HasPrefix(r.Path(), "/"):
		fail("has no path")
	case r.Handler == nil:
		fail("has no handler")
	case r.Group == noGroup || r.Group > Signed:
		fail("has no group")
	case r.Policy == "":
		fail("has no policy")
	case r.Policy == Anyone && r.Group == Signed:
		fail("is for accounts only, so its policy cannot be Anyone")
	case r.Policy == AnyAccount && r.Group != Signed:
		fail("is open to callers without an account, so its policy cannot be AnyAccount")
	case r.Cache > 0 && (r.Group != Anonymous || r.Method() != http.MethodGet):
		fail("is not an anonymous page, so it cannot be kept")
	case r.Policy != Anyone && r.Policy != AnyAccount && !access.Known(r.Policy):
		fail("names a policy that is not in the table of access: " + string(r.Policy))
	}
}

// admits is the coarse gate in front of a handler: it turns away accounts that no row of the access table could ever let
// through. The handler's own question, about the very thing, still decides.
func (r Route) admits(p access.Person) bool {
	if r.Group != Signed || r.Policy == AnyAccount {
		return true
	}
	for _, row := range access.Table {
		if row.Action != r.Policy || row.Relation == access.Program {
			continue
		}
		if row.Relation == access.Everyone || row.Role == "" || p.Has(row.Role) {
			return true
		}
	}
	return false
}
