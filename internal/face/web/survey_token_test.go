package web_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cloudflare/circl/blindsign/blindrsa"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/survey"
)

// blindSurvey opens a survey with blind tokens through the pages, and gives its page.
func (h *hall) blindSurvey(maker survey.Maker) (t1 *webtest.Client, page string) {
	h.t.Helper()
	t1, _ = h.opened("canteen", "全厂食堂测评")
	form := regexp.MustCompile(`/surveys/forms/([0-9a-f-]+)`).FindStringSubmatch(string(t1.Get("/surveys/forms").Want(200).Body))[1]
	list := t1.Get("/surveys/new").Want(200).Says("谁也不知道").Form("/surveys/new").Set("form", form).Set("title", "凭证测评").Set("blind", "1").Submit().Want(200).Says("凭证测评")
	planned := list.Click("凭证测评").Want(200).Silent("进行中", "领走")
	round := planned.URL.Path[strings.LastIndexByte(planned.URL.Path, '/')+1:]
	h.browser().Get("/s/" + round + "/keys").Want(200).Says("密钥还没有生成")
	t1.Get("/answer/" + round).Want(200).Says("还没有开始")
	if err := survey.Release(h.t.Context(), h.d, maker); err != nil {
		h.t.Fatal(err)
	}
	return t1, planned.URL.Path
}

// signs has a blinded message signed as the script does.
func signs(t *testing.T, c *webtest.Client, page *webtest.Page, values map[string]string) (status int, said struct{ Signature, Detail string }) {
	t.Helper()
	f := page.Form("/token")
	for k, v := range values {
		f.Values.Set(k, v) // as the script adds them
	}
	req := f.Request()
	req.Header.Set("Accept", "application/json")
	res := c.Do(req)
	if err := json.Unmarshal(res.Body, &said); err != nil {
		t.Fatalf("%s: %v", res.Body, err)
	}
	return res.Status, said
}

// TestBlindTokensThroughThePages does over HTTP what the script does: the page says what a token is, the key is the one that everybody sees, the
// signature comes again for the same message only, and the answer goes without an account and counts once.
func TestBlindTokensThroughThePages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, path := h.blindSurvey(func(label string, _ int) (seal.BlindKey, error) { return h.site.Keys.NewBlindKey(label, 2048) })
		round := path[strings.LastIndexByte(path, '/')+1:]
		page := t1.Get("/answer/"+round).Want(200).Says("用不了凭证", "工会办公室", "不能补", "隔开", "谁也不知道")
		if page.URL.Path != "/answer/"+round+"/token" {
			t.Errorf("who is asked comes to %s", page.URL.Path)
		}
		small(t, page)
		attr := func(p *webtest.Page, name string) string {
			m := regexp.MustCompile(`\s` + name + `="([^"]*)"`).FindSubmatch(p.Body)
			if m == nil {
				t.Fatalf("no %s on %s", name, p.URL)
			}
			return string(m[1])
		}
		keys := h.browser().Get("/s/"+round+"/keys").Want(200).Says("领走0个，用掉0个", "人人看到的都一样")
		id := attr(page, "data-public")
		var public string
		for _, m := range regexp.MustCompile(`data-n="([^"]+)"`).FindAllStringSubmatch(string(keys.Body), -1) {
			if seal.BlindID(m[1]) == id {
				public = m[1]
			}
		}
		if public == "" || id == "" {
			t.Fatal("the key is not on the page for everybody")
		}
		small(t, keys)

		n, err := base64.RawURLEncoding.DecodeString(public)
		if err != nil {
			t.Fatal(err)
		}
		device, err := blindrsa.NewClient(blindrsa.SHA384PSSRandomized, &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537})
		if err != nil {
			t.Fatal(err)
		}
		random := make([]byte, 32)
		rand.Read(random)
		message, _ := device.Prepare(rand.Reader, random)
		blinded, state, err := device.Blind(rand.Reader, message)
		if err != nil {
			t.Fatal(err)
		}
		text := base64.RawURLEncoding.EncodeToString
		if status, said := signs(t, t1, page, map[string]string{"key": id}); status != 422 || said.Signature != "" {
			t.Errorf("nothing is signed: %d %+v", status, said)
		}
		page.Form("/token").Submit().Want(422).Says("没有收到要盖章的随机号")
		first, one := signs(t, t1, page, map[string]string{"key": id, "blinded": text(blinded)})
		again, two := signs(t, t1, page, map[string]string{"key": id, "blinded": text(blinded)})
		if first != 200 || again != 200 || one.Signature == "" || one != two {
			t.Fatalf("%d %+v, again %d %+v", first, one, again, two)
		}
		other, _, err := device.Blind(rand.Reader, message)
		if err != nil {
			t.Fatal(err)
		}
		if status, said := signs(t, t1, page, map[string]string{"key": id, "blinded": text(other)}); status != http.StatusConflict || !strings.Contains(said.Detail, "已经领过另一个凭证") {
			t.Errorf("a second one: %d %+v", status, said)
		}
		if attr(t1.Get("/answer/"+round).Want(200), "data-had") != "1" || strings.Contains(string(page.Body), "data-had") {
			t.Error("the page does not know whether something was signed")
		}
		t1.Get("/mine").Want(200).Says("凭证已领", "请你投票和填写").Silent("请你验收") // nothing is to be accepted

		signed, err := base64.RawURLEncoding.DecodeString(one.Signature)
		if err != nil {
			t.Fatal(err)
		}
		signature, err := device.Finalize(state, signed)
		if err != nil {
			t.Fatal(err)
		}
		b := h.browser()
		slip := "/s/" + round
		ask := b.Get(slip).Want(200).Says("您的凭证只说明", "有凭证的不用填")
		answered(ask, slip, "4").Submit().Want(422).Says("这台设备上没有凭证")
		whole := answered(ask, slip, "4")
		for _, bad := range [][2]string{{text(message), text(signed)}, {text(message), ""}, {"?", text(signature)}} {
			whole.Values["token"], whole.Values["signature"] = bad[:1], bad[1:]
			whole.Submit().Want(422).Says("凭证不对")
		}
		whole.Values["token"], whole.Values["signature"] = []string{text(message)}, []string{text(signature)}

		// With everything along that a browser might tell, nothing of it stays.
		req := whole.Request()
		base, err := url.Parse(h.base)
		if err != nil {
			t.Fatal(err)
		}
		for _, cookie := range t1.HTTP.Jar.Cookies(base) {
			req.AddCookie(cookie)
		}
		w := worldtest.New(t, h.d, h.c)
		before := map[string]bool{}
		for _, table := range w.Tables() {
			for _, row := range w.Rows(table) {
				before[table+row] = true
			}
		}
		thanks := b.Do(req).Want(200).Says("谢谢，已收到")
		if !strings.Contains(string(thanks.Body), "data-spent") {
			t.Error("the device is not told that its token is used")
		}
		for _, table := range w.Tables() {
			for _, row := range w.Rows(table) {
				if !before[table+row] && (strings.Contains(row, h.id["T1"]) || strings.Contains(row, text(message)) || table != "survey_box" && table != "survey_spent" && table != "event" && !strings.HasPrefix(table, "log_")) {
					t.Errorf("an answer with a token leaves in %s: %s", table, row)
				}
			}
		}
		whole.Set("q.warm", "1").Submit().Want(200).Says("谢谢，已收到") // a second press
		h.read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM survey_box`)
			m, err2 := db.One[int](tx, `SELECT COUNT(*) FROM survey_spent`)
			if n != 1 || m != 1 || err2 != nil {
				t.Errorf("%d answers, %d tokens: %v", n, m, err2)
			}
			return err
		})
		t1.Get(path).Want(200).Says("不记名凭证", "提醒发给还没有领凭证的人")
		plain := regexp.MustCompile(`/answer/([0-9a-f-]+)`).FindStringSubmatch(string(t1.Get("/mine").Want(200).Body))
		for _, round := range plain[1:] {
			if !strings.Contains(path, round) {
				b.Get("/s/" + round + "/keys").Want(200).Says("不用凭证")
			}
		}
	})
}

// TestKeysOfManyGroups: sixty groups have their keys on pages that a slow phone can load; every key stands on one of them, and somebody's own page leads
// to the one with his.
func TestKeysOfManyGroups(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		const groups = 60
		h.write(func(tx *db.Tx) error {
			var units []org.Unit
			var people []org.Person
			for i := range groups {
				code := fmt.Sprintf("A%02d", i)
				units = append(units, org.Unit{Code: code, Parent: "G", Kind: org.Plant, NameZh: "第" + code + "轧钢厂", NameEn: "Rolling mill " + code, Active: true})
				for k := range 20 {
					people = append(people, org.Person{EmployeeNo: fmt.Sprintf("%s-%d", code, k), Name: "李四", Unit: code, Status: org.Active})
				}
			}
			if err := (org.PutUnits{Units: units}).Do(tx, access.System("test")); err != nil {
				return err
			}
			return org.PutPeople{People: people}.Do(tx, access.System("test"))
		})
		public := map[string]bool{}
		t1, path := h.blindSurvey(func(string, int) (seal.BlindKey, error) { // as long as real ones, and as hard to pack
			n := make([]byte, seal.BlindBits/8)
			rand.Read(n)
			k := seal.BlindKey{Public: base64.RawURLEncoding.EncodeToString(n), Secret: "x"}
			public[k.Public] = true
			return k, nil
		})
		first := "/s/" + path[strings.LastIndexByte(path, '/')+1:] + "/keys"
		if len(public) < groups {
			t.Fatalf("only %d groups", len(public))
		}
		shown := func(p *webtest.Page) (all []string) {
			for _, m := range regexp.MustCompile(`data-n="([^"]+)"`).FindAllStringSubmatch(string(p.Body), -1) {
				all = append(all, m[1])
			}
			return all
		}
		seen := map[string]bool{}
		page := h.browser().Get(first).Want(200).Says(fmt.Sprintf("第1至20组，共%d组", len(public)))
		pages := 1
		for ; ; pages++ {
			small(t, page)
			small(t, h.browser().Get(page.URL.RequestURI()+map[bool]string{true: "?", false: "&"}[pages == 1]+"lang=en").Want(200))
			for _, k := range shown(page) {
				if seen[k] || !public[k] {
					t.Errorf("a key stands there twice, or is none: %s", k)
				}
				seen[k] = true
			}
			if !strings.Contains(string(page.Body), `rel="next"`) {
				break
			}
			page = page.Click("下一页").Want(200).Says("回到第一页")
		}
		if len(seen) != len(public) || pages != (len(public)+19)/20 {
			t.Errorf("%d of %d keys stand on %d pages", len(seen), len(public), pages)
		}
		for _, bad := range []string{"0", "1", "-1", "x", "99"} {
			h.browser().Get(first + "?page=" + bad).Want(404)
		}
		mine := t1.Get("/answer/" + strings.Split(first, "/")[2]).Want(200)
		m := regexp.MustCompile(`data-public="([^"]+)" data-from="([^"]+)"`).FindStringSubmatch(string(mine.Body))
		if m == nil || !strings.Contains(m[2], "page=") {
			t.Fatalf("the page of somebody in the last group does not lead to the page of his key: %v", m)
		}
		if !slices.ContainsFunc(shown(h.browser().Get(m[2]).Want(200)), func(n string) bool { return seal.BlindID(n) == m[1] }) {
			t.Errorf("the key is not on %s", m[2])
		}
	})
}
