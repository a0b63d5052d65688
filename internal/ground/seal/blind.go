package seal

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/big"

	"github.com/cloudflare/circl/blindsign/blindrsa"
	"golang.org/x/crypto/chacha20poly1305"

	"sanwen/internal/ground/fault"
)

// Blind signatures are those of RFC 9474 in its recommended variant, RSABSSA-SHA384-PSS-Randomized: who signs sees a number that fits every message
// equally well, and whoever holds message and signature can show that it was signed. Randomized also holds where the signer's key is a bad one.
const (
	// BlindBits is the length of the keys. What nobody can join does not hang on it; that nobody else signs does, for as long as a key is in use.
	BlindBits = 3072
	// blindLeast is below what a key is none, and blindE is the exponent of all of them.
	blindLeast, blindE = 2048, 65537
)

const blinds = "k1" // k1$nonce$ciphertext

// Why something is not signed, or a signature does not count.
var (
	// ErrBlinded: no number that this key could sign.
	ErrBlinded = fault.New(fault.Invalid, "seal.blinded")
	// ErrBlindSignature: not by this key, not of this message, or damaged.
	ErrBlindSignature = errors.New("seal: the blind signature is wrong")
)

// BlindKey is a pair that signs blindly: the modulus of its public half, which everybody may know, and its private half as it may be stored, since
// only the key directory opens it.
type BlindKey struct{ Public, Secret string }

// NewBlindKey makes a pair of so many bits for the use that label names; signing needs the same label. It takes a second.
func (k *Keys) NewBlindKey(label string, bits int) (BlindKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, max(bits, blindLeast))
	if err != nil {
		return BlindKey{}, err
	}
	secret, err := k.sealBlind(label, key)
	return BlindKey{Public: tokenText.EncodeToString(key.N.Bytes()), Secret: secret}, err
}

func (k *Keys) sealBlind(label string, key *rsa.PrivateKey) (string, error) {
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	a, err := chacha20poly1305.NewX(k.Derive("blind key v1"))
	if err != nil {
		return "", err
	}
	nonce := random(chacha20poly1305.NonceSizeX)
	return blinds + "$" + b64.EncodeToString(nonce) + "$" + b64.EncodeToString(a.Seal(nil, nonce, plain, []byte(label))), nil
}

// BlindSign signs a blinded message with the private half of a pair. The same message has the same signature again.
func (k *Keys) BlindSign(label, secret string, blinded []byte) ([]byte, error) {
	key, err := k.openBlind(label, secret)
	if err != nil {
		return nil, err
	}
	if !fits(key.N, blinded) {
		return nil, ErrBlinded
	}
	return blindrsa.NewSigner(key).BlindSign(blinded)
}

func (k *Keys) openBlind(label, secret string) (*rsa.PrivateKey, error) {
	p, err := fields(secret, blinds, 2)
	if err != nil {
		return nil, err
	}
	nonce, err1 := b64.DecodeString(p[0])
	ct, err2 := b64.DecodeString(p[1])
	if err1 != nil || err2 != nil || len(nonce) != chacha20poly1305.NonceSizeX {
		return nil, errStored
	}
	a, err := chacha20poly1305.NewX(k.Derive("blind key v1"))
	if err != nil {
		return nil, err
	}
	plain, err := a.Open(nil, nonce, ct, []byte(label))
	if err != nil {
		return nil, errStored
	}
	key, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, errStored
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errStored
	}
	return rsaKey, nil
}

// fits reports whether bytes are a number that a modulus can sign, written as long as the modulus.
func fits(n *big.Int, b []byte) bool {
	x := new(big.Int).SetBytes(b)
	return len(b) == (n.BitLen()+7)/8 && x.Sign() > 0 && x.Cmp(n) < 0
}

func blindPublic(public string) (*rsa.PublicKey, error) {
	b, err := tokenText.DecodeString(public)
	n := new(big.Int).SetBytes(b)
	if err != nil || n.BitLen() < blindLeast {
		return nil, errors.New("seal: no public key of a blind signature")
	}
	return &rsa.PublicKey{N: n, E: blindE}, nil
}

// Blindable reports whether bytes are a blinded message that the key can sign: what is refused before anything is noted of it.
func Blindable(public string, blinded []byte) error {
	key, err := blindPublic(public)
	if err == nil && !fits(key.N, blinded) {
		err = ErrBlinded
	}
	return err
}

// CheckBlind is nil where the signature is one of the message by the key.
func CheckBlind(public string, message, signature []byte) error {
	key, err := blindPublic(public)
	if err != nil {
		return err
	}
	v, err := blindrsa.NewVerifier(blindrsa.SHA384PSSRandomized, key)
	if err == nil && v.Verify(message, signature) != nil {
		err = ErrBlindSignature
	}
	return err
}

// BlindID is the name of a public key, so that two people can see whether they were given the same one: the first 160 bits of the SHA-384 of its
// modulus, in hexadecimal digits.
func BlindID(public string) string {
	b, err := tokenText.DecodeString(public)
	if err != nil {
		return ""
	}
	sum := sha512.Sum384(b)
	return hex.EncodeToString(sum[:20])
}
