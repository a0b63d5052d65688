package news_test

import (
	"strings"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish/news"
)

// verify compares everything, paper by paper, so that going on from the last id is tried too.
func (w *world) verify() (bad []string) {
	w.T.Helper()
	for after := ""; ; {
		w.Read(func(tx *db.Tx) error {
			more, next, err := news.Verify(tx, after, 1)
			bad, after = append(bad, more...), next
			return err
		})
		if after == "" {
			return bad
		}
	}
}

// TestVerifyNamesTheCopy: whatever is changed of a copy beside the record, or taken away, or put in, is named; what is as it was shown is not.
func TestVerifyNamesTheCopy(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		gone := w.shown()
		w.Do("supervisor", news.Withdraw{News: gone, Reason: " 日期写错了 "})
		w.Do("triager", news.Rework{News: gone})
		again := whole(gone)
		again.Blocks[0].Text = "四区浴室换热机组更换，停用五天。"
		w.Do("triager", again)
		w.Do("triager2", news.Judge{News: gone, Show: true})
		ended := w.shown()
		w.on("2026-11-28 00:10")
		w.Do("triager", news.End{News: ended, Outcome: "没有收到异议，按方案办理。"})
		if bad := w.verify(); len(bad) > 0 {
			t.Fatal(bad)
		}
		spoil := func(q string, args ...any) {
			t.Helper()
			if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error {
				n, err := tx.Exec(q, args...)
				if err == nil && n != 1 {
					t.Fatalf("%s: %d rows", q, n)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		const set = `UPDATE news_copy SET %s WHERE news = $1 AND n = 1`
		for _, c := range []struct{ spoil, mend, want string }{
			{`content = replace(content, '停用三天', '停用一天')`, `content = replace(content, '停用一天', '停用三天')`, "its content is not what was shown"},
			{`hash = 'x' || hash`, `hash = substr(hash, 2)`, "its hash is not that"},
			{`title = 'x' || title`, `title = substr(title, 2)`, "number, kind or title"},
			{`public = 1 - public`, `public = 1 - public`, "number, kind or title"},
			{`everywhere = 1 - everywhere`, `everywhere = 1 - everywhere`, "for others"},
			{`units = ',U03,' || units`, `units = substr(units, 6)`, "for others"},
			{`until_day = '2026-11-26'`, `until_day = '2026-11-27'`, "its days"},
			{`shown_at = shown_at + 1`, `shown_at = shown_at - 1`, "its days"},
			{`over_why = '日期没有写错'`, `over_why = '日期写错了'`, "how it was over"},
			{`over_how = ''`, `over_how = 'withdrawn'`, "how it was over"},
		} {
			spoil(strings.Replace(set, "%s", c.spoil, 1), gone)
			if bad := w.verify(); len(bad) != 1 || !strings.HasPrefix(bad[0], "copy 1 of GS-2026-001 (news "+gone+")") || !strings.Contains(bad[0], c.want) {
				t.Errorf("after %s: %q", c.spoil, bad)
			}
			spoil(strings.Replace(set, "%s", c.mend, 1), gone)
			if bad := w.verify(); len(bad) > 0 {
				t.Fatalf("after %s: %q", c.mend, bad)
			}
		}
		// content and hash that fit each other are not those of the record
		c := w.copies(ended)[0]
		other := strings.Replace(c.JSON, "四区浴室", "三区浴室", 1)
		spoil(`UPDATE news_copy SET content = $2, hash = $3 WHERE news = $1`, ended, other, news.Fingerprint(other))
		if bad := w.verify(); len(bad) != 1 || !strings.HasPrefix(bad[0], "copy 1 of GS-2026-002") {
			t.Errorf("%q", bad)
		}
		spoil(`UPDATE news_copy SET content = $2, hash = $3 WHERE news = $1`, ended, c.JSON, c.Hash)
		spoil(`UPDATE news_copy SET n = 3 WHERE news = $1 AND n = 2`, gone)
		if bad := w.verify(); len(bad) != 2 || !strings.Contains(bad[0], "copy 2 of GS-2026-001 (news "+gone+") is gone") || !strings.Contains(bad[1], "copy 3 of GS-2026-001 (news "+gone+") was never shown") {
			t.Errorf("%q", bad)
		}
		spoil(`DELETE FROM news_copy WHERE news = $1 AND n = 3`, gone)
		spoil(`DELETE FROM news_copy WHERE news = $1`, ended)
		if bad := w.verify(); len(bad) != 2 || !strings.Contains(strings.Join(bad, "\n"), "copy 1 of GS-2026-002 (news "+ended+") is gone") {
			t.Errorf("%q", bad)
		}
	})
}
