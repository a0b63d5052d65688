package web_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"sanwen/internal/base/access"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/load"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/sheet/sheettest"
)

// workbook makes an xlsx; merged names cells to be merged, "B2:B3".
func workbook(t *testing.T, rows [][]any, merged ...string) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	for r, row := range rows {
		for c, v := range row {
			cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
			if err := x.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, m := range merged {
		from, to, _ := strings.Cut(m, ":")
		if err := x.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a small xlsx that unpacks to 300 MB.
func bomb(t *testing.T) []byte {
	t.Helper()
	var parts []sheettest.Part
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		parts = append(parts, sheettest.Part{Name: name, Unit: make([]byte, 1<<20), Times: 100})
	}
	return sheettest.Archive(t, parts...)
}

func upload(b *webtest.Client, kind, name string, body []byte) *webtest.Page {
	b.T.Helper()
	return b.Get("/admin/import/"+kind).Form("/admin/import/"+kind).Attach("file", name, body).Submit()
}

func TestImport(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c).staffed(map[string]access.Role{"S1": access.SystemAdmin})
		runner := jobs.New(d, jobs.Options{})
		runner.Register(load.JobKind, load.Job(o.site.Blobs))
		run := func() {
			t.Helper()
			if _, err := runner.RunDue(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		b := o.as("S1")

		// The template is one that can be filled in and uploaded.
		for _, format := range []string{"xlsx", "csv"} {
			p := b.Get("/admin/import/people/template?format=" + format).Want(200)
			if !strings.Contains(p.Header.Get("Content-Disposition"), "."+format) {
				t.Fatal(p.Header)
			}
			upload(b, "people", "leer."+format, p.Body).Want(422).Says("文件里没有数据")
		}

		head := []any{"工号", "姓名", "单位编码", "部门/车间", "手机号", "备考"}
		page := upload(b, "people", "名册.xlsx", workbook(t, [][]any{head,
			{"00001001", "王建国", "U01", "高炉车间", "13800000001", "x"},
			{"00001002", "李秀英", "U02", "", "1.38E+10", ""},
			{1003, "张三", "U02", "", "", ""},
			{"00001004", "赵六", "U99", "", "", ""},
			{"00001005", "钱七", "U01", "焦化车间", "", ""},
		})).Want(200).Says("核对导入内容", "现在还什么都没有写入")
		page.Says("E3", "“1.38E+10”被表格软件改成了科学计数", "A4", "“1003”可能丢了开头的 0，应为 00001003", "C5", "没有编码为 U99 的单位", "D6", "F 列：备考", "不认识，会忽略", "王建国")
		o.read(func(tx *db.Tx) error {
			if _, err := org.PersonByNo(tx, "00001001"); err == nil {
				t.Error("the check wrote something")
			}
			return nil
		})
		page.Form("/check").Submit("act=run").Want(422).Says("有 4 行")
		page = page.Form("/check").Set("create_units", "1").Submit("act=check").Want(200).Says("会新建 1 个车间或班组", "焦化车间")
		page = page.Form("/check").Set("valid_only", "1").Submit("act=run").Want(200).Says("排队中")
		if page.Header.Get("Refresh") == "" {
			t.Error("the page does not look again")
		}
		where := page.URL.Path
		run()
		page = b.Get(where).Want(200).Says("导入完成", "新增 2", "有误未写入 3")
		result := page.Click("下载逐行结果").Want(200)
		x, err := excelize.OpenReader(bytes.NewReader(result.Body))
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		rows, err := x.GetRows(x.GetSheetList()[0])
		if err != nil || len(rows) != 6 || rows[2][1] != "有误" || !strings.HasPrefix(rows[2][2], "E3: ") || rows[1][1] != "新增" {
			t.Fatalf("%v %v", rows, err)
		}
		o.read(func(tx *db.Tx) error {
			p, err := org.PersonByNo(tx, "00001001")
			if p.Unit != "U01-A" || p.Phone != "13800000001" {
				t.Errorf("%+v", p)
			}
			return err
		})

		// The same again changes nothing; who is missing leaves only when confirmed, with the right number.
		again := workbook(t, [][]any{head, {"00001001", "王建国", "U01", "高炉车间", "13800000001", ""}})
		page = upload(b, "people", "名册.xlsx", again).Want(200).Says("00001005 钱七", "1 不变")
		form := page.Form("/check").Set("dismiss", "1")
		o.write(func(tx *db.Tx) error {
			_, err := org.AddPerson{EmployeeNo: "00009000", Name: "孙八", Unit: "U02"}.Do(tx, access.System("test"))
			return err
		})
		page = form.Submit("act=run").Want(422).Says("不在文件中的人数已变为 2", "00009000 孙八")
		where = page.Form("/check").Submit("act=run").Want(200).URL.Path
		run()
		b.Get(where).Want(200).Says("导入完成", "离职或停用 2")
		b.Get("/admin/import").Want(200).Says("已完成")

		// Stopped before its turn: nothing is written, by whatever way it was pressed; then gone on with, once.
		page = upload(b, "people", "b.csv", []byte("工号,姓名,单位编码\r\n00008,吴十,U02\r\n")).Want(200).Form("/check").Submit("act=run").Want(200).Says("排队中")
		where = page.URL.Path
		stop := page.Form("/cancel")
		stopped := stop.Submit().Want(200).Says("已停止").Silent("停下来")
		stop.Submit().Want(409)
		run()
		b.Get(where).Want(200).Says("已停止")
		on := stopped.Form("/continue")
		next := on.Submit().Want(200).Says("排队中")
		on.Submit().Want(200)
		run()
		b.Get(next.URL.Path).Want(200).Says("导入完成", "新增 1")
		o.read(func(tx *db.Tx) error {
			p, err := org.PersonByNo(tx, "00008")
			if p.Name != "吴十" {
				t.Errorf("%+v", p)
			}
			return err
		})

		// Columns that are not understood are mapped by hand.
		page = upload(b, "people", "a.csv", []byte("工号,谁,单位编码\r\n00007,周九,U02\r\n")).Want(422).Says("缺少必填的列：姓名")
		form = page.Form("/check").Set("map_1", "name")
		page = form.Submit("act=check").Want(200).Says("周九", "1 新增")
		where = page.Form("/check").Submit("act=run").Want(200).URL.Path
		run()
		b.Get(where).Says("导入完成", "新增 1")

		// places
		page = upload(b, "places", "p.csv", []byte("场所编码,场所名称,类型,单位编码\r\nP1,一号浴室,浴室,U01\r\nP2,二号食堂,餐馆,U01\r\n")).Want(200).Says("C3", "不认识“餐馆”")
		page.Form("/check").Set("valid_only", "1").Submit("act=run").Want(200)
		run()
		if got := b.Get("/admin/places/P1").Want(200).Says("一号浴室").Form("/admin/places/P1").Values.Get("unit"); got != "炼铁厂 · U01" {
			t.Errorf("unit of the place: %q", got)
		}
	})
}

// TestImportRefuses: what cannot be read is said at the file, at once.
func TestImportRefuses(t *testing.T) {
	d, c := dbtest.Open(t)
	o := newOffice(t, d, c).staffed(map[string]access.Role{"S1": access.SystemAdmin, "S2": access.SystemAdmin})
	b := o.as("S1")
	upload(b, "people", "bomb.xlsx", bomb(t)).Want(422).Says("解压后异常庞大")
	rows := [][]any{{"工号", "姓名", "单位编码"}, {"1", "甲", "U01"}, {"2", "", "U01"}}
	upload(b, "people", "m.xlsx", workbook(t, rows, "B2:B3")).Want(422).Says("合并单元格（B2:B3）")
	upload(b, "people", "x.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("x", 2000))).Want(422).Says("旧版 xls")
	upload(b, "people", "x.pdf", []byte("%PDF-1.7 nothing")).Want(422)
	b.Get("/admin/import/people").Form("/admin/import/people").Submit().Want(422).Says("请填写")
	b.Get("/admin/import/nothing").Want(404)
	b.Get("/admin/import/people/check?file=nonsense").Want(410).Says("请重新上传")

	// The address of an upload is of no use to anybody else.
	page := upload(b, "people", "m.xlsx", workbook(t, rows)).Want(200)
	o.as("S2").Get(fmt.Sprintf("%s?%s", page.URL.Path, page.URL.RawQuery)).Want(410)
}
