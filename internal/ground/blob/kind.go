package blob

import (
	"bytes"
	"encoding/binary"
)

// kindOf names the format of an upload by its first bytes: "jpeg", "png" and
// "webp" are accepted, the others are named so that the refusal can say what
// to do instead. "" is unknown.
func kindOf(b []byte) string {
	has := func(at int, s string) bool { return len(b) >= at+len(s) && string(b[at:at+len(s)]) == s }
	switch {
	case has(0, "\xff\xd8\xff"):
		return "jpeg"
	case has(0, "\x89PNG\r\n\x1a\n"):
		return "png"
	case has(0, "RIFF") && has(8, "WEBP"):
		if has(12, "VP8X") && len(b) > 20 && b[20]&2 != 0 { // animation flag
			return "animated"
		}
		return "webp"
	case has(0, "GIF8"):
		return "gif"
	case has(0, "%PDF-"):
		return "pdf"
	case has(4, "ftyp"):
		return ftypKind(b)
	case has(0, "BM") && len(b) > 26 && int(binary.LittleEndian.Uint32(b[2:])) <= len(b)+4:
		return "bmp"
	case has(0, "II*\x00"), has(0, "MM\x00*"):
		return "tiff"
	case has(0, "PK\x03\x04"), has(0, "\xd0\xcf\x11\xe0"):
		return "office"
	}
	head := bytes.ToLower(b[:min(len(b), 4096)])
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(head, []byte("<")) {
		if bytes.Contains(head, []byte("<svg")) {
			return "svg"
		}
		return "html"
	}
	return ""
}

// ftypKind tells the ISO media family apart by all its brands.
func ftypKind(b []byte) string {
	n := min(int(binary.BigEndian.Uint32(b)), len(b), 256)
	kind := "video"
	for at := 8; at+4 <= n; at += 4 {
		switch string(b[at : at+4]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
			if kind == "video" {
				kind = "heic"
			}
		case "avif", "avis":
			kind = "avif"
		}
	}
	return kind
}

// refusals names the catalogue key of each format that is known and refused.
var refusals = map[string]string{
	"heic":     "blob.photo_heic",
	"avif":     "blob.photo_avif",
	"gif":      "blob.photo_gif",
	"animated": "blob.photo_animated",
	"pdf":      "blob.photo_pdf",
	"svg":      "blob.photo_svg",
	"html":     "blob.photo_html",
	"bmp":      "blob.photo_bmp",
	"tiff":     "blob.photo_tiff",
	"office":   "blob.photo_office",
	"video":    "blob.photo_video",
	"":         "blob.photo_unknown",
}
