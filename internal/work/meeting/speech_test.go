package meeting_test

import (
	"strings"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/practice"
)

// speeches lists the speeches and awards of a meeting by their titles.
func (w *world) speeches(id string) (ids []string, titles string) {
	w.T.Helper()
	var all []string
	w.Read(func(tx *db.Tx) error {
		list, err := meeting.SpeechesOf(tx, id)
		for _, x := range list {
			ids, all = append(ids, x.ID), append(all, x.Title)
		}
		return err
	})
	return ids, strings.Join(all, " ")
}

// TestSpeechesInOrder: speeches change places among each other and are taken off until the meeting begins; then the list stays.
func TestSpeechesInOrder(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		other := w.call()
		w.refuses("supervisor", meeting.ArrangeSpeeches{Meeting: other}, "meeting.other_kind")
		w.refuses("supervisor", meeting.Unspeak{Meeting: other}, "meeting.other_kind")
		id := w.call(func(c *meeting.Call) { c.Kind = meeting.Exchange })
		for _, x := range []meeting.Speak{{Kind: meeting.SpeechTalk, Title: "做法甲"}, {Kind: meeting.SpeechAward, Title: "表扬甲"}, {Kind: meeting.SpeechTalk, Title: "做法乙"}, {Kind: meeting.SpeechTalk, Title: "做法丙"},
			{Kind: meeting.SpeechAward, Title: "表扬乙"}} {
			x.Meeting, x.Unit = id, "D05"
			w.Do("supervisor", x)
		}
		at, got := w.speeches(id)
		if got != "做法甲 做法乙 做法丙 表扬甲 表扬乙" {
			t.Fatal(got)
		}
		w.refuses("head", meeting.ArrangeSpeeches{Meeting: id, Order: at}, "access.denied")
		w.refuses("head", meeting.Unspeak{Meeting: id, Speech: at[0]}, "access.denied")
		w.Do("supervisor", meeting.ArrangeSpeeches{Meeting: id, Order: []string{at[2], at[4], at[0], "unknown"}})
		if _, got := w.speeches(id); got != "做法丙 做法甲 做法乙 表扬乙 表扬甲" {
			t.Error(got)
		}
		w.Do("supervisor", meeting.Unspeak{Meeting: id, Speech: at[1]}, meeting.Freeze{Meeting: id}, meeting.Unspeak{Meeting: id, Speech: at[3]})
		w.refuses("supervisor", meeting.Unspeak{Meeting: id, Speech: at[1]}, "meeting.unknown_speech")
		w.Do("supervisor", meeting.ArrangeSpeeches{Meeting: id, Order: []string{at[0], at[2]}}, meeting.Unspeak{Meeting: id, Speech: at[4]}, meeting.Unspeak{Meeting: id, Speech: at[2]})
		w.refuses("supervisor", meeting.Unspeak{Meeting: id, Speech: at[0]}, "meeting.last_speech")
		w.Do("supervisor", meeting.Speak{Meeting: id, Kind: meeting.SpeechTalk, Title: "做法丁", Unit: "D06"})
		w.on("2026-11-30 14:00")
		w.Do("supervisor", meeting.OpenRoom{Meeting: id})
		kept := func(when string) {
			t.Helper()
			now, _ := w.speeches(id)
			w.refuses("supervisor", meeting.Unspeak{Meeting: id, Speech: at[0]}, "meeting.over")
			w.refuses("supervisor", meeting.ArrangeSpeeches{Meeting: id, Order: []string{now[1], now[0]}}, "meeting.over")
			if _, got := w.speeches(id); got != "做法甲 做法丁" {
				t.Errorf("%s: %s", when, got)
			}
		}
		kept("held")
		w.Do("supervisor", meeting.Finish{Meeting: id})
		kept("ended")
		w.Do("leader", meeting.Sign{Meeting: id})
		kept("signed")
		if x := w.minutes(id)[0].Speeches; len(x) != 2 || x[0].Title != "做法甲" {
			t.Errorf("minutes %+v", x)
		}
		w.sound()
	})
}

// TestASpeechTellsOfAPractice: only of one that is published.
func TestASpeechTellsOfAPractice(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		id := w.call(func(c *meeting.Call) { c.Kind = meeting.Exchange })
		if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error {
			for _, x := range [][]any{{"p1", "JY-2026-001", practice.Published, 1}, {"p2", "JY-2026-002", practice.Draft, 0}, {"p3", "JY-2026-003", practice.Withdrawn, 1}} {
				if _, err := tx.Exec(`INSERT INTO practice (id, number, version, state, public, matter, matter_no, unit, unit_path, lead, lead_path, category, place, closed_at, said, people,
					title, problem, invest, fits, unfit, contact, tags, recipe, figures, words, author, writers, made_at, changed_at, reviewer, published_at, note)
					VALUES ($1,$2,1,$3,$4,$5,'','U01','/G/U01/','D05','/G/D05/','','',0,0,0,'浴室恒温改造','','','','','','','','','','','',0,0,'',0,'')`, append(x, x[0])...); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, no := range []string{"JY-2026-002", "JY-2026-003", "JY-2026-777"} {
			w.refuses("supervisor", meeting.Speak{Meeting: id, Kind: meeting.SpeechTalk, Practice: no}, "practice:meeting.unknown_practice")
		}
		w.Do("supervisor", meeting.Speak{Meeting: id, Kind: meeting.SpeechTalk, Practice: "JY-2026-001"}, meeting.Speak{Meeting: id, Kind: meeting.SpeechTalk, Practice: "p1", Title: "三句话说清恒温", Unit: "D06"})
		w.Read(func(tx *db.Tx) error {
			all, err := meeting.SpeechesOf(tx, id)
			if len(all) != 2 || all[0].Title != "浴室恒温改造" || all[0].Unit != "D05" || all[1].Title != "三句话说清恒温" || all[1].Unit != "D06" || all[1].Practice != "JY-2026-001" {
				t.Errorf("speeches: %+v", all)
			}
			return err
		})
	})
}

// TestSpeechesFull: the list has an end.
func TestSpeechesFull(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		id := w.call(func(c *meeting.Call) { c.Kind = meeting.Exchange })
		one := meeting.Speak{Meeting: id, Kind: meeting.SpeechTalk, Title: "一件实事的做法", Unit: "D05"}
		for range meeting.MaxSpeeches {
			w.Do("supervisor", one)
		}
		w.refuses("supervisor", one, "meeting.speeches_full")
	})
}
