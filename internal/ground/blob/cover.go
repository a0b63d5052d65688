package blob

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"

	"sanwen/internal/ground/fault"
)

// Cover makes a copy of a stored photo in which the given parts, in thousandths of width and height, are filled with one colour
// each: nothing of what was there can be computed back. The photo itself stays as it is.
func (p *Photos) Cover(ctx context.Context, hash string, parts []image.Rectangle) (Photo, error) {
	file, info, err := p.store.Open(ctx, hash)
	if err != nil {
		return Photo{}, err
	}
	defer file.Close()
	if info.Bytes > p.limits.Bytes {
		return Photo{}, fault.New(fault.TooLarge, "blob.photo_broken")
	}
	select {
	case p.slot <- struct{}{}:
	case <-ctx.Done():
		return Photo{}, ctx.Err()
	}
	full, err := covered(file, parts)
	<-p.slot
	if err != nil {
		return Photo{}, broken(err)
	}
	return p.keep(ctx, full, fit(full, p.limits.ThumbSide))
}

func covered(r io.Reader, parts []image.Rectangle) (*image.RGBA, error) {
	m, err := jpeg.Decode(r)
	if err != nil {
		return nil, err
	}
	full := image.NewRGBA(image.Rectangle{Max: m.Bounds().Size()})
	draw.Draw(full, full.Bounds(), m, m.Bounds().Min, draw.Src)
	w, h := full.Bounds().Dx(), full.Bounds().Dy()
	for _, q := range parts {
		at := image.Rect(q.Min.X*w/1000, q.Min.Y*h/1000, (q.Max.X*w+999)/1000, (q.Max.Y*h+999)/1000).Intersect(full.Bounds())
		draw.Draw(full, at, image.NewUniform(color.Gray{Y: 0x60}), image.Point{}, draw.Src)
	}
	return full, nil
}
