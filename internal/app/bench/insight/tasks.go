package main

import (
	"crypto/md5"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/cluster"
	"sanwen/internal/reading/insight/evaluate"
	"sanwen/internal/reading/insight/find"
)

// processor is how long this process has had a core. Times by the clock would tell how busy the machine is.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cpuClock shows the time of the processor instead of that of the wall.
type cpuClock struct{}

func (cpuClock) Now() time.Time { return time.Unix(0, 0).Add(processor()) }

var _ clock.Clock = cpuClock{}

func (b *bench) file(name string) string { return filepath.Join(b.data, name) }

// load reads a CSV file with its header.
func load(name string) (head []string, rows [][]string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) == 0 {
		return nil, nil, fmt.Errorf("%s: %d rows, %v", name, len(all), err)
	}
	all[0][0] = strings.TrimPrefix(all[0][0], "\ufeff")
	return all[0], all[1:], nil
}

func (b *bench) save(name string, head []string, rows [][]string) (string, error) {
	name = filepath.Join(b.dir, name)
	f, err := os.Create(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	if err := w.WriteAll(append([][]string{head}, rows...)); err != nil {
		return "", err
	}
	return name, w.Error()
}

func evaluated(task, train, test string, c evaluate.ClassifyOptions) (*evaluate.Result, error) {
	return evaluate.Run(evaluate.Options{Task: task, Train: train, Test: test, Classify: c, Clock: cpuClock{}})
}

// shown gives a figure of several runs.
func shown(name string, runs ...*evaluate.Result) string {
	var out []string
	for _, r := range runs {
		v, _ := r.Get(name)
		out = append(out, fmt.Sprintf("%.3f", v))
	}
	return strings.Join(out, " / ")
}

// mean is the mean of a figure of several runs, to one place more.
func mean(name string, runs ...*evaluate.Result) string {
	var sum float64
	for _, r := range runs {
		v, _ := r.Get(name)
		sum += v
	}
	return fmt.Sprintf("%.4f", sum/float64(len(runs)))
}

func micros(name string, runs ...*evaluate.Result) string {
	var sum float64
	for _, r := range runs {
		v, _ := r.Get(name)
		sum += v / 1000
	}
	return fmt.Sprintf("%.0f µs", sum/float64(len(runs)))
}

// splits is how often the rows are divided, and wide how often for what differs between divisions more than by what is measured.
const (
	splits = 3
	wide   = 8
)

func (b *bench) classify() error {
	head, rows, err := load(b.file("classify_train.csv"))
	if err != nil {
		return err
	}
	group := -1
	for i, h := range head {
		if h == "group" {
			group = i
		}
	}
	var train, test [wide]string
	for s := range wide {
		var tr, te [][]string
		for _, r := range rows {
			if md5.Sum(fmt.Appendf(nil, "%d:%s", s, r[group]))[0] < 51 {
				te = append(te, r)
			} else {
				tr = append(tr, r)
			}
		}
		if train[s], err = b.save(fmt.Sprintf("train%d.csv", s), head, tr); err != nil {
			return err
		}
		if test[s], err = b.save(fmt.Sprintf("test%d.csv", s), head, te); err != nil {
			return err
		}
	}
	over := func(splits int, c evaluate.ClassifyOptions) ([]*evaluate.Result, error) {
		var out []*evaluate.Result
		for s := range splits {
			r, err := evaluated(evaluate.TaskClassify, train[s], test[s], c)
			if err != nil {
				return nil, err
			}
			out = append(out, r)
		}
		return out, nil
	}
	all := func(c evaluate.ClassifyOptions) ([]*evaluate.Result, error) { return over(splits, c) }
	studied, err := over(wide, evaluate.ClassifyOptions{Decisions: -1})
	if err != nil {
		return err
	}
	online, err := over(wide, evaluate.ClassifyOptions{Decisions: -1, Online: true})
	if err != nil {
		return err
	}
	two := [2]string{mean("top2", studied...), mean("top2", online...)}
	studied, online = studied[:splits], online[:splits]
	b.row("topics, 7 classes, studied: macro-F1", shown("macro_f1", studied...), "≥ 0.914, goal 0.925", "0.914 (char 1–2 tf-idf + linear SVM), 0.906 (hashed + logistic regression)")
	b.row("… one pass online: macro-F1", shown("macro_f1", online...), "≥ 0.905", "0.900")
	b.row(fmt.Sprintf("… the right one among two, studied; online (mean of %d divisions)", wide),
		fmt.Sprintf("%s (%s); %s (%s)", shown("top2", studied...), two[0], shown("top2", online...), two[1]), "≥ 0.987", "0.987")
	b.row("… share routed at 95 % precision, studied; online", shown("coverage_p95", studied...)+"; "+shown("coverage_p95", online...), "≥ 0.90", "0.87–0.89")
	b.row("… what the model itself calls sure; of these right (online)", shown("routed", online...)+"; "+shown("routed_right", online...), "0.95 right", "–")
	for _, n := range []struct {
		n          int
		goal, base string
	}{{0, "≥ 0.78", "0.76"}, {560, "≥ 0.82", "0.80"}, {1120, "≥ 0.86", "0.84"}, {2240, "≥ 0.89", "0.88"}} {
		r, err := all(evaluate.ClassifyOptions{Decisions: n.n})
		if err != nil {
			return err
		}
		b.row(fmt.Sprintf("… after %d decisions: macro-F1", n.n), shown("macro_f1", r...), n.goal, n.base)
	}
	for _, n := range []struct {
		n          int
		goal, base string
	}{{20, "≥ 0.84", "0.83"}, {80, "≥ 0.89", "0.88"}} {
		r, err := all(evaluate.ClassifyOptions{Decisions: -1, First: n.n})
		if err != nil {
			return err
		}
		b.row(fmt.Sprintf("… first %d characters: macro-F1; time per text", n.n), shown("macro_f1", r...)+"; "+micros("classify_ns", r...), n.goal+"; ≤ 20 µs", n.base)
	}
	size, _ := studied[0].Get("model_bytes")
	b.row("… model; time per text of 290 characters; per decision", fmt.Sprintf("%.1f MB; %s; %s", size/1e6, micros("classify_ns", studied...), micros("learn_ns", online...)), "≤ 10 MB; ≤ 20 µs; ≤ 30 µs", "4.7 MB; 240 µs")
	return nil
}

func (b *bench) similar() error {
	r, err := evaluated(evaluate.TaskSimilar, b.file("hotspots.csv"), b.file("hotspots.csv"), evaluate.ClassifyOptions{})
	if err != nil {
		return err
	}
	b.row("an earlier voice of the same problem: recall@1; @5", shown("recall_at_1", r)+"; "+shown("recall_at_5", r), "≥ 0.96; ≥ 0.995", "0.951–0.972; 0.995")
	for _, alone := range []bool{false, true} {
		p, err := b.paraphrases(alone)
		if err != nil {
			return err
		}
		what, goal, base := "… paraphrases (BQ, %d questions, each with others of the same meaning): recall@5 among all; among earlier ones", "≥ 0.65", "0.606"
		if alone {
			what, goal, base = "… the same questions ask, and those that have none of the same meaning stand between, %d in all", "–", "–"
		}
		b.row(fmt.Sprintf(what, p.texts), fmt.Sprintf("%.3f; %.3f", p.among, p.earlier), goal, base)
	}
	return nil
}

// paraphrased is how often a question finds another of the same meaning among the first five: among all questions, and as the command measures it, among
// earlier ones, in the order of the file.
type paraphrased struct {
	texts          int
	among, earlier float64
}

// paraphrases asks with the questions of pairs that mean the same; what is a pair with the same one means the same, too. With alone, questions that are
// in other pairs only stand among them, but do not ask.
func (b *bench) paraphrases(alone bool) (paraphrased, error) {
	_, rows, err := load(b.file("pairs.csv"))
	if err != nil {
		return paraphrased{}, err
	}
	number := map[string]int{}
	var texts []string
	var joined []int // by question: another of its meaning, or itself
	root := func(d int) int {
		for joined[d] != d {
			d = joined[d]
		}
		return d
	}
	size := map[int]int{}
	for _, r := range rows {
		if !strings.EqualFold(r[0], "bq") || r[1] == r[2] || r[3] != "1" && !alone {
			continue
		}
		var pair [2]int
		for i, s := range r[1:3] {
			d, ok := number[s]
			if !ok {
				d = len(texts)
				number[s] = d
				texts, joined = append(texts, s), append(joined, d)
			}
			pair[i] = d
		}
		if r[3] == "1" {
			joined[root(pair[0])] = root(pair[1])
		}
	}
	x := alike.NewIndex()
	var out [][]string
	for d, s := range texts {
		x.Put(int64(d+1), alike.Doc{Ref: strconv.Itoa(d)}, alike.Codes(s))
		size[root(d)]++
	}
	var hit, n float64
	for d, s := range texts {
		topic := ""
		if size[root(d)] > 1 {
			topic = strconv.Itoa(root(d))
			n++
			self := strconv.Itoa(d)
			found, _ := x.Texts(s, 5, func(ref string) bool { return ref != self })
			if slices.ContainsFunc(found, func(ref string) bool {
				o, _ := strconv.Atoi(ref)
				return root(o) == root(d)
			}) {
				hit++
			}
		}
		out = append(out, []string{strconv.Itoa(d + 1), "2025-01-01", s, topic})
	}
	if n == 0 {
		return paraphrased{}, fmt.Errorf("no BQ pairs in %s", b.file("pairs.csv"))
	}
	file, err := b.save("paraphrases.csv", []string{"id", "time", "body", "topic_id"}, out)
	if err != nil {
		return paraphrased{}, err
	}
	r, err := evaluated(evaluate.TaskSimilar, file, file, evaluate.ClassifyOptions{})
	if err != nil {
		return paraphrased{}, err
	}
	earlier, _ := r.Get("recall_at_5")
	return paraphrased{len(texts), hit / n, earlier}, nil
}

func (b *bench) cluster() error {
	r, err := evaluated(evaluate.TaskCluster, b.file("hotspots.csv"), b.file("hotspots.csv"), evaluate.ClassifyOptions{})
	if err != nil {
		return err
	}
	b.row("problems: B³ F1 (precision; recall)", fmt.Sprintf("%s (%s; %s)", shown("b3_f1", r), shown("b3_precision", r), shown("b3_recall", r)), "≥ 0.90", "0.889; k-means 0.80, HDBSCAN 0.82, DBSCAN 0.87")
	b.row("… topics found; pairwise F1", shown("topics_found", r)+"; "+shown("pairwise_f1", r), "≥ 0.93", "0.87–0.96; 0.81")
	count := func(name string) int { v, _ := r.Get(name); return int(v) }
	b.row("… the year as a stream: hot topics that an alarm finds; alarms of no one topic; of topics not that hot; median delay",
		fmt.Sprintf("%d of %d; %d; %d; %d days", count("hot_found"), count("hot_topics"), count("alarms_extra"), count("alarms_weak"), count("alarm_delay_days")),
		"≥ 14 of 16; ≤ 3; –; 0", "12 of 16; 3; –; 0")
	return nil
}

func (b *bench) search() error {
	r, err := evaluated(evaluate.TaskSearch, b.file("unlabelled_pool.csv"), b.file("hotspots.csv"), evaluate.ClassifyOptions{})
	if err != nil {
		return err
	}
	b.row("search: share of what reading every text finds; share of hits that it confirms", shown("recall", r)+"; "+shown("precision", r), "1; 1", "1; 1")
	return nil
}

// grown measures time and memory with many texts.
func (b *bench) grown() error {
	texts := evaluate.Generated(b.texts)
	g := cluster.New()
	from := processor()
	var took []time.Duration
	for i, s := range texts {
		t := processor()
		g.Add(s, float64(i)*365/float64(len(texts)))
		if i >= len(texts)*9/10 {
			took = append(took, processor()-t)
		}
	}
	added := processor() - from
	from = processor()
	g.Settle()
	settled := processor() - from
	b.row(fmt.Sprintf("problems, %d generated texts: as they come; a night's look", len(texts)), fmt.Sprintf("%.1f s; %.1f s", added.Seconds(), settled.Seconds()), "–", "–")
	b.row("… a new voice among the last tenth: p50; p99", fmt.Sprintf("%s; %s", at(took, 0.5), at(took, 0.99)), "p99 ≤ 2 ms", "0.22 ms; 0.93 ms")
	x := find.New()
	from = processor()
	for _, s := range texts {
		x.Add(s)
	}
	built := processor() - from
	var newest, best []time.Duration
	most := 0
	for i := range 400 {
		r := []rune(texts[i*len(texts)/400])
		q := string(r[i%(len(r)-4):][:2+i%3])
		t := processor()
		x.Newest(q, 20, nil)
		newest = append(newest, processor()-t)
		t = processor()
		_, n := x.Best(q, 20, nil)
		best = append(best, processor()-t)
		most = max(most, n)
	}
	b.row("search in memory, the same texts: indexed per second", fmt.Sprintf("%.0f", float64(len(texts))/built.Seconds()), "≥ 30,000", "41,000 (FTS5)")
	b.row(fmt.Sprintf("… newest 20, p99; ranked, p99 (up to %d hits)", most), fmt.Sprintf("%s; %s", at(newest, 0.99), at(best, 0.99)), "≤ 5 ms; ≤ 50 ms", "0.1–0.8 ms; 82 ms at 25,000 hits")
	return b.index()
}

// index measures the index of the product in a database: the benchmark of its package, in a process of its own.
func (b *bench) index() error {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", "^BenchmarkIndex$", "-benchtime", "1x", "-timeout", "3h", "./internal/reading/insight/search")
	cmd.Env = append(os.Environ(), fmt.Sprintf("SANWEN_BENCH_TEXTS=%d", b.texts), "TMPDIR="+b.dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	for _, line := range strings.Split(string(out), "\n") {
		name, rest, _ := strings.Cut(line, " ")
		f := strings.Fields(rest)
		if !strings.HasPrefix(name, "BenchmarkIndex/") || len(f) < 3 {
			continue
		}
		m := map[string]string{}
		for i := 1; i+1 < len(f); i += 2 {
			m[f[i+1]] = f[i]
		}
		db := strings.TrimSuffix(strings.TrimPrefix(name, "BenchmarkIndex/"), "-1")
		db, _, _ = strings.Cut(db, "-")
		if db == "sqlite" {
			b.row(fmt.Sprintf("search in the database (%s, %s texts): rebuilt per second; size of the index", db, m["texts"]), m["texts/s"]+"; "+m["index-MB"]+" MB", "≥ 30,000", "41,000, 159 MB with texts (FTS5)")
			b.row(fmt.Sprintf("… newest 20, p99; ranked, p99 (up to %s hits)", m["most-hits"]), m["newest-p99-ms"]+" ms; "+m["ranked-p99-ms"]+" ms", "≤ 5 ms; ≤ 50 ms", "0.1–0.8 ms; 82 ms at 25,000 hits")
		} else {
			b.row(fmt.Sprintf("search in the database (%s, %s texts; time of the wall): rebuilt per second", db, m["texts"]), m["texts/s"], "–", "–")
			b.row(fmt.Sprintf("… newest 20, p99; ranked, p99 (up to %s hits)", m["most-hits"]), m["newest-p99-ms"]+" ms; "+m["ranked-p99-ms"]+" ms", "≤ 50 ms", "–")
		}
		b.row("… questions whose hits are those of LIKE", m["like-equal"]+" of "+m["like-asked"], "all", "all")
	}
	return nil
}
