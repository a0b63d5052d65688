package load

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/sheet"
)

// clerk makes the system administrator who imports.
func clerk(t *testing.T, d *db.DB) (who access.Person) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		id, err := org.AddPerson{EmployeeNo: "S1", Name: "石工", Unit: "G"}.Do(tx, access.System("test"))
		if err != nil {
			return err
		}
		if err := (org.GiveRole{Person: id, Role: access.SystemAdmin, Unit: "G"}).Do(tx, access.System("test")); err != nil {
			return err
		}
		who, err = org.Actor(tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func TestQueued(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		ctx := context.Background()
		organisation(t, d)
		who := clerk(t, d)
		store, err := blob.OpenDir(t.TempDir(), c, clock.Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		runner := jobs.New(d, jobs.Options{})
		runner.Register(JobKind, Job(store))
		queue := func(q Queue, body []byte) Run {
			t.Helper()
			if q.File, err = store.Put(ctx, bytes.NewReader(body)); err != nil {
				t.Fatal(err)
			}
			q.Kind, q.Lang = People, lang.ZH
			var id string
			if err := d.Write(ctx, func(tx *db.Tx) (err error) { id, err = q.Do(tx, who); return err }); err != nil {
				t.Fatal(err)
			}
			if _, err := runner.RunDue(ctx); err != nil {
				t.Fatal(err)
			}
			var r Run
			if err := d.Read(ctx, func(tx *db.Tx) (err error) { r, err = RunByID(tx, who, id); return err }); err != nil {
				t.Fatal(err)
			}
			if there, _ := store.Has(ctx, q.File); there {
				t.Error("the uploaded file is still there")
			}
			return r
		}
		good := csvFile(head, "00001,王建国,U01,高炉车间,甲班", "00002,李秀英,U02", "00003,张三,U99")
		if r := queue(Queue{}, good); r.State != Failed || r.Error != "org.import.faults" || r.Added != 0 {
			t.Fatalf("faults: %+v", r)
		}
		r := queue(Queue{Choice: Choice{ValidOnly: true}}, good)
		if r.State != Done || r.Added != 2 || r.Refused != 1 || r.RowsDone != 2 || r.Error != "" {
			t.Fatalf("%+v", r)
		}
		f, info, err := store.Open(ctx, r.Result)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		book, err := sheet.Open(ctx, f.(io.ReaderAt), info.Bytes, sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		if err := book.Rows(ctx, func(row sheet.Row) error {
			rows = append(rows, row.Text(0)+" "+row.Text(1)+" "+row.Text(2)+" "+row.Text(4))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		want := []string{"行号 结果 问题 姓名", "2 新增  王建国", "3 新增  李秀英", "4 有误 C4: 没有编码为 U99 的单位 张三"}
		for i, w := range want {
			if i >= len(rows) || rows[i] != w {
				t.Fatalf("%q, want %q", rows, want)
			}
		}
		// Whoever may no longer import cannot have it done by a job.
		if err := d.Write(ctx, func(tx *db.Tx) error {
			return org.TakeRole{Person: who.ID, Role: access.SystemAdmin, Unit: "G"}.Do(tx, access.System("test"))
		}); err != nil {
			t.Fatal(err)
		}
		if r := queue(Queue{}, csvFile(head, "00009,赵六,U01")); r.State != Failed || r.Error != "access.denied" {
			t.Fatalf("without the role: %+v", r)
		}
	})
}

// TestStopAndGoOn: an import that is stopped writes no further piece, and goes on where it was; one that has not begun never begins.
func TestStopAndGoOn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		organisation(t, d)
		who := clerk(t, d)
		store, err := blob.OpenDir(t.TempDir(), c, clock.Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		ctx := context.Background()
		runner := jobs.New(d, jobs.Options{})
		runner.Register(JobKind, Job(store))
		lines := []string{head}
		for i := range 1200 {
			lines = append(lines, fmt.Sprintf("%05d,职工%d,U01", 10000+i, i))
		}
		hash, err := store.Put(ctx, bytes.NewReader(csvFile(lines...)))
		if err != nil {
			t.Fatal(err)
		}
		write := func(fn func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		see := func(id string) (r Run) {
			t.Helper()
			if err := d.Read(ctx, func(tx *db.Tx) (err error) { r, err = RunByID(tx, who, id); return err }); err != nil {
				t.Fatal(err)
			}
			return r
		}
		start := func() (id string) {
			write(func(tx *db.Tx) (err error) {
				id, err = Queue{Kind: People, File: hash, Lang: lang.ZH}.Do(tx, who)
				return err
			})
			return id
		}
		id := start()
		f, err := Stored(ctx, store, hash, Options{Kind: People})
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Apply(ctx, d, who, Choice{ID: id}, func(p Progress) {
			if p.Done == piece {
				write(func(tx *db.Tx) error { return Cancel{ID: id}.Do(tx, who) })
			}
		})
		if e := fault.Of(err); e == nil || e.Key != keyCancelled {
			t.Fatalf("not stopped: %v", err)
		}
		if r := see(id); r.State != Cancelled || r.RowsDone != piece || r.RowsTotal != 1200 || !r.Continues() {
			t.Fatalf("%+v", r)
		}
		err = d.Write(ctx, func(tx *db.Tx) error { return Cancel{ID: id}.Do(tx, who) })
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("stopped twice: %v", err)
		}
		if _, err := runner.RunDue(ctx); err != nil { // the job of the run that was stopped does nothing
			t.Fatal(err)
		}
		if r := see(id); r.State != Cancelled {
			t.Fatalf("%+v", r)
		}
		next := ""
		write(func(tx *db.Tx) (err error) { next, err = Continue{ID: id}.Do(tx, who); return err })
		if _, err := runner.RunDue(ctx); err != nil {
			t.Fatal(err)
		}
		if r := see(next); r.State != Done || r.Added != 1200-piece || r.RowsDone != 1200-piece {
			t.Fatalf("gone on: %+v", r)
		}
		early := start()
		write(func(tx *db.Tx) error { return Cancel{ID: early}.Do(tx, who) })
		if _, err := runner.RunDue(ctx); err != nil {
			t.Fatal(err)
		}
		if r := see(early); r.State != Cancelled || r.RowsDone != 0 {
			t.Errorf("%+v", r)
		}
	})
}
