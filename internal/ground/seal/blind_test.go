package seal

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/cloudflare/circl/blindsign/blindrsa"
)

type vector struct {
	Name, P, Q, N, E, D, Msg, Salt, Inv, Sig string
	Prefix                                   string `json:"msg_prefix"`
	Input                                    string `json:"input_msg"`
	Blinded                                  string `json:"blinded_msg"`
	BlindSig                                 string `json:"blind_sig"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	b, err := os.ReadFile("testdata/rfc9474.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(b, &all); err != nil || len(all) != 2 {
		t.Fatalf("%d vectors: %v", len(all), err)
	}
	return all
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.TrimPrefix(s, "0x"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func bigNumber(t *testing.T, s string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(s, 0)
	if !ok {
		t.Fatalf("%.20s… is no number", s)
	}
	return n
}

// TestBlindVectors are those of RFC 9474, appendix A: what we sign and what we take is what anybody else signs and takes.
func TestBlindVectors(t *testing.T) {
	k := testKeys(t)
	for _, v := range vectors(t) {
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: bigNumber(t, v.N), E: int(bigNumber(t, v.E).Int64())}, D: bigNumber(t, v.D), Primes: []*big.Int{bigNumber(t, v.P), bigNumber(t, v.Q)}}
		key.Precompute()
		secret, err := k.sealBlind("a", key)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := k.BlindSign("a", secret, unhex(t, v.Blinded))
		if err != nil || !bytes.Equal(sig, unhex(t, v.BlindSig)) {
			t.Errorf("%s: signed otherwise than the standard says: %v", v.Name, err)
		}
		public := tokenText.EncodeToString(key.N.Bytes())
		if err := CheckBlind(public, unhex(t, v.Input), unhex(t, v.Sig)); err != nil {
			t.Errorf("%s: its signature is not taken: %v", v.Name, err)
		}
		if got := append(unhex(t, v.Prefix), unhex(t, v.Msg)...); !bytes.Equal(got, unhex(t, v.Input)) {
			t.Errorf("%s: a message is its prefix and its random number", v.Name)
		}
	}
}

// TestBlind: what a device blinds, has signed and lays open again counts; nothing else does, and a private half opens only where it belongs.
func TestBlind(t *testing.T) {
	k, other := testKeys(t), testKeys(t)
	key, err := k.NewBlindKey("round 1", 100) // as long as the shortest key at least
	if err != nil {
		t.Fatal(err)
	}
	public, err := blindPublic(key.Public)
	if err != nil || public.N.BitLen() != blindLeast {
		t.Fatalf("%v: %v", public, err)
	}
	if strings.Contains(key.Secret, key.Public) || len(BlindID(key.Public)) != 40 {
		t.Errorf("a key is told as %s", key.Secret)
	}
	sum := sha512.Sum384(public.N.Bytes())
	if BlindID(key.Public) != hex.EncodeToString(sum[:])[:40] {
		t.Error("the name of a key is that of its modulus")
	}
	device, err := blindrsa.NewClient(blindrsa.SHA384PSSRandomized, public)
	if err != nil {
		t.Fatal(err)
	}
	message, err := device.Prepare(rand.Reader, random(32))
	if err != nil {
		t.Fatal(err)
	}
	blinded, state, err := device.Blind(rand.Reader, message)
	if err != nil {
		t.Fatal(err)
	}
	if err := Blindable(key.Public, blinded); err != nil {
		t.Error(err)
	}
	signed, err := k.BlindSign("round 1", key.Secret, blinded)
	if err != nil {
		t.Fatal(err)
	}
	again, err := k.BlindSign("round 1", key.Secret, blinded)
	if err != nil || !bytes.Equal(signed, again) {
		t.Errorf("the same message has another signature: %v", err)
	}
	sig, err := device.Finalize(state, signed)
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckBlind(key.Public, message, sig); err != nil {
		t.Error(err)
	}
	for i := range message {
		bad := bytes.Clone(message)
		bad[i] ^= 1
		if err := CheckBlind(key.Public, bad, sig); !errors.Is(err, ErrBlindSignature) {
			t.Fatalf("byte %d of the message may be changed: %v", i, err)
		}
	}
	for _, bad := range [][]byte{nil, signed, sig[1:], append([]byte{0}, sig...), append(bytes.Clone(sig[:len(sig)-1]), sig[len(sig)-1]^1)} {
		if err := CheckBlind(key.Public, message, bad); !errors.Is(err, ErrBlindSignature) {
			t.Errorf("a signature of %d bytes counts: %v", len(bad), err)
		}
	}
	for _, bad := range [][]byte{nil, blinded[1:], make([]byte, len(blinded)), public.N.Bytes(), append([]byte{0}, blinded...)} {
		if err := Blindable(key.Public, bad); !errors.Is(err, ErrBlinded) {
			t.Errorf("%d bytes may be signed: %v", len(bad), err)
		}
		if _, err := k.BlindSign("round 1", key.Secret, bad); !errors.Is(err, ErrBlinded) {
			t.Errorf("%d bytes are signed: %v", len(bad), err)
		}
	}
	if err := CheckBlind("AQAB", message, sig); err == nil || errors.Is(err, ErrBlindSignature) {
		t.Errorf("a modulus of three bytes is a key: %v", err)
	}
	for name, fn := range map[string]func() ([]byte, error){
		"another round":    func() ([]byte, error) { return k.BlindSign("round 2", key.Secret, blinded) },
		"other keys":       func() ([]byte, error) { return other.BlindSign("round 1", key.Secret, blinded) },
		"nothing":          func() ([]byte, error) { return k.BlindSign("round 1", "", blinded) },
		"half of it":       func() ([]byte, error) { return k.BlindSign("round 1", key.Secret[:40], blinded) },
		"what is no bytes": func() ([]byte, error) { return k.BlindSign("round 1", "k1$?$?", blinded) },
	} {
		if _, err := fn(); !errors.Is(err, errStored) {
			t.Errorf("%s opens the private half: %v", name, err)
		}
	}
}
