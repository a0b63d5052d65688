package blob

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"sync/atomic"

	"golang.org/x/image/webp"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/planted"
)

// Limits bounds what a photo may be. The zero value of a field means its
// default.
type Limits struct {
	Bytes     int64 // size of the upload, default 12 MiB
	Pixels    int64 // width times height, default 40 million
	Memory    int64 // estimated cost of decoding in bytes, default 256 MiB
	Scans     int   // scans of a JPEG, default 100
	Side      int   // longest side of the stored photo, default 2048
	ThumbSide int   // longest side of the thumbnail, default 480
	Waiting   int64 // bytes of photos waiting for their turn, default 192 MiB
}

func (l Limits) filled() Limits {
	def(&l.Bytes, 12<<20)
	def(&l.Pixels, 40_000_000)
	def(&l.Memory, 256<<20)
	def(&l.Scans, 100)
	def(&l.Side, 2048)
	def(&l.ThumbSide, 480)
	def(&l.Waiting, 192<<20)
	return l
}

func def[T int | int64](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Photo is a stored photo: a JPEG without any metadata, upright, and its
// thumbnail. W and H are the pixels and Bytes the size of the stored photo.
type Photo struct {
	Hash, Thumb string
	W, H        int
	Bytes       int64
}

// Photos makes stored photos of uploads, one at a time: decoding is the most
// expensive thing an anonymous visitor can ask for.
type Photos struct {
	store   Store
	limits  Limits
	slot    chan struct{}
	waiting atomic.Int64
}

// NewPhotos returns a maker of photos that stores them in s.
func NewPhotos(s Store, l Limits) *Photos {
	return &Photos{store: s, limits: l.filled(), slot: make(chan struct{}, 1)}
}

// Limits returns the limits in force, for the form to show.
func (p *Photos) Limits() Limits { return p.limits }

// Add reads an upload, refuses what is no acceptable photo with a *fault.Error
// of this package's keys, and stores the re-encoded photo and its thumbnail.
// Size and pixels are checked before anything is decoded.
func (p *Photos) Add(ctx context.Context, r io.Reader) (Photo, error) {
	b, err := io.ReadAll(io.LimitReader(r, p.limits.Bytes+1))
	if err != nil {
		return Photo{}, err
	}
	kind, err := p.check(b)
	if err != nil {
		return Photo{}, err
	}
	if p.waiting.Add(int64(len(b))) > p.limits.Waiting {
		p.waiting.Add(-int64(len(b)))
		return Photo{}, fault.New(fault.TooMany, "blob.busy")
	}
	defer p.waiting.Add(-int64(len(b)))
	select {
	case p.slot <- struct{}{}:
	case <-ctx.Done():
		return Photo{}, ctx.Err()
	}
	if planted.Name {
		if _, err := p.store.Put(ctx, bytes.NewReader(b)); err != nil {
			return Photo{}, err
		}
	}
	full, thumb, err := p.convert(kind, b)
	<-p.slot
	if err != nil {
		return Photo{}, err
	}
	return p.keep(ctx, full, thumb)
}

func (p *Photos) keep(ctx context.Context, full, thumb *image.RGBA) (Photo, error) {
	size := full.Bounds().Size()
	ph := Photo{W: size.X, H: size.Y}
	var buf bytes.Buffer
	put := func(m *image.RGBA, quality int) (string, error) {
		buf.Reset()
		if err := jpeg.Encode(&buf, m, &jpeg.Options{Quality: quality}); err != nil {
			return "", err
		}
		return p.store.Put(ctx, bytes.NewReader(buf.Bytes()))
	}
	var err error
	if ph.Hash, err = put(full, 82); err != nil {
		return Photo{}, err
	}
	ph.Bytes = int64(buf.Len())
	ph.Thumb, err = put(thumb, 78)
	return ph, err
}

// check looks at size, format and dimensions without decoding any pixel.
func (p *Photos) check(b []byte) (kind string, err error) {
	l := p.limits
	if int64(len(b)) > l.Bytes {
		return "", fault.New(fault.TooLarge, "blob.photo_bytes", l.Bytes>>20)
	}
	if len(b) == 0 {
		return "", fault.New(fault.Invalid, "blob.photo_empty")
	}
	kind = kindOf(b)
	if key, refused := refusals[kind]; refused {
		return "", fault.New(fault.Invalid, key)
	}
	c, err := codecs[kind].config(bytes.NewReader(b))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return "", broken(err)
	}
	px := int64(c.Width) * int64(c.Height)
	if px > l.Pixels {
		return "", fault.New(fault.TooLarge, "blob.photo_pixels", px/1_000_000, l.Pixels/1_000_000)
	}
	memory := px * pixelBytes(c.ColorModel)
	if kind == "jpeg" {
		scans, progressive := jpegScans(b)
		if scans > l.Scans {
			return "", broken(fmt.Errorf("%d scans", scans))
		}
		if progressive { // the decoder keeps all coefficients as 32 bit
			memory *= 5
		}
	}
	if memory > l.Memory {
		return "", fault.New(fault.TooLarge, "blob.photo_pixels", px/1_000_000, px*l.Memory/memory/1_000_000)
	}
	return kind, nil
}

func pixelBytes(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.Gray16Model:
		return 2
	}
	return 4
}

func broken(cause error) error { return fault.Wrap(fault.Invalid, "blob.photo_broken", cause) }

var codecs = map[string]struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	"jpeg": {jpeg.DecodeConfig, jpeg.Decode},
	"png":  {png.DecodeConfig, png.Decode},
	"webp": {webp.DecodeConfig, webp.Decode},
}

func (p *Photos) convert(kind string, b []byte) (full, thumb *image.RGBA, err error) {
	defer func() {
		// A decoder that stumbles over a crafted file must cost one upload,
		// not the service.
		if r := recover(); r != nil {
			full, thumb, err = nil, nil, broken(fmt.Errorf("decoder: %v", r))
		}
	}()
	m, err := codecs[kind].decode(bytes.NewReader(b))
	if err != nil {
		return nil, nil, broken(err)
	}
	full = orient(fit(m, p.limits.Side), orientation(kind, b))
	return full, fit(full, p.limits.ThumbSide), nil
}
