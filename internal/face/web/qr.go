package web

import (
	"math/bits"
	"strconv"

	library "github.com/boombuler/barcode/qr"

	"sanwen/internal/face/web/qr"
)

// NewQR makes the code for a text (error level Q, quiet zone of four modules). A text too long for a code is a mistake of the page
// and panics.
func NewQR(text, alt string) QR {
	const quiet = 4
	code, err := qr.Encode(text)
	if err != nil {
		return longQR(text, alt)
	}
	p := qrPath{text: make([]byte, 0, 16<<10)}
	for y := range code.Side {
		at := quiet
		for left := code.Row(y); left != 0; {
			skip := bits.TrailingZeros64(left)
			left >>= skip
			run := bits.TrailingZeros64(^left)
			left >>= run
			p.bar(at+skip, y+quiet, run)
			at += skip + run
		}
	}
	return QR{Size: code.Side + 2*quiet, Path: string(p.text), Alt: alt, Text: text}
}

// longQR leaves a text that is longer than any usual address to the library, which takes a hundred times as long.
func longQR(text, alt string) QR {
	code, err := library.Encode(text, library.Q, library.Unicode)
	if err != nil {
		panic(err)
	}
	const quiet = 4
	side := code.Bounds().Dx()
	var p qrPath
	for y := range side {
		for x := range side {
			if v, _, _, _ := code.At(x, y).RGBA(); v == 0 {
				p.bar(x+quiet, y+quiet, 1)
			}
		}
	}
	return QR{Size: side + 2*quiet, Path: string(p.text), Alt: alt, Text: text}
}

// qrPath is the path of an SVG, made of bars one module high.
type qrPath struct{ text []byte }

func (p *qrPath) bar(x, y, run int) {
	p.text = append(p.text, 'M')
	p.text = strconv.AppendInt(p.text, int64(x), 10)
	p.text = append(p.text, ' ')
	p.text = strconv.AppendInt(p.text, int64(y), 10)
	p.text = append(p.text, 'h')
	p.text = strconv.AppendInt(p.text, int64(run), 10)
	p.text = append(p.text, "v1h-"...)
	p.text = strconv.AppendInt(p.text, int64(run), 10)
	p.text = append(p.text, 'z')
}
