//go:build linux

package faultlab

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// canary is something that only one caller knows, so that wherever it is found, it has come from him.
type canary struct {
	class  string // what it stands for: "address", "agent", …
	text   []byte
	plain  bool     // look for it as it is written only, not for its hashes: the program rightly keeps a hash
	extra  [][]byte // other ways to write it, each as it is
	digest [][]byte // what may have been hashed in its stead
}

// hit is a canary that was found.
type hit struct{ class, form, where string }

func (h hit) String() string { return fmt.Sprintf("%s as %s in %s", h.class, h.form, h.where) }

// needle is a canary in one way of writing it.
type needle struct {
	class, form string
	b           []byte
}

// address is a canary of an IPv4 or IPv6 address: as text, as bytes in both orders, as a number, in the text of reverse names.
func address(class, ip string) canary {
	a := netip.MustParseAddr(ip)
	c := canary{class: class, text: []byte(ip)}
	raw := a.AsSlice()
	c.digest = append(c.digest, raw)
	c.extra = append(c.extra, raw, []byte(hex.EncodeToString(raw)), []byte(strings.ToUpper(hex.EncodeToString(raw))))
	back := slices.Clone(raw)
	slices.Reverse(back)
	c.extra = append(c.extra, back, []byte(hex.EncodeToString(back)))
	if a.Is4() {
		six := a.As16()
		mapped := netip.AddrFrom16(six)
		c.digest = append(c.digest, six[:], []byte(mapped.String()))
		c.extra = append(c.extra,
			[]byte(strconv.FormatUint(uint64(binary.BigEndian.Uint32(raw)), 10)), []byte(strconv.FormatUint(uint64(binary.LittleEndian.Uint32(raw)), 10)),
			fmt.Appendf(nil, "::ffff:%x:%x", binary.BigEndian.Uint16(raw), binary.BigEndian.Uint16(raw[2:])),
			fmt.Appendf(nil, "%d.%d.%d.%d", raw[3], raw[2], raw[1], raw[0]), fmt.Appendf(nil, "%d-%d-%d-%d", raw[0], raw[1], raw[2], raw[3]))
	}
	return c
}

// needles are all ways in which a canary could have been written.
func (c canary) needles() []needle {
	var out []needle
	add := func(form string, b []byte) {
		if len(b) >= 4 && !slices.ContainsFunc(out, func(n needle) bool { return bytes.Equal(n.b, b) }) {
			out = append(out, needle{c.class, form, b})
		}
	}
	t := string(c.text)
	add("text", c.text)
	add("lower case", []byte(strings.ToLower(t)))
	add("upper case", []byte(strings.ToUpper(t)))
	add("UTF-16LE", wide(t, binary.LittleEndian))
	add("UTF-16BE", wide(t, binary.BigEndian))
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			add("base64", inBase64(enc, c.text, shift))
		}
	}
	add("hex", []byte(hex.EncodeToString(c.text)))
	add("HEX", []byte(strings.ToUpper(hex.EncodeToString(c.text))))
	add("query", []byte(url.QueryEscape(t)))
	add("path", []byte(url.PathEscape(t)))
	add("percent", percent(c.text, "%%%02X"))
	add("percent", percent(c.text, "%%%02x"))
	quoted := strconv.QuoteToASCII(t)
	add("escaped", []byte(quoted[1:len(quoted)-1]))
	for _, x := range c.extra {
		add(fmt.Sprintf("other form %.40q", x), x)
	}
	if c.plain {
		return out
	}
	for _, x := range append([][]byte{c.text, []byte(strings.ToLower(t))}, c.digest...) {
		s, m := sha256.Sum256(x), md5.Sum(x)
		for name, sum := range map[string][]byte{"SHA-256": s[:], "MD5": m[:]} {
			add(name, sum)
			add(name+" hex", []byte(hex.EncodeToString(sum)))
			add(name+" HEX", []byte(strings.ToUpper(hex.EncodeToString(sum))))
			add(name+" base64", inBase64(base64.RawStdEncoding, sum, 0))
			add(name+" base64", inBase64(base64.RawURLEncoding, sum, 0))
		}
	}
	return out
}

func wide(s string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// inBase64 is what stands in base64 text for b alone, whatever comes after it and however many bytes (mod 3) before it.
func inBase64(enc *base64.Encoding, b []byte, shift int) []byte {
	all := enc.EncodeToString(append(make([]byte, shift), b...))
	from, to := (shift*8+5)/6, (shift+len(b))*8/6
	if to-from < 7 {
		return nil // too short to mean anything
	}
	return []byte(all[from:to])
}

func percent(b []byte, verb string) []byte {
	var out []byte
	for _, c := range b {
		out = fmt.Appendf(out, verb, c)
	}
	return out
}

// search finds needles in bytes, in one pass over them whatever the number of needles.
type search struct {
	needles []needle
	first   [1 << 16][]int32 // by the first two bytes
	found   map[hit]bool
	bytes   int64
	files   int
}

func newSearch(all []canary) *search {
	s := &search{found: map[hit]bool{}}
	for _, c := range all {
		for _, n := range c.needles() {
			k := int(n.b[0])<<8 | int(n.b[1])
			s.first[k] = append(s.first[k], int32(len(s.needles)))
			s.needles = append(s.needles, n)
		}
	}
	return s
}

// deepest is how far archives within archives are opened.
const deepest = 3

// in looks through bytes, and through what is compressed in them.
func (s *search) in(where string, b []byte) { s.bytes += int64(len(b)); s.look(where, b, 0) }

func (s *search) look(where string, b []byte, depth int) {
	for i := 0; i+1 < len(b); i++ {
		for _, n := range s.first[int(b[i])<<8|int(b[i+1])] {
			if x := s.needles[n]; bytes.HasPrefix(b[i:], x.b) {
				s.found[hit{x.class, x.form, where}] = true
			}
		}
		if depth < deepest && b[i] == 0x1f && b[i+1] == 0x8b && i+2 < len(b) && b[i+2] == 8 {
			if r, err := gzip.NewReader(bytes.NewReader(b[i:])); err == nil {
				plain, _ := io.ReadAll(io.LimitReader(r, 64<<20))
				s.look(where+" (gzip)", plain, depth+1)
			}
		}
	}
	if depth < deepest && bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				continue
			}
			plain, _ := io.ReadAll(io.LimitReader(r, 64<<20))
			r.Close()
			s.look(where+"!"+f.Name, append([]byte(f.Name+"\n"), plain...), depth+1)
		}
	}
}

// tree looks through every file below a directory, and at the names of files and directories.
func (s *search) tree(t *testing.T, name, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		s.in("the name of "+name+"/"+rel, []byte(rel))
		if d.Type().IsRegular() {
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			s.files++
			s.in(name+"/"+rel, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// hits are what was found, in order.
func (s *search) hits() []hit {
	var out []hit
	for h := range s.found {
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b hit) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// TestSearchSeesEveryForm plants a canary in every form in which it could be written, within other bytes and within archives.
func TestSearchSeesEveryForm(t *testing.T) {
	c := canary{class: "agent", text: []byte("Kanarie-Telefoon/7.3 杜鹃")}
	for _, in := range []canary{c, address("address", "127.9.8.7"), address("six", "2001:db8:cafe::1f7a")} {
		for _, n := range in.needles() {
			hay := append(append(bytes.Repeat([]byte{0x1f, 'x', 0x8b, 0}, 50), n.b...), "tail"...)
			var packed, zipped bytes.Buffer
			g := gzip.NewWriter(&packed)
			g.Write(hay)
			g.Close()
			z := zip.NewWriter(&zipped)
			w, err := z.Create("inner.gz")
			if err != nil {
				t.Fatal(err)
			}
			w.Write(packed.Bytes())
			z.Close()
			for name, b := range map[string][]byte{"plain": hay, "gzip": append([]byte("before"), packed.Bytes()...), "zip": zipped.Bytes()} {
				s := newSearch([]canary{in})
				s.in(name, b)
				if !slices.ContainsFunc(s.hits(), func(h hit) bool { return h.class == in.class && h.form == n.form }) {
					t.Errorf("%s as %s is not seen in %s: %v", n.class, n.form, name, s.hits())
				}
			}
		}
	}
	for shift := range 3 { // within the base64 of something longer, wherever it begins
		s := newSearch([]canary{c})
		s.in("base64", []byte(base64.StdEncoding.EncodeToString([]byte("abcdef"[:shift]+string(c.text)+"rest"))))
		if len(s.hits()) == 0 {
			t.Errorf("base64 hides it behind %d bytes", shift)
		}
	}
	s := newSearch([]canary{c})
	if s.in("nothing", []byte("Kanarie-Telefoon/7.4")); len(s.hits()) > 0 {
		t.Error(s.hits())
	}
}
