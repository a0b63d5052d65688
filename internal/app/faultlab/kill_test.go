//go:build linux

package faultlab

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// build builds the program as it is released, with planted faults where tags are given.
func build(t *testing.T, tags string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "sanwen")
	args := []string{"build", "-trimpath", "-o", out}
	if tags != "" {
		args = append(args, "-tags", tags)
	}
	cmd := exec.Command("go", append(args, "sanwen/cmd/sanwen")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	return out
}

// server is the program as a child process.
type server struct {
	t         *testing.T
	bin, data string
	addr      string
	cmd       *exec.Cmd
}

// organisation makes a data directory with an organisation and its places.
func organisation(t *testing.T, bin string) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	if b, err := exec.Command(bin, "demo", "--only-make", "--organisation-only", "--people", "1000", "--data", data).CombinedOutput(); err != nil {
		t.Fatalf("demo: %v\n%s", err, b)
	}
	return data
}

func newServer(t *testing.T, bin, data string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := &server{t: t, bin: bin, data: data, addr: l.Addr().String()}
	t.Cleanup(s.kill)
	return s
}

// start starts the program and returns when it is ready.
func (s *server) start(env ...string) {
	s.t.Helper()
	s.cmd = exec.Command(s.bin, "serve", "--data", s.data, "--addr", s.addr, "--log-level", "error")
	s.cmd.Env = append(os.Environ(), env...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.Contains(line, s.addr) {
		s.t.Fatalf("the server did not start: %q, %v", line, err)
	}
	go io.Copy(io.Discard, out)
}

// kill ends the program as a power cut of the process would.
func (s *server) kill() {
	if s.cmd != nil && s.cmd.Process != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.cmd = nil
	}
}

// voice is one submission of the ledger that the clients keep outside the server.
type voice struct {
	text   string
	number string
	send   *webtest.RawForm
	acked  bool
}

var receiptNumber = regexp.MustCompile(`SQ\d{8}-\d{4}-\d{4}`)

// client submits voices as a browser without scripts does.
type client struct {
	base string
	http *http.Client
}

func newClient(addr string) *client {
	return &client{base: "http://" + addr, http: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
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

// send sends the last page. A receipt is an acknowledgement; anything else leaves the outcome unknown.
func (c *client) send(v *voice) error {
	req, err := v.send.Request(c.base)
	if err != nil {
		return err
	}
	page, err := c.do(req)
	if err != nil {
		return err
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

// result is what a run of kills has shown: acknowledged voices, and of these lost ones and doubled ones; kept voices that
// nobody was told of; receipts that changed; and forms that were refused when they were sent again.
type result struct{ kills, acked, lost, doubled, stray, changed, refused int }

func (r result) faults() int { return r.lost + r.doubled + r.stray + r.changed + r.refused }

// lab kills the server again and again under load and holds the clients' ledger against the database.
func lab(t *testing.T, bin string, kills int) result {
	data := organisation(t, bin)
	s := newServer(t, bin, data)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	var ledger []*voice
	var mu sync.Mutex
	var made, changed atomic.Int64
	for range kills {
		s.start()
		ctx, stop := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				c := newClient(s.addr)
				for ctx.Err() == nil {
					v, err := c.prepare(fmt.Sprintf("浴室水不热，第 %d 个人说的第 %d 次。", w, made.Add(1)))
					if err != nil {
						return
					}
					mu.Lock()
					ledger = append(ledger, v)
					mu.Unlock()
					if c.send(v) != nil {
						return
					}
					if made.Load()%3 == 0 { // an impatient second press
						if err := c.send(v); err != nil && strings.Contains(err.Error(), "changed") {
							changed.Add(1)
						}
					}
				}
			})
		}
		time.Sleep(time.Duration(100+rnd.IntN(300)) * time.Millisecond)
		s.kill()
		stop()
		wg.Wait()
	}
	// Lost answers: the browser sends the same form again.
	s.start()
	c, refused := newClient(s.addr), 0
	for _, v := range ledger {
		if !v.acked {
			if err := c.send(v); err != nil {
				t.Logf("sending again after the crash: %v", err)
				refused++
			}
		}
	}
	for i := 0; i < len(ledger); i += 7 { // a reload long after
		if err := c.send(ledger[i]); err != nil && strings.Contains(err.Error(), "changed") {
			changed.Add(1)
		}
	}
	s.kill()
	out, err := exec.Command(bin, "verify", "--data", data).CombinedOutput()
	if err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
	return compare(t, data, ledger, result{kills: kills, changed: int(changed.Load()), refused: refused})
}

func compare(t *testing.T, data string, ledger []*voice, r result) result {
	t.Helper()
	d, err := db.Open(context.Background(), db.Config{Dir: data, Clock: clock.System()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	type row struct{ Number, Text string }
	kept := map[string]string{}
	count := map[string]int{}
	err = d.Read(context.Background(), func(tx *db.Tx) error {
		return db.Each(tx, func(x row) error {
			kept[x.Number] = x.Text
			count[x.Text]++
			return nil
		}, "SELECT number, text FROM voice")
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range ledger {
		if !v.acked {
			continue
		}
		r.acked++
		if kept[v.number] != v.text {
			r.lost++
		}
		if count[v.text] > 1 {
			r.doubled++
		}
		delete(count, v.text)
	}
	r.stray = len(count)
	return r
}

// Kills of the honest server; more with SANWEN_KILLS.
const kills = 25

func TestKilledAtRandomNothingIsLost(t *testing.T) {
	r := lab(t, build(t, ""), kills)
	t.Logf("%+v", r)
	if r.acked < 200 {
		t.Errorf("only %d acknowledged: the load was no load", r.acked)
	}
	if r.faults() > 0 {
		t.Errorf("%+v", r)
	}
}

func TestPlantedFaultsAreCaught(t *testing.T) {
	if r := lab(t, build(t, "wrong_once"), 3); r.faults() == 0 {
		t.Errorf("a server without idempotency went unnoticed: %+v", r)
	}
	if r := lab(t, build(t, "wrong_ack"), 10); r.lost == 0 {
		t.Errorf("a server that answers before the commit went unnoticed: %+v", r)
	}
}
