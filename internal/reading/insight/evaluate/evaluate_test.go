package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

func sample(name string) string { return filepath.Join("testdata", name) }

func measured(t *testing.T, task, train, test string, c ClassifyOptions) *Result {
	t.Helper()
	r, err := Run(Options{Task: task, Train: sample(train), Test: sample(test), Classify: c, Clock: clock.System()})
	if err != nil {
		t.Fatalf("%s: %v", task, err)
	}
	return r
}

func all() ClassifyOptions { return ClassifyOptions{Decisions: -1} }

// atLeast fails where a figure is not known or below what the small samples of these tests give.
func atLeast(t *testing.T, r *Result, name string, least float64) {
	t.Helper()
	if v, ok := r.Get(name); !ok || v < least {
		t.Errorf("%s: %s is %v (known %v), want at least %v", r.Task, name, v, ok, least)
	}
}

func TestClassify(t *testing.T) {
	for _, online := range []bool{false, true} {
		o := all()
		o.Online = online
		r := measured(t, TaskClassify, "decisions.csv", "decisions_test.csv", o)
		atLeast(t, r, "macro_f1", 0.5)
		atLeast(t, r, "top2", 0.65)
		atLeast(t, r, "model_bytes", 1000)
		if len(r.Rows) != 6 || !reflect.DeepEqual(r.Head, []string{"row", "label"}) || r.Rows[0][0] != "17" {
			t.Errorf("predictions %v %v", r.Head, r.Rows)
		}
	}
	o := all()
	o.Decisions = 0
	if v, _ := measured(t, TaskClassify, "decisions.csv", "decisions_test.csv", o).Get("macro_f1"); v > 0.5 {
		t.Errorf("macro-F1 is %v of a model that has learned nothing and knows no words", v)
	}
	o.Words = filepath.Join(t.TempDir(), "words.csv")
	write(t, o.Words, "class,word\n食堂,食堂\n食堂,菜\n浴室,浴室\n浴室,热水\n浴室,更衣\n浴室,喷头\n班车,车\n食堂,窗口\n食堂,饭\n")
	atLeast(t, measured(t, TaskClassify, "decisions.csv", "decisions_test.csv", o), "macro_f1", 0.8)
}

func TestSimilar(t *testing.T) {
	r := measured(t, TaskSimilar, "voices_before.csv", "voices.csv", all())
	atLeast(t, r, "queries", 9)
	atLeast(t, r, "recall_at_1", 0.9)
	atLeast(t, r, "recall_at_5", 1)
	for _, row := range r.Rows {
		if row[0] <= row[2] {
			t.Fatalf("%v: a text that came later is an answer", row)
		}
	}
}

// Brief texts say the same in other words.
func TestParaphrases(t *testing.T) {
	r := measured(t, TaskSimilar, "briefs.csv", "briefs.csv", all())
	atLeast(t, r, "queries", 26)
	atLeast(t, r, "recall_at_1", 0.75)
	atLeast(t, r, "recall_at_5", 0.9)
}

// What was there before and is no answer does not stand in the way of what is.
func TestKnownTextsDoNotCrowd(t *testing.T) {
	dir := t.TempDir()
	known := "id,time,body\n"
	for i := range 300 {
		known += fmt.Sprintf("x%d,2024-01-01,四区新浴室夜班下班后水不热第%d回\n", i, i)
	}
	write(t, filepath.Join(dir, "known.csv"), known)
	r, err := Run(Options{Task: TaskSimilar, Train: filepath.Join(dir, "known.csv"), Test: sample("voices.csv"), Clock: clock.System()})
	if err != nil {
		t.Fatal(err)
	}
	atLeast(t, r, "recall_at_5", 1)
}

func TestCluster(t *testing.T) {
	r := measured(t, TaskCluster, "voices_before.csv", "voices.csv", all())
	atLeast(t, r, "b3_f1", 0.9)
	atLeast(t, r, "topics_found", 0.8)
	if v, _ := r.Get("topics"); v != 5 {
		t.Errorf("%v topics, want 5", v)
	}
	if len(r.Rows) != 26 {
		t.Errorf("%d predictions", len(r.Rows))
	}
}

// Labels are never read for a prediction: without them the predictions are the same, and what they would tell is not known.
func TestLabelsAreNotRead(t *testing.T) {
	for _, task := range []string{TaskSimilar, TaskCluster} {
		with := measured(t, task, "voices_before.csv", "voices.csv", all())
		without := measured(t, task, "voices_before.csv", "voices_unlabelled.csv", all())
		if !reflect.DeepEqual(with.Rows, without.Rows) {
			t.Errorf("%s: other predictions without labels", task)
		}
		for _, name := range []string{"recall_at_1", "recall_at_5", "b3_f1", "topics_found"} {
			if _, known := without.Get(name); known {
				t.Errorf("%s: %s is known without labels", task, name)
			}
		}
		b, err := json.Marshal(without)
		if err != nil || !bytes.Contains(b, []byte(`:null`)) {
			t.Errorf("%s %v", b, err)
		}
	}
}

func TestSearch(t *testing.T) {
	for _, test := range []string{"queries.csv", "voices.csv"} {
		r := measured(t, TaskSearch, "voices.csv", test, all())
		for _, name := range []string{"recall", "precision"} {
			if v, ok := r.Get(name); !ok || v != 1 {
				t.Errorf("%s with %s: %v %v", name, test, v, ok)
			}
		}
		atLeast(t, r, "hits", 5)
	}
}

// The same files give the same predictions, on one core or on many.
func TestSameEverywhere(t *testing.T) {
	for task, files := range map[string][2]string{TaskClassify: {"decisions.csv", "decisions_test.csv"}, TaskSimilar: {"voices_before.csv", "voices.csv"},
		TaskCluster: {"voices_before.csv", "voices.csv"}, TaskSearch: {"voices.csv", "voices.csv"}} {
		a := measured(t, task, files[0], files[1], all())
		old := runtime.GOMAXPROCS(1)
		b := measured(t, task, files[0], files[1], all())
		runtime.GOMAXPROCS(old)
		if !reflect.DeepEqual(a.Rows, b.Rows) {
			t.Errorf("%s: other predictions", task)
		}
	}
}

// The figures of all tasks have the names that others read.
func TestNames(t *testing.T) {
	for task, want := range map[string]string{
		TaskClassify: "accuracy macro_f1 weighted_f1 top2 coverage_p95", TaskSimilar: "recall_at_1 recall_at_5",
		TaskCluster: "b3_f1 b3_precision b3_recall pairwise_f1 topics_found", TaskSearch: "recall"} {
		train, test := "voices.csv", "voices.csv"
		if task == TaskClassify {
			train, test = "decisions.csv", "decisions_test.csv"
		}
		r := measured(t, task, train, test, all())
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		for _, name := range append(strings.Fields(want), "seconds", "peak_mb") {
			if _, ok := m[name].(float64); !ok {
				t.Errorf("%s: %s is %v", task, name, m[name])
			}
		}
		if len(r.Lines()) < 5 {
			t.Errorf("%s: lines %v", task, r.Lines())
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Bad files are refused with what is wrong with them.
func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ task, text, key string }{
		"empty":    {TaskCluster, "", "insight.no_rows"},
		"header":   {TaskCluster, "id,time,body\n", "insight.no_rows"},
		"column":   {TaskCluster, "id,body\n1,x\n", "insight.column"},
		"no text":  {TaskSimilar, "id,time\n1,2025-01-01\n", "insight.column"},
		"twice":    {TaskCluster, "id,time,body\n1,2025-01-01,x\n1,2025-01-02,y\n", "insight.twice"},
		"no id":    {TaskSimilar, "id,time,body\n,2025-01-01,x\n", "insight.empty"},
		"short":    {TaskCluster, "id,time,body\n1,2025-01-01\n", "insight.file"},
		"quote":    {TaskCluster, "id,time,body\n1,2025-01-01,\"x\n", "insight.file"},
		"gbk":      {TaskCluster, "id,time,body\n1,2025-01-01,\xca\xb3\xcc\xc3\n", "insight.not_utf8"},
		"row":      {TaskClassify, "row,label\n1,x\n", "insight.column"},
		"no query": {TaskSearch, "query\n\" \"\n", "insight.no_queries"},
		"unknown":  {"guess", "a\n1\n", "insight.task"},
	} {
		file := filepath.Join(dir, name+".csv")
		write(t, file, c.text)
		train := sample("voices.csv")
		if c.task == TaskClassify {
			train = sample("decisions.csv")
		}
		_, err := Run(Options{Task: c.task, Train: train, Test: file, Classify: all(), Clock: clock.System()})
		if err == nil || fault.Of(err).Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	one := filepath.Join(dir, "one.csv")
	write(t, one, "row,text,label\n1,x,a\n2,y,a\n")
	if _, err := Run(Options{Task: TaskClassify, Train: one, Test: one, Classify: all(), Clock: clock.System()}); err == nil || fault.Of(err).Key != "insight.one_class" {
		t.Errorf("one class: %v", err)
	}
	write(t, one, "row,text,label\n1,x,a\n2,y,\n")
	if _, err := Run(Options{Task: TaskClassify, Train: one, Test: one, Classify: all(), Clock: clock.System()}); err == nil || fault.Of(err).Key != "insight.empty" {
		t.Errorf("no label: %v", err)
	}
	if _, err := Run(Options{Task: TaskCluster, Train: filepath.Join(dir, "none"), Test: sample("voices.csv"), Clock: clock.System()}); err == nil || fault.Of(err).Key != "insight.file" {
		t.Errorf("no file: %v", err)
	}
}

// The figures are those of the definition, worked out by hand for seven texts: topic A {1,2,3}, topic B {4,5}, 6 and 7 of none, groups
// {1,2,6}, {3}, {4,5,7}; and 7 is ambiguous.
func TestB3ByHand(t *testing.T) {
	m := []message{{topic: "A"}, {topic: "A"}, {topic: "A"}, {topic: "B"}, {topic: "B"}, {}, {ambiguous: true}}
	got := b3(m, []uint32{0, 0, 2, 3, 3, 0, 3})
	p := (2.0/3 + 2.0/3 + 1 + 1 + 1) / 5
	r := (2.0/3 + 2.0/3 + 1.0/3 + 1 + 1) / 5
	f := 2 * p * r / (p + r)
	pairs := 2 * 0.5 * 0.5 / (0.5 + 0.5) // of 4 pairs in groups 2 are right, of 4 pairs of topics 2 are found
	for name, v := range map[string][2]float64{"P": {got.Precision, p}, "R": {got.Recall, r}, "F1": {got.F1, f}, "pairs": {got.Pairs, pairs}, "found": {got.Found, 1}} {
		if d := v[0] - v[1]; d > 1e-9 || d < -1e-9 {
			t.Errorf("%s is %v, want %v", name, v[0], v[1])
		}
	}
}
