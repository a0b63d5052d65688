package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/jobs"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

func adminJobs(r *Req) error { return renderJobs(r, nil) }

// renderJobs shows how the queue stands, what was given up, and what happens again and again.
func renderJobs(r *Req, f *Form) error {
	list, err := r.List(ListSpec{})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.jobs"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.jobs_lede")}
	if f == nil {
		f = r.Blank()
	}
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.JobsSee); err != nil {
			return err
		}
		s, err := jobs.Queue(tx)
		if err != nil {
			return err
		}
		oldest := r.T("admin.nothing_late")
		if s.Oldest > 0 {
			oldest = r.T("org.term.minutes", int(s.Oldest.Minutes()))
		}
		count := func(key string, n int64) Fact {
			return Fact{Label: r.T("admin.job." + key), Value: r.Lang.Number(int(n))}
		}
		page.Facts = []Fact{count("waiting", s.Waiting), count("running", s.Running), count("due", s.Due), {Label: r.T("admin.job.oldest"), Value: oldest},
			count("failing", s.Failing), count("dead", s.Dead)}
		before, _ := strconv.ParseInt(list.After, 10, 64)
		dead, err := jobs.DeadLetters(tx, peoplePage, clock.Millis(before))
		if err != nil {
			return err
		}
		t := Table{Caption: r.T("admin.job.dead"), Form: f, First: list.First(), Columns: []Column{{Label: r.T("admin.f.job")}, {Label: r.T("admin.f.died")}, {Label: r.T("admin.f.tries"), Num: true},
			{Label: r.T("admin.f.cause")}, {Label: r.T("account.act")}}, Empty: Empty{Kind: "done", Title: r.T("admin.no_dead"), Text: r.T("admin.no_dead_text")}}
		for _, j := range dead {
			last := Cell{}
			if r.can(access.JobsRetry) {
				last.Button = &Button{Text: r.T("admin.retry"), To: r.Link("/admin/jobs/retry"), Fields: []Hidden{{"job", j.ID}}}
			}
			t.Add("", Cell{Text: j.Kind, Sub: j.Key}, Cell{Text: r.Lang.DateTime(j.Died, r.Zone)}, Cell{Text: r.Lang.Number(int(j.Tries))}, Cell{Text: j.Error}, last)
		}
		if len(dead) == peoplePage {
			t.Next = list.Next(strconv.FormatInt(int64(dead[len(dead)-1].Died), 10))
		}
		schedules, err := jobs.Schedules(tx)
		if err != nil {
			return err
		}
		page.Tables = []Table{t, r.scheduleTable(schedules)}
		return nil
	})
	if err != nil {
		return err
	}
	return adminList.Render(r, page)
}

func (r *Req) scheduleTable(schedules []jobs.Schedule) Table {
	t := Table{Caption: r.T("admin.schedules"), Columns: []Column{{Label: r.T("admin.f.job")}, {Label: r.T("admin.f.spec")}, {Label: r.T("admin.f.last_ok")}, {Label: r.T("admin.f.next")},
		{Label: r.T("admin.f.state")}}, Empty: Empty{Kind: "nothing", Title: r.T("admin.no_schedules")}}
	for _, s := range schedules {
		state := Cell{Tag: &Tag{Text: r.T("admin.goes_well"), Tone: "good"}}
		tone := ""
		if s.Fails > 0 {
			state, tone = Cell{Tag: &Tag{Text: r.T("admin.failed_in_row", int(s.Fails)), Tone: "bad"}, Text: s.Error}, "bad"
		}
		last := r.Lang.DateTime(s.LastOk, r.Zone)
		if last == "" {
			last = "—"
			if s.Fails == 0 {
				state = Cell{Tag: &Tag{Text: r.T("admin.not_yet")}}
			}
		}
		row := t.Add("", Cell{Text: s.Name}, Cell{Text: s.Spec}, Cell{Text: last}, Cell{Text: r.Lang.DateTime(s.Next, r.Zone)}, state)
		row.Tone = tone
	}
	return t
}

func retryJob(r *Req) error {
	f := r.Form()
	in := jobs.RetryJob{ID: f.one("job")}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	}
	if e := fault.Of(err); e != nil && e.Key != "jobs.alive" { // somebody else pressed first: that is what was wanted
		return err
	}
	r.Toast("admin.toast_retried")
	return r.Redirect("/admin/jobs")
}
