package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// table is the result with what it was measured on.
func (b *bench) table() string {
	commit, _ := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	var t strings.Builder
	fmt.Fprintf(&t, "Commit %s, %s, %s, %s/%s, %d cores (%s), %s of memory, load %s at the start. Each figure is of %s.\n\n", strings.TrimSpace(string(commit)),
		time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), cpu(), memory(), b.load, b.seconds)
	t.WriteString("| what | figure | goal | beside, in the same run |\n|---|---|---|---|\n")
	for _, r := range b.rows {
		fmt.Fprintf(&t, "| %s | %s | %s | %s |\n", r[0], r[1], r[2], r[3])
	}
	return t.String()
}

// document is docs/benchmarks.md around the table.
func document(table string) string {
	return `# Benchmarks

Written by ` + "`make bench`" + `. Figures of a run depend on the machine, so each stands beside what the same machine does without Sanwen in the
same run. The load client has the same cores as the server: what it uses is missing from the figures.

` + table + `
## What is measured

- **Submissions**: the last press of the anonymous form, as a browser sends it, by 64 clients on connections that stay open. Every answer
  is the finished receipt, and is given after the voice, its duty, the record and the key against doubling are on the disk in one
  transaction. The forms were opened before, at eight places. The limits from which on voices are looked at first are raised as far as
  an organisation may; the line of the rush has them at their lowest. Two raw rates stand beside it, both of the driver alone with the same
  durability and 64 submissions in a transaction: one insert into one table for each; and the six or more rows that a submission leaves, with all
  their indexes. A third is a bare handler that takes the same requests and gives as many bytes. Rows and answers want the same cores, so
  the most that could be is what both take together.
- **A quarter of raw**: a submission leaves eight rows (voice, receipt, duty, key against doubling, two entries of the log and their leaves), which are
  23 insertions into 19 trees of the database; a raw insert is one into one tree. Where the same rows by the driver alone, with no program
  around it, stay below a quarter of raw or little above it, the goal is out of reach on that machine: rows or indexes would have to go, and each
  of them is read by a page, a duty or a proof (decision 21).
- **Pages**: 16 clients without compression, in turns of one second with a bare handler of net/http that writes the same bytes.
- **The ledger**: a demonstration with 100,000 matters more, copied from its own with what is owed for them, one in sixteen open,
  on both databases, and another with all but one in sixteen open, which shows how pages grow with what is open and has no goal; pages one after the other, each with what it took of the server's processor. The pack
  of a meeting is made anew with every press: what belongs on the agenda is found, briefed, written down and recorded, durably.
- **The ladder**: 10,000 rungs of promises that all come due at once, by one scheduler, durable, with everything that they set going.
- **A survey**: 100,000 people of a demonstration send the last press of a questionnaire of thirty questions, each with a one-time code of his own, by 64
  clients on connections that stay open. Every answer is thanked for after it and the mark of its code are on the disk. Then the day is over, all are counted, and
  the pages of the result are opened.
- **A million voices**: lists as staff open them, compressed, two clients; start is from the process to the first ready answer.
- **Log**: entries recorded and appended in bulk, proofs of entries all over the tree, and the full verification.

## How to repeat it

    make bench                      # ten minutes at most; writes this file
    bin/sanwen demo --only-make --people 300000 --voices 1000000 --data /var/tmp/large
    make bench LARGE=/var/tmp/large # the lists with a million voices too

PostgreSQL is measured where it is installed: the program starts one of its own with the usual settings, or uses an empty database given by
` + "`POSTGRES=postgres://…`" + `. Without others on the machine, and with ` + "`EACH=10`" + `, the figures of two runs differ by a few percent.
`
}

func cpu() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return "unknown processor"
}

func memory() string {
	text, _ := os.ReadFile("/proc/meminfo")
	var kb int
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kb); err != nil {
		return "unknown size"
	}
	return fmt.Sprintf("%d GiB", (kb+(1<<19))>>20)
}

// load is how many others want the processor.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	if first == "" {
		return "unknown"
	}
	return first
}
