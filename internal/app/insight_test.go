package app

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sanwen/internal/ground/db"
)

// insightFiles are the samples of the package that measures.
func insightFiles(name string) string {
	return filepath.Join("..", "reading", "insight", "evaluate", "testdata", name)
}

func runInsight(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(t.Context(), append([]string{"insight", "evaluate"}, args...), func(string) string { return "" }, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// Every task prints figures, as lines and as JSON, and writes its predictions in the form that others score; without an installation.
func TestInsightEvaluate(t *testing.T) {
	for task, c := range map[string]struct{ train, test, head, figure string }{
		"classify": {"decisions.csv", "decisions_test.csv", "row,label", "macro_f1"},
		"similar":  {"voices_before.csv", "voices.csv", "id,rank,hit_id", "recall_at_5"},
		"cluster":  {"voices_before.csv", "voices.csv", "id,cluster", "b3_f1"},
		"search":   {"voices.csv", "queries.csv", "query,rank,hit_id", "recall"},
	} {
		file := filepath.Join(t.TempDir(), "out.csv")
		args := []string{"--task", task, "--train", insightFiles(c.train), "--test", insightFiles(c.test)}
		code, out, errs := runInsight(t, append(args, "--json", "--out", file)...)
		if code != 0 {
			t.Fatalf("%s: %d %s", task, code, errs)
		}
		var figures map[string]any
		if err := json.Unmarshal([]byte(out), &figures); err != nil {
			t.Fatalf("%s: %v in %s", task, err, out)
		}
		if v, ok := figures[c.figure].(float64); !ok || v <= 0.4 || v > 1 {
			t.Errorf("%s: %s is %v", task, c.figure, figures[c.figure])
		}
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil || len(rows) < 5 || strings.Join(rows[0], ",") != c.head {
			t.Errorf("%s: %v %d rows, %v", task, err, len(rows), rows[:1])
		}
		if code, out, _ := runInsight(t, args...); code != 0 || !strings.Contains(out, c.figure) {
			t.Errorf("%s without JSON: %d %s", task, code, out)
		}
	}
}

func TestInsightEvaluateRefuses(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.csv")
	if err := os.WriteFile(bad, []byte("id,body\n1,x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	voices := insightFiles("voices.csv")
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"column":  {[]string{"--task", "cluster", "--train", voices, "--test", bad}, 1, "time"},
		"no file": {[]string{"--task", "cluster", "--train", voices, "--test", filepath.Join(dir, "none.csv")}, 1, "none.csv"},
		"task":    {[]string{"--task", "guess", "--train", voices, "--test", voices}, 2, "guess"},
		"input":   {[]string{"--task", "cluster", "--train", voices, "--test", bad, "--out", bad}, 1, "bad.csv"},
		"out":     {[]string{"--task", "cluster", "--train", voices, "--test", voices, "--out", filepath.Join(dir, "no", "where.csv")}, 1, "where.csv"},
	} {
		if code, _, errs := runInsight(t, c.args...); code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%s: %d %s", name, code, errs)
		}
	}
	if b, err := os.ReadFile(bad); err != nil || string(b) != "id,body\n1,x\n" {
		t.Errorf("the file that was read is now %q %v", b, err)
	}
}

// TestInsightRebuild: the command makes the index anew and tells how far it is; the doctor then has nothing to say against it.
func TestInsightRebuild(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	a, err := Open(t.Context(), Config{Data: data, Zone: "Asia/Shanghai"}, nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Log.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := Run(t.Context(), []string{"insight", "rebuild", "--data", data}, func(string) string { return "" }, strings.NewReader(""), &out, &errs)
	if code != 0 || !strings.Contains(out.String(), language().T("insight.rebuild_done", 0, "")[:9]) {
		t.Fatalf("%d %s %s", code, &out, &errs)
	}
	if a, err = Open(t.Context(), Config{Data: data, Zone: "Asia/Shanghai"}, nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		return searchHealth(tx, func(key string, good bool, args ...any) {
			if !good || key != "search" {
				t.Errorf("%s %v", key, args)
			}
		})
	}); err != nil {
		t.Fatal(err)
	}
}
