package e2e_test

import (
	"strings"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
)

// TestSplitIntoParts takes a voice apart as a browser without scripts does: by sentences, each part with a topic and a place of its own that
// the catalogue has filled in. Parts keep level, time and place of the whole, and cover it.
func TestSplitIntoParts(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		v := p.Tell("worker", voice.Named, "P201", "一楼餐厅菜凉了。四区浴室水不热，洗到一半变凉。班车又晚点了。")
		b := p.as("triager")
		f := refresh(decide(b, v.ID, "split"))
		// The sentences are proposed as parts, with the topics that their words suggest.
		for n, want := range []string{"一楼餐厅菜凉了。", "四区浴室水不热，洗到一半变凉。", "班车又晚点了。"} {
			if got := f.Values.Get("parts." + string(rune('0'+n)) + ".text"); got != want {
				t.Errorf("part %d is proposed as %q", n+1, got)
			}
			if got := f.Values.Get("parts." + string(rune('0'+n)) + ".place"); got != "P201" {
				t.Errorf("part %d is at %q", n+1, got)
			}
		}
		if a, bath := f.Values.Get("parts.0.category"), f.Values.Get("parts.1.category"); !strings.HasPrefix(a, "A") || !strings.HasPrefix(bath, "B") {
			t.Errorf("topics %q and %q are proposed", a, bath)
		}
		// By sentences: the first two commas' worth go into the first part.
		f = f.Set("parts.0.from", "1").Set("parts.0.to", "2").Set("parts.1.from", "3").Set("parts.1.to", "3").Submit("act=pick").Want(200).Form("decide")
		if a, b := f.Values.Get("parts.0.text"), f.Values.Get("parts.1.text"); a != "一楼餐厅菜凉了。四区浴室水不热，" || b != "洗到一半变凉。" {
			t.Errorf("by sentences: %q, %q", a, b)
		}
		// What is wrong stands at its part, and what was typed is kept.
		page := f.Set("parts.0.text", "一楼餐厅菜凉了。").Set("parts.1.text", "水管爆了。").Set("parts.2.text", "班车又晚点了。").Set("say", "分开办理，凭同一张回执都能看到。").Submit("act=save").Want(422).
			Says("这些话不在原文里：水管爆了", "原文有内容没有分到任何一件", "四区浴室水不热")
		page.Link("#f-parts.1.text")
		f = page.Form("decide")
		if got := f.Values.Get("parts.1.text"); got != "水管爆了。" {
			t.Errorf("what was typed is gone: %q", got)
		}
		page = f.Set("parts.1.text", "四区浴室水不热，洗到一半变凉。").Set("parts.1.place", "nowhere").Submit("act=save").Want(422).Says("nowhere")
		page.Link("#f-parts.1.place")
		f = page.Form("decide")
		f.Set("parts.0.category", "A2").Set("parts.1.category", "B1").Set("parts.1.place", "P104M").Set("parts.2.category", "").Submit("act=save").Want(200)
		var parts []voice.Voice
		p.Read(func(tx *db.Tx) (err error) {
			parts, err = db.All[voice.Voice](tx, `SELECT * FROM voice WHERE parent = $1 ORDER BY number`, v.ID)
			return err
		})
		if len(parts) != 3 {
			t.Fatalf("%d parts", len(parts))
		}
		whole := p.Voice(v.ID)
		for i, want := range [][2]string{{"A2", "P201"}, {"B1", "P104M"}, {"", "P201"}} {
			x := parts[i]
			if x.Category != want[0] || x.Place != want[1] || x.Level != whole.Level || x.RegisteredAt != whole.RegisteredAt || x.UnitPath != whole.UnitPath || x.Submitter != whole.Submitter {
				t.Errorf("part %d: topic %q at %q, %+v", i+1, x.Category, x.Place, x)
			}
		}
		// Its page has the topic and the place filled in.
		if f := b.Get("/voice/" + parts[1].ID).Want(200).Form("decide"); f.Values.Get("category") != "B1" || f.Values.Get("place") != "P104M" {
			t.Errorf("the form of a part: %q at %q", f.Values.Get("category"), f.Values.Get("place"))
		}
	})
}

// TestSplitNeedsTheOriginal: where the words of a hidden voice are covered, it cannot be taken apart before somebody has opened them.
func TestSplitNeedsTheOriginal(t *testing.T) {
	d, c := dbtest.Open(t)
	p := newPlant(t, d, c)
	v := p.Tell("", voice.Anonymous, "P104M", "浴室水不热。我的电话13912345678。班车又晚点了。")
	b := p.as("triager")
	page := decide(b, v.ID, "split").Submit("act=refresh").Want(200).Says("先打开原文，再拆分")
	page.Silent("13912345678")
	f := page.Form("decide").Set("open_reason", "核对地点").Submit("act=open").Want(200).Form("decide")
	if got := f.Values.Get("parts.1.text"); got != "我的电话13912345678。" {
		t.Errorf("after opening: %q", got)
	}
	f.Set("say", "分开办理，凭同一张回执都能看到。").Submit("act=save").Want(200)
	var parts []voice.Voice
	p.Read(func(tx *db.Tx) (err error) {
		parts, err = db.All[voice.Voice](tx, `SELECT * FROM voice WHERE parent = $1 ORDER BY number`, v.ID)
		return err
	})
	if len(parts) != 3 || strings.Contains(parts[1].Redacted, "13912345678") || parts[1].Level != voice.Anonymous {
		t.Errorf("parts: %+v", parts)
	}
}
