package blob

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/fault"
)

// corners is a picture whose four corners are red, green, blue and white,
// clockwise from the top left.
func corners(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 0, 0, 255}
			switch {
			case x >= w/2 && y < h/2:
				c = color.RGBA{0, 255, 0, 255}
			case x >= w/2:
				c = color.RGBA{0, 0, 255, 255}
			case y >= h/2:
				c = color.RGBA{255, 255, 255, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func reading(m image.Image) string {
	b := m.Bounds()
	at := func(x, y int) string {
		r, g, bl, _ := m.At(b.Min.X+x, b.Min.Y+y).RGBA()
		switch {
		case r > 0x8000 && g > 0x8000 && bl > 0x8000:
			return "W"
		case r > 0x8000:
			return "R"
		case g > 0x8000:
			return "G"
		case bl > 0x8000:
			return "B"
		}
		return "?"
	}
	x, y := b.Dx()/5, b.Dy()/5
	return at(x, y) + at(4*x, y) + at(4*x, 4*y) + at(x, 4*y)
}

// tiff is an EXIF block with the given orientation, a camera serial number and
// a GPS directory.
func tiff(order binary.AppendByteOrder, o int) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 3)
	entry := func(tag, typ uint16, n, v uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, typ)
		b = order.AppendUint32(b, n)
		if typ == 3 {
			b = order.AppendUint16(b, uint16(v))
			b = order.AppendUint16(b, 0)
		} else {
			b = order.AppendUint32(b, v)
		}
	}
	entry(0x010f, 2, 20, 50)        // maker, text at 50
	entry(0x0112, 3, 1, uint32(o))  // orientation
	entry(0x8825, 4, 1, uint32(70)) // GPS directory at 70
	b = order.AppendUint32(b, 0)    // no next directory
	b = append(b, "CanaryMaker-GPS-0001"...)
	return append(b, "GPSLatitude 31.2304"...)
}

func withSegments(jpg []byte, segs ...[]byte) []byte {
	out := append([]byte{}, jpg[:2]...)
	for _, s := range segs {
		out = append(out, s...)
	}
	return append(out, jpg[2:]...)
}

func segment(marker byte, body string) []byte {
	b := []byte{0xff, marker}
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)+2))
	return append(b, body...)
}

func jpegOf(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngChunkOf(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func add(t *testing.T, upload []byte) (Photo, *image.YCbCr, []byte) {
	t.Helper()
	s, _ := testStore(t)
	ph, err := NewPhotos(s, Limits{}).Add(context.Background(), bytes.NewReader(upload))
	if err != nil {
		t.Fatal(err)
	}
	b := stored(t, s, ph.Hash)
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds().Dx() != ph.W || m.Bounds().Dy() != ph.H || int64(len(b)) != ph.Bytes {
		t.Fatalf("stored %v with %d bytes, said %+v", m.Bounds(), len(b), ph)
	}
	return ph, m.(*image.YCbCr), b
}

func stored(t *testing.T, s Store, hash string) []byte {
	t.Helper()
	r, _, err := s.Open(context.Background(), hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upright is how "RGBW", stored as it is, has to look for each orientation:
// worked out by hand from the tag's definition (row 0, column 0 of the stored
// picture is at: 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left
// top, 6 right top, 7 right bottom, 8 left bottom).
var upright = [9]string{1: "RGBW", 2: "GRWB", 3: "BWRG", 4: "WBGR", 5: "RWBG", 6: "WRGB", 7: "BGRW", 8: "GBWR"}

func TestOrientation(t *testing.T) {
	base := jpegOf(t, corners(320, 200))
	for o := 1; o <= 8; o++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			ph, m, _ := add(t, withSegments(base, segment(0xe1, "Exif\x00\x00"+string(tiff(order, o)))))
			if got := reading(m); got != upright[o] {
				t.Errorf("orientation %d %v: %s, want %s", o, order, got, upright[o])
			}
			if turned := ph.W < ph.H; turned != (o >= 5) {
				t.Errorf("orientation %d: %d x %d", o, ph.W, ph.H)
			}
		}
	}
	p := pngOf(t, corners(320, 200))
	p = append(p[:33:33], append(pngChunkOf("eXIf", tiff(binary.BigEndian, 6)), p[33:]...)...)
	if _, m, _ := add(t, p); reading(m) != upright[6] {
		t.Errorf("PNG: %s", reading(m))
	}
	if o := orientation("webp", append([]byte("RIFF\x00\x00\x00\x00WEBPVP8 \x03\x00\x00\x00abc\x00EXIF\x3c\x00\x00\x00"), tiff(binary.LittleEndian, 8)[:60]...)); o != 8 {
		t.Errorf("WebP: %d", o)
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(tiff(binary.LittleEndian, 6))
	f.Add([]byte("II*\x00\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range []string{"jpeg", "png", "webp"} {
			if o := orientation(kind, b); o < 1 || o > 8 {
				t.Fatal(o)
			}
		}
		if o := tiffOrientation(b); o < 1 || o > 8 {
			t.Fatal(o)
		}
		jpegScans(b)
		kindOf(b)
	})
}

func TestMetadataIsGone(t *testing.T) {
	canaries := []string{"Exif", "http://ns.adobe.com", "ICC_PROFILE", "Photoshop", "CanaryMaker", "GPSLatitude", "canary-comment", "canary-trailer", "canary-text", "JFIF-canary"}
	jpg := withSegments(jpegOf(t, corners(320, 200)),
		segment(0xe0, "JFIF-canary"),
		segment(0xe1, "Exif\x00\x00"+string(tiff(binary.LittleEndian, 1))),
		segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta/>"),
		segment(0xe2, "ICC_PROFILE\x00\x01\x01canary"),
		segment(0xed, "Photoshop 3.0\x008BIM"),
		segment(0xfe, "canary-comment"))
	jpg = append(jpg, "canary-trailer PK\x03\x04"...)
	p := pngOf(t, corners(320, 200))
	p = append(p[:33:33], append(pngChunkOf("tEXt", []byte("Author\x00canary-text")), p[33:]...)...)
	p = append(p, "canary-trailer"...)
	for name, upload := range map[string][]byte{"jpeg": jpg, "png": p} {
		found := 0
		for _, c := range canaries {
			found += bytes.Count(upload, []byte(c))
		}
		if found == 0 {
			t.Fatalf("%s: the upload has no metadata to lose", name)
		}
		s, _ := testStore(t)
		ph, err := NewPhotos(s, Limits{}).Add(context.Background(), bytes.NewReader(upload))
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []string{ph.Hash, ph.Thumb} {
			b := stored(t, s, h)
			for _, c := range canaries {
				if bytes.Contains(b, []byte(c)) {
					t.Errorf("%s: %q survives", name, c)
				}
			}
			if i := bytes.Index(b, []byte{0xff, 0xd9}); i != len(b)-2 {
				t.Errorf("%s: %d bytes after the end of the image", name, len(b)-2-i)
			}
			jpegSegments(b, func(m byte, _ []byte) bool {
				if m >= 0xe0 && m <= 0xef || m == 0xfe {
					t.Errorf("%s: application segment %x", name, m)
				}
				return true
			})
		}
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ w, h, ow, oh int }{
		{100, 50, 100, 50}, {2048, 10, 2048, 10}, {4000, 3000, 2048, 1536}, {3000, 4000, 1536, 2048}, {5000, 2, 2048, 1}, {2049, 2049, 2048, 2048}, {9000, 900, 2048, 205},
	} {
		if c.w*c.h > 5_000_000 && testing.Short() {
			continue
		}
		s, _ := testStore(t)
		ph, err := NewPhotos(s, Limits{}).Add(context.Background(), bytes.NewReader(pngOf(t, corners(c.w, c.h))))
		if err != nil {
			t.Fatal(err)
		}
		if ph.W != c.ow || ph.H != c.oh {
			t.Errorf("%d×%d became %d×%d, want %d×%d", c.w, c.h, ph.W, ph.H, c.ow, c.oh)
		}
		m, err := jpeg.Decode(bytes.NewReader(stored(t, s, ph.Hash)))
		if err != nil {
			t.Fatal(err)
		}
		if c.oh > 10 && reading(m) != "RGBW" {
			t.Errorf("%d×%d: corners %s", c.w, c.h, reading(m))
		}
		th, err := jpeg.DecodeConfig(bytes.NewReader(stored(t, s, ph.Thumb)))
		if err != nil || th.Width > 480 || th.Height > 480 {
			t.Errorf("thumbnail %+v %v", th, err)
		}
	}
}

func TestTransparentBecomesWhite(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 64, 64)) // fully transparent black
	_, out, _ := add(t, pngOf(t, m))
	if r, g, b, _ := out.At(32, 32).RGBA(); r < 0xf000 || g < 0xf000 || b < 0xf000 {
		t.Errorf("%x %x %x", r, g, b)
	}
}

// A lossy WebP of one pixel.
const tinyWebP = "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAUAmJaQAA3AA/v02aAA="

func TestWebP(t *testing.T) {
	b, err := base64.StdEncoding.DecodeString(tinyWebP)
	if err != nil {
		t.Fatal(err)
	}
	if ph, _, _ := add(t, b); ph.W != 1 || ph.H != 1 {
		t.Errorf("%+v", ph)
	}
}

func hugePNG(w, h uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := append([]byte("\x89PNG\r\n\x1a\n"), pngChunkOf("IHDR", append(ihdr, 8, 6, 0, 0, 0))...)
	b = append(b, pngChunkOf("IDAT", []byte{0x78, 0x9c, 1})...)
	return append(b, pngChunkOf("IEND", nil)...)
}

func TestRefusals(t *testing.T) {
	good := jpegOf(t, corners(300, 200))
	truncatedPNG := pngOf(t, corners(300, 200))
	scans := append([]byte{}, good[:len(good)-2]...)
	for range 200 {
		scans = append(scans, segment(0xda, "\x01\x01\x00\x00\x3f\x00")...)
	}
	ftyp := func(brand string) []byte { return []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00mif1") }
	for name, c := range map[string]struct {
		upload []byte
		key    string
		kind   fault.Kind
	}{
		"empty":             {nil, "blob.photo_empty", fault.Invalid},
		"too many bytes":    {append(good, make([]byte, 12<<20)...), "blob.photo_bytes", fault.TooLarge},
		"144 Mpx":           {hugePNG(12000, 12000), "blob.photo_pixels", fault.TooLarge},
		"2^31 wide":         {hugePNG(1<<31-1, 1<<31-1), "blob.photo_broken", fault.Invalid},
		"width zero":        {hugePNG(0, 10), "blob.photo_broken", fault.Invalid},
		"heic":              {ftyp("heic"), "blob.photo_heic", fault.Invalid},
		"heif":              {ftyp("mif1"), "blob.photo_heic", fault.Invalid},
		"avif":              {ftyp("avif"), "blob.photo_avif", fault.Invalid},
		"video":             {[]byte("\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp42"), "blob.photo_video", fault.Invalid},
		"gif":               {[]byte("GIF89a\x01\x00\x01\x00"), "blob.photo_gif", fault.Invalid},
		"animated":          {[]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00"), "blob.photo_animated", fault.Invalid},
		"pdf":               {[]byte("%PDF-1.7\n"), "blob.photo_pdf", fault.Invalid},
		"svg":               {[]byte("<?xml version='1.0'?>\n<SVG onload='x'/>"), "blob.photo_svg", fault.Invalid},
		"svg with BOM":      {[]byte("\xef\xbb\xbf <svg/>"), "blob.photo_svg", fault.Invalid},
		"html":              {[]byte("<!doctype html><script>1</script>"), "blob.photo_html", fault.Invalid},
		"tiff":              {[]byte("II*\x00\x08\x00\x00\x00"), "blob.photo_tiff", fault.Invalid},
		"xlsx":              {[]byte("PK\x03\x04aaaa"), "blob.photo_office", fault.Invalid},
		"text":              {[]byte("hello"), "blob.photo_unknown", fault.Invalid},
		"truncated jpeg":    {good[:len(good)/2], "blob.photo_broken", fault.Invalid},
		"without end":       {good[:len(good)-2], "blob.photo_broken", fault.Invalid},
		"truncated png":     {truncatedPNG[:len(truncatedPNG)/2], "blob.photo_broken", fault.Invalid},
		"only a signature":  {[]byte("\xff\xd8\xff"), "blob.photo_broken", fault.Invalid},
		"png in jpeg coat":  {append([]byte("\xff\xd8\xff"), truncatedPNG...), "blob.photo_broken", fault.Invalid},
		"thousands of scan": {append(scans, 0xff, 0xd9), "blob.photo_broken", fault.Invalid},
	} {
		s, dir := testStore(t)
		_, err := NewPhotos(s, Limits{}).Add(context.Background(), bytes.NewReader(c.upload))
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if f := fault.Of(err); f.Key != c.key || f.Kind != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 1 {
			t.Errorf("%s: something was stored", name)
		}
	}
}

func TestPixelFloodIsCheap(t *testing.T) {
	s, _ := testStore(t)
	p := NewPhotos(s, Limits{})
	flood := hugePNG(12000, 12000)
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	_, err := p.Add(context.Background(), bytes.NewReader(flood))
	runtime.ReadMemStats(&b)
	if fault.KindOf(err) != fault.TooLarge {
		t.Fatal(err)
	}
	if grown := b.TotalAlloc - a.TotalAlloc; grown > 4<<20 {
		t.Errorf("%d bytes allocated", grown)
	}
}

func TestMemoryLimit(t *testing.T) {
	s, _ := testStore(t)
	p := NewPhotos(s, Limits{Memory: 1 << 20})
	deep := image.NewNRGBA64(image.Rect(0, 0, 400, 400)) // 1.28 MB decoded
	if _, err := p.Add(context.Background(), bytes.NewReader(pngOf(t, deep))); fault.KindOf(err) != fault.TooLarge {
		t.Error(err)
	}
	if _, err := p.Add(context.Background(), bytes.NewReader(pngOf(t, image.NewGray(image.Rect(0, 0, 400, 400))))); err != nil {
		t.Error(err)
	}
}

func TestWaitingIsBounded(t *testing.T) {
	s, _ := testStore(t)
	up := jpegOf(t, corners(100, 100))
	p := NewPhotos(s, Limits{Waiting: int64(len(up)) + 1})
	p.slot <- struct{}{} // somebody else's photo is being made
	ctx, cancel := context.WithCancel(context.Background())
	first := make(chan error, 1)
	go func() { _, err := p.Add(ctx, bytes.NewReader(up)); first <- err }()
	for p.waiting.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, err := p.Add(context.Background(), bytes.NewReader(up)); fault.Of(err).Key != "blob.busy" {
		t.Errorf("second: %v", err)
	}
	cancel()
	if err := <-first; err != context.Canceled {
		t.Errorf("first: %v", err)
	}
	<-p.slot
	if _, err := p.Add(context.Background(), bytes.NewReader(up)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestEveryRefusalHasASentence(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		b, err := os.ReadFile("../lang/catalogue/blob." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		for kind, key := range refusals {
			if strings.TrimSpace(m[key]) == "" {
				t.Errorf("%s: no sentence for %q", lang, kind)
			}
		}
	}
}
