package seal

import (
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"

	"sanwen/internal/ground/fault"
)

// The identity of a confidential submitter is encrypted twice with HPKE (RFC
// 9180, base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305): inside for
// custodian B, around it for custodian A. Both are bound to the voice, so a
// sealed identity moved to another voice does not open. The server knows only
// the public keys; whoever opens uses the two private keys one after the other
// and the server never holds both.
const sealedVersion = 1

// identityBlock is the length to which identities are padded, so that the
// length of a name or employee number cannot be read from the sealed text.
const identityBlock = 128

// Why sealing or opening fails.
var (
	// ErrCustodians: both keys are the same, or one is not a custodian's key.
	ErrCustodians = fault.New(fault.Invalid, "seal.custodians")
	// ErrSealed: wrong key, another voice, or damaged.
	ErrSealed = fault.New(fault.Invalid, "seal.sealed")
)

const (
	publicPrefix  = "sanwen-custodian-x25519:"
	privatePrefix = "sanwen-custodian-secret-x25519:"
)

func kem() hpke.KEM   { return hpke.DHKEM(ecdh.X25519()) }
func kdf() hpke.KDF   { return hpke.HKDFSHA256() }
func aead() hpke.AEAD { return hpke.ChaCha20Poly1305() }

// CustodianKey is the pair of one identity custodian. Private is shown or
// wrapped once when it is made and never stored in the open.
type CustodianKey struct{ Private, Public string }

// NewCustodianKey makes a pair.
func NewCustodianKey() (CustodianKey, error) {
	k, err := kem().GenerateKey()
	if err != nil {
		return CustodianKey{}, err
	}
	b, err := k.Bytes()
	if err != nil {
		return CustodianKey{}, err
	}
	return CustodianKey{
		Private: privatePrefix + base64.RawURLEncoding.EncodeToString(b),
		Public:  publicPrefix + base64.RawURLEncoding.EncodeToString(k.PublicKey().Bytes()),
	}, nil
}

// ValidCustodian reports whether s is the public key of a custodian.
func ValidCustodian(s string) bool { _, err := publicKey(s); return err == nil }

func publicKey(s string) (hpke.PublicKey, error) {
	b, err := keyBytes(s, publicPrefix)
	if err != nil {
		return nil, err
	}
	k, err := kem().NewPublicKey(b)
	if err != nil {
		return nil, ErrCustodians
	}
	return k, nil
}

func privateKey(s string) (hpke.PrivateKey, error) {
	b, err := keyBytes(s, privatePrefix)
	if err != nil {
		return nil, err
	}
	k, err := kem().NewPrivateKey(b)
	if err != nil {
		return nil, ErrCustodians
	}
	return k, nil
}

func keyBytes(s, prefix string) ([]byte, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(s), prefix)
	b, err := base64.RawURLEncoding.DecodeString(rest)
	if !ok || err != nil || len(b) != 32 {
		return nil, ErrCustodians
	}
	return b, nil
}

func identityInfo(voice, layer string) []byte {
	return []byte("voice:" + voice + "/identity/v1/" + layer)
}

// SealIdentity encrypts an identity (at most 64 KiB) of the voice for the
// public keys of custodians A and B.
func SealIdentity(voice string, identity []byte, publicA, publicB string) ([]byte, error) {
	a, err := publicKey(publicA)
	if err != nil {
		return nil, err
	}
	b, err := publicKey(publicB)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(publicA) == strings.TrimSpace(publicB) {
		return nil, ErrCustodians
	}
	if len(identity) > 1<<16-1 {
		return nil, errors.New("seal: identity is longer than 64 KiB")
	}
	inner, err := hpke.Seal(b, kdf(), aead(), identityInfo(voice, "B"), pad(identity))
	if err != nil {
		return nil, err
	}
	outer, err := hpke.Seal(a, kdf(), aead(), identityInfo(voice, "A"), inner)
	if err != nil {
		return nil, err
	}
	return append([]byte{sealedVersion}, outer...), nil
}

// OpenOuter removes the layer of custodian A. The result is still sealed.
func OpenOuter(voice string, sealed []byte, privateA string) ([]byte, error) {
	k, err := privateKey(privateA)
	if err != nil {
		return nil, err
	}
	if len(sealed) < 1 || sealed[0] != sealedVersion {
		return nil, ErrSealed
	}
	inner, err := hpke.Open(k, kdf(), aead(), identityInfo(voice, "A"), sealed[1:])
	if err != nil {
		return nil, ErrSealed
	}
	return inner, nil
}

// OpenInner removes the layer of custodian B and returns the identity.
func OpenInner(voice string, inner []byte, privateB string) ([]byte, error) {
	k, err := privateKey(privateB)
	if err != nil {
		return nil, err
	}
	padded, err := hpke.Open(k, kdf(), aead(), identityInfo(voice, "B"), inner)
	if err != nil {
		return nil, ErrSealed
	}
	return unpad(padded)
}

func pad(b []byte) []byte {
	n := (len(b) + 2 + identityBlock - 1) / identityBlock * identityBlock
	out := make([]byte, n)
	binary.BigEndian.PutUint16(out, uint16(len(b)))
	copy(out[2:], b)
	return out
}

func unpad(b []byte) ([]byte, error) {
	if len(b) < 2 || int(binary.BigEndian.Uint16(b)) > len(b)-2 {
		return nil, ErrSealed
	}
	return b[2 : 2+int(binary.BigEndian.Uint16(b))], nil
}
