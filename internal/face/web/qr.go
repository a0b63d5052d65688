package web

import (
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// NewQR makes the code for a text (error level Q, quiet zone of four modules). A text too long for a code is a mistake of the page
// and panics.
func NewQR(text, alt string) QR {
	code, err := qr.Encode(text, qr.Q, qr.Auto)
	if err != nil {
		panic(err)
	}
	const quiet = 4
	side := code.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			if v, _, _, _ := code.At(x, y).RGBA(); v != 0 {
				continue
			}
			run := 1
			for x+run < side {
				if v, _, _, _ := code.At(x+run, y).RGBA(); v != 0 {
					break
				}
				run++
			}
			n := strconv.Itoa(run)
			path.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + "h" + n + "v1h-" + n + "z")
			x += run
		}
	}
	return QR{Size: side + 2*quiet, Path: path.String(), Alt: alt, Text: text}
}
