//go:build linux

package faultlab

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/face/webtest"
)

// bins is where the programs are built, each set of tags once.
var bins struct {
	sync.Mutex
	dir  string
	made map[string]string
}

func TestMain(m *testing.M) {
	if task := os.Getenv(schedulerEnv); task != "" {
		scheduler(task)
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "faultlab")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	bins.dir, bins.made = dir, map[string]string{}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// build builds the program as it is released, with planted faults where tags are given.
func build(t *testing.T, tags string) string {
	t.Helper()
	bins.Lock()
	defer bins.Unlock()
	if bin := bins.made[tags]; bin != "" {
		return bin
	}
	out := filepath.Join(bins.dir, fmt.Sprintf("sanwen%d", len(bins.made)))
	args := []string{"build", "-trimpath", "-o", out}
	if tags != "" {
		args = append(args, "-tags", tags)
	}
	cmd := exec.Command("go", append(args, "sanwen/cmd/sanwen")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	bins.made[tags] = out
	return out
}

// server is the program as a child process.
type server struct {
	t         *testing.T
	bin, data string
	addr      string
	level     string   // of the log
	flags     []string // more of serve
	cmd       *exec.Cmd
	out, errs *output // of the last start
}

// output keeps what a process has written, and tells its first line.
type output struct {
	mu    sync.Mutex
	all   bytes.Buffer
	line  chan string
	began bool
	also  io.Writer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all.Write(b)
	if o.also != nil {
		o.also.Write(b)
	}
	if first, _, ok := strings.Cut(o.all.String(), "\n"); ok && !o.began {
		o.began = true
		o.line <- first
	}
	return len(b), nil
}

func (o *output) bytes() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Clone(o.all.Bytes())
}

// command runs the program with arguments to its end.
func command(t *testing.T, bin string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.Env = append(os.Environ(), env...)
	b, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, b)
	}
	return string(b)
}

// organisation makes a data directory with an organisation and its places.
func organisation(t *testing.T, bin string) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	command(t, bin, nil, "demo", "--only-make", "--organisation-only", "--people", "1000", "--data", data)
	return data
}

// freePort is an address on which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func newServer(t *testing.T, bin, data string) *server {
	t.Helper()
	s := &server{t: t, bin: bin, data: data, addr: freePort(t), level: "error"}
	t.Cleanup(s.kill)
	return s
}

// start starts the program and returns when it is ready.
func (s *server) start(env ...string) {
	s.t.Helper()
	s.cmd = exec.Command(s.bin, append([]string{"serve", "--data", s.data, "--addr", s.addr, "--log-level", s.level}, s.flags...)...)
	s.cmd.Env = append(os.Environ(), env...)
	s.out, s.errs = &output{line: make(chan string, 1)}, &output{line: make(chan string, 1)}
	if s.level == "error" {
		s.errs.also = os.Stderr
	}
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.errs
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	select {
	case line := <-s.out.line:
		if !strings.Contains(line, s.addr) {
			s.t.Fatalf("the server did not start: %q", line)
		}
	case <-time.After(patience):
		s.t.Fatalf("the server did not start: %s", s.errs.bytes())
	}
}

// kill ends the program as a power cut of the process would.
func (s *server) kill() {
	if s.cmd != nil && s.cmd.Process != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.cmd = nil
	}
}

// stop asks the program to end, as the service manager does, and waits for it.
func (s *server) stop() {
	s.t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("after the end: %v\n%s", err, s.errs.bytes())
	}
	s.cmd = nil
}

// voice is one submission of the ledger that the clients keep outside the server.
type voice struct {
	text   string
	number string
	send   *webtest.RawForm
	acked  bool
}

// numberTaken stands on the page that has drawn another number, in the catalogue of texts "tell.number_taken".
const numberTaken = "回执编号刚好被占用"

var receiptNumber = regexp.MustCompile(`SQ\d{8}-\d{4}-\d{4}`)

// client submits voices as a browser without scripts does.
type client struct {
	base string
	http *http.Client
}

func newClient(addr string) *client {
	return &client{base: "http://" + addr, http: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
}

func (c *client) do(req *http.Request) ([]byte, error) {
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	return b, err
}

// prepare goes through the form up to the last page, on which number and code are chosen already.
func (c *client) prepare(text string) (*voice, error) {
	req, err := http.NewRequest(http.MethodGet, c.base+"/p/P104M", nil)
	if err != nil {
		return nil, err
	}
	page, err := c.do(req)
	if err != nil {
		return nil, err
	}
	tell, err := webtest.ReadForm(page, "/check")
	if err != nil {
		return nil, err
	}
	tell.Values.Set("text", text)
	tell.Values.Set("kind", "problem")
	if req, err = tell.Request(c.base); err != nil {
		return nil, err
	}
	if page, err = c.do(req); err != nil {
		return nil, err
	}
	send, err := webtest.ReadForm(page, "/send")
	if err != nil {
		return nil, err
	}
	send.Values.Set("level", "anonymous")
	return &voice{text: text, send: send}, nil
}

// send sends the last page. A receipt is an acknowledgement; anything else leaves the outcome unknown. Among some hundred numbers of one
// day two are the same in one run of two hundred: then the page has drawn another one and asks to press once more, and so it is done.
func (c *client) send(v *voice) error {
	var page []byte
	for {
		req, err := v.send.Request(c.base)
		if err != nil {
			return err
		}
		if page, err = c.do(req); err == nil {
			break
		}
		if !strings.Contains(string(page), numberTaken) {
			return err
		}
		if v.send, err = webtest.ReadForm(page, "/send"); err != nil {
			return err
		}
		v.send.Values.Set("level", "anonymous")
	}
	n := receiptNumber.FindString(string(page))
	if n == "" {
		return fmt.Errorf("an answer without a receipt")
	}
	if v.number != "" && v.number != n {
		return fmt.Errorf("the receipt changed from %s to %s", v.number, n)
	}
	v.number, v.acked = n, true
	return nil
}
