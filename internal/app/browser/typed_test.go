package browser

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// mostTyped is how many fields people have to type into, all together, from the voice to the closing of a standard matter.
const mostTyped = 12

// wanted are the fields that came back with a fault because they hold nothing good, by name, and whether a day is chosen there.
const wanted = `(() => {
	const typed = (n) => n.matches('textarea, input:not([type=hidden], [type=radio], [type=checkbox], [type=file])') && n.checkVisibility();
	const out = new Map();
	for (const box of document.querySelectorAll('main .wrong, main [aria-invalid=true]')) {
		const all = [box, ...box.querySelectorAll('*')].filter(typed);
		const n = all.find((n) => n.getAttribute('aria-invalid') === 'true') || all.find((n) => !n.value);
		if (n) out.set(n.name, n.type);
	}
	return [...out].map(([name, type]) => name + ' ' + type);
})()`

// need sends a form by a button and types into the fields without which it is not taken, and into no other; it counts them.
func (w *walker) need(button string, values map[string]string) {
	w.t.Helper()
	var typed []string
	for range 5 {
		x, y := w.spot(button)
		status := w.send(chromedp.MouseClickXY(x, y))
		if status < 400 {
			w.fields += len(typed)
			w.t.Logf("%s %s: %d fields: %s", w.path(), button, len(typed), strings.Join(typed, ", "))
			return
		}
		asked := must[[]string](w, wanted)
		if len(asked) == 0 {
			w.fail("refused with %d, and no field says why", status)
		}
		for _, x := range asked {
			name, kind, _ := strings.Cut(x, " ")
			value, ok := values[name]
			if !ok {
				w.fail("%s has to be typed: nobody has thought of that", name)
			}
			w.write(name, value)
			if kind != "date" {
				typed = append(typed, name)
			}
		}
	}
	w.fail("the form is never taken")
}

// send is load for any status, which it returns.
func (w *walker) send(steps ...chromedp.Action[chromedp.Void]) int64 {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		w.fail("no page came: %v", err)
	}
	if res == nil {
		return 200
	}
	w.expect(res)
	return res.Status
}

// TestTypedFields goes the whole way of a standard matter and types only what the pages do not take without: at most twelve fields from the
// voice to the closing. What can be chosen, is chosen.
func TestTypedFields(t *testing.T) {
	t.Parallel()
	j := &journey{t: t, s: serve(t), screen: screen{Width: 1280, Lang: lang.ZH}, picture: photoFile(t)}
	j.s.askAtOnce()
	day := j.s.Time.Now().AddDate(0, 0, 4).Format(time.DateOnly)
	total := 0
	as := func(number, path string) *walker {
		w := j.staff(number)
		w.open(path)
		return w
	}
	done := func(w *walker) { total += w.fields; w.clean() }

	w := j.employee()
	w.open("/p/P104M")
	w.need("#say .bar button", map[string]string{"text": "二楼淋浴今天早上八点又是凉水。"})
	w.choose("level", "anonymous")
	w.need("main .bar button.primary", nil)
	j.number = strings.Join(strings.Fields(must[string](w, `document.getElementById('receipt-number').innerText`)), "")
	j.code = must[string](w, `document.getElementById('receipt-code').innerText`)
	w.taken()
	total += w.fields

	w = as(j.s.as(access.Triager).Number, "/inbox?q="+j.number)
	w.press(`table a[href*="/voice/"]`)
	j.voice = strings.TrimPrefix(w.path(), "/voice/")
	w.press(`form[action*="/claim"] button`)
	w.pick("category", "B1")
	w.choose("do", "new")
	w.wait(`document.querySelector('[name=new_lead]').value !== ''`)
	w.need(`#decide button[value="decide"], #decide .bar button.primary`, map[string]string{"title": "二楼淋浴有热水", "redacted": "二楼淋浴早上没有热水。", "say": "已交设备部处理，办好后请你验收。"})
	done(w)
	j.read(func(tx *db.Tx) (err error) {
		j.matter, err = db.One[string](tx, `SELECT m.number FROM voice v JOIN matter m ON m.id = v.matter WHERE v.id = $1`, j.voice)
		return err
	})

	j.handler = j.someone(access.Handler, "D02")
	w = as(j.handler, "/matter/"+j.matter)
	w.press(`form[action*="/sign"] button`)
	w.press(`a[href*="/plan"]`)
	if must[bool](w, `!!document.querySelector('main input[name=pick]')`) {
		must[bool](w, `(document.querySelector('main input[name=pick]').closest('details').open = true)`)
		w.touch(`main input[name=pick]`)
	}
	w.need(`button[value="submit"]`, map[string]string{"item": "二楼淋浴有热水", "standard": "二楼每个喷头出水温度 38–42 °C。", "checks.0.text": "喷头水温", "steps.0.text": "更换二楼混水阀", "steps.0.day": day,
		"owner": j.handler, "deadline": day, "acceptors.0": j.someone(access.UnitChair, "U02")})
	done(w)

	j.sign()
	w = as(j.s.as(access.Supervisor).Number, "/matter/"+j.matter+"/decide")
	w.need(`button[name="approve"][value="yes"]`, nil)
	j.state(w, "executing")
	done(w)

	w = as(j.handler, "/matter/"+j.matter)
	w.press(`a[href*="/progress"]`)
	j.attach(w)
	w.need("main .bar button", map[string]string{"text": "混水阀已换好。"})
	j.state(w, "executing")
	done(w)

	w = as(j.handler, "/matter/"+j.matter+"/done")
	j.attach(w)
	w.need("main .bar button", map[string]string{"text": "混水阀已换好。", "readings.1": "40", "readings.2": "40", "readings.3": "40"})
	j.state(w, "inspecting")
	done(w)

	w = as(j.s.as(access.Inspector).Number, "/matter/"+j.matter+"/inspect")
	w.choose("passed", "yes")
	w.need("main .bar button", map[string]string{"present": "职工代表", "readings.1": "41", "readings.1.2": "40", "readings.1.3": "40", "readings.2": "40", "readings.3": "40"})
	j.state(w, "accepting")
	done(w)

	j.noScripts = false
	j.judge()

	w = as(j.s.as(access.Supervisor).Number, "/matter/"+j.matter+"/close")
	w.need("main .bar button", map[string]string{"reply": j.reply()})
	j.state(w, "closed")
	done(w)
	t.Logf("%d fields are typed into from the voice to the closing", total)
	if total > mostTyped {
		t.Errorf("people have to type into %d fields, at most %d", total, mostTyped)
	}
}

// judge lets five of those who were drawn answer, which takes choices only: one at a window, the others over HTTP. Then the window ends.
func (j *journey) judge() {
	var drawn []string
	j.read(func(tx *db.Tx) (err error) {
		drawn, err = db.All[string](tx, `SELECT p.employee_no FROM invitation i JOIN matter m ON m.id = i.matter JOIN org_person p ON p.id = i.person WHERE m.number = $1 ORDER BY i.id LIMIT 5`, j.matter)
		return err
	})
	c := &scout{t: j.t, s: j.s}
	for i, number := range drawn {
		j.s.account(j.t, number)
		if i == 0 {
			w := j.staff(number)
			w.open("/mine")
			w.press(`a[href*="/rate/"]`)
			if n := must[int](w, `document.querySelectorAll('main :is(textarea, input:not([type=hidden], [type=radio]))[aria-required]').length`); n != 0 {
				w.fail("%d fields have to be typed into", n)
			}
			j.answer(w)
			continue
		}
		c.enter(number)
		c.client(number).Get("/mine").Click("/rate/").Form("/rate/").Set("fact", "yes").Set("result", "solved").Set("grade", "5").Submit().Want(http.StatusOK)
	}
	if len(drawn) < 5 {
		j.t.Fatalf("only %d people were drawn", len(drawn))
	}
	j.windowEnds()
}
