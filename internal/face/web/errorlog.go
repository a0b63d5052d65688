package web

import (
	"bytes"
	"log"
	"log/slog"
	"regexp"
)

// address matches an IPv4 or IPv6 address, with or without a port, as net/http writes it into its own messages.
var address = regexp.MustCompile(`\[[0-9a-fA-F:.]+(%[0-9A-Za-z]+)?\](:\d+)?|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?|\b([0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(:\d+)?`)

// quoted matches what net/http repeats of what a caller has sent.
var quoted = regexp.MustCompile("\"(\\\\.|[^\"\\\\])*\"?|`[^`]*`?")

// scrubber passes net/http's own messages on without the caller's address, without what he sent, and without the lines of a
// stack. Of a panic only a fault of the Go runtime is told: the words of any other may be the caller's.
type scrubber struct{ to *slog.Logger }

func (s scrubber) Write(line []byte) (int, error) {
	first, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte("\n"))
	if i := bytes.Index(first, []byte("panic serving ")); i >= 0 {
		what := []byte(": (words removed)")
		if _, fault, ok := bytes.Cut(first, []byte(": runtime error: ")); ok {
			what = append([]byte(": runtime error: "), fault...)
		}
		first = append(first[:i:i], "panic"...)
		first = append(first, what...)
	}
	first = quoted.ReplaceAll(first, []byte("(words removed)"))
	s.to.Warn("http server", "message", string(address.ReplaceAll(first, []byte("(address removed)"))))
	return len(line), nil
}

// ErrorLog returns a logger for http.Server.ErrorLog that never writes an address.
func ErrorLog(to *slog.Logger) *log.Logger { return log.New(scrubber{to}, "", 0) }
