// Package qr draws QR codes (ISO/IEC 18004) quickly: every receipt shows one. A row of modules is one machine word, so the choice
// of the mask, which takes most of the time, is counting bits. It knows the error level Q, byte mode and versions 1 to 11, up to
// [MaxText] bytes; that is more than an address with a receipt needs.
package qr

import (
	"fmt"
	"math/bits"
	"sync"
)

// MaxText is how many bytes a code can hold.
const MaxText = 177

// Code is a drawn code without its quiet zone.
type Code struct {
	Side int
	rows [64]uint64 // bit x of row y is the module at (x, y)
}

// Row returns row y; its bit x is set where the module is dark.
func (c *Code) Row(y int) uint64 { return c.rows[y] }

// layout of a version at level Q: error correction codewords of each block, then number and data codewords of the short blocks,
// and number of the blocks that hold one more.
var layouts = [...]struct{ ecc, short, data, long int }{
	{13, 1, 13, 0}, {22, 1, 22, 0}, {18, 2, 17, 0}, {26, 2, 24, 0}, {18, 2, 15, 2}, {24, 4, 19, 0},
	{18, 2, 14, 4}, {22, 4, 18, 2}, {20, 4, 16, 4}, {24, 6, 19, 2}, {28, 4, 22, 4},
}

// Encode draws the code of a text. It fails for a text of more than [MaxText] bytes.
func Encode(text string) (Code, error) {
	for i, l := range layouts {
		room := l.short*l.data + l.long*(l.data+1)
		head := 2 // mode, length, and the end share two bytes, or three from version 10 on
		if i+1 >= 10 {
			head = 3
		}
		if len(text)+head <= room {
			return draw(frameOf(i+1), codewords(text, i+1, room)), nil
		}
	}
	return Code{}, fmt.Errorf("qr: a text of %d bytes, at most %d", len(text), MaxText)
}

// codewords are the data with padding and error correction, interleaved.
func codewords(text string, version, room int) []byte {
	data := make([]byte, 0, room+4)
	acc := uint(4) // byte mode; half a byte is always pending
	put := func(b byte) {
		data = append(data, byte(acc<<4)|b>>4)
		acc = uint(b & 15)
	}
	if version >= 10 {
		put(byte(len(text) >> 8))
	}
	put(byte(len(text)))
	for i := range len(text) {
		put(text[i])
	}
	data = append(data, byte(acc<<4)) // and the four zeros of the end
	for pad := byte(0xEC); len(data) < room; pad ^= 0xEC ^ 0x11 {
		data = append(data, pad)
	}
	l := layouts[version-1]
	blocks := l.short + l.long
	out := make([]byte, room+blocks*l.ecc)
	at := 0
	for b := range blocks {
		n := l.data
		if b >= l.short {
			n++
		}
		block := data[at : at+n]
		at += n
		for i, c := range block {
			to := i*blocks + b
			if i == l.data { // only the long blocks have this one
				to = l.data*blocks + b - l.short
			}
			out[to] = c
		}
		for i, c := range correction(block, l.ecc) {
			out[room+i*blocks+b] = c
		}
	}
	return out
}

type tables struct {
	pow [512]byte
	log [256]int
}

// field is GF(256) with the polynomial 0x11D: powers twice over, so that a sum of two logarithms needs no modulus.
var field = sync.OnceValue(func() *tables {
	f := &tables{}
	x := 1
	for i := range 255 {
		f.pow[i], f.pow[i+255] = byte(x), byte(x)
		f.log[x] = i
		if x <<= 1; x > 255 {
			x ^= 0x11D
		}
	}
	return f
})

var generators sync.Map // number of codewords → logarithms of the coefficients after the first

func generator(n int) []int {
	if g, ok := generators.Load(n); ok {
		return g.([]int)
	}
	f := field()
	g := make([]byte, n+1) // highest power first; it begins as 1
	g[0] = 1
	for i := range n {
		for j := i + 1; j > 0; j-- { // times (x + 2^i)
			if g[j-1] != 0 {
				g[j] ^= f.pow[f.log[g[j-1]]+i]
			}
		}
	}
	logs := make([]int, n)
	for i, c := range g[1:] {
		logs[i] = f.log[c]
	}
	generators.Store(n, logs)
	return logs
}

// correction is the remainder of the block by the generator.
func correction(block []byte, n int) []byte {
	f, g := field(), generator(n)
	rest := make([]byte, n)
	for _, c := range block {
		lead := c ^ rest[0]
		copy(rest, rest[1:])
		rest[n-1] = 0
		if lead != 0 {
			at := f.log[lead]
			for i, l := range g {
				rest[i] ^= f.pow[at+l]
			}
		}
	}
	return rest
}

// frame is what all codes of a version have in common.
type frame struct {
	version, side int
	dark          [64]uint64 // modules that are dark in every code
	taken         [64]uint64 // modules that hold no data
	takenT        [64]uint64 // likewise, mirrored: bit y of column x
	darkT         [64]uint64
	way           []uint16 // y<<8|x of the modules that hold data, in order
}

var frames [len(layouts)]struct {
	once sync.Once
	frame
}

func frameOf(version int) *frame {
	f := &frames[version-1]
	f.once.Do(func() { f.frame = newFrame(version) })
	return &f.frame
}

func newFrame(version int) frame {
	f := frame{version: version, side: 17 + 4*version}
	n := f.side
	set := func(x, y int, dark bool) {
		f.taken[y] |= 1 << x
		if dark {
			f.dark[y] |= 1 << x
		}
	}
	for i := range n { // timing
		set(i, 6, i%2 == 0)
		set(6, i, i%2 == 0)
	}
	for _, at := range [][2]int{{3, 3}, {n - 4, 3}, {3, n - 4}} { // finders with their margins
		for dx := -4; dx <= 4; dx++ {
			for dy := -4; dy <= 4; dy++ {
				x, y, r := at[0]+dx, at[1]+dy, max(dx, -dx, dy, -dy)
				if x >= 0 && x < n && y >= 0 && y < n {
					f.dark[y] &^= 1 << x
					set(x, y, r != 2 && r != 4)
				}
			}
		}
	}
	var centres []int
	switch {
	case version >= 7:
		centres = []int{6, (n - 1) / 2, n - 7}
	case version >= 2:
		centres = []int{6, n - 7}
	}
	for _, x := range centres {
		for _, y := range centres {
			if x == 6 && (y == 6 || y == n-7) || x == n-7 && y == 6 {
				continue // a finder is there
			}
			for dx := -2; dx <= 2; dx++ {
				for dy := -2; dy <= 2; dy++ {
					f.dark[y+dy] &^= 1 << (x + dx)
					set(x+dx, y+dy, max(dx, -dx, dy, -dy) != 1)
				}
			}
		}
	}
	for i := range 9 { // room for the format
		set(i, 8, f.dark[8]>>i&1 != 0)
		set(8, i, f.dark[i]>>8&1 != 0)
		if i < 8 {
			set(n-1-i, 8, false)
			set(8, n-1-i, false)
		}
	}
	set(8, n-8, true)
	if version >= 7 {
		word := version<<12 | remainder(version<<12, 0x1F25)
		for i := range 18 {
			set(n-11+i%3, i/3, word>>i&1 != 0)
			set(i/3, n-11+i%3, word>>i&1 != 0)
		}
	}
	up := true
	for x := n - 1; x > 0; x -= 2 {
		if x == 6 {
			x--
		}
		for i := range n {
			y := i
			if up {
				y = n - 1 - i
			}
			for _, x := range [2]int{x, x - 1} {
				if f.taken[y]>>x&1 == 0 {
					f.way = append(f.way, uint16(y<<8|x))
				}
			}
		}
		up = !up
	}
	f.takenT, f.darkT = mirrored(&f.taken, n), mirrored(&f.dark, n)
	return f
}

func mirrored(rows *[64]uint64, n int) (t [64]uint64) {
	for y := range n {
		for x := range n {
			t[x] |= rows[y] >> x & 1 << y
		}
	}
	return t
}

// remainder of a polynomial over GF(2).
func remainder(v, by int) int {
	for bits.Len(uint(v)) >= bits.Len(uint(by)) {
		v ^= by << (bits.Len(uint(v)) - bits.Len(uint(by)))
	}
	return v
}

// draw fills in the data and takes the mask with the least penalty.
func draw(f *frame, data []byte) Code {
	plain, plainT := f.dark, f.darkT
	for i, at := range f.way {
		if i>>3 >= len(data) {
			break
		}
		bit := uint64(data[i>>3] >> (7 - i&7) & 1)
		x, y := at&0xFF, at>>8
		plain[y] |= bit << x
		plainT[x] |= bit << y
	}
	best := Code{Side: f.side}
	least := -1
	masks, all := masks(), uint64(1)<<f.side-1
	for m := range 8 {
		rows, cols := plain, plainT
		for i := range f.side {
			rows[i] ^= masks.rows[m][i%12] &^ f.taken[i] & all
			cols[i] ^= masks.cols[m][i%12] &^ f.takenT[i] & all
		}
		f.format(m, func(x, y int) {
			rows[y] |= 1 << x
			cols[x] |= 1 << y
		})
		if p := penalty(rows[:f.side], cols[:f.side]); least < 0 || p < least {
			least, best.rows = p, rows
		}
	}
	return best
}

// format calls dark for the dark modules that tell level and mask, in both places.
func (f *frame) format(mask int, dark func(x, y int)) {
	const levelQ = 3
	word := levelQ<<3 | mask
	word = (word<<10 | remainder(word<<10, 0x537)) ^ 0x5412
	n := f.side
	for i := range 15 { // from the highest bit on
		if word>>(14-i)&1 == 0 {
			continue
		}
		switch {
		case i < 6:
			dark(i, 8)
		case i < 8:
			dark(i+1, 8)
		case i == 8:
			dark(8, 7)
		default:
			dark(8, 14-i)
		}
		if i < 7 {
			dark(8, n-1-i)
		} else {
			dark(n-15+i, 8)
		}
	}
}

// maskTables hold the eight masks by row and by column; all repeat after twelve.
type maskTables struct{ rows, cols [8][12]uint64 }

var masks = sync.OnceValue(func() *maskTables {
	t := &maskTables{}
	for y := range 64 {
		for x := range 64 {
			for m, on := range [8]bool{(x+y)%2 == 0, y%2 == 0, x%3 == 0, (x+y)%3 == 0, (y/2+x/3)%2 == 0, x*y%2+x*y%3 == 0,
				(x*y%2+x*y%3)%2 == 0, ((x+y)%2+x*y%3)%2 == 0} {
				if !on {
					continue
				}
				if y < 12 {
					t.rows[m][y] |= 1 << x
				}
				if x < 12 {
					t.cols[m][x] |= 1 << y
				}
			}
		}
	}
	return t
})

// penalty is the sum of the four rules of the standard.
func penalty(rows, cols []uint64) int {
	n := len(rows)
	sum, dark := 0, 0
	for i := range n {
		sum += line(rows[i], n) + line(cols[i], n)
		dark += bits.OnesCount64(rows[i])
		if i+1 < n { // blocks of two by two
			a, b := rows[i], rows[i+1]
			same := ^(a ^ a>>1) & ^(b ^ b>>1) & ^(a ^ b) & (1<<(n-1) - 1)
			sum += 3 * bits.OnesCount64(same)
		}
	}
	low := dark * 20 / (n * n)
	high := (dark*20 + n*n - 1) / (n * n)
	return sum + 10*min(max(low-10, 10-low), max(high-10, 10-high))
}

// line is the penalty of a row or column by itself: runs of five and more, and what looks like a finder.
func line(r uint64, n int) int {
	same := ^(r ^ r>>1) & (1<<(n-1) - 1)
	same &= same >> 1
	five := same & (same >> 2) // five alike begin here
	sum := bits.OnesCount64(five) + 2*bits.OnesCount64(five&^(five<<1))
	w := ^r & (1<<n - 1)
	// dark light dark dark dark light dark, with four light ones after or before it
	core := r & (w >> 1) & (r >> 2) & (r >> 3) & (r >> 4) & (w >> 5) & (r >> 6)
	four := w & (w >> 1)
	four &= four >> 2
	return sum + 40*bits.OnesCount64(core&(four>>7)|four&(core>>4))
}
