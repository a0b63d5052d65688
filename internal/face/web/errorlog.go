package web

import (
	"bytes"
	"log"
	"log/slog"
	"regexp"
)

// address matches an IPv4 or IPv6 address, with or without a port, as net/http writes it into its own messages.
var address = regexp.MustCompile(`\[[0-9a-fA-F:.]+(%[0-9A-Za-z]+)?\](:\d+)?|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?|\b([0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(:\d+)?`)

// scrubber passes net/http's own messages on without the caller's address and without the lines of a stack, which may hold
// request data.
type scrubber struct{ to *slog.Logger }

func (s scrubber) Write(line []byte) (int, error) {
	first, _, _ := bytes.Cut(line, []byte("\n"))
	s.to.Warn("http server", "message", string(address.ReplaceAll(bytes.TrimSpace(first), []byte("(address removed)"))))
	return len(line), nil
}

// ErrorLog returns a logger for http.Server.ErrorLog that never writes an address.
func ErrorLog(to *slog.Logger) *log.Logger { return log.New(scrubber{to}, "", 0) }
