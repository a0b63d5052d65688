package app

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
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

// proxyLog opens an anonymous page the way an employee does, under an address that nobody else uses, and looks whether the log of the proxy
// then knows of it. A log that tells who opened which page, and when, undoes what the program promises.
func (c DoctorCmd) proxyLog(ctx context.Context, add func(key string, good bool, args ...any)) error {
	if c.Site == "" {
		return fault.New(fault.Invalid, "app.doctor_site")
	}
	if _, err := os.Stat(c.ProxyLog); err != nil {
		return fault.Wrap(fault.Invalid, "app.doctor_log", err, c.ProxyLog)
	}
	mark := "DOCTOR" + strings.ToUpper(id.Random())[:10]
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(c.Site, "/")+"/p/"+mark, nil)
	if err != nil {
		return fault.Wrap(fault.Invalid, "app.doctor_reach", err, c.Site)
	}
	res, err := (&http.Client{Timeout: 20 * time.Second}).Do(req)
	if err != nil {
		return fault.Wrap(fault.Unavailable, "app.doctor_reach", err, c.Site)
	}
	page, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK || !bytes.Contains(page, []byte(mark)) {
		return fault.Wrap(fault.Unavailable, "app.doctor_reach", err, c.Site)
	}
	found := false
	for waited := time.Duration(0); !found && waited <= proxyLogWait; waited += 100 * time.Millisecond {
		if found, err = endsWith(c.ProxyLog, mark); err != nil {
			return fault.Wrap(fault.Invalid, "app.doctor_log", err, c.ProxyLog)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	key := "proxy_silent"
	if found {
		key = "proxy_tells"
	}
	add(key, !found, c.ProxyLog)
	return nil
}

// endsWith reports whether the end of a file has the mark.
func endsWith(file, mark string) (bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return false, err
	}
	defer f.Close()
	i, err := f.Stat()
	if err != nil {
		return false, err
	}
	if _, err := f.Seek(max(0, i.Size()-proxyLogTail), io.SeekStart); err != nil {
		return false, err
	}
	text, err := io.ReadAll(io.LimitReader(f, proxyLogTail+1<<20))
	return bytes.Contains(text, []byte(mark)), err
}
