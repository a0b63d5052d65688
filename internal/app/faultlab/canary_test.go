//go:build linux

package faultlab

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/id"
)

// submitter is the phone of somebody who wants to stay unknown: it comes from an address of its own and tells whatever a phone
// could tell about itself.
type submitter struct {
	t      *testing.T
	base   string
	http   *http.Client
	cookie string // of the session that its browser has all the same
	known  []canary

	mu    sync.Mutex
	ports []string
}

// phone is the address that the submitter's connections come from.
const phone = "127.9.8.7"

func newSubmitter(t *testing.T, base string) *submitter {
	u := &submitter{t: t, base: base}
	u.known = []canary{address("address", phone), address("forwarded address", "198.51.100.73"), address("forwarded address", "203.0.113.91"),
		address("forwarded address", "192.0.2.147"), address("forwarded address", "2001:db8:cafe::1f7a")}
	tr := &http.Transport{DialContext: u.dial, TLSClientConfig: u.tls(), MaxIdleConnsPerHost: 2}
	t.Cleanup(tr.CloseIdleConnections)
	u.http = &http.Client{Transport: u.marked(tr), Timeout: 20 * time.Second}
	return u
}

// secret makes a word that nobody else knows, and looks for it from now on.
func (u *submitter) secret(class string) string {
	w := "Kan" + strings.ReplaceAll(class, " ", "") + id.Random()[:12]
	u.known = append(u.known, canary{class: class, text: []byte(w)})
	return w
}

func (u *submitter) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(phone)}}
	c, err := d.DialContext(ctx, network, addr)
	if err == nil {
		_, port, _ := net.SplitHostPort(c.LocalAddr().String())
		u.mu.Lock()
		u.ports = append(u.ports, port)
		u.mu.Unlock()
	}
	return c, err
}

// raw opens a connection of its own, for what no browser would send.
func (u *submitter) raw(addr string) *net.TCPConn {
	u.t.Helper()
	c, err := u.dial(u.t.Context(), "tcp", addr)
	if err != nil {
		u.t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(10 * time.Second))
	return c.(*net.TCPConn)
}

func (u *submitter) tls() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, ServerName: strings.ToLower(u.secret("server name")) + ".example"}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// marked puts into every request what must leave no trace.
func (u *submitter) marked(next http.RoundTripper) http.RoundTripper {
	h := http.Header{
		"User-Agent":         {"Mozilla/5.0 (Linux; Android 12; " + u.secret("agent") + " Build/SP1A) Mobile"},
		"Accept-Language":    {"zh-CN-x-" + u.secret("language") + ",zh;q=0.9"},
		"Referer":            {"https://" + u.secret("referrer") + ".example/chat?to=" + u.secret("referrer")},
		"X-Forwarded-For":    {"198.51.100.73, 10.1.1.1"},
		"Forwarded":          {`for=203.0.113.91;host="` + u.secret("forwarded") + `", for="[2001:db8:cafe::1f7a]"`},
		"X-Real-Ip":          {"192.0.2.147"},
		"X-Request-Id":       {u.secret("request id")},
		"Traceparent":        {"00-" + u.secret("trace") + "-01"},
		"Via":                {"1.1 " + u.secret("via")},
		"Sec-Ch-Ua-Model":    {`"` + u.secret("model") + `"`},
		"Authorization":      {"Bearer " + u.secret("bearer")},
		"From":               {u.secret("from") + "@example.com"},
		"If-None-Match":      {`"` + u.secret("validator") + `"`},
		"X-Device":           {u.secret("device")},
		"Sec-Fetch-Dest":     {"document"},
		"Proxy-Authenticate": {u.secret("proxy")},
	}
	cookie := "visit=" + u.secret("cookie")
	return tripper(func(r *http.Request) (*http.Response, error) {
		for name, v := range h {
			r.Header[name] = v
		}
		r.Header.Set("Cookie", cookie)
		if u.cookie != "" {
			r.Header.Set("Cookie", cookie+"; "+u.cookie)
		}
		return next.RoundTrip(r)
	})
}

// browser is the phone's browser.
func (u *submitter) browser() *webtest.Client {
	return &webtest.Client{T: u.t, Base: u.base, HTTP: u.http}
}

// head is what the phone says first on a connection of its own.
func (u *submitter) head(method, path string, length string) string {
	addr, _ := url.Parse(u.base)
	return method + " " + path + " HTTP/1.1\r\nHost: " + addr.Host + "\r\nUser-Agent: " + u.secret("agent") + "\r\nX-Forwarded-For: 198.51.100.73\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + length + "\r\n\r\n"
}

// certificate makes a certificate for the server, outside its data directory.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	kb, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: kb}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// photo is a photo as a phone makes it: with position, serial numbers, owner and maker in it, in every place where cameras and
// editors put such things.
func (u *submitter) photo() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 96, 64))
	for y := range 64 {
		for x := range 96 {
			m.Set(x, y, color.RGBA{uint8(x * 2), uint8(y * 3), uint8(x ^ y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		u.t.Fatal(err)
	}
	plain := b.Bytes()
	xmp := `http://ns.adobe.com/xap/1.0/` + "\x00" + `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:li>` + u.secret("photo xmp") + `</rdf:li></x:xmpmeta>`
	out := bytes.Clone(plain[:2]) // SOI
	for _, s := range []struct {
		marker byte
		body   []byte
	}{
		{0xE1, append([]byte("Exif\x00\x00"), u.exif()...)},
		{0xE1, []byte(xmp)},
		{0xE2, []byte("ICC_PROFILE\x00\x01\x01" + u.secret("photo profile"))},
		{0xED, []byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00" + u.secret("photo editor"))},
		{0xFE, []byte(u.secret("photo comment"))},
	} {
		out = append(out, 0xFF, s.marker)
		out = binary.BigEndian.AppendUint16(out, uint16(len(s.body)+2))
		out = append(out, s.body...)
	}
	out = append(out, plain[2:]...)
	return append(out, u.secret("photo tail")...)
}

// exif is a TIFF header with camera, owner and position.
func (u *submitter) exif() []byte {
	le := binary.LittleEndian
	type entry struct {
		tag, kind uint16
		n         uint32
		data      []byte
	}
	text := func(tag uint16, s string) entry { return entry{tag, 2, uint32(len(s) + 1), append([]byte(s), 0)} }
	blob := func(tag uint16, s string) entry { return entry{tag, 7, uint32(len(s)), []byte(s)} }
	rational := func(tag uint16, v ...uint32) entry {
		var b []byte
		for _, x := range v {
			b = le.AppendUint32(b, x)
		}
		u.known = append(u.known, canary{class: "photo position", text: b, plain: true})
		return entry{tag, 5, uint32(len(v) / 2), b}
	}
	gps := []entry{text(1, "N"), rational(2, 39, 1, 57, 1, 218374113, 10000019), text(3, "E"), rational(4, 116, 1, 23, 1, 173916251, 10000019),
		blob(0x1B, u.secret("photo position")), text(0x1D, "2026:11:23")}
	sub := []entry{text(0x9003, "2026:11:23 15:41:07"), blob(0x927C, u.secret("photo maker")), blob(0x9286, "ASCII\x00\x00\x00"+u.secret("photo note")),
		text(0xA430, u.secret("photo owner")), text(0xA431, u.secret("photo serial")), text(0xA435, u.secret("photo lens"))}
	main := []entry{text(0x010E, u.secret("photo title")), text(0x010F, u.secret("photo make")), text(0x0110, u.secret("photo model")),
		text(0x0131, u.secret("photo software")), text(0x013B, u.secret("photo author")), text(0x8298, u.secret("photo rights")),
		{0x8769, 4, 1, nil}, {0x8825, 4, 1, nil}}
	size := func(es []entry) int {
		n := 2 + 12*len(es) + 4
		for _, e := range es {
			if len(e.data) > 4 {
				n += len(e.data)
			}
		}
		return n
	}
	subAt := 8 + size(main)
	gpsAt := subAt + size(sub)
	main[6].data, main[7].data = le.AppendUint32(nil, uint32(subAt)), le.AppendUint32(nil, uint32(gpsAt))
	out := le.AppendUint32(append([]byte("II"), 42, 0), 8)
	for _, dir := range [][]entry{main, sub, gps} {
		at := len(out) + 2 + 12*len(dir) + 4
		var rest []byte
		out = le.AppendUint16(out, uint16(len(dir)))
		for _, e := range dir {
			out = le.AppendUint32(le.AppendUint16(le.AppendUint16(out, e.tag), e.kind), e.n)
			if len(e.data) <= 4 {
				out = append(append(out, e.data...), make([]byte, 4-len(e.data))...)
				continue
			}
			out = le.AppendUint32(out, uint32(at+len(rest)))
			rest = append(rest, e.data...)
		}
		out = append(le.AppendUint32(out, 0), rest...)
	}
	return out
}

// huge is a picture of a few bytes that says it has very many pixels.
func (u *submitter) huge() []byte {
	chunk := func(kind string, body []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		b = append(append(b, kind...), body...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 40000), 40000)
	return append(append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0))...), chunk("tEXt", []byte("Author\x00"+u.secret("photo author")))...)
}

// drain reads what comes back until the connection ends.
func drain(c net.Conn) string {
	b, _ := io.ReadAll(io.LimitReader(c, 64<<10))
	c.Close()
	return string(b)
}
