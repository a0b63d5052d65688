package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// administrators is an office with every kind of administrator, and a few who are none.
func administrators(t *testing.T, d *db.DB, c *clock.Fake) *office {
	return newOffice(t, d, c).staffed(map[string]access.Role{"SYS": access.SystemAdmin, "SEC": access.SecurityAdmin, "AUD": access.AuditAdmin,
		"SUP": access.Supervisor, "TRI": access.Triager, "HAN": access.Handler, "CUS": access.Custodian, "W1": ""})
}

// adminRows says who may open which page of the administration; written by hand, beside the table in access.
var adminRows = map[string]string{
	"GET /admin":                        "SYS SEC AUD SUP TRI",
	"GET /admin/units":                  "SYS SEC AUD SUP TRI",
	"GET /admin/units/new":              "SYS",
	"POST /admin/units/new":             "SYS",
	"GET /admin/units/{code}":           "SYS SEC AUD SUP TRI",
	"POST /admin/units/{code}":          "SYS",
	"GET /admin/active/{kind}/{code}":   "SYS",
	"POST /admin/active/{kind}/{code}":  "SYS",
	"GET /admin/people":                 "SYS SEC",
	"GET /admin/people/new":             "SYS",
	"POST /admin/people/new":            "SYS",
	"GET /admin/people/{id}":            "SYS SEC",
	"GET /admin/people/{id}/edit":       "SYS",
	"POST /admin/people/{id}/edit":      "SYS",
	"POST /admin/people/{id}/give":      "SEC",
	"POST /admin/people/{id}/take":      "SEC",
	"POST /admin/people/{id}/issue":     "SEC",
	"POST /admin/people/{id}/account":   "SEC",
	"POST /admin/people/{id}/session":   "SEC",
	"GET /admin/accounts":               "SEC",
	"GET /admin/grants":                 "SEC AUD",
	"GET /admin/signins":                "AUD",
	"GET /admin/places":                 "SYS SEC AUD SUP TRI",
	"GET /admin/places/new":             "SYS",
	"POST /admin/places/new":            "SYS",
	"GET /admin/places/{code}":          "SYS SEC AUD SUP TRI",
	"POST /admin/places/{code}":         "SYS",
	"GET /admin/categories":             "SYS SEC AUD SUP TRI",
	"GET /admin/categories/new":         "SYS",
	"POST /admin/categories/new":        "SYS",
	"GET /admin/categories/{code}":      "SYS SEC AUD SUP TRI",
	"POST /admin/categories/{code}":     "SYS",
	"GET /admin/rules":                  "SYS SEC AUD SUP TRI",
	"GET /admin/rules/edit":             "SYS SEC AUD SUP TRI",
	"POST /admin/rules/edit":            "SYS SUP",
	"GET /admin/rules/drop":             "SYS SUP",
	"POST /admin/rules/drop":            "SYS SUP",
	"GET /admin/settings":               "SYS SEC AUD SUP TRI",
	"GET /admin/settings/{key}":         "SYS SEC AUD SUP TRI",
	"POST /admin/settings/{key}":        "SYS",
	"GET /admin/checks":                 "SYS SEC AUD SUP TRI",
	"GET /admin/checks/new":             "SYS",
	"POST /admin/checks/new":            "SYS",
	"GET /admin/checks/{code}":          "SYS SEC AUD SUP TRI",
	"POST /admin/checks/{code}":         "SYS",
	"GET /admin/roster":                 "SYS SUP TRI",
	"POST /admin/roster":                "SYS SUP TRI",
	"GET /admin/calendars":              "SYS SEC AUD SUP TRI",
	"GET /admin/calendars/{year}":       "SYS SEC AUD SUP TRI",
	"GET /admin/calendars/import":       "SYS",
	"POST /admin/calendars/import":      "SYS",
	"GET /admin/import":                 "SYS",
	"GET /admin/import/{kind}":          "SYS",
	"POST /admin/import/{kind}":         "SYS",
	"GET /admin/import/{kind}/template": "SYS",
	"GET /admin/import/{kind}/check":    "SYS",
	"POST /admin/import/{kind}/check":   "SYS",
	"GET /admin/imports/{id}":           "SYS",
	"GET /admin/imports/{id}/result":    "SYS",
	"GET /admin/jobs":                   "SYS",
	"POST /admin/jobs/retry":            "SYS",
	"GET /admin/log":                    "AUD",
	"GET /admin/log/{number}":           "AUD",
	"GET /admin/log/checkpoints":        "AUD",
	"GET /admin/log/verify":             "AUD",
	"POST /admin/log/verify":            "AUD",
}

// elsewhere are pages of the administration that other tests look at.
var elsewhere = regexp.MustCompile(`^[A-Z]+ /admin/posters`)

// missing are pages of things that the test does not make.
var missing = regexp.MustCompile(`^GET /admin/(imports/|import/\{kind\}/check)`)

// TestWhoMayAdminister opens every page of the administration as everybody, in both languages.
func TestWhoMayAdminister(t *testing.T) {
	d, c := dbtest.Open(t)
	o := administrators(t, d, c)
	o.write(func(tx *db.Tx) error {
		who := access.System("test")
		if err := (org.AddPlace{Code: "P1", NameZh: "一号浴室", NameEn: "Bathhouse 1", Kind: org.Bathhouse, Unit: "U01"}).Do(tx, who); err != nil {
			return err
		}
		_, err := org.SetRule{Category: "A1", Place: "P1", Lead: "U02", Basis: "厂务会"}.Do(tx, who)
		return err
	})
	concrete := strings.NewReplacer("{id}", o.id["W1"], "{year}", "2026", "{key}", "office.end", "{kind}", "unit", "{number}", "1", "/rules/drop", "/rules/drop?category=A1&place=P1")
	browsers := map[string]*webtest.Client{}
	for no := range o.id {
		browsers[no] = o.as(no)
	}
	seen := map[string]bool{}
	for _, route := range web.Routes() {
		if !strings.HasPrefix(route.Path(), "/admin") || elsewhere.MatchString(route.Pattern) {
			continue
		}
		allowed, known := adminRows[route.Pattern]
		if !known {
			t.Errorf("%s: nobody has said who may", route.Pattern)
		}
		seen[route.Pattern] = true
		code := "U01"
		switch {
		case strings.Contains(route.Path(), "/places/"):
			code = "P1"
		case strings.Contains(route.Path(), "/categories/"):
			code = "A1"
		case strings.Contains(route.Path(), "/checks/"):
			code = "BT1"
		}
		path := strings.ReplaceAll(concrete.Replace(strings.Replace(route.Path(), "import/{kind}", "import/people", 1)), "{code}", code)
		for no, b := range browsers {
			may := strings.Contains(" "+allowed+" ", " "+no+" ")
			for _, l := range []string{"zh", "en"} {
				req, _ := http.NewRequest(route.Method(), o.base+path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"lang="+l, nil)
				p := b.Do(req)
				switch {
				case !may && p.Status != http.StatusForbidden:
					t.Errorf("%s as %s: %d", route.Pattern, no, p.Status)
				case may && missing.MatchString(route.Pattern) && p.Status < 500: // not there: 404, 410
				case may && route.Method() == http.MethodGet && p.Status != http.StatusOK:
					t.Errorf("%s as %s in %s: %d\n%s", path, no, l, p.Status, p.Text())
				case may && route.Method() == http.MethodPost && p.Status == http.StatusForbidden:
					t.Errorf("%s as %s: refused", route.Pattern, no)
				}
			}
		}
	}
	for pattern := range adminRows {
		if !seen[pattern] {
			t.Errorf("%s: no such route", pattern)
		}
	}
}
