package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"sanwen/internal/ground/fault"
)

// Why a token is not accepted.
var (
	// ErrForged: not made by this installation, for another purpose, or damaged.
	ErrForged = fault.New(fault.Invalid, "seal.forged")
	// ErrExpired: genuine, but too old.
	ErrExpired = fault.New(fault.Gone, "seal.expired")
)

// Token is a signed statement handed to a browser and taken back later, such
// as the receipt and idempotency key inside a form. It is readable, not
// secret, and it is not stored.
type Token struct {
	// Issued and Expires are kept to the second.
	Issued, Expires time.Time
	// Payload is up to the purpose.
	Payload []byte
}

var tokenText = base64.RawURLEncoding

// Sign returns t as URL-safe text that only Open with the same purpose accepts.
func (k *Keys) Sign(purpose string, t Token) string {
	body := make([]byte, 0, 17+len(t.Payload))
	body = append(body, 1)
	body = binary.BigEndian.AppendUint64(body, uint64(t.Issued.Unix()))
	body = binary.BigEndian.AppendUint64(body, uint64(t.Expires.Unix()))
	body = append(body, t.Payload...)
	return tokenText.EncodeToString(body) + "." + tokenText.EncodeToString(k.tokenMAC(purpose, body))
}

// Open verifies a token made by Sign at the time now. On ErrExpired the token
// is returned too, because a caller may give the user a fresh form with the
// same content.
func (k *Keys) Open(purpose, text string, now time.Time) (Token, error) {
	a, b, ok := strings.Cut(text, ".")
	body, err1 := tokenText.DecodeString(a)
	mac, err2 := tokenText.DecodeString(b)
	if !ok || err1 != nil || err2 != nil || !hmac.Equal(mac, k.tokenMAC(purpose, body)) {
		return Token{}, ErrForged
	}
	if len(body) < 17 || body[0] != 1 {
		return Token{}, ErrForged
	}
	t := Token{
		Issued:  time.Unix(int64(binary.BigEndian.Uint64(body[1:])), 0),
		Expires: time.Unix(int64(binary.BigEndian.Uint64(body[9:])), 0),
		Payload: body[17:],
	}
	if !now.Before(t.Expires) {
		return t, ErrExpired
	}
	return t, nil
}

func (k *Keys) tokenMAC(purpose string, body []byte) []byte {
	m := hmac.New(sha256.New, k.form)
	var n [8]byte // the length keeps purpose and body apart
	binary.BigEndian.PutUint64(n[:], uint64(len(purpose)))
	m.Write(n[:])
	m.Write([]byte(purpose))
	m.Write(body)
	return m.Sum(nil)
}
