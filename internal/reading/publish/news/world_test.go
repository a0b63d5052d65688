package news_test

import (
	"testing"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

type world struct{ *voicetest.World }

func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := &world{voicetest.New(t, d, c)}
		w.on("2026-11-23 09:00")
		test(t, w)
	})
}

func (w *world) on(when string) {
	w.T.Helper()
	w.On(when, news.Run)
}

func (w *world) refuses(who string, in voicetest.Doer, want string) {
	w.T.Helper()
	faulttest.Refused(w.T, who, w.Try(who, in), want)
}

func (w *world) get(id string) (x news.News) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { x, err = news.See(tx, w.P("triager"), id); return err })
	return x
}

func (w *world) copies(id string) (all []news.Copy) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { all, err = news.All(tx, id); return err })
	return all
}

// draft begins a notice for everybody.
func (w *world) draft(who string, k news.Kind) string {
	w.T.Helper()
	in := &news.Write{Kind: k, Unit: org.Root, Title: "浴室改造方案公示"}
	w.Do(who, in)
	return in.ID
}

// whole is what a notice says in the tests.
func whole(id string) news.Edit {
	return news.Edit{News: id, Submit: true, Title: "浴室改造方案公示", Class: "matter", Everywhere: true, From: "2026-11-24", Until: "2026-11-27", Contact: "工会办公室 8-2217",
		Blocks: []news.Block{{Key: "body", Text: "四区浴室换热机组更换，停用三天。\n停用期间请到一区浴室。"}}}
}

// shown is a notice that is up.
func (w *world) shown() string {
	w.T.Helper()
	id := w.draft("triager", news.Notice)
	w.Do("triager", whole(id))
	w.Do("triager2", news.Judge{News: id, Show: true})
	return id
}

// object lets somebody object.
func (w *world) object(key, number string, level voice.Level, text string) (voice.Sent, error) {
	w.T.Helper()
	in := w.Form(voice.Register{Level: level, Text: text})
	return w.send(key, number, in)
}

func (w *world) send(key, number string, in voice.Register) (sent voice.Sent, err error) {
	var opts []db.Option
	if in.Level.Hidden() {
		opts = append(opts, db.Coarse)
	}
	err = w.DB.Write(w.T.Context(), func(tx *db.Tx) (err error) {
		sent, err = news.Object{Number: number, Voice: in}.Do(tx, w.P(key))
		return err
	}, opts...)
	return sent, err
}
