package seal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"
)

func testKeys(t *testing.T) *Keys {
	t.Helper()
	k, err := OpenKeys(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestDammKnownValues(t *testing.T) {
	// 5724 is the worked example of the algorithm's description.
	for in, want := range map[string]byte{"572": '4', "0": '0', "1": '3', "123456789": '4'} {
		if got := dammDigit(in); got != want {
			t.Errorf("dammDigit(%s) = %c, want %c", in, got, want)
		}
	}
}

func TestDammFindsSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := code(rapid.StringMatching(`[0-9]{15}`).Draw(t, "digits"))
		i := rapid.IntRange(0, 15).Draw(t, "place")
		wrong := []byte(d)
		wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if dammValid(string(wrong)) {
			t.Fatalf("one wrong digit not found: %s for %s", wrong, d)
		}
		j := rapid.IntRange(0, 14).Draw(t, "swap")
		swapped := []byte(d)
		swapped[j], swapped[j+1] = swapped[j+1], swapped[j]
		if string(swapped) != d && dammValid(string(swapped)) {
			t.Fatalf("swap not found: %s for %s", swapped, d)
		}
	})
}

func TestReceiptRoundTrip(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		r := NewReceipt("2026-11-22")
		if len(r.Number) != len("SQ20261122-4831-7725") || !strings.HasPrefix(r.Number, "SQ20261122-") || len(r.Code) != 16 {
			t.Fatalf("receipt %+v", r)
		}
		if seen[r.Code] {
			t.Fatal("the same code twice")
		}
		seen[r.Code] = true
		if n, err := ParseNumber(r.Number); err != nil || n != r.Number {
			t.Fatalf("ParseNumber(%q) = %q, %v", r.Number, n, err)
		}
		if c, err := ParseCode(FormatCode(r.Code)); err != nil || c != r.Code {
			t.Fatalf("ParseCode(%q) = %q, %v", r.Code, c, err)
		}
	}
}

func TestParseAsTyped(t *testing.T) {
	c := code("483177209546031")
	n := number("20261122", "4831772")
	for _, typed := range []string{
		c, FormatCode(c), " " + c + "\n", c[:4] + "-" + c[4:8] + "—" + c[8:12] + "－" + c[12:], fullWidth(c), c[:8] + "\u200b" + c[8:], c[:4] + "　" + c[4:],
	} {
		if got, err := ParseCode(typed); err != nil || got != c {
			t.Errorf("ParseCode(%q) = %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{n, strings.ToLower(n), strings.TrimPrefix(n, "SQ"), strings.ReplaceAll(n, "-", ""), fullWidth(n), "sq " + n[2:]} {
		if got, err := ParseNumber(typed); err != nil || got != n {
			t.Errorf("ParseNumber(%q) = %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "1", c + "0", "abcd" + c[4:], "SQ" + c, strings.Repeat("1", 500), "XX" + n[2:], "４８３a"} {
		if _, err := ParseCode(typed); !errors.Is(err, ErrShape) {
			t.Errorf("ParseCode(%q): %v", typed, err)
		}
	}
	wrong := c[:15] + string('0'+(c[15]-'0'+1)%10)
	if _, err := ParseCode(wrong); !errors.Is(err, ErrCheckDigit) {
		t.Errorf("wrong check digit: %v", err)
	}
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r + '！' - '!'
		}
		return r
	}, s)
}

func TestRandomDigitsEven(t *testing.T) {
	var n [10]int
	for _, r := range randomDigits(100_000) {
		n[r-'0']++
	}
	for d, c := range n { // 10,000 expected, standard deviation 95
		if c < 9_400 || c > 10_600 {
			t.Errorf("digit %d drawn %d times of 100,000", d, c)
		}
	}
}

func TestCodeStorage(t *testing.T) {
	k, ctx := testKeys(t), context.Background()
	c, other := code("483177209546031"), code("483177209546032")
	q := k.QuickCode(c)
	if q == k.QuickCode(c) {
		t.Fatal("no salt")
	}
	s, err := k.HardenCode(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if !IsQuick(q) || IsQuick(s) {
		t.Fatal("IsQuick is wrong")
	}
	mac := strings.Split(q, "$")[2]
	if strings.Contains(s, mac) || strings.Contains(q+s, c) {
		t.Fatal("the quick hash or the code survives in the stored text")
	}
	if again, err := k.HardenCode(ctx, s); err != nil || again != s {
		t.Fatalf("hardening twice: %v", err)
	}
	for _, stored := range []string{q, s} {
		if ok, err := k.CheckCode(ctx, stored, c); !ok || err != nil {
			t.Errorf("right code refused for %s: %v", stored[:3], err)
		}
		if ok, err := k.CheckCode(ctx, stored, other); ok || err != nil {
			t.Errorf("wrong code accepted for %s: %v", stored[:3], err)
		}
		if ok, _ := testKeys(t).CheckCode(ctx, stored, c); ok {
			t.Errorf("accepted with another pepper")
		}
	}
	if ok, err := k.CheckCode(ctx, "", c); ok || err != nil {
		t.Errorf("unknown number: %v %v", ok, err)
	}
	for _, bad := range []string{"x", "q1$", "s1$m=99999999,t=1,p=1$AAAA$AAAA$AAAA", "s1$m=47104,t=1,p=1$a$b$c", "q1$AAAAAAAAAAAAAAAAAAAAAA$%%%"} {
		if ok, err := k.CheckCode(ctx, bad, c); ok || err == nil {
			t.Errorf("stored %q: %v %v", bad, ok, err)
		}
	}
}

func TestUnknownNumberCostsTheSame(t *testing.T) {
	k, ctx := testKeys(t), context.Background()
	c := code("483177209546031")
	q := k.QuickCode(c)
	s, err := k.HardenCode(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	cost := func(stored string) uint64 {
		before := Spent()
		if _, err := k.CheckCode(ctx, stored, c); err != nil {
			t.Fatal(err)
		}
		return Spent() - before
	}
	known, fresh, unknown := cost(s), cost(q), cost("")
	if known == 0 || fresh != known || unknown != known {
		t.Errorf("a stored code costs %d, one that is not hardened %d, an unknown number %d", known, fresh, unknown)
	}
}

func TestPassword(t *testing.T) {
	ctx := context.Background()
	h, err := HashPassword(ctx, "大雪节气-澄川-2026")
	if err != nil {
		t.Fatal(err)
	}
	for pw, want := range map[string]bool{"大雪节气-澄川-2026": true, "大雪节气－澄川－２０２６": true, "大雪节气-澄川-2027": false, "": false} {
		if ok, err := CheckPassword(ctx, h, pw); ok != want || err != nil {
			t.Errorf("%q: %v %v", pw, ok, err)
		}
	}
	if ok, err := CheckPassword(ctx, "", ""); ok || err != nil {
		t.Errorf("no stored password: %v %v", ok, err)
	}
	if StalePassword(h) || !StalePassword(strings.Replace(h, "t=2", "t=1", 1)) {
		t.Error("StalePassword is wrong")
	}
	if _, err := CheckPassword(ctx, "argon2id$m=4294967295,t=1,p=1$AAAA$AAAA", "x"); err == nil {
		t.Error("exhausting parameters were read")
	}
}

func TestGate(t *testing.T) {
	g := newGate(1, 1)
	hold, started := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { _ = g.do(context.Background(), func() { close(started); <-hold }) })
	<-started
	ctx, cancel := context.WithCancel(context.Background())
	second := make(chan error, 1)
	go func() { second <- g.do(ctx, func() {}) }()
	for g.waiting.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	if err := g.do(context.Background(), func() {}); !errors.Is(err, ErrBusy) {
		t.Errorf("third: %v", err)
	}
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	close(hold)
	wg.Wait()
	if err := g.do(context.Background(), func() {}); err != nil {
		t.Errorf("after: %v", err)
	}
}

func TestToken(t *testing.T) {
	k := testKeys(t)
	now := time.Unix(1_795_000_000, 0)
	text := k.Sign("tell", Token{Issued: now, Expires: now.Add(24 * time.Hour), Payload: []byte("收条")})
	got, err := k.Open("tell", text, now.Add(23*time.Hour))
	if err != nil || string(got.Payload) != "收条" || !got.Issued.Equal(now) {
		t.Fatalf("%+v %v", got, err)
	}
	if got, err := k.Open("tell", text, now.Add(24*time.Hour)); !errors.Is(err, ErrExpired) || string(got.Payload) != "收条" {
		t.Errorf("expired: %v", err)
	}
	if _, err := k.Open("rate", text, now); !errors.Is(err, ErrForged) {
		t.Errorf("other purpose: %v", err)
	}
	if _, err := testKeys(t).Open("tell", text, now); !errors.Is(err, ErrForged) {
		t.Errorf("other keys: %v", err)
	}
	for i := range text {
		b := []byte(text)
		b[i] ^= 1
		if string(b) == text {
			continue
		}
		if g, err := k.Open("tell", string(b), now); err == nil && !bytes.Equal(g.Payload, got.Payload) {
			t.Fatalf("changed byte %d accepted", i)
		}
	}
	for _, s := range []string{"", ".", "a.b", strings.Repeat("A", 4096)} {
		if _, err := k.Open("tell", s, now); !errors.Is(err, ErrForged) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestIdentity(t *testing.T) {
	a, _ := NewCustodianKey()
	b, _ := NewCustodianKey()
	c, _ := NewCustodianKey()
	who := []byte(`{"person":"0198-canary","name":"张伟"}`)
	sealed, err := SealIdentity("v1", who, a.Public, b.Public)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("canary")) {
		t.Fatal("plain text in the sealed identity")
	}
	inner, err := OpenOuter("v1", sealed, a.Private)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(inner, []byte("canary")) {
		t.Fatal("one custodian alone sees the identity")
	}
	if got, err := OpenInner("v1", inner, b.Private); err != nil || !bytes.Equal(got, who) {
		t.Fatalf("%q %v", got, err)
	}
	short, _ := SealIdentity("v1", []byte("1"), a.Public, b.Public)
	if len(short) != len(sealed) {
		t.Errorf("length tells the identity: %d and %d", len(short), len(sealed))
	}
	if _, err := OpenOuter("v2", sealed, a.Private); !errors.Is(err, ErrSealed) {
		t.Errorf("moved to another voice: %v", err)
	}
	if _, err := OpenInner("v2", inner, b.Private); !errors.Is(err, ErrSealed) {
		t.Errorf("inner moved to another voice: %v", err)
	}
	for _, k := range []CustodianKey{b, c} {
		if _, err := OpenOuter("v1", sealed, k.Private); !errors.Is(err, ErrSealed) {
			t.Errorf("wrong custodian: %v", err)
		}
	}
	if _, err := OpenInner("v1", inner, a.Private); !errors.Is(err, ErrSealed) {
		t.Errorf("A twice: %v", err)
	}
	for i := range sealed {
		x := bytes.Clone(sealed)
		x[i] ^= 0x40
		if _, err := OpenOuter("v1", x, a.Private); err == nil {
			t.Fatalf("changed byte %d accepted", i)
		}
	}
	for _, pair := range [][2]string{{a.Public, a.Public}, {a.Public, ""}, {a.Private, b.Public}} {
		if _, err := SealIdentity("v1", who, pair[0], pair[1]); !errors.Is(err, ErrCustodians) {
			t.Errorf("pair %v: %v", pair, err)
		}
	}
	if !ValidCustodian(a.Public) || ValidCustodian(a.Private) {
		t.Error("ValidCustodian is wrong")
	}
}

func TestWrap(t *testing.T) {
	ctx := context.Background()
	w, err := Wrap(ctx, "custodian:7", "三个词 加 一个数", "secret-canary")
	if err != nil || strings.Contains(w, "canary") {
		t.Fatal(w, err)
	}
	if got, err := Unwrap(ctx, "custodian:7", "三个词 加 一个数", w); err != nil || got != "secret-canary" {
		t.Fatal(got, err)
	}
	if _, err := Unwrap(ctx, "custodian:7", "wrong", w); !errors.Is(err, ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
	if _, err := Unwrap(ctx, "custodian:8", "三个词 加 一个数", w); !errors.Is(err, ErrPassphrase) {
		t.Errorf("other label: %v", err)
	}
}

func TestKeysDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "keys")
	a, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	st, _ := os.Stat(dir)
	if st.Mode().Perm() != 0o700 {
		t.Errorf("directory mode %v", st.Mode())
	}
	if err := os.Chmod(filepath.Join(dir, pepperFile), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range keyFiles {
		if st, _ := os.Stat(filepath.Join(dir, n)); st.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", n, st.Mode())
		}
	}
	if a.Fingerprint() != b.Fingerprint() || a.Fingerprint() == testKeys(t).Fingerprint() {
		t.Error("fingerprint does not identify the keys")
	}
	if !bytes.Equal(a.Derive("x"), b.Derive("x")) || bytes.Equal(a.Derive("x"), a.Derive("y")) {
		t.Error("derived keys")
	}
	v, err := note.NewVerifier(a.LogVerifier())
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: "a\n"}, b.LogSigner())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(signed, note.VerifierList(v)); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(dir, pepperFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeys(dir); !errors.Is(err, ErrKeysIncomplete) {
		t.Errorf("a missing pepper: %v", err)
	}
}

func TestKeysFirstStartOfMany(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	var wg sync.WaitGroup
	prints := make([]string, 8)
	for i := range prints {
		wg.Go(func() {
			k, err := OpenKeys(dir)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = k.Fingerprint()
		})
	}
	wg.Wait()
	for _, p := range prints {
		if p != prints[0] {
			t.Fatal("processes started together use different keys")
		}
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".keys-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
