package web_test

import (
	"strings"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestCalls: the union office finds who does not sign in, asks, and writes down what came of it.
func TestCalls(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	number, _ := h.tell(coldWater)
	m := h.asking(number)
	b := h.as("T1")
	b.Get("/").Want(200).Says("待回访")
	list := b.Get("/accept/calls").Want(200).Says("回访名单", "李四", m.Number)
	one := list.Click("/accept/calls/").Want(200).Says("怎么选都行", m.Number, "换了加热阀", "没有电话，请当面问", "现在水热了吗")
	if strings.Contains(string(one.Body), " checked") {
		t.Error("something is chosen before anybody chose")
	}
	form := one.Form("/accept/calls/")
	form.Submit().Want(422).Says("请从列出的选项中选择")
	form.Set("outcome", "nobody").Set("fact", "yes").Set("remark", "下午再打")
	again := form.Submit().Want(422).Says("结果请选“问到了”")
	if r := again.Form("/accept/calls/"); r.Values.Get("remark") != "下午再打" || r.Values.Get("fact") != "yes" {
		t.Errorf("what was typed is gone: %v", r.Values)
	}
	form.Set("outcome", "answered").Submit().Want(422).Says("是否解决")
	form.Set("outcome", "answered").Set("fact", "no").Set("result", "not").Set("note", "二楼还是凉的").Submit().Want(200).Says("记下了他的回答")
	b.Get(strings.TrimPrefix(one.URL.String(), h.base)).Want(409)
	var said []string
	h.read(func(tx *db.Tx) (err error) {
		said, err = db.All[string](tx, `SELECT note FROM rating_box`)
		return err
	})
	if len(said) != 1 || said[0] != "二楼还是凉的" {
		t.Errorf("kept: %q", said)
	}
	next := b.Get("/accept/calls").Click("/accept/calls/").Want(200)
	next.Form("/accept/calls/").Set("outcome", "nobody").Submit().Want(200).Says("没人接")
	b.Get("/accept/calls").Want(200).Says("第 1 次：没人接")
	b.Get("/accept/guard").Want(200).Says("评价异常", "答卷不记时间和设备", "这一年还没有结束的评价").Click("/accept/calls")
	h.as("H1").Get("/accept/guard").Want(403)
	h.as("H1").Get("/accept/calls").Want(403)
	h.as("H1").Get(strings.TrimPrefix(next.URL.String(), h.base)).Want(403)
}
