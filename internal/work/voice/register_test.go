package voice_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

func count(t *testing.T, w *voicetest.World, q string, args ...any) int {
	t.Helper()
	n := 0
	w.Read(func(tx *db.Tx) (err error) {
		n, err = db.One[int](tx, q, args...)
		return err
	})
	return n
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

func TestASecondPressIsTheSameVoice(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		in := w.Form(voice.Register{Level: voice.Anonymous, Place: "P104M", Text: "水不热"})
		var wg sync.WaitGroup
		sent := make([]voice.Sent, 6)
		for i := range sent {
			wg.Add(1)
			go func() {
				defer wg.Done()
				var err error
				if sent[i], err = w.Say("", in); err != nil {
					t.Errorf("press %d: %v", i, err)
				}
			}()
		}
		wg.Wait()
		fresh := 0
		for _, s := range sent {
			if s.Voice != sent[0].Voice || s.Number != in.Number || s.Due != sent[0].Due {
				t.Errorf("another receipt: %+v and %+v", s, sent[0])
			}
			if !s.Again {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("%d presses believe to be the first", fresh)
		}
		if n := count(t, w, `SELECT COUNT(*) FROM voice`); n != 1 {
			t.Errorf("%d voices", n)
		}
		in.Text = "水还是不热"
		if _, err := w.Say("", in); key(err) != "once.other" {
			t.Errorf("another text under the same receipt: %v", err)
		}
		other := w.Form(voice.Register{Level: voice.Anonymous, Place: "P104M", Text: "水不热"})
		other.Number, other.Key = in.Number, "another-key"
		if _, err := w.Say("", other); key(err) != "voice.number.taken" {
			t.Errorf("a number drawn twice: %v", err)
		}
	})
}

func TestRegisterRefuses(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		ok := func() voice.Register {
			return w.Form(voice.Register{Level: voice.Anonymous, Place: "P104M", Text: "水不热"})
		}
		for name, c := range map[string]struct {
			change func(*voice.Register)
			field  string
			key    string
		}{
			"no text":       {func(in *voice.Register) { in.Text = " \n" }, "text", "voice.text.empty"},
			"2001":          {func(in *voice.Register) { in.Text = strings.Repeat("水", 2001) }, "text", "voice.long"},
			"no level":      {func(in *voice.Register) { in.Level = "" }, "level", "voice.level.choose"},
			"bad kind":      {func(in *voice.Register) { in.Kind = "rant" }, "kind", "voice.kind.unknown"},
			"bad number":    {func(in *voice.Register) { in.Number = "SQ20261123-1111-1111" }, "number", "voice.number.wrong"},
			"bad code":      {func(in *voice.Register) { in.Code = "1234" }, "code", "voice.code.wrong"},
			"old number":    {func(in *voice.Register) { in.Number = seal.NewReceipt("2026-10-01").Number }, "number", "voice.number.old"},
			"future number": {func(in *voice.Register) { in.Number = seal.NewReceipt("2026-12-25").Number }, "number", "voice.number.old"},
			"7 photos":      {func(in *voice.Register) { in.Photos = make([]voice.Photo, 7) }, "photos", "voice.photos.many"},
			"forged metoo":  {func(in *voice.Register) { in.Channel = voice.Retaliation }, "channel", "voice.channel.unknown"},
		} {
			in := ok()
			c.change(&in)
			var got *fault.Error
			err := w.Write(func(tx *db.Tx) error { _, err := in.Do(tx, access.Nobody()); return err }, db.Coarse)
			for _, f := range fault.Fields(err) {
				if f.Field == c.field && f.Key == c.key {
					got = f
				}
			}
			if got == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := count(t, w, `SELECT COUNT(*) FROM voice`); n != 0 {
			t.Errorf("%d voices after nothing but refusals", n)
		}
		in := ok()
		in.Text = strings.Repeat("水", 2000)
		if _, err := w.Say("", in); err != nil {
			t.Errorf("2,000 characters: %v", err)
		}
		for _, l := range []voice.Level{voice.Anonymous, voice.Confidential} {
			in := ok()
			in.Level = l
			err := w.Write(func(tx *db.Tx) error { _, err := in.Do(tx, w.P("worker")); return err })
			if !errors.Is(err, voice.ErrFine) {
				t.Errorf("%s outside of a coarse transaction: %v", l, err)
			}
		}
		for _, l := range []voice.Level{voice.Named, voice.Confidential} {
			in := ok()
			in.Level = l
			if _, err := w.Say("", in); fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("%s without an account: %v", l, err)
			}
		}
		unknown := ok()
		unknown.Place = "P9999"
		sent, err := w.Say("", unknown)
		if err != nil {
			t.Fatalf("an old poster: %v", err)
		}
		if v := w.Voice(sent.Voice); v.Place != "" || v.PlaceText != "P9999" {
			t.Errorf("unknown place became %q %q", v.Place, v.PlaceText)
		}
	})
}

func TestPlaceOfAnAnonymousVoiceIsWideEnough(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		for _, c := range []struct {
			level voice.Level
			place string
			want  string
		}{
			{voice.Anonymous, "P104M", "P104M"}, // thirty people and more
			{voice.Anonymous, "P104F", "B4"},    // a crew of three
			{voice.Anonymous, "P903", "AREA4"},
			{voice.Named, "P104F", "P104F"},
			{voice.Confidential, "P104F", "P104F"},
		} {
			if v := w.Tell(map[bool]string{true: "worker"}[c.level != voice.Anonymous], c.level, c.place, "水不热"); v.Place != c.want {
				t.Errorf("%s from %s is kept as %q, want %q", c.level, c.place, v.Place, c.want)
			}
		}
		in := w.Form(voice.Register{Level: voice.Anonymous, Unit: "U03-A", Text: "人手太少"})
		sent, err := w.Say("", in)
		if err != nil {
			t.Fatal(err)
		}
		if v := w.Voice(sent.Voice); v.Unit != "U03" {
			t.Errorf("an anonymous voice about a crew of three keeps unit %q, want U03", v.Unit)
		}
	})
}

func TestCrisisLeavesACountOnly(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		in := w.Form(voice.Register{Level: voice.Anonymous, Text: "最近整夜睡不着,觉得活着没什么意思,不知道跟谁说。"})
		for range 2 {
			sent, err := w.Say("", in)
			if err != nil || !sent.Crisis || sent.Voice != "" {
				t.Fatalf("%+v, %v", sent, err)
			}
		}
		w.Must(func(tx *db.Tx) error { return voice.RegisterCrisis{Key: "k1"}.Do(tx, access.Nobody()) }, db.Coarse)
		w.Must(func(tx *db.Tx) error { return voice.RegisterCrisis{Key: "k1"}.Do(tx, access.Nobody()) }, db.Coarse)
		if n := count(t, w, `SELECT COUNT(*) FROM voice`); n != 0 {
			t.Errorf("%d voices", n)
		}
		if n := count(t, w, `SELECT n FROM crisis_counter WHERE day = '2026-11-23'`); n != 2 {
			t.Errorf("counted %d, want 2", n)
		}
		for _, word := range []string{"睡不着", "没什么意思"} {
			if where := search(t, w, word); len(where) > 0 {
				t.Errorf("%q is kept in %v", word, where)
			}
		}
		in = w.Form(voice.Register{Level: voice.Anonymous, Text: in.Text, NotCrisis: true})
		if sent, err := w.Say("", in); err != nil || sent.Voice == "" {
			t.Errorf("sent all the same: %+v, %v", sent, err)
		} else {
			w.Do("triager", voice.ToCrisis{Voice: sent.Voice})
			state(t, w, sent.Voice, voice.Erased)
			for _, word := range []string{"睡不着", "没什么意思", core.Fingerprint(in.Text)} {
				if where := search(t, w, word); len(where) > 0 {
					t.Errorf("%q is still in %v", word, where)
				}
			}
			if n := count(t, w, `SELECT n FROM crisis_counter WHERE day = '2026-11-23'`); n != 3 {
				t.Errorf("counted %d, want 3", n)
			}
			w.Read(func(tx *db.Tx) error {
				f, err := show.FollowOf(tx, access.Holder(sent.Voice), "")
				if err == nil && (len(f.Thread) != 1 || f.Thread[0].Kind != "hotline") {
					t.Errorf("the receipt shows %+v", f.Thread)
				}
				return err
			})
		}
	})
}

func TestDangerGoesPastTheQueue(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		for _, c := range []struct {
			text, place, lead, officer, alarm string
		}{
			{"5号倒班宿舍二楼走廊暖气管漏水,已经流到楼梯上,怕结冰摔人!", "P305", "U05", "duty1", "hazard"},
			{"焦炉炉顶4号护栏断了一根,现在还有人在上面干活!", "P902", "D04", "duty1", "hazard"},
			{"今天二区食堂的凉拌菜有酸味,我们班三个人拉肚子。", "P202", "D01", "food1", "food"},
		} {
			sent, err := w.Say("worker", w.Form(voice.Register{Level: voice.Named, Place: c.place, Text: c.text}))
			if err != nil {
				t.Fatal(err)
			}
			v := state(t, w, sent.Voice, voice.Assigned)
			if sent.Alarm != c.alarm || v.Lead != c.lead || v.Officer != w.P(c.officer).ID || v.Class != clock.T2H {
				t.Errorf("%s: alarm %q, lead %s, class %s, officer right %v", c.text, sent.Alarm, v.Lead, v.Class, v.Officer == w.P(c.officer).ID)
			}
			if kinds := owed(t, w, v); kinds != "accept_hazard answer first_contact sign" {
				t.Errorf("owed: %s", kinds)
			}
			if due := v.Due - v.RegisteredAt; due > clock.Millis(24*time.Hour/time.Millisecond) || due <= 0 {
				t.Errorf("answer due after %s", time.Duration(due)*time.Millisecond)
			}
		}
		v := w.Tell("", voice.Anonymous, "P902", "焦炉炉顶护栏断了,现在还有人在上面干活!")
		if err := w.Try("worker", voice.AcceptHazard{Voice: v.ID}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody off the roster accepts: %v", err)
		}
		calls := func() (n int) {
			w.Read(func(tx *db.Tx) (err error) {
				n, err = db.One[int](tx, `SELECT COUNT(*) FROM duty_rung WHERE rung = 'call'`)
				return err
			})
			return n
		}
		call := func() int {
			before := calls()
			if err := duty.RunLadder(context.Background(), w.DB); err != nil {
				t.Fatal(err)
			}
			return calls() - before
		}
		w.Clock.Advance(61 * time.Minute) // the hour in which somebody spoke stays quiet
		if n := call(); n != 4 {
			t.Errorf("called %d times, want 4", n)
		}
		if got := w.Voice(v.ID); got.Officer != w.P("duty2").ID {
			t.Errorf("the next on duty was not called")
		}
		w.Do("duty1", voice.AcceptHazard{Voice: v.ID, Note: "马上到"}) // anybody on the roster may, also who was called first
		if err := w.Try("duty2", voice.AcceptHazard{Voice: v.ID}); key(err) != "voice.hazard.taken" {
			t.Errorf("accepted twice: %v", err)
		}
		w.Clock.Advance(31 * time.Minute)
		if n := call(); n != 3 {
			t.Errorf("called %d times after one was accepted, want 3", n)
		}
		if err := w.As(access.Holder(v.ID), voice.Withdraw{Voice: v.ID}); key(err) != "voice.withdraw.safety" {
			t.Errorf("a danger was withdrawn: %v", err)
		}
	})
}

// owed lists the kinds of open duties of a voice in order.
func owed(t *testing.T, w *voicetest.World, v voice.Voice) string {
	t.Helper()
	var kinds []string
	w.Read(func(tx *db.Tx) error {
		ds, err := duty.Of(tx, v.Ref())
		seen := map[duty.Kind]bool{}
		for _, d := range ds {
			if d.Open && !seen[d.Kind] {
				seen[d.Kind] = true
				kinds = append(kinds, string(d.Kind))
			}
		}
		return err
	})
	strings.Join(kinds, " ")
	sortStrings(kinds)
	return strings.Join(kinds, " ")
}

func sortStrings(s []string) {
	for i := range s {
		for j := i + 1; j < len(s); j++ {
			if s[j] < s[i] {
				s[i], s[j] = s[j], s[i]
			}
		}
	}
}

func TestProxyIsMarked(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		no := ""
		w.Read(func(tx *db.Tx) (err error) {
			no, err = db.One[string](tx, `SELECT employee_no FROM org_person WHERE id = $1`, w.P("worker").ID)
			return err
		})
		in := w.Form(voice.Register{Level: voice.Named, Channel: voice.Crew, For: no, Place: "P104M", Text: "水不热"})
		sent, err := w.Say("shift", in)
		if err != nil {
			t.Fatal(err)
		}
		if v := w.Voice(sent.Voice); v.ProxyBy != w.P("shift").ID || v.Submitter != w.P("worker").ID {
			t.Errorf("proxy %q, submitter %q", v.ProxyBy, v.Submitter)
		}
		if _, err := w.Say("worker", w.Form(voice.Register{Level: voice.Named, Channel: voice.Crew, For: no, Text: "水不热"})); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
			t.Errorf("an employee writes down for another: %v", err)
		}
		if _, err := w.Say("triager", w.Form(voice.Register{Level: voice.Named, Channel: voice.Phone, Text: "水不热"})); key(err) != "voice.for.needed" {
			t.Errorf("for nobody: %v", err)
		}
		if _, err := w.Say("triager", w.Form(voice.Register{Level: voice.Anonymous, Channel: voice.Phone, Text: "水不热"})); err != nil {
			t.Errorf("a caller who does not say who he is: %v", err)
		}
	})
}

func TestMeToo(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		first := w.Tell("worker", voice.Named, "P104M", "洗到一半成凉水,喷头水量也小。")
		m := newMatter(t, w, first.ID)
		for i, in := range []voice.Register{{Level: voice.Anonymous, Matter: m.ID}, {Level: voice.Named, Matter: m.ID, Text: "我也是"}} {
			sent, err := w.Say([]string{"", "worker2"}[i], w.Form(in))
			if err != nil {
				t.Fatal(err)
			}
			v := state(t, w, sent.Voice, voice.Linked)
			if v.Matter != m.ID || v.Channel != voice.MeToo {
				t.Errorf("%+v", v)
			}
		}
		if n := count(t, w, `SELECT supporters FROM matter WHERE id = $1`, m.ID); n != 2 {
			t.Errorf("%d supporters", n)
		}
		if _, err := w.Say("", w.Form(voice.Register{Level: voice.Anonymous, Matter: "no such matter"})); err == nil {
			t.Error("me too to nothing")
		}
	})
}

// TestAFailureLeavesNothing breaks every statement of a registration in turn: there is a whole voice or none at all.
func TestAFailureLeavesNothing(t *testing.T) {
	d, c := dbtest.Open(t)
	w := voicetest.New(t, d, c)
	for n := 1; n < 80; n++ {
		in := w.Form(voice.Register{Level: voice.Confidential, Place: "P104M", Text: fmt.Sprintf("第%d次,配电箱冒烟了", n)})
		before := count(t, w, `SELECT COUNT(*) FROM voice`)
		events := count(t, w, `SELECT COUNT(*) FROM event`)
		end := dbtest.Fault(d, n)
		_, err := w.Say("worker", in)
		hit := end()
		if hit != (err != nil) {
			t.Fatalf("statement %d: broken %v, error %v", n, hit, err)
		}
		if !hit {
			if n < 12 {
				t.Fatalf("only %d statements", n)
			}
			return
		}
		if after := count(t, w, `SELECT COUNT(*) FROM voice`); after != before || count(t, w, `SELECT COUNT(*) FROM event`) != events {
			t.Fatalf("statement %d failed and left something", n)
		}
		if sent, err := w.Say("worker", in); err != nil || sent.Again {
			t.Fatalf("after the failure of statement %d: %+v %v", n, sent, err)
		}
	}
	t.Fatal("a registration has more than 80 statements")
}

func TestReceiptsAreHardened(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		in := w.Form(voice.Register{Level: voice.Anonymous, Place: "P104M", Text: "水不热"})
		sent, err := w.Say("", in)
		if err != nil {
			t.Fatal(err)
		}
		door := voice.NewDoor(w.DB, w.Keys)
		door.Hold = func(context.Context, time.Duration) error { return nil }
		ctx := context.Background()
		open := func(number, code string) (access.Person, error) { return door.Open(ctx, number, code) }
		for range 2 {
			who, err := open(" "+strings.ToLower(in.Number), seal.FormatCode(in.Code))
			if err != nil || who.Voice != sent.Voice || who.Kind != access.Receipt {
				t.Fatalf("%+v, %v", who, err)
			}
			if _, err := voice.HardenReceipts(ctx, w.DB, w.Keys, 10); err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, w, `SELECT COUNT(*) FROM voice_receipt WHERE quick = 1`); n != 0 {
			t.Errorf("%d codes are not hardened", n)
		}
		other := seal.NewReceipt(clock.Day("2026-11-23"))
		for i := range voice.TriesPerHour {
			_, known := open(in.Number, other.Code)
			_, unknown := open(other.Number, other.Code)
			if key(known) != "voice.follow.wrong" || key(unknown) != key(known) || fmt.Sprint(fault.Of(known).Args) != fmt.Sprint(fault.Of(unknown).Args) {
				t.Fatalf("try %d: %v and %v differ", i, known, unknown)
			}
		}
		if _, err := open(in.Number, in.Code); key(err) != "voice.follow.slow" {
			t.Errorf("a sixth try: %v", err)
		}
		w.Clock.Advance(time.Hour)
		if _, err := open(in.Number, in.Code); err != nil {
			t.Errorf("an hour later: %v", err)
		}
		w.Holding(sent.Voice, voice.EndAccess{Voice: sent.Voice})
		if _, err := open(in.Number, in.Code); key(err) != "voice.follow.wrong" {
			t.Errorf("after the end of access: %v", err)
		}
		w.Read(func(tx *db.Tx) error {
			f, err := show.FollowOf(tx, access.Holder(sent.Voice), "")
			if err == nil && f.Voice.Text != "水不热" {
				t.Errorf("own words: %q", f.Voice.Text)
			}
			return err
		})
	})
}

// TestWithoutReceipt: where nobody keeps the code none is stored: nothing waits to be hardened, and nobody opens the thread.
func TestWithoutReceipt(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		in := w.Form(voice.Register{Level: voice.Anonymous, Place: "P104M", Text: "水不热", NoReceipt: true})
		sent, err := w.Say("", in)
		if err != nil {
			t.Fatal(err)
		}
		if v := w.Voice(sent.Voice); v.Number != in.Number || v.State != voice.Registered {
			t.Errorf("%+v", v)
		}
		if n := count(t, w, `SELECT COUNT(*) FROM voice_receipt`); n != 0 {
			t.Errorf("%d codes stored", n)
		}
		ctx := context.Background()
		if n, err := voice.HardenReceipts(ctx, w.DB, w.Keys, 10); n != 0 || err != nil {
			t.Errorf("%d hardened, %v", n, err)
		}
		if _, err := voice.NewDoor(w.DB, w.Keys).Open(ctx, in.Number, in.Code); key(err) != "voice.follow.wrong" {
			t.Errorf("opened: %v", err)
		}
		if again, err := w.Say("", in); err != nil || !again.Again || again.Voice != sent.Voice {
			t.Errorf("a second press: %+v %v", again, err)
		}
	})
}
