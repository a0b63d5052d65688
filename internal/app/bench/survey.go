package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// surveyAnswers is how many people answer.
const surveyAnswers = 100_000

// asking is a survey that is open, with a sheet of paper for each answer.
type asking struct {
	round string
	body  form.Body
	codes []string
}

// survey measures 100,000 answers of a questionnaire of 30 questions, one one-time code each, and the pages of the result.
func (b *bench) survey(ctx context.Context) error {
	if err := b.surveyOn(ctx, "SQLite", "survey", ""); err != nil {
		return err
	}
	return b.onPostgres(ctx, "PostgreSQL: 100,000 answers of a survey", func(url string) error { return b.surveyOn(ctx, "PostgreSQL", "survey-pg", url) })
}

func (b *bench) surveyOn(ctx context.Context, database, name, url string) error {
	data := filepath.Join(b.dir, name)
	var extra []string
	if url != "" {
		extra = []string{"--database", url}
	}
	if err := b.demonstration(ctx, data, extra...); err != nil {
		return err
	}
	a, err := ask(ctx, data, url)
	if err != nil {
		return err
	}
	if err := b.answers(ctx, database, data, a, extra); err != nil {
		return err
	}
	begun, used := time.Now(), ownProcessor()
	if err := count(ctx, data, url, a.round); err != nil {
		return err
	}
	b.note(fmt.Sprintf("%s: counting the survey with %d answers when it is over", database, surveyAnswers), time.Since(begun).Round(10*time.Millisecond).String(), "–",
		fmt.Sprintf("one transaction, in which all of them are written anew; %s of the processor", (ownProcessor()-used).Round(10*time.Millisecond)))
	return b.results(ctx, database, data, a.round, extra)
}

// answers lets 64 clients send what 100,000 people have filled in.
func (b *bench) answers(ctx context.Context, database, data string, a *asking, extra []string) error {
	s, err := b.start(ctx, data, extra...)
	if err != nil {
		return err
	}
	defer s.stop()
	path := "/s/" + a.round
	show, err := pageLoad(ctx, s.base+path, clients, b.seconds, nil)
	if err != nil {
		return err
	}
	filled, size, err := a.fill(s.base, path)
	if err != nil {
		return err
	}
	all, end, err := dialAll(s.base, clients)
	if err != nil {
		return err
	}
	defer end()
	thanks := []byte(lang.ZH.T("survey.done.thanks"))
	var next atomic.Int64
	server, client := s.processor(), ownProcessor()
	t, err := drive(ctx, clients, 10*time.Minute, func(c int) (bool, error) {
		n := int(next.Add(1)) - 1
		if n >= len(filled) {
			return false, nil
		}
		status, page, err := all[c].do(filled[n])
		if err == nil && (status != http.StatusOK || !bytes.Contains(page, thanks)) {
			err = fmt.Errorf("status %d: %.300s", status, page)
		}
		return true, err
	})
	t.server, t.client = s.processor()-server, ownProcessor()-client
	if err != nil {
		return err
	}
	b.note(fmt.Sprintf("%s: %d answers of a survey of %d questions, HTTP, 64 clients", database, t.n, len(a.body.Questions())),
		fmt.Sprintf("%s (%.0f/s, p50 %s, p99 %s; %s)", t.span.Round(100*time.Millisecond), t.perSecond(), round(t.quantile(.5)), round(t.quantile(.99)), t.cost()), "≤ 60 s",
		fmt.Sprintf("each durable, each with its own code; a page of questions has %d kB and is shown %.0f times/s", size>>10, show.perSecond()))
	return nil
}

// results opens the pages of the result.
func (b *bench) results(ctx context.Context, database, data, of string, extra []string) error {
	text, err := os.ReadFile(filepath.Join(data, "sign-ins"))
	if err != nil {
		return err
	}
	var accounts []demo.SignIn
	if err := json.Unmarshal(text, &accounts); err != nil {
		return err
	}
	s, err := b.start(ctx, data, extra...)
	if err != nil {
		return err
	}
	defer s.stop()
	cookie, err := signIn(s.base, accounts, string(access.Triager))
	if err != nil {
		return err
	}
	for _, path := range []string{"/survey/" + of, "/survey/" + of + "/units"} {
		server, client := s.processor(), ownProcessor()
		t, err := pageLoad(ctx, s.base+path, 2, b.seconds, cookie)
		if err != nil {
			return err
		}
		t.server, t.client = s.processor()-server, ownProcessor()-client
		b.note(fmt.Sprintf("%s: %s with %d answers", database, strings.Replace(path, of, "{round}", 1), surveyAnswers),
			fmt.Sprintf("p50 %s, p95 %s", round(t.quantile(.5)), round(t.quantile(.95))), "p95 ≤ 200 ms", fmt.Sprintf("2 clients, %.0f/s; %s", t.perSecond(), t.cost()))
	}
	return nil
}

// recording opens data of an installation, so that what is done there is recorded.
func recording(ctx context.Context, data, url string, c clock.Clock) (*db.DB, error) {
	keys, err := seal.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{Dir: data, DSN: url, Clock: c})
	if err == nil {
		_, err = event.Open(ctx, d, keys, event.Options{})
	}
	return d, err
}

// ask opens a survey for everybody and makes the sheets.
func ask(ctx context.Context, data, url string) (*asking, error) {
	d, err := recording(ctx, data, url, clock.System())
	if err != nil {
		return nil, err
	}
	defer d.Close()
	a := &asking{body: thirty()}
	begin, publish, plan := &survey.Begin{Template: form.Templates()[0]}, &survey.Publish{}, &survey.Plan{Title: a.body.Title.Zh, Audience: survey.Everybody}
	var office access.Person
	var strata []survey.Stratum
	err = d.Write(ctx, func(tx *db.Tx) error {
		who, err := db.One[string](tx, `SELECT person FROM org_grant WHERE role = $1 ORDER BY person LIMIT 1`, string(access.Triager))
		if err != nil {
			return err
		}
		if office, err = org.Actor(tx, who); err != nil {
			return err
		}
		if err := begin.Do(tx, office); err != nil {
			return err
		}
		if err := (survey.Write{Form: begin.ID, Body: a.body}).Do(tx, office); err != nil {
			return err
		}
		publish.Form = begin.ID
		if err := publish.Do(tx, office); err != nil {
			return err
		}
		plan.Form, plan.Opens, plan.Closes = begin.ID, tx.Today(), tx.Today().Add(1)
		if err := plan.Do(tx, office); err != nil {
			return err
		}
		a.round = plan.ID
		strata, err = survey.StrataOf(tx, a.round)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := 0; len(a.codes) < surveyAnswers; i++ {
		sheets := &survey.MakeCodes{Round: a.round, Unit: strata[i%len(strata)].Unit, N: min(survey.MaxCodes, surveyAnswers-len(a.codes))}
		if err := d.Write(ctx, func(tx *db.Tx) error { return sheets.Do(tx, office) }); err != nil {
			return nil, err
		}
		a.codes = append(a.codes, sheets.Codes...)
	}
	return a, nil
}

// thirty is a questionnaire of thirty questions: twenty scales, four choices, two of several, a grid, an order, a number and a text.
func thirty() form.Body {
	words := func(s string, i int) form.Words { return form.Words{Zh: s + "（第 " + strconv.Itoa(i) + " 题）"} }
	options := func(n int) (out []form.Option) {
		for i := range n {
			out = append(out, form.Option{Key: "o" + strconv.Itoa(i), Words: form.Words{Zh: "选项" + strconv.Itoa(i+1)}})
		}
		return out
	}
	b := form.Body{Title: form.Words{Zh: "三十个问题"}, Scales: map[string][]form.Words{"five": {{Zh: "很不满意"}, {Zh: "不满意"}, {Zh: "一般"}, {Zh: "满意"}, {Zh: "非常满意"}}}}
	s := form.Section{Words: form.Words{Zh: "全部问题"}}
	for _, k := range []struct {
		kind form.Kind
		n    int
		text string
	}{{form.Scale, 20, "您对这一项满意吗？"}, {form.Single, 4, "您最常去哪一个食堂？"}, {form.Multi, 2, "您想改进哪些？"}, {form.Grid, 1, "逐项打分"}, {form.Ranking, 1, "按重要程度排序"}, {form.Number, 1, "上次排队等了几分钟？"}, {form.Text, 1, "最想改进的一件事"}} {
		for range k.n {
			i := len(s.Questions) + 1
			q := form.Question{Key: "q" + strconv.Itoa(i), Kind: k.kind, Words: words(k.text, i), Required: k.kind != form.Text}
			switch k.kind {
			case form.Scale:
				q.Steps = "five"
			case form.Grid:
				q.Steps, q.Rows = "five", options(3)
			case form.Number:
				q.Max = 60
			case form.Text:
				q.Max = 300
			default:
				q.Options = options(5)
			}
			s.Questions = append(s.Questions, q)
		}
	}
	b.Sections = []form.Section{s}
	b.Scores = []form.Score{{Key: "all", Words: form.Words{Zh: "总分"}, Of: []string{"q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9"}}}
	return b
}

// fill fills the page of questions in for everybody; it also tells how many bytes the page has.
func (a *asking) fill(base, path string) (out [][]byte, size int, err error) {
	page, err := body(base + path)
	if err != nil {
		return nil, 0, err
	}
	f, err := webtest.ReadForm(page, path)
	if err != nil {
		return nil, 0, err
	}
	for i, code := range a.codes {
		f.Values.Set("code", code)
		for n, q := range a.body.Questions() {
			dice := i*31 + n*17 + i/7*n // anything that is not the same for everybody
			set := func(part string, v ...string) { f.Values[form.Field(q, part)] = v }
			switch q.Kind {
			case form.Scale:
				set("", strconv.Itoa(1+dice%5))
			case form.Single:
				set("", q.Options[dice%5].Key)
			case form.Multi:
				set("", q.Options[dice%2].Key, q.Options[2+dice%3].Key)
			case form.Grid:
				for k, row := range q.Rows {
					set(row.Key, strconv.Itoa(1+(dice+k)%5))
				}
			case form.Ranking:
				for k, o := range q.Options {
					set(o.Key, strconv.Itoa(1+(dice+k)%5))
				}
			case form.Number:
				set("", strconv.Itoa(dice%60))
			case form.Text:
				if set("", ""); i%5 == 0 {
					set("", fmt.Sprintf("第 %d 个人说：夜班的菜是热过两遍的。", i))
				}
			}
		}
		req, err := f.Request(base)
		if err != nil {
			return nil, 0, err
		}
		r, err := raw(req)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, r)
	}
	return out, len(page), nil
}

// count ends the survey the day after its last one, and makes sure that every answer is there once.
func count(ctx context.Context, data, url, round string) error {
	d, err := recording(ctx, data, url, clock.NewFake(clock.System().Now().Add(48*time.Hour)))
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := survey.Run(tx)
		return err
	}, db.Coarse); err != nil {
		return err
	}
	return d.Read(ctx, func(tx *db.Tx) error {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM survey_answer WHERE round = $1`, round)
		if err == nil && n != surveyAnswers {
			err = fmt.Errorf("%d answers are counted of %d", n, surveyAnswers)
		}
		return err
	})
}
