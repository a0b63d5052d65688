package evaluate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// Result are the figures of one run by their names in JSON, and what was predicted.
type Result struct {
	Task    string
	figures []figure
	topics  []Topic
	// Head and Rows are the predictions as they are written to a file.
	Head []string
	Rows [][]string
}

// figure is one number. Where a file has no labels, nothing can be judged, and there is no value.
type figure struct {
	name  string
	value float64
	known bool
}

func (r *Result) put(name string, value float64) {
	r.figures = append(r.figures, figure{name, value, true})
}

// unknown names figures that need labels which the test file does not have.
func (r *Result) unknown(names ...string) {
	for _, n := range names {
		r.figures = append(r.figures, figure{name: n})
	}
}

// Get is a figure by its name; false where it is not known.
func (r *Result) Get(name string) (float64, bool) {
	for _, f := range r.figures {
		if f.name == name {
			return f.value, f.known
		}
	}
	return 0, false
}

// done adds what the run took.
func (r *Result) done(c clock.Clock, from time.Time) {
	r.put("seconds", c.Now().Sub(from).Seconds())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r.put("peak_mb", float64(m.Sys)/(1<<20)) // what the system has given; the runtime keeps the addresses of all it ever had
}

// MarshalJSON writes the figures in their order; those that are not known are null.
func (r *Result) MarshalJSON() ([]byte, error) {
	out := []byte(`{"task":` + strconv.Quote(r.Task))
	for _, f := range r.figures {
		v := "null"
		if f.known {
			v = strconv.FormatFloat(rounded(f.value), 'f', -1, 64)
		}
		out = fmt.Appendf(out, ",%q:%s", f.name, v)
	}
	if r.topics != nil {
		t, err := json.Marshal(r.topics)
		if err != nil {
			return nil, err
		}
		out = append(append(out, `,"classes":`...), t...)
	}
	return append(out, '}'), nil
}

// rounded keeps six digits behind the point.
func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// Lines gives the figures as a person reads them, one a line.
func (r *Result) Lines() []string {
	var out []string
	for _, f := range r.figures {
		v := "-"
		if f.known {
			v = strconv.FormatFloat(rounded(f.value), 'f', -1, 64)
		}
		out = append(out, fmt.Sprintf("%-22s %s", f.name, v))
	}
	for _, t := range r.topics {
		out = append(out, fmt.Sprintf("  %s F1=%.4f precision=%.4f recall=%.4f n=%d", t.Class, t.F1, t.Precision, t.Recall, t.Rows))
	}
	return out
}

// The tasks that can be measured.
const (
	TaskClassify = "classify"
	TaskSimilar  = "similar"
	TaskCluster  = "cluster"
	TaskSearch   = "search"
)

// Options say what is measured on which files.
type Options struct {
	Task        string
	Train, Test string // CSV files
	Classify    ClassifyOptions
	Clock       clock.Clock
}

// Run measures.
func Run(o Options) (*Result, error) {
	begin := o.Clock.Now()
	r := &Result{Task: o.Task}
	var err error
	switch o.Task {
	case TaskClassify:
		err = o.classify(r)
	case TaskSimilar:
		err = o.similar(r)
	case TaskCluster:
		err = o.cluster(r)
	case TaskSearch:
		err = o.search(r)
	default:
		return nil, fault.New(fault.Invalid, "insight.task", o.Task)
	}
	if err != nil {
		return nil, err
	}
	r.done(o.Clock, begin)
	return r, nil
}

// quantile is the smallest of some times than which so large a share is not longer.
func quantile(t []time.Duration, q float64) float64 {
	if len(t) == 0 {
		return 0
	}
	t = slices.Clone(t)
	slices.SortFunc(t, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	return float64(t[min(len(t)-1, int(q*float64(len(t))))])
}
