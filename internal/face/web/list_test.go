package web

import (
	"net/url"
	"strings"
	"testing"

	"sanwen/internal/ground/fault"
)

var probeList = ListSpec{
	Filters: []Filter{
		{Name: "state", Label: "design.state", Values: []string{"executing", "overdue"}, Prefix: "design.state.", Many: true},
		{Name: "unit", Label: "design.unit"},
		{Name: "q", Label: "common.search"},
	},
	Sorts: []string{"due", "title"},
	Tabs:  []string{"all", "mine"},
}

func listed(t *testing.T, query string) (l *List, status int, err error) {
	t.Helper()
	s := setUp(t, Route{Pattern: "GET /ledger", Group: Public, Policy: Anyone, Handler: func(r *Req) error {
		l, err = r.List(probeList)
		if err != nil {
			return err
		}
		return show(r)
	}})
	return l, s.get("/ledger" + query).Code, err
}

func TestListParameters(t *testing.T) {
	for query, want := range map[string]string{
		"?state=overdue&unit=12&sort=-due&after=x": "",
		"?lang=en&z=1&said=web.toast_x":            "",
		"?state=overdue&state=executing":           "",
		"?unit=&q=":                                "",
		"?stat=overdue":                            "fault.parameter_near",
		"?State=overdue":                           "fault.parameter_near",
		"?uint=12":                                 "fault.parameter_near",
		"?srot=due":                                "fault.parameter_near",
		"?w=1":                                     "fault.parameter_near",
		"?department=12":                           "web.parameter_known",
		"?page=2":                                  "web.parameter_known",
		"?unit=1&unit=2":                           "web.twice_parameter",
		"?sort=due&sort=title":                     "web.twice_parameter",
		"?sort=dew":                                "web.bad_value",
		"?sort=titel":                              "web.bad_value_near",
		"?sort=--due":                              "web.bad_value_near",
		"?sort=number":                             "web.bad_value",
		"?state=overdu":                            "web.bad_value_near",
		"?state=open":                              "web.bad_value",
		"?view=theirs":                             "web.bad_value",
		"?unit=%zz":                                "web.unreadable",
		"?" + strings.Repeat("x", 400) + "=1":      "web.parameter_known",
	} {
		l, status, err := listed(t, query)
		got := ""
		if err != nil {
			got = fault.Of(err).Key
		}
		if got != want || (status == 200) != (want == "") || want != "" && status != 400 || (l == nil) != (want != "") {
			t.Errorf("%s: %q (status %d), want %q", query, got, status, want)
		}
	}
	_, _, err := listed(t, "?uint=12")
	if args := fault.Of(err).Args; args[1] != "unit" {
		t.Errorf("suggested %v", args)
	}
}

func TestListAddresses(t *testing.T) {
	l, _, err := listed(t, "?state=overdue&state=executing&unit=D02&after=cursor&lang=en")
	if err != nil {
		t.Fatal(err)
	}
	if l.Sort != "due" || l.View != "all" || l.After != "cursor" || l.Get("unit") != "D02" || len(l.All("state")) != 2 || !l.Filtered() {
		t.Errorf("%+v", l)
	}
	same := func(name, got, want string) {
		t.Helper()
		u, err := url.Parse(got)
		if err != nil || u.Path != "/ledger" || u.Query().Encode() != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	same("next", l.Next("row9"), "after=row9&lang=en&state=overdue&state=executing&unit=D02")
	same("first", l.First(), "lang=en&state=overdue&state=executing&unit=D02")
	same("clear", l.Clear(), "lang=en")
	same("tab", l.URL("view", "mine"), "lang=en&state=overdue&state=executing&unit=D02&view=mine")
	href, order := l.SortLink("due")
	same("sort", href, "lang=en&sort=-due&state=overdue&state=executing&unit=D02")
	if order != "ascending" || l.Next("") != "" {
		t.Errorf("order %q", order)
	}
	chips := l.Chips()
	if len(chips) != 3 || chips[0].Text != "Overdue" || chips[2].Text != "D02" {
		t.Fatalf("chips %+v", chips)
	}
	same("remove one of two", chips[0].Remove, "lang=en&state=executing&unit=D02")
	same("remove unit", chips[2].Remove, "lang=en&state=overdue&state=executing")
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"unit", "unit", 0}, {"uint", "unit", 1}, {"unt", "unit", 1}, {"units", "unit", 1}, {"kitten", "sitting", 3}, {"单位", "单", 1}, {"", "abc", 3}} {
		if got := distance(c.a, c.b); got != c.want || distance(c.b, c.a) != c.want {
			t.Errorf("%s %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
