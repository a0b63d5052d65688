// Command insight measures what the program proposes by itself, on public data that stay outside of the program and on generated texts, and
// writes its part of docs/benchmarks.md. `make bench-insight` runs it.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// mark is what the part begins with in docs/benchmarks.md; it reaches to the end.
const mark = "<!-- what follows is written by make bench-insight -->\n"

func main() {
	b := &bench{}
	flag.StringVar(&b.data, "data", "../shared/data", "directory of the public data")
	flag.IntVar(&b.texts, "texts", 1000000, "how many texts are generated; 0: none")
	flag.StringVar(&b.only, "only", "classify,similar,cluster,search", "which tasks are measured on the public data")
	write := flag.String("write", "", "file whose part is written anew")
	flag.Parse()
	if err := b.run(*write); err != nil {
		fmt.Fprintln(os.Stderr, "bench-insight:", err)
		os.Exit(1)
	}
}

type bench struct {
	data  string
	texts int
	dir   string
	only  string
	out   strings.Builder
}

func (b *bench) run(write string) (err error) {
	if b.dir, err = os.MkdirTemp("", "sanwen-insight-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	commit, _ := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	fmt.Fprintf(&b.out, "## Insight\n\nWritten by `make bench-insight`; commit %s, %s, %s. Quality does not depend on the machine. Times are of the processor, one core.\n\n",
		strings.TrimSpace(string(commit)), time.Now().UTC().Format(time.DateOnly), runtime.Version())
	b.out.WriteString("| what | figure | goal | baseline (scikit-learn or prototype) |\n|---|---|---|---|\n")
	if _, err := os.Stat(filepath.Join(b.data, "classify_train.csv")); err != nil {
		fmt.Fprintln(os.Stderr, "no public data in", b.data, "- only generated texts are measured")
	} else {
		tasks := map[string]func() error{"classify": b.classify, "similar": b.similar, "cluster": b.cluster, "search": b.search}
		for _, name := range strings.Split(b.only, ",") {
			f, ok := tasks[name]
			if !ok {
				return fmt.Errorf("nothing is called %q", name)
			}
			if err := f(); err != nil {
				return err
			}
		}
	}
	if b.texts > 0 {
		if err := b.grown(); err != nil {
			return err
		}
	}
	b.out.WriteString("\n" + notes)
	if write == "" {
		fmt.Print(b.out.String())
		return nil
	}
	old, err := os.ReadFile(write)
	if err != nil {
		return err
	}
	before, _, _ := strings.Cut(string(old), mark)
	return os.WriteFile(write, []byte(strings.TrimRight(before, "\n")+"\n\n"+mark+b.out.String()), 0o644)
}

func (b *bench) row(what, figure, goal, baseline string) {
	fmt.Fprintf(os.Stderr, "%-52s %s\n", what, figure)
	fmt.Fprintf(&b.out, "| %s | %s | %s | %s |\n", what, figure, goal, baseline)
}

const notes = `- **Splits**: rows of one group of near-duplicates are never on both sides; a fifth of the groups is kept for measuring, drawn three times by a
  digest of their number. The standard error of macro-F1 is about 0.006.
- **Topics**: "online" is one pass, row by row, as decisions come in; "studied" goes six times through them. The words of the first day are in
  ` + "`evaluate/city.csv`" + `; from the names of the official tree of topics and from what anybody knows of
  such letters, without counting in the rows which words would help; two drafts were measured beside the words of before, and the better one is kept, so the choice itself was made on these rows.
- **Time per text** grows with its length; the goals are those of a prototype with texts of 41 characters.
- **Not reached**: paraphrases, where the two questions of a pair often share no pair of characters: only synonyms that people teach, or a model of the language,
  would find those; with single characters as well and rarity to the power of 1 it is 0.386. Here the first thirty characters count twice and rare pairs much, which suits voices that name a place and a thing.
- **Problems**: the settings are fixed in the program (` + "`cluster`" + `). What a neighbouring setting gives on the public part (B³ F1 / found): least likeness
  0.18 / 0.20 / 0.22: 0.906 / 0.910 / 0.908 and 0.93 / 0.93 / 0.93; joining groups at 0.11 / 0.12 / 0.13: 0.910 / 0.910 / 0.896 and
  0.91 / 0.93 / 0.94; share that ages 0 / 0.2 / 0.3 / 0.4: 0.901 / 0.911 / 0.910 / 0.886 and 0.87 / 0.90 / 0.93 / 0.92. Time is what finds small
  topics: without it every sixteenth topic is lost.
- **Generated texts** have places, things and what is wrong with them, put together from lists; they measure time and memory, not quality.

    make bench-insight                       # with the public data beside the repository
    make bench-insight TEXTS=100000          # fewer generated texts
`
