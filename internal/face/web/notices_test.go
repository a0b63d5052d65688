package web_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
)

// TestNotices: what the ladder tells somebody stands at the bell, on the desk and in the list until he says that he has read it; it is
// his alone, and long lists come in pages.
func TestNotices(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		handler := p.as("handler")
		handler.Get("/notices").Want(200).Says("还没有提醒")
		var numbers []string
		for range 3 {
			numbers = append(numbers, p.to(matter.Executing))
		}
		c.Advance(60 * 24 * time.Hour)
		if err := duty.RunLadder(context.Background(), d); err != nil {
			t.Fatal(err)
		}
		page := handler.Get("/notices").Want(200).Says("超期", numbers[0], "新提醒")
		all := strings.Count(string(page.Body), `name="notice"`)
		if all < 3 {
			t.Fatalf("%d notices", all)
		}
		bell := fmt.Sprintf("%d 条新提醒", all)
		handler.Get("/ledger").Want(200).Says(bell)
		handler.Get("/desk").Want(200).Says("新的提醒", "看全部提醒", bell)
		ids := regexp.MustCompile(`name="notice" value="([^"]+)"`).FindAllStringSubmatch(string(page.Body), -1)
		page.FormAt(page.Find(func(n *html.Node) bool { return n.Data == "form" && n.Parent.Data == "li" && hasClass(n.Parent, "new") })).Press(ids[0][1]).Want(200).Says("已标为已读", fmt.Sprintf("%d 条新提醒", all-1))
		unread := handler.Get("/notices?view=new").Want(200)
		if n := strings.Count(string(unread.Body), `name="notice"`); n != all-1 {
			t.Errorf("%d unread, want %d", n, all-1)
		}
		// nobody else has them, and nobody marks what is told to others
		p.as("worker").Get("/notices").Want(200).Says("还没有提醒")
		p.Do("worker", duty.SeeNotices{Notice: ids[1][1]})
		if n := strings.Count(string(handler.Get("/notices?view=new").Body), `name="notice"`); n != all-1 {
			t.Errorf("somebody else has read it: %d", n)
		}
		unread.Form("全部标为已读").Submit("until=" + regexp.MustCompile(`name="until" value="(\d+)"`).FindStringSubmatch(string(unread.Body))[1]).Want(200)
		handler.Get("/notices?view=new").Want(200).Says("全都看过了")
		handler.Get("/desk").Want(200).Silent("新的提醒")
		handler.Get("/notices?after=x").Want(400)
		p.Read(func(tx *db.Tx) error {
			seen, after := 0, ""
			for {
				told, next, err := duty.Notices(tx, p.P("handler"), duty.NoticeFilter{After: after, Limit: 2})
				if err != nil {
					return err
				}
				if seen += len(told); next == "" {
					break
				}
				after = next
			}
			if seen != all {
				t.Errorf("pages hold %d of %d", seen, all)
			}
			return nil
		})
	})
}
