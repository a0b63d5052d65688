package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// server is the binary as a process of its own.
type server struct {
	base string
	cmd  *exec.Cmd
	took time.Duration // from start to the first ready answer
}

func (b *bench) start(ctx context.Context, data string, extra ...string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	l.Close()
	args := append([]string{"serve", "--data", data, "--addr", addr, "--log-level", "error"}, extra...)
	s := &server{base: "http://" + addr, cmd: exec.CommandContext(ctx, b.bin, args...)}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return nil, fmt.Errorf("the server did not start: %w", err)
	}
	go io.Copy(io.Discard, out)
	for range 200 {
		if res, err := http.Get(s.base + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				s.took = time.Since(begun)
				return s, nil
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.stop()
	return nil, fmt.Errorf("the server is not ready")
}

func (s *server) stop() {
	s.cmd.Process.Signal(os.Interrupt)
	s.cmd.Wait()
}

// memory is the resident memory of the server in MiB.
func (s *server) memory() int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(v)[0])
			return kb >> 10
		}
	}
	return 0
}

// processor is what the server has used of the processor so far.
func (s *server) processor() time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(text), ") ") // behind the name, which may hold anything
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(f[11], 10, 64)
	system, _ := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * time.Second / 100 // the kernel tells it in hundredths
}

// ownProcessor is what this process, the clients, has used of the processor so far.
func ownProcessor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var web = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256, DisableCompression: true}}

// times are the latencies of a run.
type times struct {
	n    int
	all  []time.Duration
	span time.Duration

	server, client time.Duration // of the processor
}

// cost is what one took of the processor.
func (t times) cost() string {
	n := time.Duration(max(t.n, 1))
	return fmt.Sprintf("%d µs of a core on the server, %d µs with the client", (t.server / n).Microseconds(), (t.client / n).Microseconds())
}

func (t *times) add(more times) {
	t.n, t.span, t.all = t.n+more.n, t.span+more.span, append(t.all, more.all...)
}

func (t times) perSecond() float64 { return float64(t.n) / t.span.Seconds() }

func (t times) quantile(q float64) time.Duration {
	if len(t.all) == 0 {
		return 0
	}
	slices.Sort(t.all)
	return t.all[min(len(t.all)-1, int(q*float64(len(t.all))))]
}

// drive lets n clients call do again and again for the span, or until do says that nothing is left.
func drive(ctx context.Context, n int, span time.Duration, do func(client int) (more bool, err error)) (times, error) {
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	parts := make([][]time.Duration, n)
	begun := time.Now()
	for c := range n {
		wg.Go(func() {
			for ctx.Err() == nil && failed.Load() == nil {
				at := time.Now()
				more, err := do(c)
				if err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				if !more {
					return
				}
				parts[c] = append(parts[c], time.Since(at))
			}
		})
	}
	wg.Wait()
	t := times{span: time.Since(begun), all: slices.Concat(parts...)}
	t.n = len(t.all)
	if p := failed.Load(); p != nil {
		return t, *p
	}
	return t, nil
}
