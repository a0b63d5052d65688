package web_test

import (
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/spots"
)

// TestAHotSpotBecomesAMatter: three people who say the same at one place are one hot spot; one form makes a matter of it, says at its field what is
// missing and keeps what was typed, and all three are behind the matter.
func TestAHotSpotBecomesAMatter(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.site.Record.Consume(spots.Consumer())
	for _, said := range []string{"四区浴室淋浴的水不热。", "四区浴室淋浴的水又不热。", "四区浴室淋浴的水还是不热。"} {
		h.tell(said)
	}
	if err := h.site.Record.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := h.as("T1")
	page := b.Get("/spots").Want(200).Says("四区职工新浴室").Click("/spot/").Want(200)
	pooled := page.Click("放入候选库").Want(200).Says("来源", "热点问题").Form("/pool/new").Set("title", "四区浴室换锅炉").Set("body", "三个月来天天有人说。").Submit().Want(200).Click("四区浴室换锅炉").Want(200)
	pooled.Says("热点 1 号").Click("/spot/").Want(200)
	page.Click("of=lately").Want(200).Says("这些反映：近30天", "看全部").Click("/spot/").Want(200)
	b.Get(page.URL.Path + "?of=2001-01").Want(200).Says("没有您能看的反映")
	b.Get(page.URL.Path + "?of=nonsense").Want(400)
	form := page.Click("/matter").Want(200).Form("/matter")
	var voices []string
	h.read(func(tx *db.Tx) (err error) {
		voices, err = db.All[string](tx, `SELECT voice FROM insight_spot_voice ORDER BY voice`)
		return err
	})
	if len(voices) != 3 {
		t.Fatalf("%d voices are in a spot", len(voices))
	}
	again := form.Set("voices").Set("title", "四区浴室热水").Submit().Want(422).Says("请至少选一条反映")
	if f := again.Form("/matter"); f.Values.Get("title") != "四区浴室热水" {
		t.Errorf("what was typed is gone: %v", f.Values)
	}
	b.Post(again.URL.Path, map[string][]string{"voices": voices, "title": {"没有令牌"}}).Want(422) // no token: nothing is done
	f := again.Form("/matter").Set("voices", voices...).Set("category", "B1").Set("matter_class", "standard").Set("say", "已列入实事，抓紧办。")
	f.Submit().Want(200).Says("四区浴室热水", "SS-2026-001")
	h.read(func(tx *db.Tx) error {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM voice v JOIN matter m ON m.id = v.matter WHERE m.title = '四区浴室热水'`)
		all, e := db.One[int](tx, `SELECT COUNT(*) FROM matter`)
		if err != nil || e != nil || n != 3 || all != 1 {
			t.Errorf("%d voices behind it, %d matters; %v %v", n, all, err, e)
		}
		return nil
	})
}
