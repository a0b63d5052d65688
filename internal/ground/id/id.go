// Package id makes identifiers. What an anonymous person caused gets a [Random] one, which tells nothing; staff objects get a
// [V7], which sorts by time.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"
)

var lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Random returns 128 random bits as 26 lower-case letters and digits. It is for voices, receipts, ratings, files and events: a
// time-ordered identifier would tell when an anonymous person wrote.
func Random() string {
	var b [16]byte
	rand.Read(b[:])
	return lower.EncodeToString(b[:])
}

// V7 returns a UUID of version 7 (RFC 9562) at t, with millisecond precision and 74 random bits. Pass the transaction's time:
// where that is truncated to the hour, the identifier tells the hour and nothing finer, not even an order within it.
func V7(t time.Time) string {
	var b [16]byte
	rand.Read(b[6:])
	ms := uint64(t.UnixMilli())
	binary.BigEndian.PutUint16(b[0:], uint16(ms>>32))
	binary.BigEndian.PutUint32(b[2:], uint32(ms))
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	var s [36]byte
	hex.Encode(s[0:8], b[0:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:36], b[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}

// Token returns a secret of the given number of random bytes as URL-safe text.
func Token(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
