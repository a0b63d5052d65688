//go:build unix

package app

import (
	"syscall"
	"testing"
	"time"
)

// perOp reports the processor time of the whole process for each operation. It says more than the clock where others use the
// machine too.
func perOp(b *testing.B, since time.Duration) {
	b.ReportMetric(float64((processor()-since).Microseconds())/float64(b.N), "cpu-µs/op")
}

// processor is the time that this process has had of all cores.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
