package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// How long a proxy may take to write a line, and how much of the end of its log is read.
const (
	proxyLogWait = 2 * time.Second
	proxyLogTail = 4 << 20
)

// anonymousDoors are the addresses behind which nobody may be known by the log of a proxy, as the operator's manual lists them; each with
// something of its own at its end. Nothing is at most of them: a proxy logs them all the same.
var anonymousDoors = []string{"/p/", "/f?", "/f/", "/rate/", "/board?", "/log/", "/leave?", "/photo/", "/assets/", "/s/", "/k/", "/answer/", "/vote/"}

// proxyLog opens the anonymous pages the way an employee does, each under an address that nobody else uses, and looks which of them the log of
// the proxy then knows of, waiting so long for its lines. A log that tells who opened which page, and when, undoes what the program promises.
func (c DoctorCmd) proxyLog(ctx context.Context, wait time.Duration, add func(key string, good bool, args ...any)) error {
	if c.Site == "" {
		return fault.New(fault.Invalid, "app.doctor_site")
	}
	if _, err := os.Stat(c.ProxyLog); err != nil {
		return fault.Wrap(fault.Invalid, "app.doctor_log", err, c.ProxyLog)
	}
	mark := "DOCTOR" + strings.ToUpper(id.Random())[:10]
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for i, door := range anonymousDoors {
		page, status, err := opened(ctx, client, strings.TrimRight(c.Site, "/")+door+marked(mark, i))
		if err == nil && i == 0 && (status != http.StatusOK || !bytes.Contains(page, []byte(mark))) { // the page of a place says what was asked for: so it is this program that answers
			err = fault.New(fault.Unavailable, "app.doctor_reach", c.Site)
		}
		if err != nil {
			return fault.Wrap(fault.Unavailable, "app.doctor_reach", err, c.Site)
		}
	}
	tells := make([]bool, len(anonymousDoors))
	for waited := time.Duration(0); ; waited += 100 * time.Millisecond {
		text, err := endOf(c.ProxyLog)
		if err != nil {
			return fault.Wrap(fault.Invalid, "app.doctor_log", err, c.ProxyLog)
		}
		for i := range anonymousDoors {
			tells[i] = tells[i] || bytes.Contains(text, []byte(marked(mark, i)))
		}
		if waited >= wait || !slices.Contains(tells, false) {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	var known []string
	for i, door := range anonymousDoors {
		if tells[i] {
			known = append(known, strings.TrimSuffix(door, "?"))
		}
	}
	if len(known) > 0 {
		add("proxy_tells", false, c.ProxyLog, strings.Join(known, " "))
		return nil
	}
	add("proxy_silent", true, c.ProxyLog)
	return nil
}

// marked is the mark of the i-th door: none is the beginning of another.
func marked(mark string, i int) string { return fmt.Sprintf("%s%02d", mark, i) }

// opened asks for a page and returns what came.
func opened(ctx context.Context, client *http.Client, url string) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, 0, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	return page, res.StatusCode, err
}

// endOf is the end of a file.
func endOf(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	i, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(max(0, i.Size()-proxyLogTail), io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, proxyLogTail+1<<20))
}
