package web

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"net/http"
)

// own is something in a page that every reader gets for himself: the token of a form, the receipt in it.
type own struct {
	text string        // as it stands in the page that was made first
	draw func() string // makes another
}

// own names a text of the page that is drawn for each reader, and how another is drawn. It lets the rest of the page be kept.
// draw must hold nothing of the request.
func (r *Req) own(text string, draw func() string) { r.owns = append(r.owns, own{text, draw}) }

// piece is a part of a kept page: the same for everybody, or the n-th own text.
type piece struct {
	plain, small []byte // as it is, and as deflate blocks that refer to no other piece
	own          int    // -1 where the piece is the same for everybody
}

// newKept cuts a page into pieces. It returns nil where an own text is not in the page: it would be everybody's.
func newKept(body []byte, owns []own) *keptPage {
	p := &keptPage{own: owns}
	for len(body) > 0 {
		at, which := len(body), -1
		for i, o := range owns {
			if k := bytes.Index(body, []byte(o.text)); k >= 0 && k < at {
				at, which = k, i
			}
		}
		if at > 0 {
			plain := bytes.Clone(body[:at])
			p.pieces = append(p.pieces, piece{plain: plain, small: deflated(plain), own: -1})
		}
		if which < 0 {
			break
		}
		p.pieces = append(p.pieces, piece{own: which})
		body = body[at+len(owns[which].text):]
	}
	for i, o := range owns {
		if o.text == "" || !p.has(i) {
			return nil
		}
	}
	return p
}

func (p *keptPage) has(own int) bool {
	for _, x := range p.pieces {
		if x.own == own {
			return true
		}
	}
	return false
}

// deflated ends at a byte and is not the last block, so that more can follow.
func deflated(plain []byte) []byte {
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, 6)
	if err != nil {
		panic(err) // the level is right
	}
	z.Write(plain)
	z.Flush()
	return b.Bytes()
}

func (p *keptPage) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", p.kind)
	h.Set("Vary", "Accept-Encoding")
	texts := make([]string, len(p.own))
	for i, o := range p.own {
		texts[i] = o.draw()
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		p.zipped(b, texts)
	} else {
		for _, x := range p.pieces {
			if x.own >= 0 {
				b.WriteString(texts[x.own])
			} else {
				b.Write(x.plain)
			}
		}
	}
	w.Write(b.Bytes())
}

// zipped writes the page as one gzip member. Own texts stand in it uncompressed, so its length tells nothing about them.
func (p *keptPage) zipped(b *bytes.Buffer, texts []string) {
	b.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255})
	sum, size := uint32(0), 0
	for _, x := range p.pieces {
		plain := x.plain
		if x.own < 0 {
			b.Write(x.small)
		} else {
			plain = []byte(texts[x.own])
			n := uint16(len(plain))
			b.WriteByte(0) // a stored block, not the last
			b.Write(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, n), ^n))
			b.Write(plain)
		}
		sum = crc32.Update(sum, crc32.IEEETable, plain)
		size += len(plain)
	}
	b.Write([]byte{1, 0, 0, 0xff, 0xff}) // the last block, empty
	b.Write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, sum), uint32(size)))
}
