package web_test

import (
	"bytes"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// cold is the bathhouse questionnaire of somebody who is cold somewhere, up to the question that asks for photos.
func cold(p *webtest.Page, to string) *webtest.Form {
	return p.Form(to).Set("q.use", "no").Set("q.heat", "2").Set("q.where", "office", "shop").Set("q.say", "办公室只有十五度").Submit().Want(200).
		Says("还有1个问题", "不够暖的地方，可以拍一张照片", "更衣室和浴室里请不要拍", "请不要拍到人", "办公室只有十五度").Form(to)
}

var tile = regexp.MustCompile(`/f/photo/([0-9a-f]{64})`)

// TestAPhotoAsAnAnswer: without a script, with what is wrong said at the photos and everything else kept; seen by the union office when the round is
// over, counted by nobody else.
func TestAPhotoAsAnAnswer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, page := h.opened("bath", "浴室测评")
		to := strings.Replace(page, "/survey/", "/answer/", 1)
		w1 := h.as("W1")
		f := cold(w1.Get(to).Want(200), to)
		good := picture(t, color.Gray{90})
		for what, body := range map[string][]byte{"HEIC": []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1"), "SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
			"PDF": []byte("%PDF-1.7\n"), "损坏": good[:300], "12 MB": append(bytes.Clone(good), make([]byte, 12<<20)...)} {
			status := 422
			if what == "12 MB" {
				status = 413
			}
			wrong := f.Attach("q.photo", "x.jpg", body).Submit().Want(status).Says("第 1 张没有加进来", what, "办公室只有十五度")
			f = wrong.Form(to)
			if f.Values.Get("q.heat") != "2" || len(f.Values["q.where"]) != 2 {
				t.Errorf("%s: what was chosen is lost: %v", what, f.Values)
			}
		}
		wrong := f.Attach("q.photo", "a.jpg", good).Set("q.heat", "").Submit().Want(422).Says("请选一个", "办公室只有十五度")
		small(t, wrong)
		kept := tile.FindStringSubmatch(string(wrong.Body))
		if kept == nil {
			t.Fatal("a photo that was stored is not shown again")
		}
		f = wrong.Form(to).Set("q.heat", "1")
		f = f.Attach("q.photo", "b.jpg", picture(t, color.Gray{50})).Attach("q.photo", "c.jpg", picture(t, color.Gray{60})).Submit().Want(422).Says("最多 2 张照片").Form(to)
		if n := len(f.Values["q.photo_have"]); n != 2 {
			t.Errorf("%d photos are kept", n)
		}
		forged := cold(h.as("W2").Get(to).Want(200), to)
		forged.Values.Set("q.photo_have", kept[1]+" "+kept[1]+" 1 1")
		forged.Submit().Want(422).Says("照片已过期")
		f.Submit().Want(200).Says("谢谢，已收到")
		w1.Get("/photo/" + kept[1]).Want(404)

		// On a tablet beside a door nobody is asked for photos; whoever has a slip can send some.
		tablet := strings.Replace(page, "/survey/", "/k/", 1)
		at := h.browser().Get(tablet).Want(200)
		at.Form(tablet).Set("q.use", "no").Set("q.heat", "2").Set("q.where", "office").Submit().Want(422).Silent("可以拍一张照片")
		at.Silent("可以拍一张照片")
		sheet := t1.Get(page+"/codes").Want(200).Form("/codes").Set("unit", "G").Set("n", "5").Submit().Want(200)
		slip := strings.Replace(page, "/survey/", "/s/", 1)
		for i, code := range regexp.MustCompile(`<b class="big">([0-9A-Z ]+)</b>`).FindAllStringSubmatch(string(sheet.Body), -1) {
			f := cold(h.browser().Get(slip).Want(200), slip).Set("code", code[1])
			if i < 4 {
				f.Attach("q.photo", "x.jpg", picture(t, color.Gray{uint8(100 + i)}))
			}
			f.Submit().Want(200).Says("谢谢，已收到")
		}
		t1.Get("/photo/" + kept[1]).Want(404) // nobody sees any before the end
		c.Set(c.Now().AddDate(0, 0, 15))
		h.runSurveys()
		t1 = h.as("T1")
		s1 := h.as("S1")
		s1.Get(page).Want(200).Says("附了照片的答卷", "不够暖的地方")
		s1.Get("/photo/" + kept[1]).Want(404)
		h.browser().Get("/photo/" + kept[1]).Want(404)
		seen := t1.Get(page+"/texts").Want(200).Says("原话和照片", "不够暖的地方")
		shown := regexp.MustCompile(`<img src="(/photo/[0-9a-f]{64})"`).FindAllStringSubmatch(string(seen.Body), -1)
		if len(shown) != 6 {
			t.Fatalf("%d photos are shown", len(shown))
		}
		t1.Get(shown[0][1]).Want(200)
		var press *webtest.Form
		for _, n := range seen.All(func(n *html.Node) bool { return n.Data == "form" }) {
			if f := seen.FormAt(n); f.Values.Get("photo") != "" {
				press = f
			}
		}
		taken := press.Submit().Want(200).Says("已登记为心声", "已登记 SQ")
		press.Submit().Want(200) // a second press: nothing more
		press.Set("_token", taken.Form("/texts").Values.Get("_token")).Submit().Want(409).Says("这张照片刚才已经登记了")
		h.read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM voice v JOIN voice_photo p ON p.voice = v.id WHERE v.channel = 'survey' AND v.level = 'anonymous' AND v.submitter = '' AND v.text LIKE '%浴室测评%'`)
			if n != 1 {
				t.Errorf("%d voices were made of a photo", n)
			}
			return err
		})
		for _, kind := range []string{"csv", "docx"} {
			file := s1.Get(page + "/export?form=" + kind).Want(200).Body
			text := string(file)
			if kind == "docx" {
				text = textOfWord(t, file)
			}
			if !strings.Contains(text, "附了照片的答卷") || strings.Contains(text, kept[1]) {
				t.Errorf("the %s says of photos: %s", kind, text)
			}
		}
		s1.Get(page + "/export?form=xlsx").Want(200)
	})
}

// TestAQuestionForPhotos: it is written with forms alone, cannot be required, and takes no more than a phone can send.
func TestAQuestionForPhotos(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	t1, page := h.opened("bus", "班车测评")
	form := regexp.MustCompile(`/surveys/forms/[0-9a-f-]+`).FindString(string(t1.Get(page).Want(200).Body))
	f := t1.Get(form+"/q/new").Want(200).Form("/q/new").Set("kind", "photo").Set("zh", "车站什么样").Set("hint", "拍站牌").Set("max", "7").Set("required", "1")
	wrong := f.Submit().Want(422).Says("照片题不能必答", "最多收6张照片")
	if got := wrong.Form("/q/new").Values.Get("hint"); got != "拍站牌" {
		t.Errorf("what was typed is lost: %q", got)
	}
	wrong.Form("/q/new").Set("required", "").Set("max", "2").Set("when", "ride=daily").Submit().Want(200).Says("车站什么样", "最多 2 张", "每个班都坐")
	t1.Get(form+"/preview").Want(200).Says("车站什么样", "拍站牌", "“您乘坐班车上下班吗？”答", "最多 2 张")
	key := regexp.MustCompile(`/q/(q[0-9]+)`).FindStringSubmatch(string(t1.Get(form).Want(200).Body))[1]
	if got := t1.Get(form + "/q/" + key).Want(200).Form("/q/").Values; got.Get("hint") != "拍站牌" || got.Get("max") != "2" {
		t.Errorf("the question is opened with %v", got)
	}
}
