package blob

import (
	"image"
	"image/draw"

	xdraw "golang.org/x/image/draw"
)

// fit returns m on white, reduced so that its longest side is at most side.
// Large pictures are first averaged in blocks, which needs memory for a few
// rows only, and then resampled by a factor below two.
func fit(m image.Image, side int) *image.RGBA {
	s := m.Bounds().Size()
	w, h := fitted(s.X, s.Y, side)
	k := max(1, min(s.X/w, s.Y/h))
	r := boxed(m, k)
	if r.Bounds().Size() == (image.Point{X: w, Y: h}) {
		return r
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	xdraw.ApproxBiLinear.Scale(out, out.Bounds(), r, r.Bounds(), draw.Src, nil)
	return out
}

func fitted(w, h, side int) (int, int) {
	if w <= side && h <= side {
		return w, h
	}
	if w >= h {
		return side, max(1, (h*side+w/2)/w)
	}
	return max(1, (w*side+h/2)/h), side
}

// boxed averages k×k blocks of m drawn over white. Rows and columns that do
// not fill a block are dropped (fewer than k, at the far edges).
func boxed(m image.Image, k int) *image.RGBA {
	b := m.Bounds()
	w, h := b.Dx()/k, b.Dy()/k
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	band := out
	if k > 1 {
		band = image.NewRGBA(image.Rect(0, 0, b.Dx(), k))
	}
	if k == 1 {
		draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(out, out.Bounds(), m, b.Min, draw.Over)
		return out
	}
	n := uint32(k * k)
	for y := range h {
		draw.Draw(band, band.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(band, band.Bounds(), m, image.Pt(b.Min.X, b.Min.Y+y*k), draw.Over)
		to := out.Pix[y*out.Stride:]
		for x := range w {
			var r, g, bl uint32
			for dy := range k {
				row := band.Pix[dy*band.Stride+x*k*4:]
				for i := 0; i < 4*k; i += 4 {
					r += uint32(row[i])
					g += uint32(row[i+1])
					bl += uint32(row[i+2])
				}
			}
			to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = byte((r+n/2)/n), byte((g+n/2)/n), byte((bl+n/2)/n), 255
		}
	}
	return out
}

// orient turns and mirrors m according to an EXIF orientation.
func orient(m *image.RGBA, o int) *image.RGBA {
	if o < 2 || o > 8 {
		return m
	}
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	ow, oh := w, h
	if o >= 5 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range h {
		for x := range w {
			var tx, ty int
			switch o {
			case 2: // mirrored left to right
				tx, ty = w-1-x, y
			case 3: // upside down
				tx, ty = w-1-x, h-1-y
			case 4: // mirrored top to bottom
				tx, ty = x, h-1-y
			case 5: // mirrored along the diagonal
				tx, ty = y, x
			case 6: // to be turned 90° clockwise
				tx, ty = h-1-y, x
			case 7: // mirrored along the other diagonal
				tx, ty = h-1-y, w-1-x
			case 8: // to be turned 90° counter-clockwise
				tx, ty = y, w-1-x
			}
			copy(out.Pix[ty*out.Stride+4*tx:][:4], m.Pix[y*m.Stride+4*x:][:4])
		}
	}
	return out
}
