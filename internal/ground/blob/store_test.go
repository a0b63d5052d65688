package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"sanwen/internal/ground/fault"
)

type fixed struct{ t time.Time }

func (f fixed) Now() time.Time { return f.t }

var zone = time.FixedZone("CST", 8*3600)

func testStore(t *testing.T) (*DirStore, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	s, err := OpenDir(dir, fixed{time.Date(2026, 11, 23, 1, 47, 13, 0, zone)}, zone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

func TestStoreRoundTrip(t *testing.T) {
	s, _ := testStore(t)
	ctx := context.Background()
	content := strings.Repeat("浴室的水是凉的。", 5000)
	sum := sha256.Sum256([]byte(content))
	for range 2 { // the same content twice is one blob
		h, err := s.Put(ctx, strings.NewReader(content))
		if err != nil || h != hex.EncodeToString(sum[:]) {
			t.Fatalf("%s %v", h, err)
		}
	}
	h := hex.EncodeToString(sum[:])
	r, info, err := s.Open(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, _ := io.ReadAll(r)
	if string(got) != content || info.Bytes != int64(len(content)) {
		t.Fatal("another content came back")
	}
	if want := time.Date(2026, 11, 23, 0, 0, 0, 0, zone); !info.Day.Equal(want) {
		t.Errorf("file time %v tells more than the day", info.Day)
	}
	n := 0
	if err := s.Each(ctx, func(i Info) error { n++; return nil }); err != nil || n != 1 {
		t.Fatalf("%d blobs, %v", n, err)
	}
	if ok, err := s.Has(ctx, h); !ok || err != nil {
		t.Fatal(ok, err)
	}
	for range 2 {
		if err := s.Delete(ctx, h); err != nil {
			t.Fatal(err)
		}
	}
	if ok, err := s.Has(ctx, h); ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, _, err := s.Open(ctx, h); fault.KindOf(err) != fault.NotFound {
		t.Fatal(err)
	}
}

func TestNamesCannotLeadOutside(t *testing.T) {
	s, dir := testStore(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, h := range []string{"", "../secret", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("../", 21) + "a", strings.Repeat("z", 64)} {
		if _, _, err := s.Open(context.Background(), h); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Open(%q): %v", h, err)
		}
		if err := s.Delete(context.Background(), h); err != nil {
			t.Errorf("Delete(%q): %v", h, err)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "secret")); err != nil {
		t.Error(err)
	}
}

func TestDurabilityOrder(t *testing.T) {
	s, _ := testStore(t)
	var ops []string
	s.step = func(op, name string) error {
		if strings.HasPrefix(name, tmpDir) {
			name = tmpDir
		}
		ops = append(ops, op+" "+name)
		return nil
	}
	h, err := s.Put(context.Background(), strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"write tmp", "sync tmp", "syncdir .", "rename " + name(h), "syncdir " + h[:2]}
	if !slices.Equal(ops, want) {
		t.Fatalf("order %v, want %v", ops, want)
	}
}

func TestFailureLeavesNothing(t *testing.T) {
	ctx := context.Background()
	for _, at := range []string{"write", "sync", "rename", "syncdir"} {
		s, dir := testStore(t)
		s.step = func(op, _ string) error {
			if op == at {
				return &os.PathError{Op: op, Path: "x", Err: syscall.ENOSPC}
			}
			return nil
		}
		_, err := s.Put(ctx, strings.NewReader("a"))
		if f := fault.Of(err); f.Kind != fault.Unavailable || f.Key != "blob.disk_full" || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", at, err)
		}
		if left, _ := os.ReadDir(filepath.Join(dir, tmpDir)); len(left) > 0 {
			t.Errorf("%s leaves %v", at, left)
		}
		if err := s.Each(ctx, func(i Info) error { t.Errorf("%s leaves %s", at, i.Hash); return nil }); err != nil {
			t.Error(err)
		}
	}
	s, dir := testStore(t)
	if _, err := s.Put(ctx, iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Put(done, strings.NewReader("a")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, tmpDir)); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestOpenRemovesOldLeftovers(t *testing.T) {
	s, dir := testStore(t)
	old, young := filepath.Join(dir, tmpDir, "old"), filepath.Join(dir, tmpDir, "young")
	for _, f := range []string{old, young} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	now := s.now.Now()
	if err := errors.Join(os.Chtimes(old, now.Add(-72*time.Hour), now.Add(-72*time.Hour)), os.Chtimes(young, now, now)); err != nil {
		t.Fatal(err)
	}
	again, err := OpenDir(dir, s.now, zone)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Error("an old leftover stays")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("a file another process may be writing was removed")
	}
}

func TestSweep(t *testing.T) {
	s, _ := testStore(t)
	ctx := context.Background()
	kept, _ := s.Put(ctx, strings.NewReader("kept"))
	gone, _ := s.Put(ctx, strings.NewReader("gone"))
	used := func(h string) (bool, error) { return h == kept, nil }
	if n, err := Sweep(ctx, s, time.Date(2026, 11, 23, 0, 0, 0, 0, zone), used); n != 0 || err != nil {
		t.Fatalf("today's blobs may still get their row: %d %v", n, err)
	}
	if n, err := Sweep(ctx, s, time.Date(2026, 11, 24, 0, 0, 0, 0, zone), used); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	a, _ := s.Has(ctx, kept)
	b, _ := s.Has(ctx, gone)
	if !a || b {
		t.Error("the wrong one was removed")
	}
}

// TestRenew: what is written anew is another file with the same content, of the day of today.
func TestRenew(t *testing.T) {
	s, dir := testStore(t)
	ctx := context.Background()
	hash, err := s.Put(ctx, strings.NewReader("photo"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, hash[:2], hash)
	first, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	s.now = fixed{s.now.Now().Add(72 * time.Hour)}
	if err := Renew(ctx, s, hash); err != nil {
		t.Fatal(err)
	}
	second, err := os.Stat(path)
	if err != nil || os.SameFile(first, second) || second.ModTime().Sub(first.ModTime()) != 72*time.Hour {
		t.Errorf("the file is as it was: %v, %v", second, err)
	}
	r, _, err := s.Open(ctx, hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, _ := io.ReadAll(r); string(got) != "photo" {
		t.Errorf("another content: %s", got)
	}
	if err := Renew(ctx, s, strings.Repeat("a", 64)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("one that there is not: %v", err)
	}
}

func TestPutAtTheSameTime(t *testing.T) {
	s, _ := testStore(t)
	ctx := context.Background()
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			content := bytes.Repeat([]byte{byte(i % 4)}, 10_000)
			h, err := s.Put(ctx, bytes.NewReader(content))
			if err != nil {
				t.Error(err)
				return
			}
			r, _, err := s.Open(ctx, h)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			if got, _ := io.ReadAll(r); !bytes.Equal(got, content) {
				t.Error("another content")
			}
		})
	}
	wg.Wait()
}
