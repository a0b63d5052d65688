package login

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var t0 = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func TestDelayGrowsHasACeilingAndIsForgotten(t *testing.T) {
	s := newSlow()
	c := s.counters("00012345", 7, "", 5, 15*time.Minute)
	now := t0
	var got []time.Duration
	for range 20 {
		got = append(got, s.wait(now, c))
		now = now.Add(s.wait(now, c))
		s.failed(now, c)
	}
	for i, d := range got[:5] {
		if d != 0 {
			t.Errorf("try %d waits %v", i+1, d)
		}
	}
	if got[5] != 2*time.Second || got[6] != 4*time.Second || got[7] != 8*time.Second {
		t.Errorf("delays %v", got)
	}
	for _, d := range got {
		if d > 15*time.Minute {
			t.Errorf("%v is beyond the ceiling", d)
		}
	}
	if got[19] != 15*time.Minute {
		t.Errorf("longest %v", got[19])
	}
	// Tries that come too early change nothing.
	before := s.wait(now, c)
	for range 1000 {
		s.wait(now, c)
	}
	if s.wait(now, c) != before {
		t.Error("asking made the delay longer")
	}
	if s.wait(now.Add(15*time.Minute), c) != 0 {
		t.Error("the delay does not end")
	}
	later := now.Add(24 * time.Hour)
	s.failed(later, c)
	if d := s.wait(later, c); d != 0 {
		t.Errorf("a day later one failure waits %v", d)
	}
	s.failed(now, c)
	s.passed(c)
	if d := s.wait(now, c); d != 0 {
		t.Errorf("after success %v", d)
	}
}

func TestAttackerCannotKeepTheOwnerOut(t *testing.T) {
	s := newSlow()
	now := t0
	for i := range 5000 { // from many places, one try each second
		s.failed(now, s.counters("chair", Bucket(i%50), "", 5, 15*time.Minute))
		now = now.Add(time.Second)
	}
	if d := s.wait(now, s.counters("chair", 1, "known", 5, 15*time.Minute)); d != 0 {
		t.Errorf("a known browser waits %v", d)
	}
	if d := s.wait(now, s.counters("chair", 777, "", 5, 15*time.Minute)); d <= 0 || d > nameMost {
		t.Errorf("a new browser elsewhere waits %v", d)
	}
	if d := s.wait(now, s.counters("other", 777, "", 5, 15*time.Minute)); d != 0 {
		t.Errorf("another name elsewhere waits %v", d)
	}
}

func TestManyNamesFromOnePlace(t *testing.T) {
	s := newSlow()
	for i := range placeAfter + 5 {
		s.failed(t0, s.counters(fmt.Sprint(i), 9, "", 5, 15*time.Minute))
	}
	if d := s.wait(t0, s.counters("new", 9, "", 5, 15*time.Minute)); d <= 0 || d > placeMost {
		t.Errorf("waits %v", d)
	}
	if d := s.wait(t0, s.counters("new", 8, "", 5, 15*time.Minute)); d != 0 {
		t.Errorf("another place waits %v", d)
	}
}

func TestBuckets(t *testing.T) {
	s := newSlow()
	b := func(a string) Bucket { return s.bucket(netip.MustParseAddr(a)) }
	if b("10.1.2.3") != b("10.1.2.250") || b("10.1.2.3") != b("::ffff:10.1.2.9") || b("10.1.2.3") == b("10.1.3.3") {
		t.Error("IPv4")
	}
	if b("2001:db8:1:2ff::1") != b("2001:db8:1:2aa::9%eth0") || b("2001:db8:1:200::1") == b("2001:db8:1:300::1") {
		t.Error("IPv6")
	}
	if s.bucket(netip.Addr{}) != 0 {
		t.Error("no address")
	}
	if newSlow().bucket(netip.MustParseAddr("10.1.2.3")) == b("10.1.2.3") {
		t.Error("the key of a bucket is not random")
	}
}

func TestCountersAreBounded(t *testing.T) {
	s := newSlow()
	s.most = 100
	for i := range 10_000 {
		s.failed(t0, s.counters(fmt.Sprint(i), Bucket(i), "", 5, time.Minute))
	}
	if len(s.tries) > s.most {
		t.Errorf("%d counters", len(s.tries))
	}
}
