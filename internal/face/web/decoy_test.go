package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/reading/insight/topics"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/decoy"
)

// decoys runs the job as the program does.
func (s *scene) decoys() {
	s.T.Helper()
	if err := s.Write(func(tx *db.Tx) error { _, err := decoy.Run(tx, []byte("secret of a test")); return err }, db.Coarse); err != nil {
		s.T.Fatal(err)
	}
}

func (s *scene) theDecoy() decoy.Decoy {
	s.T.Helper()
	var all []decoy.Decoy
	s.Read(func(tx *db.Tx) (err error) { all, err = decoy.All(tx, s.P("auditor")); return err })
	if len(all) != 1 {
		s.T.Fatalf("%d decoys", len(all))
	}
	return all[0]
}

// comingDecoy places a decoy that is taken back by the next run: nobody can meet it yet.
func (s *scene) comingDecoy() decoy.Decoy {
	s.T.Helper()
	s.Tell("", voice.Anonymous, "P104M", "浴室水凉，早班洗不上澡")
	s.Clock.Set(clock.Day("2026-12-28").Time(clock.Shanghai()).Add(20 * time.Hour))
	s.decoys()
	s.Clock.Advance(time.Hour)
	return s.theDecoy()
}

// readers are one of each kind of people.
var readers = []string{"", "worker", "shift", "chair", "triager", "supervisor", "leader", "inspector", "auditor", "equipment", "equipment-head", "welfare-head", "discipline", "health", "welfare",
	"system_admin", "security_admin", "audit_admin"}

// drawn is what is new on a page whenever it is opened: tokens, codes of faults, and up to where it has heard of changes.
var drawn = regexp.MustCompile(`value="[^"]{24,}"|after=[0-9]+|E-[0-9A-Z]{4}`)

// saidBy is what an answer holds, without that. The parts of a workbook stand in any order.
func saidBy(t *testing.T, w *httptest.ResponseRecorder) string {
	body := w.Body.Bytes()
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(z.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
		var parts bytes.Buffer
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parts.ReadFrom(r); err != nil {
				t.Fatal(err)
			}
			r.Close()
		}
		body = parts.Bytes()
	}
	return fmt.Sprint(w.Code, " ", drawn.ReplaceAllString(string(body), ""))
}

// answers asks for every page of the authorisation table, and for some more addresses of lists, as everybody who may have it.
func (s *scene) answers(t *testing.T, more ...string) map[string]string {
	out := map[string]string{}
	ask := func(who, path string) {
		out[who+" "+path] = saidBy(t, s.ask(http.MethodGet, path, who, nil))
	}
	for _, r := range readRules(t) {
		path, get := strings.CutPrefix(r.route, "GET ")
		if !get || strings.HasPrefix(path, "/admin/log") || strings.HasPrefix(path, "/log") || strings.HasPrefix(path, "/admin/decoys") || strings.HasSuffix(path, "/live") {
			continue // the record says what it says of every voice
		}
		who := r.who
		if len(who) >= len(everybody) {
			who = []string{"", "worker", "triager", "auditor"} // it is the same for everybody, or for one's own
		}
		for _, who := range who {
			if slices.Contains(readers, who) {
				ask(who, s.path(t, r))
			}
		}
	}
	for _, path := range more {
		for _, who := range readers {
			ask(who, path)
		}
	}
	return out
}

// TestDecoyChangesNoPage: everybody opens everything before a decoy is there and after. Nothing is different, but the list of all voices and what
// is searched in it, for whoever has these lists.
func TestDecoyChangesNoPage(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		x := s.comingDecoy()
		word := "微信"
		s.follow(t)
		if err := search.Mend(t.Context(), search.Store{Read: d.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return d.Upkeep(ctx, f) }, Clock: c}); err != nil {
			t.Fatal(err)
		}
		s.record.Consume(spots.Consumer())
		s.record.Consume(alike.Consumer())
		s.record.Consume(topics.Consumer())
		s.follow(t)
		var more []string
		for _, view := range []string{"open", "new", "today", "overdue", "mine", "waiting", "quarantine", "alarm"} {
			more = append(more, "/inbox?view="+view)
		}
		browsed := []string{"/inbox?view=all", "/inbox?state=withdrawn", "/find?q=" + url.QueryEscape(word), "/inbox?view=all&q=" + url.QueryEscape(word), "/inbox?view=all&q=" + url.QueryEscape(x.Number)}
		more = append(more, browsed...)
		more = append(more, "/", "/desk", "/find?q="+url.QueryEscape("浴室"))
		before := s.answers(t, more...)
		s.decoys()
		s.follow(t)
		after := s.answers(t, more...)
		compared, met := 0, map[string]bool{}
		for _, key := range slices.Sorted(maps.Keys(after)) {
			if strings.Contains(after[key], x.ID) || strings.Contains(after[key], x.Number) && !strings.Contains(key, x.Number) {
				met[key] = true
				continue
			}
			if _, path, _ := strings.Cut(key, " "); path == "/p" || strings.HasPrefix(path, "/p/") || strings.HasPrefix(path, "/tell") {
				continue // a receipt is chosen each time
			}
			if compared++; before[key] != after[key] {
				t.Errorf("%s is another page:\n%s", key, between(before[key], after[key]))
			}
		}
		if compared < 1000 {
			t.Errorf("only %d answers were compared", compared)
		}
		for _, who := range []string{"triager", "supervisor"} {
			for _, path := range browsed {
				if !met[who+" "+path] {
					t.Errorf("%s does not meet it at %s", who, path)
				}
				delete(met, who+" "+path)
			}
		}
		for key := range met {
			if who, path, _ := strings.Cut(key, " "); who != "chair" || !slices.Contains(browsed, path) { // a chair of that plant may have them, too
				t.Errorf("met at %s", key)
			}
		}
		s.Read(func(tx *db.Tx) error {
			for _, q := range []string{`insight_spot_voice WHERE voice`, `insight_decision WHERE voice`, `insight_alike WHERE ref`} {
				if n, err := db.One[int](tx, `SELECT COUNT(*) FROM `+q+` = $1`, x.ID); err != nil || n > 0 {
					t.Errorf("%s: %d, %v", q, n, err)
				}
			}
			return nil
		})
	})
}

// between is where two pages part.
func between(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return strings.ToValidUTF8(s[max(0, i-120):min(len(s), i+200)], "") }
	return cut(a) + "\n———\n" + cut(b)
}

// TestDecoyPageIsAVoicePage: a triager finds no difference between the pages of a decoy and of a voice that says the same and was withdrawn in the
// same hours, nor between the answers to what he presses there. When he opens the words nothing tells him; the audit sees it.
func TestDecoyPageIsAVoicePage(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		x := s.comingDecoy()
		c.Advance(-time.Hour)
		type said struct {
			Text, Place string
			Kind        voice.Kind
		}
		var what said
		s.Read(func(tx *db.Tx) (err error) {
			what, err = db.One[said](tx, `SELECT text, place, kind FROM voice_decoy`)
			return err
		})
		real, err := s.Say("", s.Form(voice.Register{Level: voice.Anonymous, Place: what.Place, Kind: what.Kind, Text: what.Text}))
		if err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Hour)
		s.decoys()
		if err := s.Write(func(tx *db.Tx) error { return voice.Withdraw{Voice: real.Voice}.Do(tx, access.Holder(real.Voice)) }, db.Coarse); err != nil {
			t.Fatal(err)
		}
		decoyAt := regexp.MustCompile(x.ID + "|" + x.Number)
		realAt := regexp.MustCompile(real.Voice + "|" + real.Number)
		same := func(who, method, path string, form url.Values) {
			t.Helper()
			a, b := s.ask(method, strings.ReplaceAll(path, "*", x.ID), who, form), s.ask(method, strings.ReplaceAll(path, "*", real.Voice), who, form)
			one, two := decoyAt.ReplaceAllString(saidBy(t, a), "#"), realAt.ReplaceAllString(saidBy(t, b), "#")
			to := func(w http.Header, at *regexp.Regexp) string { return at.ReplaceAllString(w.Get("Location"), "#") }
			if a.Code != b.Code || one != two || to(a.Header(), decoyAt) != to(b.Header(), realAt) {
				t.Errorf("%s, %s %s: %d and %d\n%s", who, method, path, a.Code, b.Code, between(one, two))
			}
			if strings.Contains(a.Body.String(), "诱饵") || strings.Contains(a.Body.String(), "ecoy") {
				t.Errorf("%s is told at %s", who, path)
			}
		}
		for _, who := range []string{"triager", "supervisor", "auditor", "chair", "equipment", "worker", "audit_admin", "system_admin"} {
			for _, path := range []string{"/voice/*", "/voice/*?lang=en", "/voice/*/beside", "/voice/*/now?v=2", "/voice/*/exclude"} {
				same(who, http.MethodGet, path, nil)
			}
		}
		token := s.token(t, "triager")
		with := func(pairs ...string) url.Values {
			f := maps.Clone(token)
			for i := 0; i < len(pairs); i += 2 {
				f.Set(pairs[i], pairs[i+1])
			}
			return f
		}
		for path, form := range map[string]url.Values{"claim": with(), "letgo": with(), "say": with("note", "已经收到"), "free": with("free_reason", "核实过"), "countersign": with("agree", "yes"),
			"decide": with("do", "answer", "say", "已经答复", "act", "save"), "open": with("open_reason", "")} {
			same("triager", http.MethodPost, "/voice/*/"+path, form)
		}
		s.ask(http.MethodGet, "/", "auditor", nil)
		open := func(who string) string {
			f := maps.Clone(s.token(t, who))
			f.Set("open_reason", "核对情况")
			return s.ask(http.MethodPost, "/voice/"+x.ID+"/open", who, f).Body.String()
		}
		if page := open("triager"); !strings.Contains(page, x.Canary) || strings.Contains(page, "诱饵") {
			t.Error("the words are not opened as those of any voice")
		}
		open("triager")
		same("triager2", http.MethodGet, "/voice/nothing", nil)
		home := s.ask(http.MethodGet, "/", "auditor", nil).Body.String()
		if strings.Count(home, "有人打开了诱饵心声") != 1 || strings.Count(home, "/admin/decoys/settle?alarm=") != 1 || !strings.Contains(home, x.Number) {
			t.Errorf("the audit is not told: %s", home)
		}
		for _, who := range readers {
			if page := s.ask(http.MethodGet, "/", who, nil).Body.String(); who != "auditor" && strings.Contains(page, "诱饵") {
				t.Errorf("%s is told", who)
			}
		}
		list := s.ask(http.MethodGet, "/admin/decoys", "auditor", nil).Body.String()
		for _, want := range []string{x.Number, x.Canary, "职工triager", "核对情况", "每季度 1 条"} {
			if !strings.Contains(list, want) {
				t.Errorf("the list does not say %q", want)
			}
		}
		for _, path := range []string{"/admin/decoys", "/admin/decoys?lang=en", "/admin/decoys/settle?alarm=x", "/admin/decoys/settle?lang=en", "/"} {
			w := s.ask(http.MethodGet, path, "auditor", nil)
			for _, x := range webtest.PageOf(t, path, w.Code, w.Body.Bytes()).Lint() {
				t.Errorf("%s: %s", path, x)
			}
		}
		var alarm string
		s.Read(func(tx *db.Tx) error {
			all, err := decoy.Open(tx, s.P("auditor"))
			alarm = all[0].ID
			return err
		})
		post := func(path string, pairs ...string) (int, string) {
			f := maps.Clone(s.token(t, "auditor"))
			for i := 0; i < len(pairs); i += 2 {
				f.Set(pairs[i], pairs[i+1])
			}
			w := s.ask(http.MethodPost, path, "auditor", f)
			return w.Code, w.Body.String()
		}
		if code, page := post("/admin/decoys/check", "text", "转来的："+x.Canary); code != http.StatusOK || !strings.Contains(page, x.Number) {
			t.Errorf("%d: %s", code, page)
		}
		if code, page := post("/admin/decoys/check", "text", "浴室水凉"); code != http.StatusOK || !strings.Contains(page, "没有对上") {
			t.Errorf("%d: %s", code, page)
		}
		if code, _ := post("/admin/decoys/check", "text", ""); code != http.StatusUnprocessableEntity {
			t.Errorf("nothing to check: %d", code)
		}
		if code, page := post("/admin/decoys/settle", "alarm", alarm, "note", ""); code != http.StatusUnprocessableEntity || !strings.Contains(page, "职工triager") {
			t.Errorf("no note: %d", code)
		}
		if code, _ := post("/admin/decoys/settle", "alarm", alarm, "note", "本人承认随意翻看"); code != http.StatusSeeOther {
			t.Errorf("settled: %d", code)
		}
		if home := s.ask(http.MethodGet, "/", "auditor", nil).Body.String(); strings.Contains(home, "诱饵") {
			t.Error("the alarm stays")
		}
		if list := s.ask(http.MethodGet, "/admin/decoys", "auditor", nil).Body.String(); !strings.Contains(list, "本人承认随意翻看") {
			t.Error("what was found is not shown")
		}
	})
}
