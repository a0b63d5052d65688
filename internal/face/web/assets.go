package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"

	"sanwen/internal/ground/fault"
)

//go:embed assets
var assetFiles embed.FS

// asset is one file of the folder assets, compressed once.
type asset struct {
	kind  string
	plain []byte
	small []byte // gzip, or nil where that saves nothing
}

type assetSet struct {
	byName map[string]*asset // by name with hash
	hashed map[string]string // plain name → name with hash
}

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
}

// assets reads the embedded folder once. A file's address carries the hash of its content, so that it may be kept for ever.
var assets = sync.OnceValue(func() *assetSet {
	set := &assetSet{map[string]*asset{}, map[string]string{}}
	files, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		plain, err := assetFiles.ReadFile("assets/" + f.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(plain)
		ext := path.Ext(f.Name())
		a := &asset{kind: assetTypes[ext], plain: plain}
		if a.kind == "" {
			panic("web: asset of unknown type: " + f.Name())
		}
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		z.Write(plain)
		z.Close()
		if b.Len() < len(plain)*9/10 {
			a.small = b.Bytes()
		}
		name := strings.TrimSuffix(f.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		set.byName[name] = a
		set.hashed[f.Name()] = name
	}
	return set
})

// assetURL is the template function "asset".
func assetURL(name string) string {
	hashed, ok := assets().hashed[name]
	if !ok {
		panic("web: no asset " + name)
	}
	return "/assets/" + hashed
}

// serveAsset is the only handler whose answers may be cached.
func serveAsset(r *Req) error {
	a, ok := assets().byName[r.Param("file")]
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	h := r.w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", a.kind)
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if a.small != nil && acceptsGzip(r.http) {
		h.Set("Content-Encoding", "gzip")
		body = a.small
	}
	_, err := r.w.Write(body)
	return err
}
