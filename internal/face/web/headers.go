package web

import (
	"net/http"
	"strings"
)

// csp lets a page load its own scripts, styles and pictures and nothing else: no inline script or style, no frame, no base.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; " +
	"manifest-src 'self'; worker-src 'self'"

// fileCSP is for stored files, which must never act as a page of this site.
const fileCSP = "sandbox; default-src 'none'"

// features of the browser that no page uses.
var features = []string{
	"accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture", "encrypted-media", "gamepad",
	"geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
	"picture-in-picture", "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb",
	"window-management", "xr-spatial-tracking",
}

var (
	permissions       = strings.Join(features, "=(), ") + "=()"
	permissionsCamera = strings.Replace(permissions, "camera=()", "camera=(self)", 1)
)

// setHeaders writes what every answer carries, whatever its status.
func setHeaders(h http.Header, secure bool) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", csp)
	h.Set("Permissions-Policy", permissions)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	// No path is told, neither to others nor to the log of a proxy. "no-referrer" would have browsers send "Origin: null" with every form, and where
	// there is no Sec-Fetch-Site beside it (plain HTTP, and browsers before 2023) a form of ours could not be told from a foreign one.
	h.Set("Referrer-Policy", "strict-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=63072000")
	}
}
