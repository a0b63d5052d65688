package voice_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/decoy"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

// decoys runs the job as the program does, and tells what it did.
func decoys(w *voicetest.World) (done int) {
	w.T.Helper()
	for {
		n := 0
		if err := w.Write(func(tx *db.Tx) (err error) { n, err = decoy.Run(tx, []byte("secret of a test")); return err }, db.Coarse); err != nil {
			w.T.Fatal(err)
		}
		if done += n; n == 0 {
			return done
		}
	}
}

func allDecoys(w *voicetest.World) (all []decoy.Decoy) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { all, err = decoy.All(tx, w.P("auditor")); return err })
	return all
}

// evening sets the clock to an hour of a day.
func evening(w *voicetest.World, d clock.Day, hour int) {
	w.Clock.Set(d.Time(w.DB.Zone()).Add(time.Duration(hour)*time.Hour + 7*time.Minute))
}

// metDecoy has one in the lists, placed on a day on which its evening has passed for sure, and one voice that its holder took back in the same hour.
func metDecoy(w *voicetest.World) (decoy.Decoy, voice.Voice) {
	w.T.Helper()
	w.Tell("", voice.Anonymous, "P104M", "浴室水凉")
	evening(w, "2026-12-28", 20)
	if n := decoys(w); n != 1 {
		w.T.Fatalf("%d placed", n)
	}
	real := w.Tell("", voice.Anonymous, "P104M", "食堂窗口太少")
	w.Clock.Advance(time.Hour)
	if n := decoys(w); n != 1 {
		w.T.Fatalf("%d taken back", n)
	}
	if err := w.Write(func(tx *db.Tx) error { return voice.Withdraw{Voice: real.ID}.Do(tx, access.Holder(real.ID)) }, db.Coarse); err != nil {
		w.T.Fatal(err)
	}
	all := allDecoys(w)
	if len(all) != 1 {
		w.T.Fatalf("%d decoys", len(all))
	}
	return all[0], w.Voice(real.ID)
}

// TestDecoysComeOncePerQuarter: none by day, none where nobody speaks, one a quarter however many run the job, and none when it is switched off.
func TestDecoysComeOncePerQuarter(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		evening(w, "2026-12-28", 20)
		if n := decoys(w); n != 0 {
			t.Fatalf("%d placed where nobody speaks", n)
		}
		w.Tell("", voice.Anonymous, "P104M", "浴室水凉")
		for _, hour := range []int{3, 12, 18, 23} {
			if evening(w, "2026-12-29", hour); decoys(w) != 0 {
				t.Errorf("placed at %d o'clock", hour)
			}
		}
		evening(w, "2026-12-30", 20)
		var wait sync.WaitGroup
		for range 3 { // replicas
			wait.Add(1)
			go func() {
				defer wait.Done()
				d.Write(context.Background(), func(tx *db.Tx) error { _, err := decoy.Run(tx, []byte("secret of a test")); return err }, db.Coarse)
			}()
		}
		wait.Wait()
		all := allDecoys(w)
		if len(all) != 1 || all[0].Quarter != "2026-4" || all[0].State != voice.Registered || all[0].Day != "2026-12-30" {
			t.Fatalf("%+v", all)
		}
		w.Read(func(tx *db.Tx) error {
			if _, err := voice.ByID(tx, all[0].ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("found before it is withdrawn: %v", err)
			}
			return nil
		})
		placed := map[string]int{"2026-4": 1}
		for day := clock.Day("2026-12-31"); day < "2027-04-01"; day = day.Add(1) {
			if day.Weekday() == time.Monday {
				w.Tell("", voice.Anonymous, "P104M", "浴室水凉")
			}
			evening(w, day, 21)
			decoys(w)
		}
		for _, x := range allDecoys(w) {
			if x.Quarter == "2027-1" {
				placed[x.Quarter]++
			}
			if x.State != voice.Withdrawn {
				t.Errorf("%s is %s", x.Quarter, x.State)
			}
		}
		if placed["2027-1"] != 1 || len(allDecoys(w)) != 2 {
			t.Errorf("%+v", allDecoys(w))
		}
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.VoiceDecoys, Value: "0", Basis: "试验"}.Do(tx, access.System("test"))
		})
		evening(w, "2027-06-29", 20)
		if n := decoys(w); n != 2 {
			t.Errorf("%d done when it is switched off", n)
		}
		for _, x := range allDecoys(w) {
			if x.Ended != "2027-06-29" {
				t.Errorf("%s is still there", x.Quarter)
			}
		}
	})
}

// TestDecoysAgeOut: after four quarters a decoy is in no list. Its page answers as the page of any voice does, the record is whole and says now what
// it was.
func TestDecoysAgeOut(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		x, _ := metDecoy(w)
		listed := func() bool { return slices.Contains(withdrawnFor(w, "triager"), x.ID) }
		ends := func() (n int) {
			w.Read(func(tx *db.Tx) error {
				all, err := event.Timeline(tx, event.Ref{Kind: "voice", ID: x.ID}, 20, 0)
				for _, e := range all {
					if e.Kind == "decoy.ended" {
						n++
					}
				}
				return err
			})
			return n
		}
		evening(w, "2027-09-30", 12)
		if decoys(w); !listed() || ends() != 0 {
			t.Error("taken away before its time")
		}
		evening(w, "2027-10-01", 12)
		if decoys(w); listed() || ends() != 1 || allDecoys(w)[0].Ended != "2027-10-01" {
			t.Errorf("not taken away: %+v", allDecoys(w))
		}
		if decoys(w) != 0 {
			t.Error("taken away twice")
		}
		w.Read(func(tx *db.Tx) error {
			_, err := show.PageOf(tx, w.P("triager"), x.Number)
			return err
		})
		log, err := event.Open(context.Background(), d, w.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := log.Tick(context.Background()); err != nil {
			t.Fatal(err)
		}
		if r, err := event.Verify(context.Background(), d, event.VerifyOptions{}); err != nil || r.Bad != nil {
			t.Errorf("%+v %v", r.Bad, err)
		}
	})
}

// withdrawnFor is what somebody pages through of what was withdrawn, in pages of one.
func withdrawnFor(w *voicetest.World, key string) (ids []string) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		f := show.Filter{States: voice.Cycle.States(), Limit: 1}
		for {
			page, err := show.List(tx, w.P(key), f)
			if err != nil {
				return err
			}
			for _, r := range page.Rows {
				ids = append(ids, r.ID)
			}
			if f.After = page.Next; f.After == "" {
				return nil
			}
		}
	})
	return ids
}

// TestDecoyIsNothingElsewhere: no table but its own, the record's and that of openings ever holds anything of a decoy, so that nothing that counts,
// lists or learns can.
func TestDecoyIsNothingElsewhere(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		w.Tell("", voice.Anonymous, "P104M", "浴室水凉")
		evening(w, "2026-12-28", 20)
		before := dump(t, w)
		if decoys(w) != 1 {
			t.Fatal("none placed")
		}
		w.Clock.Advance(time.Hour)
		if decoys(w) != 1 {
			t.Fatal("not taken back")
		}
		after := dump(t, w)
		for _, table := range slices.Sorted(maps.Keys(after)) {
			slices.Sort(before[table])
			slices.Sort(after[table])
			if changed := !slices.Equal(before[table], after[table]); changed != (table == "event" || table == "voice_decoy") {
				t.Errorf("%s: changed %v: %v", table, changed, after[table])
			}
		}
		x := allDecoys(w)[0]
		for _, table := range search(t, w, x.ID) {
			if table != "event" && table != "voice_decoy" {
				t.Errorf("%s holds the decoy", table)
			}
		}
		if where := search(t, w, x.Canary); !slices.Equal(where, []string{"voice_decoy"}) {
			t.Errorf("the canary stands in %v", where)
		}
		for _, key := range []string{"supervisor", "leader", "auditor", "welfare-head", "equipment", "discipline", "admin", "worker"} {
			w.Read(func(tx *db.Tx) error {
				for _, f := range []show.Filter{{}, {States: []string{voice.Registered}}} {
					page, err := show.List(tx, w.P(key), f)
					if err != nil {
						return err
					}
					for _, r := range page.Rows {
						if r.ID == x.ID {
							t.Errorf("%s has the decoy among open voices", key)
						}
					}
				}
				mine, err := show.UnitVoices(tx, w.P(key), 100)
				if err != nil || slices.ContainsFunc(mine, func(r show.Row) bool { return r.ID == x.ID }) {
					t.Errorf("%s has to answer the decoy, %v", key, err)
				}
				return nil
			})
		}
	})
}

// TestDecoyLooksLikeAVoice: the record and the lists say of a decoy what they say of a voice that its holder took back in the same hours, and what
// staff try with the two has the same answer.
func TestDecoyLooksLikeAVoice(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		x, real := metDecoy(w)
		v := w.Voice(x.ID)
		record := func(id string) (lines []string) {
			w.Read(func(tx *db.Tx) error {
				all, err := event.Timeline(tx, event.Ref{Kind: "voice", ID: id}, 20, 0)
				for _, e := range all {
					lines = append(lines, fmt.Sprintf("%s %s %s→%s %q %s %v", e.At.At(w.DB.Zone()), e.Kind, e.From, e.To, e.Actor, e.Class, shape(e.Data)))
				}
				return err
			})
			return lines
		}
		if a, b := record(x.ID), record(real.ID); len(a) != 4 || !slices.Equal(a, b) {
			t.Errorf("the record tells them apart:\n%s\n\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
		same := v
		same.ID, same.Number, same.Text, same.Redacted, same.Kind, same.Decoy = real.ID, real.Number, real.Text, real.Redacted, real.Kind, false
		if same != real {
			t.Errorf("%+v\n%+v", same, real)
		}
		for _, key := range []string{"triager", "triager2", "supervisor"} {
			if ids := withdrawnFor(w, key); !slices.Contains(ids, x.ID) || !slices.Contains(ids, real.ID) {
				t.Errorf("%s pages through %v", key, ids)
			}
		}
		for _, key := range []string{"leader", "worker", "equipment", "welfare-head", "admin"} {
			if ids := withdrawnFor(w, key); slices.Contains(ids, x.ID) {
				t.Errorf("%s sees the decoy", key)
			}
		}
		tried := func(id string) (out []string) {
			for _, a := range []voicetest.Doer{voice.Claim{Voice: id}, voice.LetGo{Voice: id}, voice.Name{Voice: id, Persons: []string{w.P("boss").ID}},
				voice.Quarantine{Voice: id, Reason: "看着像刷的"}, voice.Restrict{Voice: id, Class: voice.Discipline, Reason: "涉及纪律"}, voice.Transfer{Voice: id, Unit: "U03", Reason: "属于分厂"},
				voice.Say{Voice: id, Text: "已经收到"}, voice.Free{Voice: id, Reason: "核实过"}} {
				out = append(out, fmt.Sprintf("%T: %s", a, fault.Of(w.As(w.P("triager"), a)).Key))
			}
			return out
		}
		if a, b := tried(x.ID), tried(real.ID); !slices.Equal(a, b) {
			t.Errorf("what is tried tells them apart:\n%v\n%v", a, b)
		}
	})
}

// shape is what a fact holds, without the values that no two have in common.
func shape(data json.RawMessage) string {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return string(data)
	}
	var walk func(v any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range []string{"id", "number", "words"} {
				if s, ok := v[k].(string); ok {
					v[k] = len(s)
				}
			}
			for k := range v {
				v[k] = walk(v[k])
			}
			if v["level"] != nil {
				v["kind"] = "any"
			}
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		}
		return v
	}
	return fmt.Sprint(walk(v))
}

// TestOpeningADecoyAlarms: every opening is kept as of any voice, there is one alarm for each person, only the audit sees it, and what it finds is
// kept.
func TestOpeningADecoyAlarms(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := voicetest.New(t, d, c)
		x, real := metDecoy(w)
		open := func(key, id string) (o voice.Original) {
			t.Helper()
			if err := w.Write(func(tx *db.Tx) (err error) {
				o, err = voice.OpenText{Voice: id, Reason: "核对情况"}.Do(tx, w.P(key))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return o
		}
		alarms := func() (all []decoy.Alarm) {
			w.Read(func(tx *db.Tx) (err error) { all, err = decoy.Open(tx, w.P("auditor")); return err })
			return all
		}
		open("triager", real.ID)
		if len(alarms()) != 0 {
			t.Fatal("a real voice raises the alarm")
		}
		words := open("triager", x.ID).Text
		if !strings.Contains(words, x.Canary) {
			t.Errorf("no canary in %s", words)
		}
		open("triager", x.ID)
		c.Advance(24 * time.Hour)
		open("triager", x.ID)
		open("triager2", x.ID)
		got := alarms()
		if len(got) != 2 || got[0].Person != w.P("triager").ID || got[0].N != 3 || got[0].Reason != "核对情况" || got[0].Day != "2026-12-28" || got[0].Number != x.Number ||
			got[1].Person != w.P("triager2").ID || got[1].N != 1 {
			t.Fatalf("%+v", got)
		}
		w.Read(func(tx *db.Tx) error {
			for key := range w.People {
				_, err := decoy.All(tx, w.P(key))
				if _, e := decoy.Open(tx, w.P(key)); (err == nil) != (key == "auditor") || (e == nil) != (key == "auditor") {
					t.Errorf("%s: %v, %v", key, err, e)
				}
				if _, err := decoy.Check(tx, w.P(key), words); (err == nil) != (key == "auditor") {
					t.Errorf("%s checks: %v", key, err)
				}
			}
			page, err := show.PageOf(tx, w.P("triager"), x.ID)
			if n := 0; err == nil {
				for _, v := range page.Views {
					n += v.N
				}
				if n != 4 {
					t.Errorf("%d openings on the page", n)
				}
			}
			return err
		})
		for _, e := range []struct {
			who, key string
			in       decoy.Settle
		}{
			{"triager", "access.denied", decoy.Settle{Alarm: got[0].ID, Note: "我自己看的"}}, {"auditor", "decoy.note_needed", decoy.Settle{Alarm: got[0].ID, Note: " "}},
			{"auditor", "decoy.unknown", decoy.Settle{Alarm: "x", Note: "问过"}}, {"auditor", "fault.too_long", decoy.Settle{Alarm: got[0].ID, Note: strings.Repeat("问", decoy.MaxNote+1)}},
			{"auditor", "", decoy.Settle{Alarm: got[0].ID, Note: "本人承认随意翻看，已批评"}}, {"auditor", "decoy.settled", decoy.Settle{Alarm: got[0].ID, Note: "再来一次"}},
		} {
			err := w.As(w.P(e.who), e.in)
			if key := ""; err != nil {
				if key = fault.Of(err).Key; key != e.key {
					t.Errorf("%s settles: %v, want %q", e.who, err, e.key)
				}
			} else if e.key != "" {
				t.Errorf("%s settles %+v", e.who, e.in)
			}
		}
		open("triager", x.ID) // it has been looked into: no new alarm
		if left := alarms(); len(left) != 1 || left[0].ID != got[1].ID {
			t.Errorf("%+v", left)
		}
		w.Read(func(tx *db.Tx) error { // nothing in the record leads from the audit's work to the decoy
			all, err := event.Timeline(tx, event.Ref{Kind: decoy.RefKind, ID: got[0].ID}, 10, 0)
			if err != nil || len(all) != 1 || strings.Contains(string(all[0].Data), x.ID) || all[0].About.ID != "" {
				t.Errorf("%+v %v", all, err)
			}
			hits := func(text string) string {
				found, err := decoy.Check(tx, w.P("auditor"), text)
				if err != nil {
					t.Error(err)
				}
				var out []string
				for _, h := range found {
					out = append(out, fmt.Sprint(h.Number == x.Number, h.Sure))
				}
				return strings.Join(out, ",")
			}
			bare := []rune(strings.ReplaceAll(words, x.Canary, ""))
			for text, want := range map[string]string{
				words:                            "true true",
				"转发：" + words + "\n大家看看":         "true true",
				"有人加 " + spaced(x.Canary) + " 了": "true true",
				string(bare[:len(bare)-1]):       "true false",
				"浴室水凉，早班洗不上澡":                    "",
				x.Canary[1:]:                     "",
			} {
				if got := hits(text); got != want {
					t.Errorf("%q: %q, want %q", text, got, want)
				}
			}
			for text, key := range map[string]string{" \n": "decoy.text_needed", strings.Repeat("字", decoy.MaxText+1): "fault.too_long"} {
				if _, err := decoy.Check(tx, w.P("auditor"), text); err == nil || fault.Of(err).Key != key {
					t.Errorf("%v, want %s", err, key)
				}
			}
			return nil
		})
	})
}

// spaced writes a word as somebody types it who wants it not to be found: capital letters, blanks, full-width digits.
func spaced(s string) string {
	s = strings.NewReplacer("2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７").Replace(strings.ToUpper(s))
	return strings.Join(strings.Split(s, ""), " ")
}
