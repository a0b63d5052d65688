// Command bench measures the speed of the real binary on this machine and prints it as ratios side by side. It starts its servers
// itself, on loopback and in a temporary directory, and ends by itself.
//
//	go run ./internal/app/bench -bin bin/sanwen [-seconds 5] [-large DIR] [-postgres URL] [-only submit,pages,press,survey,large,log] [-write FILE]
//
// A large data directory is made once with `sanwen demo --only-make --people 300000 --voices 1000000 --data DIR`.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

type bench struct {
	bin      string
	seconds  time.Duration
	large    string
	postgres string
	write    string
	load     string
	dir      string
	rows     [][4]string
}

// insightMark begins the part that bench-insight writes; it is kept.
const insightMark = "<!-- what follows is written by make bench-insight -->\n"

func main() {
	b := &bench{}
	seconds := flag.Int("seconds", 5, "how long each measurement runs")
	flag.StringVar(&b.bin, "bin", "bin/sanwen", "the binary to measure")
	flag.StringVar(&b.large, "large", "", "data directory of a large demonstration")
	flag.StringVar(&b.postgres, "postgres", "own", "address of an empty PostgreSQL database; own: one is started where it is installed; empty: none")
	flag.StringVar(&b.write, "write", "", "file to write the result to, with how to repeat it")
	only := flag.String("only", "submit,pages,press,survey,large,log", "what to measure")
	flag.Parse()
	b.seconds, b.load = time.Duration(*seconds)*time.Second, load()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.run(ctx, strings.Split(*only, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, what []string) error {
	var err error
	if b.bin, err = filepath.Abs(b.bin); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "sanwen-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	for _, w := range what {
		var err error
		switch w {
		case "submit":
			err = b.submit(ctx)
		case "pages":
			err = b.pages(ctx)
		case "press":
			err = b.press(ctx)
		case "survey":
			err = b.survey(ctx)
		case "large":
			if b.large != "" {
				err = b.largeData(ctx)
			}
		case "log":
			err = b.log(ctx)
		default:
			err = fmt.Errorf("nothing is called %q", w)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", w, err)
		}
	}
	text := b.table()
	fmt.Print(text)
	if b.write == "" {
		return nil
	}
	kept := ""
	if old, err := os.ReadFile(b.write); err == nil {
		if _, more, ok := strings.Cut(string(old), insightMark); ok {
			kept = "\n" + insightMark + more
		}
	}
	return os.WriteFile(b.write, []byte(document(text)+kept), 0o644)
}

// note adds a line to the result: what, figure, goal, and what it was held against.
func (b *bench) note(what, figure, goal, beside string) {
	fmt.Fprintf(os.Stderr, "%-58s %s\n", what, figure)
	b.rows = append(b.rows, [4]string{what, figure, goal, beside})
}
