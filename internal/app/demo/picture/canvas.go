// Package picture draws the photos of the demonstration: simple flat scenes of a bathhouse, a canteen, a rest room and so on,
// before, during and after the work, with the day in the corner. Nothing in them is taken from anywhere.
package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Width and Height of every picture, in pixels.
const (
	Width  = 720
	Height = 540
)

// canvas draws flat shapes with smooth edges.
type canvas struct {
	m *image.RGBA
	r *vector.Rasterizer
}

func newCanvas() *canvas {
	return &canvas{image.NewRGBA(image.Rect(0, 0, Width, Height)), vector.NewRasterizer(Width, Height)}
}

// rgb is a color 0xRRGGBB.
func rgb(n uint32) color.RGBA {
	return color.RGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: 255}
}

// see is a color through which things are seen; a from 0 to 255.
func see(n uint32, a uint8) color.RGBA {
	c := rgb(n)
	f := func(v uint8) uint8 { return uint8(uint32(v) * uint32(a) / 255) }
	return color.RGBA{f(c.R), f(c.G), f(c.B), a}
}

// poly fills a polygon x0, y0, x1, y1 … Only the part of the canvas around it is touched.
func (c *canvas) poly(col color.RGBA, p ...float32) {
	x0, y0, x1, y1 := p[0], p[1], p[0], p[1]
	for i := 2; i+1 < len(p); i += 2 {
		x0, x1, y0, y1 = min(x0, p[i]), max(x1, p[i]), min(y0, p[i+1]), max(y1, p[i+1])
	}
	at := image.Rect(int(math.Floor(float64(x0))), int(math.Floor(float64(y0))), int(x1)+2, int(y1)+2).Intersect(c.m.Bounds())
	if at.Empty() {
		return
	}
	ox, oy := float32(at.Min.X), float32(at.Min.Y)
	c.r.Reset(at.Dx(), at.Dy())
	c.r.MoveTo(p[0]-ox, p[1]-oy)
	for i := 2; i+1 < len(p); i += 2 {
		c.r.LineTo(p[i]-ox, p[i+1]-oy)
	}
	c.r.ClosePath()
	c.r.Draw(c.m, at, image.NewUniform(col), image.Point{})
}

func (c *canvas) rect(x, y, w, h float32, col color.RGBA) {
	draw.Draw(c.m, image.Rect(int(x), int(y), int(x+w), int(y+h)), image.NewUniform(col), image.Point{}, draw.Over)
}

// box is a rectangle with round corners.
func (c *canvas) box(x, y, w, h, r float32, col color.RGBA) {
	const n = 9 // points of a corner
	p := make([]float32, 0, 8*n)
	for i, at := range [4][2]float32{{x + w - r, y + h - r}, {x + r, y + h - r}, {x + r, y + r}, {x + w - r, y + r}} {
		for k := range n {
			a := math.Pi / 2 * (float64(i) + float64(k)/(n-1))
			p = append(p, at[0]+r*float32(math.Cos(a)), at[1]+r*float32(math.Sin(a)))
		}
	}
	c.poly(col, p...)
}

func (c *canvas) disc(x, y, r float32, col color.RGBA) { c.box(x-r, y-r, 2*r, 2*r, r, col) }

// line is a stroke of width w.
func (c *canvas) line(x1, y1, x2, y2, w float32, col color.RGBA) {
	dx, dy := float64(x2-x1), float64(y2-y1)
	n := float32(math.Hypot(dx, dy))
	if n == 0 {
		return
	}
	ox, oy := -float32(dy)/n*w/2, float32(dx)/n*w/2
	c.poly(col, x1+ox, y1+oy, x2+ox, y2+oy, x2-ox, y2-oy, x1-ox, y1-oy)
}

// sky fades from one color at the top of a rectangle to another at its foot.
func (c *canvas) sky(y, h int, top, foot uint32) {
	a, b := rgb(top), rgb(foot)
	for i := range h {
		f := func(p, q uint8) uint8 { return uint8((int(p)*(h-i) + int(q)*i) / h) }
		c.rect(0, float32(y+i), Width, 1, color.RGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), 255})
	}
}

// tiles lays a wall or floor of tiles with joints.
func (c *canvas) tiles(x, y, w, h, size float32, tile, joint uint32) {
	c.rect(x, y, w, h, rgb(joint))
	for ty := y; ty < y+h; ty += size {
		for tx := x; tx < x+w; tx += size {
			c.rect(tx, ty, min(size-2, x+w-tx), min(size-2, y+h-ty), rgb(tile))
		}
	}
}

// label writes the day and the moment into the corner, as a camera does.
func (c *canvas) label(text string) {
	small := image.NewRGBA(image.Rect(0, 0, 7*len(text)+8, 17))
	draw.Draw(small, small.Bounds(), image.NewUniform(see(0x000000, 150)), image.Point{}, draw.Src)
	(&font.Drawer{Dst: small, Src: image.NewUniform(rgb(0xFFD54A)), Face: basicfont.Face7x13, Dot: fixed.P(4, 13)}).DrawString(text)
	b := small.Bounds()
	at := image.Pt(Width-b.Dx()*2-12, Height-b.Dy()*2-12)
	for y := range b.Dy() * 2 {
		for x := range b.Dx() * 2 {
			if px := small.RGBAAt(x/2, y/2); px.A == 255 {
				c.m.SetRGBA(at.X+x, at.Y+y, px)
			} else {
				under := c.m.RGBAAt(at.X+x, at.Y+y)
				c.m.SetRGBA(at.X+x, at.Y+y, color.RGBA{under.R / 5 * 2, under.G / 5 * 2, under.B / 5 * 2, 255})
			}
		}
	}
}

// tape is the barrier of a building site, before the scene.
func (c *canvas) tape(y float32) {
	c.rect(0, y, Width, 30, rgb(0xF5C518))
	for x := float32(-40); x < Width; x += 60 {
		c.poly(rgb(0x26282B), x, y+30, x+30, y+30, x+60, y, x+30, y)
	}
	for _, x := range []float32{90, 630} {
		c.poly(rgb(0xE8622C), x-26, y+120, x+26, y+120, x+7, y-26, x-7, y-26)
		c.rect(x-17, y+52, 34, 16, rgb(0xF4F4F0))
	}
}

// Moments of a scene.
const (
	Before = "before"
	During = "during"
	After  = "after"
)

// Draw draws a scene as a JPEG. Unknown scenes are drawn as a room.
func Draw(scene, moment, day string) ([]byte, error) {
	c := newCanvas()
	f, ok := scenes[scene]
	if !ok {
		f = room
	}
	f(c, moment == After)
	if moment == During {
		c.tape(360)
	}
	c.label(day)
	var b bytes.Buffer
	err := jpeg.Encode(&b, c.m, &jpeg.Options{Quality: 88})
	return b.Bytes(), err
}

// Scenes lists the names of all scenes.
func Scenes() []string {
	var out []string
	for s := range scenes {
		out = append(out, s)
	}
	return out
}
