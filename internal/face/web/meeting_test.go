package web_test

import (
	"strings"
	"testing"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/meeting"
)

// meeting calls one of a kind for this day.
func (p *plant) meeting(kind string, c *clock.Fake) string {
	p.t.Helper()
	start := clock.MillisOf(c.Now()) + 60_000
	call := &meeting.Call{Kind: kind, Terms: meeting.Terms{Title: "十二月的会议", Start: start, End: start + 60_000, Place: "三楼会议室", Chair: p.P("leader").ID, Recorder: p.P("supervisor").ID,
		Invited: []string{"D05", "U01"}}}
	p.Do("supervisor", call)
	return call.ID
}

// TestSpeechesWithoutScripts: buttons move a speech, a page of its own asks before one is taken off, and once the meeting is on nothing
// of it can be pressed any more.
func TestSpeechesWithoutScripts(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		id := p.meeting(meeting.Exchange, c)
		at := "/meeting/" + id + "/speeches"
		p.as("supervisor").Get(at).Want(200).Says("还没有发言和表扬")
		for _, title := range []string{"做法甲", "做法乙", "做法丙"} {
			p.as("supervisor").Get("/meeting/"+id+"/speak").Form("/speak").Set("title", title).Set("unit", "D05").Submit().Want(200).Says(title)
		}
		list := p.as("supervisor").Get("/meeting/" + id).Want(200).Says("发言和表扬").Click("发言和表扬")
		order := func(want string) {
			t.Helper()
			var got []string
			p.Read(func(tx *db.Tx) error {
				all, err := meeting.SpeechesOf(tx, id)
				for _, x := range all {
					got = append(got, x.Title)
				}
				return err
			})
			if s := strings.Join(got, " "); s != want {
				t.Errorf("order %s, want %s", s, want)
			}
		}
		list = list.Form(at).Submit("act=talk.up.3").Want(200).Says("次序已保存")
		order("做法甲 做法丙 做法乙")
		list = list.Form(at).Submit("act=talk.up.1").Want(200)
		order("做法甲 做法丙 做法乙")
		ask := list.Click("移出名单").Want(200).Says("做法甲", "移出以后")
		order("做法甲 做法丙 做法乙")
		list = ask.Form("/speech/").Submit().Want(200).Says("已移出名单")
		order("做法丙 做法乙")
		p.Do("supervisor", meeting.Freeze{Meeting: id}, meeting.OpenRoom{Meeting: id})
		list.Form(at).Submit("act=talk.down.1").Want(409).Says("会议已经开始或结束")
		list.Click("移出名单").Want(409)
		if page := p.as("supervisor").Get(at).Want(200).Says("会议开始后名单不再改动"); strings.Contains(page.Text(), "移出名单") {
			t.Error("something can be taken off while the meeting is on")
		}
		order("做法丙 做法乙")
		p.as("supervisor").Get("/meeting/" + p.meeting(meeting.Dispatch, c) + "/speeches").Want(404)
	})
}

// TestHelpersAreFound: units that help with a resolution are found by a part of their name, without scripts; what is typed in one form of
// the room does not empty the others, and wording something for the screen keeps what is typed beside it.
func TestHelpersAreFound(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		id := p.meeting(meeting.Dispatch, c)
		p.Do("supervisor", meeting.Add{Meeting: id, Title: "早班班车", Reason: "领导要求"}, meeting.Freeze{Meeting: id}, meeting.OpenRoom{Meeting: id})
		at := "/meeting/" + id + "/room"
		p.as("supervisor").Get(at).Want(200).Form(at).Submit(turn(t, p, id))
		room := p.as("supervisor").Get(at).Want(200)
		attend := func(page *webtest.Page) *webtest.Form { return page.Form("保存到会情况") }
		room = attend(room).Set("presence.D05", meeting.Deputy).Set("person.D05", "钱科").Submit("act=attend").Want(200)
		decide := func(page *webtest.Page) *webtest.Form { return page.Form("显示到大屏") }
		worded := decide(room).Set("text", "加两班车").Set("lead", "D05").Set("day", "2026-12-18").Set("co.add", "D06").Submit("act=word").Want(200)
		f := decide(worded)
		if f.Values.Get("lead") != "D05" || f.Values.Get("day") != "2026-12-18" || f.Values.Get("co.add") != "D06" || attend(worded).Values.Get("person.D05") != "钱科" {
			t.Errorf("wording emptied %v, %v", f.Values, attend(worded).Values)
		}
		doubt := f.Set("co.add", "部").Submit("act=decide").Want(422)
		if v := decide(doubt).Values; v.Get("text") != "加两班车" || v.Get("co.add") != "部" || len(v["co.add.offer"]) < 2 {
			t.Errorf("the form came back with %v", v)
		}
		if v := attend(doubt).Values; v.Get("presence.D05") != meeting.Deputy || v.Get("person.D05") != "钱科" {
			t.Errorf("a fault beside it emptied the attendance: %v", v)
		}
		decide(doubt).Set("co", "D06", "U01").Submit("act=decide").Want(200).Says("已议定")
		p.Read(func(tx *db.Tx) error {
			rs, err := meeting.ResolutionsOf(tx, id)
			if len(rs) != 1 || rs[0].Co != "D06,U01" {
				t.Errorf("decided %+v", rs)
			}
			return err
		})
	})
}

// turn is the button that brings the first item of the agenda onto the screen.
func turn(t *testing.T, p *plant, id string) string {
	t.Helper()
	var item string
	p.Read(func(tx *db.Tx) (err error) {
		item, err = db.One[string](tx, `SELECT id FROM meeting_item WHERE meeting = $1 ORDER BY n LIMIT 1`, id)
		return err
	})
	return "act=turn." + item
}
