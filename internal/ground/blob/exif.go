package blob

import (
	"bytes"
	"encoding/binary"
)

// orientation returns the EXIF orientation (1 to 8) of a JPEG, PNG or WebP
// file, and 1 where there is none or it cannot be read. It reads this one tag
// and nothing else.
func orientation(kind string, b []byte) int {
	var exif []byte
	switch kind {
	case "jpeg":
		exif = jpegExif(b)
	case "png":
		exif = pngChunk(b, "eXIf")
	case "webp":
		exif = bytes.TrimPrefix(riffChunk(b, "EXIF"), []byte("Exif\x00\x00"))
	}
	return tiffOrientation(exif)
}

// jpegSegments calls fn for each marker segment up to the first one that is
// damaged. Entropy-coded data between segments is skipped.
func jpegSegments(b []byte, fn func(marker byte, body []byte) (more bool)) {
	i := 2
	for i+1 < len(b) {
		if b[i] != 0xff {
			i++ // entropy-coded data
			continue
		}
		m := b[i+1]
		if m == 0x00 || m == 0x01 || m == 0xff || m >= 0xd0 && m <= 0xd7 { // stuffing, fill bytes, restarts
			i += 1 + btoi(m != 0xff)
			continue
		}
		if m == 0xd9 || m == 0xd8 || i+4 > len(b) {
			return
		}
		n := int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			return
		}
		if !fn(m, b[i+4:i+2+n]) {
			return
		}
		i += 2 + n
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func jpegExif(b []byte) (exif []byte) {
	jpegSegments(b, func(m byte, body []byte) bool {
		if m == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			exif = body[6:]
			return false
		}
		return m != 0xda // EXIF comes before the first scan
	})
	return exif
}

// jpegScans counts the scans of a JPEG and tells whether it is progressive. A
// small file may hold many thousand scans, each of which costs a pass over
// all pixels.
func jpegScans(b []byte) (scans int, progressive bool) {
	jpegSegments(b, func(m byte, _ []byte) bool {
		switch m {
		case 0xda:
			scans++
		case 0xc2:
			progressive = true
		}
		return true
	})
	return scans, progressive
}

func pngChunk(b []byte, want string) []byte {
	for i := 8; i+12 <= len(b); {
		n := int64(binary.BigEndian.Uint32(b[i:]))
		if int64(i)+12+n > int64(len(b)) {
			return nil
		}
		if string(b[i+4:i+8]) == want {
			return b[i+8 : i+8+int(n)]
		}
		i += 12 + int(n)
	}
	return nil
}

func riffChunk(b []byte, want string) []byte {
	for i := 12; i+8 <= len(b); {
		n := int64(binary.LittleEndian.Uint32(b[i+4:]))
		if int64(i)+8+n > int64(len(b)) {
			return nil
		}
		if string(b[i:i+4]) == want {
			return b[i+8 : i+8+int(n)]
		}
		i += 8 + int(n+n&1)
	}
	return nil
}

// tiffOrientation reads tag 0x0112 of the first directory of a TIFF block.
func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(b[4:]))
	if at < 8 || at+2 > int64(len(b)) {
		return 1
	}
	n := int64(order.Uint16(b[at:]))
	for e := at + 2; n > 0 && e+12 <= int64(len(b)); e, n = e+12, n-1 {
		if order.Uint16(b[e:]) != 0x0112 {
			continue
		}
		v := 0
		switch order.Uint16(b[e+2:]) {
		case 3: // SHORT
			v = int(order.Uint16(b[e+8:]))
		case 4: // LONG, written by some phones
			v = int(order.Uint32(b[e+8:]))
		}
		if v >= 1 && v <= 8 {
			return v
		}
		return 1
	}
	return 1
}
