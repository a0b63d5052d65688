package event

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
)

// testKeys is a key of a log called name.
type testKeys struct {
	signer note.Signer
	vkey   string
}

func (k testKeys) LogSigner() note.Signer { return k.signer }
func (k testKeys) LogVerifier() string    { return k.vkey }

var _ Keys = (*seal.Keys)(nil)

func newKeys(t testing.TB, name string) testKeys {
	t.Helper()
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return testKeys{s, vkey}
}

func openLog(t testing.TB, d *db.DB) (*Log, testKeys) {
	t.Helper()
	k := newKeys(t, "sanwen-0a1b2c3d")
	l, err := Open(context.Background(), d, k, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return l, k
}

var clerk = access.Person{Kind: access.Account, ID: "p-1", Name: "王芳", Grants: []access.Grant{{Role: access.Triager}}}

// record writes facts, each in a transaction of its own.
func record(t testing.TB, d *db.DB, facts ...Fact) {
	t.Helper()
	for _, f := range facts {
		write(t, d, func(tx *db.Tx) error { return Record(tx, clerk, f) })
	}
}

func write(t testing.TB, d *db.DB, fn func(tx *db.Tx) error, opts ...db.Option) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		tx.Asked()
		return fn(tx)
	}, opts...)
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func voiceFact(id, from, to string) Fact {
	return Fact{Kind: "voice." + to, Subject: Ref{"voice", id}, From: from, To: to, Data: map[string]any{"note": "水不热 <b>", "n": 3}}
}

func mustVerify(t testing.TB, d *db.DB, o VerifyOptions) *Report {
	t.Helper()
	r, err := Verify(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tick(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Tick(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestRecordAndTimeline(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		ref := Ref{"voice", "v1"}
		record(t, d, voiceFact("v1", "", "registered"), voiceFact("v2", "", "registered"))
		c.Advance(time.Minute)
		record(t, d, Fact{Kind: "matter.planned", Subject: Ref{"matter", "m1"}, About: ref, To: "planned"}, voiceFact("v1", "registered", "linked"))
		tick(t, l)
		read(t, d, func(tx *db.Tx) error {
			es, err := Timeline(tx, ref, 10, 0)
			if err != nil {
				return err
			}
			var got []string
			for _, e := range es {
				got = append(got, fmt.Sprintf("%d %s %s>%s %s/%s", e.Seq, e.Kind, e.From, e.To, e.Class, e.Actor))
			}
			want := "3 voice.linked registered>linked triager/p-1|2 matter.planned >planned triager/p-1|0 voice.registered >registered triager/p-1"
			if strings.Join(got, "|") != want {
				t.Errorf("timeline:\n got %s\nwant %s", strings.Join(got, "|"), want)
			}
			if string(es[0].Data) != `{"n":3,"note":"水不热 <b>"}` {
				t.Errorf("data %s", es[0].Data)
			}
			if es[0].At-es[2].At != 60000 {
				t.Errorf("times %d and %d", es[0].At, es[2].At)
			}
			older, err := Timeline(tx, ref, 1, es[0].Ins)
			if err != nil || len(older) != 1 || older[0].ID != es[1].ID {
				t.Errorf("page before %d: %v %v", es[0].Ins, older, err)
			}
			return nil
		})
	})
}

func TestRecordInCoarseTimeKeepsNeitherTimeNorActor(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		openLog(t, d)
		c.Advance(37*time.Minute + 12*time.Second)
		write(t, d, func(tx *db.Tx) error { return Record(tx, clerk, voiceFact("v1", "", "registered")) }, db.Coarse)
		write(t, d, func(tx *db.Tx) error { return Record(tx, access.Nobody(), voiceFact("v2", "", "registered")) })
		write(t, d, func(tx *db.Tx) error { return Record(tx, access.System("sign"), voiceFact("v3", "", "registered")) })
		read(t, d, func(tx *db.Tx) error {
			for id, want := range map[string]string{"v1": "employee/", "v2": "anonymous/", "v3": "job/sign"} {
				es, err := Timeline(tx, Ref{"voice", id}, 1, 0)
				if err != nil {
					return err
				}
				if got := es[0].Class + "/" + es[0].Actor; got != want {
					t.Errorf("%s was recorded as %s, want %s", id, got, want)
				}
				if coarse := es[0].At%3600000 == 0; coarse != (id == "v1") {
					t.Errorf("%s was recorded at %s", id, es[0].At.Time())
				}
			}
			return nil
		})
	})
}

func TestRecordRefuses(t *testing.T) {
	d, _ := dbtest.Open(t)
	for name, f := range map[string]Fact{
		"no kind":    {Subject: Ref{"voice", "v"}},
		"no subject": {Kind: "voice.registered"},
		"no id":      {Kind: "voice.registered", Subject: Ref{Kind: "voice"}},
		"bad data":   {Kind: "voice.registered", Subject: Ref{"voice", "v"}, Data: func() {}},
	} {
		err := d.Write(context.Background(), func(tx *db.Tx) error { tx.Asked(); return Record(tx, clerk, f) })
		if err == nil {
			t.Errorf("%s: recorded", name)
		}
	}
}

func TestCanonical(t *testing.T) {
	type inner struct {
		Z int    `json:"z"`
		A string `json:"a"`
	}
	for _, c := range []struct {
		in   any
		want string
	}{
		{nil, `null`},
		{"a\"b", `"a\"b"`},
		{inner{1, "<&>"}, `{"a":"<&>","z":1}`},
		{map[string]any{"b": []inner{{2, "é"}}, "a": json.RawMessage(`{ "y" : 12345678901234567890, "x": 1.50 }`)}, `{"a":{"x":1.50,"y":12345678901234567890},"b":[{"a":"é","z":2}]}`},
	} {
		got, err := canonical(c.in)
		if err != nil || string(got) != c.want {
			t.Errorf("%v: %s %v, want %s", c.in, got, err, c.want)
		}
	}
}

// TestSortedIsCanonical: what takes the short way is what the long way would make of it.
func TestSortedIsCanonical(t *testing.T) {
	short := 0
	for _, raw := range []string{
		`{}`, `[]`, `{"a":1}`, `{"a":{"b":[1,{"c":""},"x:y"],"d":null},"e":true}`, `[{"a":1},{"a":2}]`, `{"a":[{"z":1}],"b":{"a":1}}`,
		`{"b":1,"a":2}`, `{"a":{"z":1,"b":2}}`, `{"a":1,"a":2}`, `{"a": 1}`, `{"a":"\u4e2d"}`, `[{"b":1,"a":1}]`, `{"a":["b","a"],"aa":1,"B":1}`,
		`{"":1}`, `[[[[[[[[[1]]]]]]]]]`,
	} {
		var v any
		dec := json.NewDecoder(strings.NewReader(raw))
		dec.UseNumber()
		if err := dec.Decode(&v); err != nil {
			t.Fatal(raw, err)
		}
		long, err := marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if sorted([]byte(raw)) {
			short++
			if string(long) != raw {
				t.Errorf("%s is not canonical: %s", raw, long)
			}
		}
	}
	if short != 6 {
		t.Errorf("%d took the short way, want 6", short)
	}
}

// TestRollback: what was not committed has no number, no leaf, and does not disturb what comes after.
func TestRollback(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		boom := errors.New("boom")
		for i := range 20 {
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				tx.Asked()
				if err := Record(tx, clerk, voiceFact(fmt.Sprint("v", i), "", "registered")); err != nil {
					return err
				}
				if i%3 == 1 {
					return boom
				}
				return nil
			})
			if i%3 == 1 != errors.Is(err, boom) {
				t.Fatal(err)
			}
		}
		tick(t, l)
		if r := mustVerify(t, d, VerifyOptions{}); r.Bad != nil || r.Entries != 13 || r.Pending != 0 {
			t.Errorf("%+v %v", r, r.Bad)
		}
	})
}

func TestAtomicity(t *testing.T) {
	d, _ := dbtest.Open(t)
	openLog(t, d)
	record(t, d, voiceFact("v0", "", "registered"))
	for n := 1; ; n++ {
		end := dbtest.Fault(d, n)
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			tx.Asked()
			return Record(tx, clerk, voiceFact(fmt.Sprint("v", n), "", "registered"))
		})
		if !end() {
			if err != nil {
				t.Fatal(err)
			}
			if n < 4 {
				t.Fatalf("only %d statements: the tree is not appended to in the commit", n-1)
			}
			break
		}
		if err == nil {
			t.Fatalf("statement %d failed and the write did not", n)
		}
		if r := mustVerify(t, d, VerifyOptions{}); r.Bad != nil || r.Entries != 1 || r.Pending != 0 {
			t.Fatalf("after statement %d failed: %+v %v", n, r, r.Bad)
		}
	}
	if r := mustVerify(t, d, VerifyOptions{}); r.Bad != nil || r.Entries != 2 {
		t.Errorf("%+v %v", r, r.Bad)
	}
}
