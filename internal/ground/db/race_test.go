//go:build race

package db

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestRaceIsSeen plants a race around a transaction, in a process of its own, which the detector has to report although SQLite itself is
// compiled without it (decision 20).
func TestRaceIsSeen(t *testing.T) {
	const plant = "SANWEN_TEST_PLANT_RACE"
	if os.Getenv(plant) != "" {
		d := openSmall(t, Config{})
		n, done := 0, make(chan struct{})
		go func() {
			defer close(done)
			d.Upkeep(context.Background(), func(tx *Tx) error {
				n++
				_, err := tx.Exec("INSERT INTO t (text) VALUES ($1)", "x")
				return err
			})
		}()
		n++
		<-done
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestRaceIsSeen$")
	cmd.Env = append(os.Environ(), plant+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "DATA RACE") || !strings.Contains(string(out), "race_test.go") {
		t.Errorf("a planted race went unnoticed: %v\n%s", err, out)
	}
}
