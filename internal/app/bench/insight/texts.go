package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// highWater is the most that this process has had in memory, in KiB, as the system counts it; 0 where it does not tell.
func highWater() (kb int) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, l := range strings.Split(string(b), "\n") {
		if f := strings.Fields(l); len(f) >= 2 && f[0] == "VmHWM:" {
			fmt.Sscan(f[1], &kb)
		}
	}
	return kb
}

// at is a quantile of times.
func at(t []time.Duration, q float64) string {
	if len(t) == 0 {
		return "-"
	}
	t = slices.Clone(t)
	slices.SortFunc(t, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	return t[min(len(t)-1, int(q*float64(len(t))))].Round(time.Microsecond).String()
}
