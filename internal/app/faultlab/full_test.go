//go:build linux

package faultlab

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
)

// statuses counts answers on their way to the clients.
type statuses struct {
	mu   sync.Mutex
	seen map[int]int
	next http.RoundTripper
}

func (s *statuses) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := s.next.RoundTrip(r)
	if err == nil {
		s.mu.Lock()
		s.seen[res.StatusCode]++
		s.mu.Unlock()
	}
	return res, err
}

func newStatuses(t *testing.T) *statuses {
	tr := &http.Transport{MaxIdleConnsPerHost: 8}
	t.Cleanup(tr.CloseIdleConnections)
	return &statuses{seen: map[int]int{}, next: tr}
}

// ready asks whether the program can write.
func ready(base string) (int, string) {
	res, err := http.Get(base + "/readyz")
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

// patience is how long something is waited for that comes at once on a machine that has nothing else to do: only what is broken takes longer.
const patience = 5 * time.Minute

// within waits until ok holds.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// reads opens what must go on whatever happens to the disk.
func reads(t *testing.T, b *webtest.Client, number, code string) {
	t.Helper()
	for _, path := range []string{"/p/P104M", "/p", "/f", "/login", "/board", "/log/checkpoint", "/livez"} {
		b.Get(path).Want(200)
	}
	b.Get("/f").Form("/f").Set("number", number).Set("code", code).Submit().Want(200).Says(number)
}

// refused sends something and expects a page that says why it was not taken and still holds it.
func refused(t *testing.T, b *webtest.Client, reason string, form *webtest.Form) *webtest.Page {
	t.Helper()
	text := form.Values.Get("text")
	p := form.Submit().Want(503).Says(reason)
	if p.Header.Get("Retry-After") == "" {
		t.Errorf("%s: no Retry-After", p)
	}
	kept := false
	for _, f := range []string{"/send", "/check"} {
		if r, err := webtest.ReadForm(p.Body, f); err == nil {
			kept = kept || r.Values.Get("text") == text
		}
	}
	if !kept {
		t.Errorf("%s: what was typed is gone", p)
	}
	return p
}

// TestDiskFull: on a full disk reading goes on, and writing is refused with what was typed kept; with space again writing goes on
// without a restart. Nothing that was acknowledged is lost, wherever the disk was full in the middle of it.
func TestDiskFull(t *testing.T) {
	bin, ok := inside(t)
	if !ok {
		return
	}
	disk := newDisk(t, filepath.Join(t.TempDir(), "disk"), "120m") // twice what the write-ahead log may take before it is emptied
	data := filepath.Join(disk.dir, "data")
	command(t, bin, nil, "demo", "--only-make", "--organisation-only", "--people", "1000", "--data", data)
	s := newServer(t, bin, data)
	s.level = "info"
	s.start()
	base := "http://" + s.addr
	b := webtest.On(t, base)
	count := newStatuses(t)
	b.HTTP.Transport = count
	text := "浴室下午四点以后水是凉的。"
	send := func(text string) *webtest.Form {
		return b.Get("/p/P104M").Want(200).Form("say").Set("text", text).Submit().Want(200).Form("/send").Set("level", "anonymous")
	}
	first := send(text).Submit().Want(200)
	number, code := first.ID("receipt-number"), first.ID("receipt-code")
	reads(t, b, number, code)
	waiting := send("磁盘满的时候发的。")

	// Fill it again and again, with some bytes left, under load.
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	var ledger []*voice
	var mu sync.Mutex
	var made, unavailable atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var load sync.WaitGroup
	for w := range 4 {
		load.Go(func() {
			c := newClient(s.addr)
			c.http.Transport = count
			for ctx.Err() == nil {
				v, err := c.prepare(fmt.Sprintf("磁盘满了也要说，第 %d 个人的第 %d 次。", w, made.Add(1)))
				if err != nil {
					t.Errorf("a page on a full disk: %v", err)
					return
				}
				mu.Lock()
				ledger = append(ledger, v)
				mu.Unlock()
				if err := c.send(v); err != nil {
					unavailable.Add(1)
					if !strings.Contains(err.Error(), "503") {
						t.Errorf("sending to a full disk: %v", err)
					}
					time.Sleep(5 * time.Millisecond)
				}
			}
		})
	}
	for i := range fills {
		if i%4 > 0 { // else the log keeps the room that it has, and it takes its time to be used up
			shorten(t, data)
		}
		disk.full(rnd.IntN(300 << 10))
		before := unavailable.Load()
		within(t, "writes are refused", func() bool { disk.full(rnd.IntN(2) * rnd.IntN(8<<10)); return unavailable.Load() > before+12 })
		disk.free()
		within(t, "ready again", func() bool { code, _ := ready(base); return code == 200 })
	}
	stop()
	load.Wait()

	// Full and nobody else: what a person sees. The program is started anew, because its write-ahead log may have grown so long that
	// single writes find room in it for many minutes.
	s.stop()
	s.start()
	disk.full(0)
	within(t, "not ready", func() bool { disk.full(0); code, _ := ready(base); return code == 503 })
	if _, body := ready(base); !strings.Contains(body, "not ready") || strings.Contains(body, number) {
		t.Errorf("/readyz: %q", body)
	}
	reads(t, b, number, code)
	page := refused(t, b, "存储空间已满", waiting)
	b.Get("/f").Form("/f").Set("number", number).Set("code", code).Submit().Want(200).Press("/add").Want(200).Form("/add").
		Set("text", "还有一件事。").Submit().Want(503).Says("存储空间已满")
	picture := b.Get("/p/P104M").Form("say").Set("text", "有照片的。").Attach("photo", "a.jpg", newSubmitter(t, base).photo())
	refused(t, b, "存储空间已满", picture)
	reads(t, b, number, code)

	disk.free()
	within(t, "ready again", func() bool { code, _ := ready(base); return code == 200 })
	page.Form("/send").Submit().Want(200).Says("已收到")
	c := newClient(s.addr)
	again := 0
	for _, v := range ledger {
		if !v.acked {
			if err := c.send(v); err != nil {
				t.Errorf("sending again with space: %v", err)
			}
			again++
		}
	}
	s.kill()
	command(t, bin, nil, "verify", "--data", data)
	r := compare(t, data, ledger, result{})
	r.stray -= 2 // the two of the browser
	t.Logf("%d fills, %d refused and sent again, %+v, answers %v", fills, again, r, count.seen)
	if r.faults() != 0 || r.acked != len(ledger) || again < fills {
		t.Errorf("%+v of %d", r, len(ledger))
	}
	if count.seen[500] > 0 {
		t.Errorf("answers: %v", count.seen)
	}
}

// shorten empties the write-ahead log of a running server and gives its room back. Of a log that has grown, the server writes the same
// tens of megabytes again and again, and on a slow machine it takes minutes until a full disk is felt.
func shorten(t *testing.T, data string) {
	t.Helper()
	d, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: filepath.Join(data, db.FileName), RawQuery: "_pragma=busy_timeout(10000)"}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	within(t, "the log is emptied", func() bool {
		var busy, pages, moved int
		err := d.QueryRowContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
		return err == nil && busy == 0
	})
}

// fills is how often the disk gets full.
const fills = 12

// TestPhotosOnAFullDisk: where only the disk of the photos is full, words are still taken.
func TestPhotosOnAFullDisk(t *testing.T) {
	bin, ok := inside(t)
	if !ok {
		return
	}
	data := filepath.Join(t.TempDir(), "data")
	command(t, bin, nil, "demo", "--only-make", "--organisation-only", "--people", "1000", "--data", data)
	photos := newDisk(t, filepath.Join(data, "blobs"), "1m")
	s := newServer(t, bin, data)
	s.level = "info"
	s.start()
	b := webtest.On(t, "http://"+s.addr)
	photo := newSubmitter(t, b.Base).photo()
	say := func() *webtest.Form {
		return b.Get("/p/P104M").Want(200).Form("say").Set("text", "喷头坏了，见照片。").Attach("photo", "a.jpg", photo)
	}
	first := say().Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200)
	photos.full(0)
	page := refused(t, b, "存储空间已满", say().Set("text", "又坏了一个，见照片。"))
	page.Form("say").Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200).Says("已收到") // without the photo
	reads(t, b, first.ID("receipt-number"), first.ID("receipt-code"))
	photos.free()
	say().Set("text", "第三个也坏了。").Submit().Want(200).Form("/send").Set("level", "anonymous").Submit().Want(200)
	s.stop()
	command(t, bin, nil, "verify", "--data", data)
	left, err := os.ReadDir(filepath.Join(data, "blobs", "tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left of photos that were refused: %v, %v", left, err)
	}
}

// TestDiskTurnsReadOnly: a file system that the kernel makes read-only after an error of the device, with the database open on it.
func TestDiskTurnsReadOnly(t *testing.T) {
	if os.Getenv(insideName) == "" && !privileged() {
		t.Log("NOT TRIED: only root has a device that can fail")
		return
	}
	bin, ok := inside(t)
	if !ok {
		return
	}
	disk := newDevice(t, filepath.Join(t.TempDir(), "disk"), 64<<20)
	data := filepath.Join(disk.dir, "data")
	command(t, bin, nil, "demo", "--only-make", "--organisation-only", "--people", "1000", "--data", data)
	s := newServer(t, bin, data)
	s.level = "info"
	s.start()
	b := webtest.On(t, "http://"+s.addr)
	send := func(text string) *webtest.Form {
		return b.Get("/p/P104M").Want(200).Form("say").Set("text", text).Submit().Want(200).Form("/send").Set("level", "anonymous")
	}
	text := "浴室下午四点以后水是凉的。"
	first := send(text).Submit().Want(200)
	number, code := first.ID("receipt-number"), first.ID("receipt-code")
	waiting := send("这一句没有存下来。")
	disk.turnReadOnly()
	within(t, "not ready", func() bool { code, _ := ready(b.Base); return code == 503 })
	refused(t, b, "不能", waiting)
	refused(t, b, "不能", b.Get("/p/P104M").Form("say").Set("text", "有照片的。").Attach("photo", "a.jpg", newSubmitter(t, b.Base).photo()))
	reads(t, b, number, code)
	s.kill()

	// The device is whole again after a new start of the machine.
	disk.again()
	s.start()
	if status, body := ready(b.Base); status != 200 {
		t.Errorf("/readyz: %d %s", status, body)
	}
	reads(t, b, number, code)
	waiting.Submit().Want(200).Says("已收到")
	s.stop()
	command(t, bin, nil, "verify", "--data", data)
	if r := compare(t, data, []*voice{{text: text, number: number, acked: true}}, result{}); r.lost+r.doubled != 0 || r.stray != 1 {
		t.Errorf("%+v", r)
	}
}

// TestStartOnABadDisk: a program that cannot write does not start, says why, and ends with the code of an I/O error.
func TestStartOnABadDisk(t *testing.T) {
	bin, ok := inside(t)
	if !ok {
		return
	}
	disk := newDisk(t, filepath.Join(t.TempDir(), "disk"), "16m")
	data := filepath.Join(disk.dir, "data")
	command(t, bin, nil, "demo", "--only-make", "--organisation-only", "--people", "1000", "--data", data)
	start := func(dir, reason string) {
		t.Helper()
		ctx, stop := context.WithTimeout(t.Context(), patience)
		defer stop()
		cmd := exec.CommandContext(ctx, bin, "serve", "--data", dir, "--addr", "127.0.0.1:0")
		cmd.Env = append(os.Environ(), "LANG=en_GB.UTF-8")
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 74 {
			t.Errorf("%s: %v\n%s", reason, err, out)
		}
		if s := string(out); !strings.Contains(s, reason) || !strings.Contains(s, dir) || strings.Contains(s, "goroutine") || strings.Contains(s, "still here") {
			t.Errorf("%s: not clear:\n%s", reason, s)
		}
	}
	disk.full(0)
	start(data, "is full")
	start(filepath.Join(disk.dir, "new"), "is full")
	disk.free()
	disk.readOnly()
	start(data, "read-only")
	start(filepath.Join(disk.dir, "newer"), "read-only")
}
