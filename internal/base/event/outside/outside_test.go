package outside

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

type keys struct {
	signer note.Signer
	vkey   string
}

func (k keys) LogSigner() note.Signer { return k.signer }
func (k keys) LogVerifier() string    { return k.vkey }

func newKeys(t testing.TB, name string) keys {
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return keys{s, vkey}
}

func record(t testing.TB, d *db.DB, from, to int) {
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		tx.Asked()
		for i := from; i < to; i++ {
			err := event.Record(tx, access.Nobody(), event.Fact{Kind: "voice.registered", Subject: event.Ref{Kind: "voice", ID: fmt.Sprint("v", i)},
				To: "registered", Data: map[string]any{"text": "浴室水不热"}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func proofFor(t testing.TB, d *db.DB, l *event.Log, i int) (p event.Proof) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		p, err = l.ProofFor(tx, event.Ref{Kind: "voice", ID: fmt.Sprint("v", i)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestProofsFromOutside: for histories of random growth, every proof, opening and consistency proof is right by the specifications,
// the root is that of all commitments, and no proof is right any more when a bit of it is changed.
func TestProofsFromOutside(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		k := newKeys(t, "sanwen-0a1b2c3d")
		l, err := event.Open(context.Background(), d, k, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var heads []checkpoint
		size := 0
		rapid.Check(t, func(rt *rapid.T) {
			if size > 600 {
				return
			}
			grow := rapid.IntRange(1, 40).Draw(rt, "grow")
			record(t, d, size, size+grow)
			size += grow
			c.Advance(time.Duration(rapid.IntRange(0, 5000).Draw(rt, "seconds")) * time.Second)
			made, err := l.Checkpoint(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			head, err := openCheckpoint(made.Note, k.vkey)
			if err != nil || head.size != uint64(size) || head.origin != "sanwen-0a1b2c3d" {
				t.Fatalf("%+v %v", head, err)
			}
			var commitments [][]byte
			if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
				commitments, err = db.All[[]byte](tx, `SELECT commitment FROM event ORDER BY seq`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if treeHash(commitments) != head.root {
				t.Fatalf("the root of %d entries is not that of the commitments", size)
			}
			for range 5 {
				i := rapid.IntRange(0, size-1).Draw(rt, "entry")
				p := proofFor(t, d, l, i)
				entry, index, _, err := checkProof(p.Text, k.vkey)
				if err != nil || !bytes.Equal(entry, commitments[index]) || !bytes.Equal(entry, p.Commitment[:]) || p.Promise != "" {
					t.Fatalf("entry %d of %d: %v", i, size, err)
				}
				r, err := checkOpening(p.Opening, entry)
				if err != nil || fmt.Sprint(r["subject"]) != fmt.Sprintf("[voice v%d]", i) || r["data"].(map[string]any)["text"] != "浴室水不热" {
					t.Fatalf("opening of %d: %v %v", i, r, err)
				}
				if _, err := event.CheckProof(p.Text, k.vkey); err != nil {
					t.Fatalf("own check: %v", err)
				}
				if _, err := event.CheckOpening(p.Opening, p.Commitment); err != nil {
					t.Fatalf("own check: %v", err)
				}
				bent := []byte(p.Text)
				at := rapid.IntRange(0, len(bent)-2).Draw(rt, "byte")
				bent[at] ^= 1 << rapid.IntRange(0, 5).Draw(rt, "bit")
				_, _, _, e1 := checkProof(string(bent), k.vkey)
				_, e2 := event.CheckProof(string(bent), k.vkey)
				if (e1 == nil || e2 == nil) && !onlyPadding(p.Text, string(bent)) {
					t.Fatalf("a bent proof passes (%v, %v):\n%s", e1, e2, bent)
				}
			}
			for _, old := range heads {
				var text string
				if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
					text, err = l.Consistency(tx, int64(old.size))
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if _, err := checkConsistency(text, k.vkey, old); err != nil {
					t.Fatalf("from %d to %d: %v", old.size, head.size, err)
				}
				if _, err := event.CheckConsistency(text, event.Checkpoint{Size: int64(old.size), Root: old.root}, k.vkey); err != nil {
					t.Fatalf("own check: %v", err)
				}
				lie := old
				lie.root[7] ^= 1
				if _, err := checkConsistency(text, k.vkey, lie); err == nil {
					t.Fatal("a tree that was never signed is consistent")
				}
				if _, err := event.CheckConsistency(text, event.Checkpoint{Size: int64(lie.size), Root: lie.root}, k.vkey); err == nil {
					t.Fatal("own check: a tree that was never signed is consistent")
				}
			}
			heads = append(heads, head)
			if len(heads) > 6 {
				heads = heads[1:]
			}
		})
		if size < 100 {
			t.Errorf("only %d entries", size)
		}
	})
}

// onlyPadding reports whether two texts differ in bits of base64 padding alone, which the standard decoder ignores.
func onlyPadding(a, b string) bool {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	if len(la) != len(lb) {
		return false
	}
	for i := range la {
		if la[i] != lb[i] {
			ha, ea := parseHash(strings.TrimPrefix(la[i], "extra "))
			hb, eb := parseHash(strings.TrimPrefix(lb[i], "extra "))
			fa, fb := strings.Fields(la[i]), strings.Fields(lb[i])
			sameSig := len(fa) == 3 && len(fb) == 3 && fa[0] == "—" && fa[0] == fb[0] && fa[1] == fb[1] && sameBytes(fa[2], fb[2])
			if !(ea == nil && eb == nil && ha == hb) && !sameSig {
				return false
			}
		}
	}
	return true
}

// sameBytes reports whether two texts in base64 hold the same bytes: the last sign before the padding has two bits that belong to none.
func sameBytes(a, b string) bool {
	x, errX := base64.StdEncoding.DecodeString(a)
	y, errY := base64.StdEncoding.DecodeString(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// TestProofSize: a proof of a million entries is at most 1,200 bytes with the name that an installation gives its log.
func TestProofSize(t *testing.T) {
	d, _ := dbtest.Open(t)
	k := newKeys(t, "sanwen-0a1b2c3d")
	l, err := event.Open(context.Background(), d, k, event.Options{})
	if err != nil {
		t.Fatal(err)
	}
	record(t, d, 0, 1000)
	if _, err := l.Checkpoint(context.Background()); err != nil {
		t.Fatal(err)
	}
	p := proofFor(t, d, l, 123)
	const perHash, digits = 45, 3 // ten hashes more, three digits more in index and size
	if n := len(p.Text) + 10*perHash + 2*digits; n > 1200 {
		t.Errorf("a proof in a million entries would have %d bytes", n)
	} else {
		t.Logf("%d bytes at 1,000 entries, %d at 1,000,000", len(p.Text), n)
	}
}

// TestForgedProofs: a proof by another key, of another log, or with a promise in the place of the checkpoint is refused.
func TestForgedProofs(t *testing.T) {
	d, _ := dbtest.Open(t)
	k := newKeys(t, "sanwen-0a1b2c3d")
	l, err := event.Open(context.Background(), d, k, event.Options{})
	if err != nil {
		t.Fatal(err)
	}
	record(t, d, 0, 1)
	promise := proofFor(t, d, l, 0)
	if promise.Text != "" || promise.Size != 0 {
		t.Errorf("a proof before any checkpoint: %+v", promise)
	}
	text, err := openNote([]byte(promise.Promise), k.vkey)
	if err != nil || !strings.HasPrefix(text, "sanwen-0a1b2c3d/promise\n") {
		t.Errorf("promise: %q %v", text, err)
	}
	if c, by, err := event.CheckPromise(promise.Promise, k.vkey); err != nil || c != promise.Commitment || by.Minute() != 0 {
		t.Errorf("own check of the promise: %v %v", by, err)
	}
	record(t, d, 1, 5)
	if _, err := l.Checkpoint(context.Background()); err != nil {
		t.Fatal(err)
	}
	p := proofFor(t, d, l, 0)
	for name, bad := range map[string]struct{ text, vkey string }{
		"another key":     {p.Text, newKeys(t, "sanwen-0a1b2c3d").vkey},
		"another log":     {p.Text, newKeys(t, "sanwen-ffffffff").vkey},
		"another index":   {strings.Replace(p.Text, "index 0\n", "index 1\n", 1), k.vkey},
		"beyond the tree": {strings.Replace(p.Text, "index 0\n", "index 5\n", 1), k.vkey},
		"no checkpoint":   {p.Text[:strings.Index(p.Text, "\n\n")], k.vkey},
		"a promise":       {p.Text[:strings.Index(p.Text, "\n\n")+2] + promise.Promise, k.vkey},
		"one hash less":   {cutHash(p.Text), k.vkey},
	} {
		if _, _, _, err := checkProof(bad.text, bad.vkey); err == nil {
			t.Errorf("%s: passes", name)
		}
		if _, err := event.CheckProof(bad.text, bad.vkey); err == nil {
			t.Errorf("%s: passes the own check", name)
		}
	}
	if _, err := event.CheckOpening(strings.Replace(p.Opening, "水不热", "水很热", 1), p.Commitment); err == nil {
		t.Error("a changed record passes for the logged one")
	}
}

func cutHash(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(append(lines[:3:3], lines[4:]...), "\n")
}
