package browser

import (
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/seal"
)

// journey is one voice on its whole way: told at the wall, decided, planned, done, measured, rated, struck off, shown.
type journey struct {
	t *testing.T
	s *site
	screen
	noScripts    bool   // of the employee's phone
	number, code string // receipt
	voice        string // id
	handler      string // employee number
	asked        []org.Person
	matter       string // number
	title        string
	picture      string // file
}

// TestWholePath goes the whole way as the people in it do, each at a browser of his own.
func TestWholePath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		screen screen
	}{
		{"phone zh", screen{Width: 360, Lang: lang.ZH}},
		{"desk en", screen{Width: 1280, Lang: lang.EN}},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := &journey{t: t, s: serve(t), screen: c.screen, picture: photoFile(t)}
			j.s.askAtOnce()
			j.tell()
			j.followFirst()
			j.triage()
			j.plan()
			j.sign()
			j.approve()
			j.work()
			j.inspect()
			j.noScripts = c.screen.Width < 700 // answers and reads the end with scripts switched off
			j.rate()
			j.close()
			j.toldBack()
		})
	}
}

// TestTellWithoutScripts: an old phone tells, gets its receipt and follows.
func TestTellWithoutScripts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, v := range []screen{{Width: 360, Lang: lang.ZH}, {Width: 1280, Lang: lang.EN}} {
		j := &journey{t: t, s: s, screen: v, noScripts: true, picture: photoFile(t)}
		j.tell()
		j.followFirst()
	}
}

// photoFile is a photo as a phone takes it.
func photoFile(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 1600, 1200))
	for y := range 1200 {
		for x := range 1600 {
			m.Set(x, y, color.RGBA{uint8(90 + x/20), uint8(120 + y/15), uint8(150 + (x^y)%40), 255})
		}
	}
	name := filepath.Join(t.TempDir(), "浴室.jpg")
	f, err := os.Create(name)
	if err == nil {
		err = jpeg.Encode(f, m, nil)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func (j *journey) say(zh, en string) string {
	if j.Lang == lang.EN {
		return en
	}
	return zh
}

// employee opens the window of the person who speaks.
func (j *journey) employee() *walker {
	v := j.screen
	v.NoScripts = j.noScripts
	return j.s.walk(j.t, v)
}

// staff opens a window in which somebody is signed in.
func (j *journey) staff(number string) *walker {
	w := j.s.walk(j.t, j.screen)
	w.signIn(number, demo.Password)
	if j.Lang == lang.EN {
		w.open("/account")
		w.choose("lang", "en")
		w.press(`form[action*="/reading"] button`)
	}
	return w
}

func (j *journey) in(path string) string { return path + "?lang=" + string(j.Lang) }

func (j *journey) tell() {
	w := j.employee()
	w.open(j.in("/p/P104M"))
	w.write("text", j.say("二楼淋浴今天早上八点又是凉水，洗到一半就没有热水了。", "The showers on the upper floor were cold again at eight this morning; there was no hot water half-way."))
	w.attach("photo", j.picture)
	if !j.noScripts {
		w.wait(`document.querySelector('.tile img') && !document.querySelector('[aria-busy]')`)
	}
	w.choose("kind", "problem")
	w.press("main button.primary ~ " + w.Lang.T("tell.go_on"))
	w.says("tell.summary")
	if n := must[int](w, `document.querySelectorAll('.thumbs img').length`); n != 1 {
		w.fail("%d photos on the second page", n)
	}
	w.choose("level", "anonymous")
	w.press("main .bar button.primary")
	j.number = strings.Join(strings.Fields(must[string](w, `document.getElementById('receipt-number').innerText`)), "")
	j.code = must[string](w, `document.getElementById('receipt-code').innerText`)
	if _, err := seal.ParseCode(j.code); err != nil {
		w.fail("the code %q: %v", j.code, err)
	}
	if n := must[string](w, `document.cookie`); n != "" {
		w.fail("anonymous pages have left a cookie: %s", n)
	}
	if !j.noScripts {
		w.touch("[data-receipt-save]")
		w.wait(`document.querySelector('.saved img')?.naturalWidth`)
	}
	w.clean()
}

// door opens the follow-up page with number and code.
func (j *journey) door() *walker {
	w := j.employee()
	w.open(j.in("/f"))
	w.write("number", j.number)
	w.write("code", j.code)
	w.press("main button.primary")
	w.sees(j.number)
	return w
}

func (j *journey) followFirst() {
	w := j.employee()
	w.open(j.in("/f"))
	w.write("number", j.number)
	w.write("code", strings.Repeat("1234 ", 4))
	w.pressWant(422, "main button.primary")
	w.write("number", j.number)
	w.write("code", j.code)
	w.press("main button.primary")
	w.says("follow.who_opened")
	w.says("follow.nobody")
	w.clean()
}

func (j *journey) read(fn func(tx *db.Tx) error) {
	j.t.Helper()
	if err := j.s.App.DB.Read(context.Background(), fn); err != nil {
		j.t.Fatal(err)
	}
}

func (j *journey) triage() {
	w := j.staff(j.s.as(access.Triager).Number)
	w.open("/inbox?q=" + j.number)
	j.title = j.say("二楼淋浴有热水", "Hot water in the upper showers")
	w.press(`table a[href*="/voice/"]`)
	j.voice = strings.TrimPrefix(w.path(), "/voice/")
	w.press(`form[action*="/claim"] button`)
	w.write("title", j.title)
	w.write("redacted", j.say("二楼淋浴早上没有热水。", "No hot water in the upper showers in the morning."))
	w.pick("category", "B1")
	w.wait(`!document.querySelector('#p-units') || document.querySelector('#p-units .hintline')`)
	w.choose("do", "new")
	w.wait(`document.getElementById('f-new_lead').value.endsWith('D02') && document.getElementById('f-say').value`)
	if box := `input[name="public"]`; !must[bool](w, `document.querySelector('`+box+`').checked`) {
		w.touch(box)
	}
	w.write("say", j.say("已受理，交设备部处理，办好后请你验收。", "Taken up; the equipment department deals with it and you will be asked whether it worked."))
	w.press(`#decide button[value="decide"], #decide .bar button.primary`)
	j.read(func(tx *db.Tx) (err error) {
		j.matter, err = db.One[string](tx, `SELECT m.number FROM voice v JOIN matter m ON m.id = v.matter WHERE v.id = $1`, j.voice)
		return err
	})
	w.clean()
}

// handler is somebody of the lead unit who is not its head.
func (j *journey) someone(r access.Role, unit string) string {
	var number string
	j.read(func(tx *db.Tx) error {
		all, err := org.Holders(tx, r, unit)
		if err != nil {
			return err
		}
		p, err := org.PersonByID(tx, all[0].ID)
		number = p.EmployeeNo
		return err
	})
	return number
}

func (j *journey) plan() {
	j.handler = j.someone(access.Handler, "D02")
	w := j.staff(j.handler)
	w.open("/matter/" + j.matter)
	w.press(`form[action*="/sign"] button`)
	w.press(`a[href*="/plan"]`)
	day := j.s.Time.Now().AddDate(0, 0, 4).Format(time.DateOnly)
	w.write("standard", j.say("二楼每个喷头出水温度 38–42 °C。", "Every upper shower gives 38–42 °C."))
	w.write("checks.0.text", j.say("喷头水温", "Temperature at the head"))
	w.pick("checks.0.kind", "number")
	w.write("checks.0.low", "38")
	w.write("checks.0.high", "42")
	w.write("checks.0.unit", "°C")
	w.write("steps.0.text", j.say("更换二楼混水阀", "Replace the mixing valve"))
	w.write("steps.0.day", day)
	w.write("owner", j.handler)
	w.write("deadline", day)
	w.write("acceptors.0", j.someone(access.UnitChair, "U02"))
	w.press(`button[value="submit"]`)
	if w.path() != "/matter/"+j.matter {
		w.fail("the plan was not taken")
	}
	w.clean()
}

// sign is the signature of the head of the lead unit, on the desk, with one press.
func (j *journey) sign() {
	w := j.staff(j.someone(access.DeptHead, "D02"))
	w.open("/desk")
	w.press(`form[action*="/matter/` + j.matter + `/head-sign"] button`)
	if w.path() != "/desk" {
		w.fail("the plan was not signed")
	}
	w.open("/matter/" + j.matter)
	w.sees("38", "42", "°C", w.Lang.Enum("matter.step", "office"))
	w.clean()
}

func (j *journey) approve() {
	w := j.staff(j.s.as(access.Supervisor).Number)
	w.open("/matter/" + j.matter)
	w.press(`a[href*="/decide"]`)
	w.sees("38", "42", "°C")
	w.press(`button[name="approve"][value="yes"]`)
	j.state(w, "executing")
	w.clean()
}

// state fails unless the matter's page says that it is in the state.
func (j *journey) state(w *walker, state string) {
	w.t.Helper()
	if w.path() != "/matter/"+j.matter {
		w.fail("not on the matter's page")
	}
	if got, want := must[string](w, `document.querySelector('.head').innerText`), w.Lang.Enum("matter.state", state); !strings.Contains(strings.ToLower(got), strings.ToLower(want)) { // a tag begins with a capital
		w.fail("the matter says %q, not %q", got, want)
	}
}

func (j *journey) attach(w *walker) {
	w.t.Helper()
	w.attach("photos", j.picture)
	w.wait(`document.querySelector('.tile img') && !document.querySelector('[aria-busy]')`)
}

func (j *journey) work() {
	w := j.staff(j.handler)
	w.open("/matter/" + j.matter)
	w.press(`a[href*="/progress"]`)
	j.attach(w)
	w.write("text", j.say("混水阀已换好。", "The valve is replaced."))
	w.press("main .bar button")
	j.state(w, "executing")
	w.press(`a[href*="/done"]`)
	j.attach(w)
	w.write("readings.1", "40.5")
	w.write("text", j.say("二楼喷头水温 40.5 °C，请检查。", "The upper showers give 40.5 °C; please look."))
	w.press("main .bar button")
	j.state(w, "inspecting")
	w.clean()
}

func (j *journey) inspect() {
	w := j.staff(j.s.as(access.Inspector).Number)
	w.open("/matter/" + j.matter)
	w.press(`a[href*="/inspect"]`)
	w.write("readings.1", "41")
	w.write("readings.1.2", "40")
	w.write("readings.1.3", "39.5")
	w.choose("passed", "yes")
	w.write("present", j.say("二炼钢职工代表", "A delegate of the steel plant"))
	w.press("main .bar button")
	j.state(w, "accepting")
	w.sees("41 / 40 / 39.5")
	w.clean()
}

// rate lets the submitter answer through the receipt, and five of those who were drawn answer with an account.
func (j *journey) rate() {
	j.s.Time.Advance(24 * time.Hour) // an anonymous voice is told what is new at set hours
	w := j.door()
	w.press(`button[formaction*="/rate"]`)
	j.answer(w)
	j.read(func(tx *db.Tx) error {
		all, err := db.All[string](tx, `SELECT i.person FROM invitation i JOIN matter m ON m.id = i.matter WHERE m.number = $1 AND i.person <> '' ORDER BY i.id`, j.matter)
		if err != nil {
			return err
		}
		if len(all) < 5 {
			j.t.Fatalf("only %d people were drawn", len(all))
		}
		for _, id := range all[:5] {
			p, err := org.PersonByID(tx, id)
			if err != nil {
				return err
			}
			j.asked = append(j.asked, p)
		}
		return nil
	})
	hash, err := seal.HashPassword(context.Background(), demo.Password)
	if err != nil {
		j.t.Fatal(err)
	}
	for _, p := range j.asked {
		err := j.s.App.DB.Write(context.Background(), func(tx *db.Tx) error {
			return login.Provide{Person: p.ID, Hash: hash}.Do(tx, access.System("test"))
		})
		if err != nil {
			j.t.Fatal(err)
		}
		w := j.staff(p.EmployeeNo)
		w.open("/mine")
		w.press(`a[href*="/rate/"]`)
		j.answer(w)
	}
	j.windowEnds()
}

// windowEnds lets the time pass in which people may answer.
func (j *journey) windowEnds() {
	j.t.Helper()
	j.s.Time.Advance(20 * 24 * time.Hour)
	deadline := time.After(patience)
	for {
		var state string
		j.read(func(tx *db.Tx) (err error) {
			state, err = db.One[string](tx, `SELECT state FROM matter WHERE number = $1`, j.matter)
			return err
		})
		if state == "rated" {
			return
		}
		select {
		case <-deadline:
			j.t.Fatalf("the window is over and the matter is %s", state)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// answer fills in one rating: the fact first, then the result, then a grade.
func (j *journey) answer(w *walker) {
	w.t.Helper()
	if n := must[int](w, `document.querySelectorAll('input[type=radio]:checked').length`); n != 0 {
		w.fail("%d answers were chosen before anybody did", n)
	}
	w.choose("fact", "yes")
	w.choose("result", "solved")
	w.choose("grade", "5")
	w.press("main .bar button.primary")
	w.says("rate.thanks")
	w.clean()
}

func (j *journey) close() {
	w := j.staff(j.s.as(access.Supervisor).Number)
	w.open("/matter/" + j.matter)
	w.press(`a[href*="/close"]`)
	w.write("reply", j.reply())
	w.press("main .bar button")
	j.state(w, "closed")
	w.clean()
}

func (j *journey) toldBack() {
	j.s.Time.Advance(24 * time.Hour)
	w := j.door()
	w.sees(j.reply())
	w.clean()
	w.open(j.in("/board"))
	w.press(`.tabs a[href*="view=done"]`)
	w.sees(j.title)
	w.clean()
}

func (j *journey) reply() string {
	return j.say("二楼混水阀换了，六个人都说水热了，以后由设备部每周量一次。", "The valve is new, six people say that the water is warm; the equipment department measures it every week.")
}
