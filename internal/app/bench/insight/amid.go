package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"

	"sanwen/internal/reading/insight/evaluate"
)

// amid measures the grouping of the public messages among so many others, each number in a process of its own, so that its memory is its own.
func (b *bench) amid(sizes ...int) error {
	for _, n := range sizes {
		file, err := b.crowd(n)
		if err != nil {
			return err
		}
		self, err := os.Executable()
		if err != nil {
			return err
		}
		cmd := exec.Command(self, "-one", file)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		var r map[string]any
		if err := json.Unmarshal(out, &r); err != nil {
			return err
		}
		f := func(name string) float64 { v, _ := r[name].(float64); return v }
		goal := "≤ 180 s; ≤ 800 MB; ≥ 0.86"
		if n <= 100000 {
			goal = "≤ 8 s; –; ≥ 0.87"
		}
		b.row(fmt.Sprintf("problems among %d texts: all; of this the night's look; memory; B³ F1 (precision; recall)", n),
			fmt.Sprintf("%.1f s; %.1f s; %.0f MB; %.3f (%.3f; %.3f)", f("seconds"), f("settle_seconds"), f("hwm_mb"), f("b3_f1"), f("b3_precision"), f("b3_recall")),
			goal, "10.4 s, 124 MB, 0.865 at 100,000; 265 s, 695 MB, 0.847 at 1,000,000 (prototype)")
		b.row("… a new voice among the last tenth: p50; p99", fmt.Sprintf("%.0f µs; %.0f µs", f("p50_ns")/1000, f("p99_ns")/1000), "p99 ≤ 2 ms", "0.22 ms; 0.93 ms")
	}
	return nil
}

// one measures the grouping of a file and prints the figures, with the most memory that the process has had.
func one(file string) error {
	r, err := evaluated(evaluate.TaskCluster, file, file, evaluate.ClassifyOptions{})
	if err != nil {
		return err
	}
	out, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s,\"hwm_mb\":%d}\n", out[:len(out)-1], highWater()/1024)
	return err
}

// crowd writes the public messages among others until there are n: reviews and questions, which belong to none of their topics, and pieces cut out of
// these and out of messages that are known to belong to none. All come within the same time.
func (b *bench) crowd(n int) (string, error) {
	head, rows, err := load(b.file("hotspots.csv"))
	if err != nil {
		return "", err
	}
	at := func(name string) int { return slices.Index(head, name) }
	id, when, title, body, topic, doubt := at("id"), at("time"), at("title"), at("body"), at("topic_id"), at("ambiguous")
	if min(id, when, title, body, topic, doubt) < 0 {
		return "", fmt.Errorf("hotspots.csv has the columns %q", head)
	}
	first, last := rows[0][when], rows[0][when]
	var letters, others [][]rune
	for _, r := range rows {
		first, last = min(first, r[when]), max(last, r[when])
		if r[topic] == "" && r[doubt] != "1" {
			letters = append(letters, []rune(r[title]+"\n"+r[body]))
		}
	}
	from, err := time.Parse(time.DateTime, first)
	if err != nil {
		return "", err
	}
	to, err := time.Parse(time.DateTime, last)
	if err != nil {
		return "", err
	}
	seen := map[string]bool{}
	for _, in := range []struct {
		name    string
		columns []int
	}{{"waimai_sentiment.csv", []int{1}}, {"pairs.csv", []int{1, 2}}} {
		_, some, err := load(b.file(in.name))
		if err != nil {
			return "", err
		}
		for _, r := range some {
			for _, c := range in.columns {
				if s := []rune(r[c]); len(s) >= 6 && !seen[r[c]] {
					seen[r[c]] = true
					others = append(others, s)
				}
			}
		}
	}
	dice := rand.New(rand.NewPCG(58, 7))
	cut := func(s []rune) []rune {
		k := max(min(6, len(s)), len(s)/2)
		k += dice.IntN(len(s) - k + 1)
		if len(s) > 120 {
			k = 20 + dice.IntN(41)
		}
		at := dice.IntN(len(s) - k + 1)
		return s[at : at+k]
	}
	dice.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	for i := range max(0, n-len(rows)) {
		var s []rune
		switch {
		case i < len(others):
			s = others[i]
		case dice.IntN(5) == 0:
			s = cut(letters[dice.IntN(len(letters))])
		default:
			s = cut(others[dice.IntN(len(others))])
		}
		r := make([]string, len(head))
		r[id], r[body] = strconv.Itoa(100_000_000+i), string(s)
		r[when] = from.Add(time.Duration(dice.Int64N(int64(to.Sub(from))))).Format(time.DateTime)
		rows = append(rows, r)
	}
	return b.save(fmt.Sprintf("crowd%d.csv", n), head, rows)
}
