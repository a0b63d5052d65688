package seal

import (
	"context"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/text/unicode/norm"

	"sanwen/internal/ground/fault"
)

// ErrPassphrase: the passphrase is wrong, or the wrapped text is damaged.
var ErrPassphrase = fault.New(fault.Invalid, "seal.passphrase")

// wrapCost is higher than that of passwords, because a wrapped key can be
// attacked offline for years and is opened rarely.
var wrapCost = cost{time: 3, memory: 64 << 10, lanes: 1}

const wrapped = "w1" // w1$cost$salt$nonce$ciphertext

// Wrap encrypts a secret (a custodian's private key) under a passphrase with
// Argon2id and XChaCha20-Poly1305. label names what it is; Unwrap must give
// the same one.
func Wrap(ctx context.Context, label, passphrase, secret string) (string, error) {
	salt, nonce := random(16), random(chacha20poly1305.NonceSizeX)
	head := strings.Join([]string{wrapped, wrapCost.String(), b64.EncodeToString(salt), b64.EncodeToString(nonce)}, "$")
	var key []byte
	if err := codeGate.do(ctx, func() { key = wrapCost.key([]byte(norm.NFKC.String(passphrase)), salt, 32) }); err != nil {
		return "", err
	}
	a, err := chacha20poly1305.NewX(key)
	if err != nil {
		return "", err
	}
	return head + "$" + b64.EncodeToString(a.Seal(nil, nonce, []byte(secret), []byte(head+"$"+label))), nil
}

// Unwrap decrypts what Wrap returned.
func Unwrap(ctx context.Context, label, passphrase, text string) (string, error) {
	p, err := fields(text, wrapped, 4)
	if err != nil {
		return "", err
	}
	c, err := parseCost(p[0])
	if err != nil {
		return "", err
	}
	var salt, nonce []byte
	if err := decode(p[1:], &salt, &nonce); err != nil {
		return "", err
	}
	ct, err := b64.DecodeString(p[3])
	if err != nil || len(nonce) != chacha20poly1305.NonceSizeX {
		return "", errStored
	}
	var key []byte
	if err := codeGate.do(ctx, func() { key = c.key([]byte(norm.NFKC.String(passphrase)), salt, 32) }); err != nil {
		return "", err
	}
	a, err := chacha20poly1305.NewX(key)
	if err != nil {
		return "", err
	}
	out, err := a.Open(nil, nonce, ct, []byte(text[:strings.LastIndexByte(text, '$')+1]+label))
	if err != nil {
		return "", ErrPassphrase
	}
	return string(out), nil
}
