//go:build linux

package faultlab

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

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
	var made, changed, acked atomic.Int64
	// A busy machine answers less between two kills; then there are more kills, until there was load enough to lose something.
	for n := 0; n < kills || n < 4*kills && acked.Load() < least; n++ {
		s.start()
		before := acked.Load()
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
					acked.Add(1)
					if made.Load()%3 == 0 { // an impatient second press
						if err := c.send(v); err != nil && strings.Contains(err.Error(), "changed") {
							changed.Add(1)
						}
					}
				}
			})
		}
		for range 100 { // the load has begun; on a busy machine that takes a while
			if acked.Load() > before {
				break
			}
			time.Sleep(50 * time.Millisecond)
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

// least is how many acknowledged voices make a run worth something.
const least = 200

func TestKilledAtRandomNothingIsLost(t *testing.T) {
	r := lab(t, build(t, ""), kills)
	t.Logf("%+v", r)
	if r.acked < least {
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
