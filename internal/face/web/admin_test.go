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
	return newOffice(t, d, c).staffed(map[string]access.Role{"SYS": access.SystemAdmin, "SEC": access.SecurityAdmin, "AUD": access.AuditAdmin, "REV": access.Auditor,
		"SUP": access.Supervisor, "TRI": access.Triager, "HAN": access.Handler, "CUS": access.Custodian, "W1": ""})
}

// elsewhere are pages of the administration that other tests look at.
var elsewhere = regexp.MustCompile(`^[A-Z]+ /admin/(posters|imports/|import/\{kind\}/check)`)

// TestAdminPages opens every page of the administration in both languages as everybody. Who may is in testdata/authz.txt; here an
// employee and a clerk of a department are refused everywhere, and nobody meets a page that does not work.
func TestAdminPages(t *testing.T) {
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
	concrete := strings.NewReplacer("import/{kind}", "import/people", "units/{code}", "units/U01", "{kind}/{code}", "unit/U01", "places/{code}", "places/P1",
		"categories/{code}", "categories/A1", "checks/{code}", "checks/BT1", "people/{id}", "people/"+o.id["W1"], "{year}", "2026", "{key}", "office.end",
		"{number}", "1", "/rules/drop", "/rules/drop?category=A1&place=P1", "/rules/edit", "/rules/edit?category=A1&place=P1")
	browsers := map[string]*webtest.Client{}
	for no := range o.id {
		browsers[no] = o.as(no)
	}
	for _, route := range web.Routes() {
		if !strings.HasPrefix(route.Path(), "/admin") || elsewhere.MatchString(route.Pattern) {
			continue
		}
		path := concrete.Replace(route.Path())
		seen := 0
		for no, b := range browsers {
			for _, l := range []string{"zh", "en"} {
				sep := "?"
				if strings.Contains(path, "?") {
					sep = "&"
				}
				req, err := http.NewRequest(route.Method(), o.base+path+sep+"lang="+l, nil)
				if err != nil {
					t.Fatal(err)
				}
				p := b.Do(req)
				switch {
				case p.Status == http.StatusForbidden:
				case no == "W1" || no == "HAN":
					t.Errorf("%s as %s: %d", route.Pattern, no, p.Status)
				case route.Method() == http.MethodPost && p.Status < 500 || p.Status == http.StatusOK:
					seen++
				default:
					t.Errorf("%s as %s in %s: %d\n%s", path, no, l, p.Status, p.Text())
				}
			}
		}
		if seen == 0 {
			t.Errorf("%s: nobody sees it", route.Pattern)
		}
	}
}
