package browser

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// picture is one picture of the guides: what somebody sees at a page, on his phone or at his desk.
type picture struct {
	name, device string
	role         access.Role // "" is nobody
	path         string
	more         func(w *walker) // what is done on the page before the picture is taken
}

// guidePictures are all pictures that the guides and the README show. A path may hold %s for what the site finds; see guideThings.
var guidePictures = []picture{
	{"tell", "phone", "", "/p/P104M", nil},
	{"who", "phone", "", "/p/P104M", tellOn},
	{"receipt", "phone", "", "/p/P104M", func(w *walker) {
		tellOn(w)
		w.choose("level", "anonymous")
		w.press("main .bar button.primary")
	}},
	{"follow", "phone", "", "/f", func(w *walker) {
		r := template.receipts[0]
		w.write("number", r.Number)
		w.write("code", r.Code)
		w.press("main button.primary")
	}},
	{"board", "desktop", "", "/board", nil},
	{"shift-home", "phone", access.ShiftLeader, "/", nil},
	{"proxy", "phone", access.ShiftLeader, "/tell/proxy", nil},
	{"chair-home", "desktop", access.UnitChair, "/", nil},
	{"whistle", "phone", access.UnitChair, "/whistle/new", nil},
	{"inbox", "desktop", access.Triager, "/inbox", nil},
	{"voice", "desktop", access.Triager, "/voice/{voice}", nil},
	{"desk", "phone", access.DeptHead, "/desk", nil},
	{"plan", "desktop", "", "{planner}/matter/{plan}/plan", nil},
	{"progress", "phone", "", "{owner}/matter/{executing}/progress", nil},
	{"matter", "desktop", access.Supervisor, "/matter/{executing}", nil},
	{"notices", "phone", "", "{told}/notices", nil},
	{"supervise", "desktop", access.Supervisor, "/supervise", nil},
	{"ledger", "desktop", access.Supervisor, "/ledger?light=red", nil},
	{"approve", "desktop", access.Supervisor, "/matter/{review}/decide", nil},
	{"visit", "phone", access.Inspector, "/visits/new?place=P104M", nil},
	{"inspect", "phone", access.Inspector, "/matter/{inspecting}/inspect", nil},
	{"leader", "phone", access.Leader, "/", nil},
	{"leader", "desktop", access.Leader, "/", nil},
	{"log", "desktop", access.Auditor, "/admin/log", nil},
	{"verify", "desktop", access.Auditor, "/admin/log/verify", nil},
	{"admin", "desktop", access.SystemAdmin, "/admin", nil},
	{"people", "desktop", access.SystemAdmin, "/admin/people?q=%E7%8E%8B", nil}, // 王
	{"import", "desktop", access.SystemAdmin, "/admin/import/people", nil},
}

func tellOn(w *walker) {
	w.write("text", map[lang.Lang]string{lang.ZH: "二楼淋浴今天早上八点又是凉水，洗到一半就没有热水了。", lang.EN: "The showers on the upper floor were cold again at eight this morning."}[w.Lang])
	w.press("main form#say button.primary")
}

// devices are the screens of the pictures.
var devices = map[string][2]int64{"phone": {360, 740}, "desktop": {1280, 800}}

// picturesMost is how large all pictures of the documentation may be together.
const picturesMost = 5 << 19 // 2.5 MiB

var shownPicture = regexp.MustCompile(`images/([a-z-]+-(?:phone|desktop)-(?:zh|en)\.webp)`)

// TestGuideShowsWhatIsTaken: every picture that a page of the documentation shows is one that the script takes, is there, and no other is;
// the Chinese pages show Chinese pictures and the English ones English.
func TestGuideShowsWhatIsTaken(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	taken := map[string]bool{}
	for _, p := range guidePictures {
		for _, l := range lang.All() {
			taken[fmt.Sprintf("%s-%s-%s.webp", p.name, p.device, l)] = true
		}
	}
	shown := map[string]bool{}
	pages := []string{filepath.Join(root, "README.md")}
	for _, pattern := range []string{"docs/*/*.md", "docs/*/guide/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	for _, name := range pages {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shownPicture.FindAllStringSubmatch(string(body), -1) {
			shown[m[1]] = true
			if !taken[m[1]] {
				t.Errorf("%s shows %s, which the script does not take", name, m[1])
			}
			if l := filepath.Base(filepath.Dir(name)); l == "guide" {
				if l = filepath.Base(filepath.Dir(filepath.Dir(name))); regexp.MustCompile("-"+l+`\.webp$`).MatchString(m[1]) == false {
					t.Errorf("%s shows %s", name, m[1])
				}
			}
		}
	}
	total := int64(0)
	for name := range taken {
		info, err := os.Stat(filepath.Join(root, "docs", "images", name))
		if err != nil {
			t.Errorf("%v: run make screenshots", err)
			continue
		}
		total += info.Size()
		if !shown[name] {
			t.Errorf("no page shows %s", name)
		}
	}
	if total > picturesMost {
		t.Errorf("the pictures have %d bytes together, more than %d", total, picturesMost)
	}
	if len(shown) < 50 {
		t.Errorf("only %d pictures are shown", len(shown))
	}
}

// guideThings finds what the addresses of the pictures mean in the demonstration.
func (s *site) guideThings(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	s.read(func(tx *db.Tx) error {
		for name, q := range map[string]string{
			"voice":      `SELECT id FROM voice WHERE state = 'registered' AND place = 'P104M' AND level = 'named' ORDER BY registered_at DESC LIMIT 1`,
			"executing":  `SELECT number FROM matter WHERE state = 'executing' AND steps_done < steps_all ORDER BY voices DESC, number LIMIT 1`,
			"inspecting": `SELECT number FROM matter WHERE state = 'inspecting' ORDER BY number LIMIT 1`,
			"plan": `SELECT m.number FROM matter m JOIN org_grant g ON g.unit = m.lead AND g.role = 'dept_head' JOIN assignment a ON a.subject_id = m.id AND a.state = 'signed'
				WHERE m.state = 'assigned' ORDER BY m.number LIMIT 1`,
			"planner": `SELECT p.employee_no FROM matter m JOIN org_grant g ON g.unit = m.lead AND g.role = 'dept_head' JOIN org_person p ON p.id = g.person
				JOIN assignment a ON a.subject_id = m.id AND a.state = 'signed' WHERE m.state = 'assigned' ORDER BY m.number, p.employee_no LIMIT 1`,
			"owner": `SELECT p.employee_no FROM matter m JOIN org_person p ON p.id = m.owner WHERE m.state = 'executing' AND m.steps_done < m.steps_all ORDER BY m.voices DESC, m.number LIMIT 1`,
			"told": `SELECT p.employee_no FROM duty_notice n JOIN org_person p ON p.id = n.person JOIN org_grant g ON g.person = p.id AND g.role = 'dept_head'
				WHERE n.seen = 0 GROUP BY p.employee_no ORDER BY COUNT(*) DESC, p.employee_no LIMIT 1`,
		} {
			v, err := db.One[string](tx, q)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			out[name] = v
		}
		return nil
	})
	return out
}

// firstOpen is the first of the matters in a state whose form the person may open.
func (c *scout) firstOpen(number, state, form string) string {
	c.t.Helper()
	var all []string
	c.s.read(func(tx *db.Tx) (err error) {
		all, err = db.All[string](tx, `SELECT number FROM matter WHERE state = $1 ORDER BY number`, state)
		return err
	})
	for _, m := range all {
		if c.client(number).Get("/matter/"+m+"/"+form).Status == http.StatusOK {
			return m
		}
	}
	c.t.Fatalf("%s can open %s of no matter that is %s", number, form, state)
	return ""
}

var thing = regexp.MustCompile(`\{([a-z]+)\}`)

// TestGuidePictures takes the pictures of the guides anew, into the directory that SANWEN_PICTURES names: make screenshots. An ordinary run
// takes every eighth in one language and throws it away, so that one hears when a page of the guides is gone.
func TestGuidePictures(t *testing.T) {
	t.Parallel()
	dir, each, langs := os.Getenv("SANWEN_PICTURES"), 1, lang.All()
	if dir == "" {
		dir, each, langs = t.TempDir(), 8, lang.All()[:1]
	}
	s := serve(t)
	things := s.guideThings(t)
	scout := &scout{t: t, s: s, clients: map[string]*webtest.Client{}}
	things["review"] = scout.firstOpen(s.as(access.Supervisor).Number, "plan_review", "decide")
	sessions := map[string]string{"": ""}
	session := func(number string) string {
		if _, ok := sessions[number]; !ok {
			known := false
			for _, x := range s.from.signIns {
				known = known || x.Number == number
			}
			if !known {
				scout.account(number)
			}
			sessions[number] = scout.session(number)
		}
		return sessions[number]
	}
	for _, l := range langs {
		for device, size := range devices {
			w := s.walk(t, screen{Width: size[0], Lang: l})
			for i, p := range guidePictures {
				if p.device != device || i%each != 0 {
					continue
				}
				number, path := "", p.path
				if p.role != "" {
					number = s.as(p.role).Number
				}
				if path[0] == '{' { // somebody whom the site finds
					at := thing.FindStringSubmatchIndex(path)
					number, path = things[path[at[2]:at[3]]], path[at[1]:]
				}
				path = thing.ReplaceAllStringFunc(path, func(m string) string { return things[m[1:len(m)-1]] })
				w.become(session(number))
				w.open(w.in(path))
				if p.more != nil {
					p.more(w)
				}
				w.height(size[1])
				w.take(filepath.Join(dir, fmt.Sprintf("%s-%s-%s.webp", p.name, device, l)))
				w.height(0)
				if p.name == "receipt" {
					w.touch("[data-noted]")
				}
			}
			w.clean()
		}
	}
}

// take writes a small picture of what is on the screen.
func (w *walker) take(file string) {
	w.t.Helper()
	quality, yes := int64(62), true
	data, err := chromedp.Run(w.ctx, func(ctx context.Context, at *chromedp.Target) ([]byte, error) {
		r, err := cdp.Call(ctx, at, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &quality, FromSurface: &yes})
		return r.Data, err
	})
	if err == nil && len(data) < 4000 {
		err = fmt.Errorf("the picture has only %d bytes: the page is empty", len(data))
	}
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		w.fail("%s: %v", file, err)
	}
}
