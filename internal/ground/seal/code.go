package seal

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
)

// Receipt codes are stored in two steps. At the moment of sending only a keyed
// hash is computed (microseconds): HMAC-SHA256 with the installation's pepper,
// which is not in the database, over a random salt and the code. Within
// minutes a job replaces it by Argon2id of that hash, so that a thief of both
// database and pepper still pays 46 MiB and about 90 ms per guess against
// 49.8 bits. Sending therefore never waits for Argon2.
const (
	quick  = "q1" // q1$salt$mac
	strong = "s1" // s1$cost$salt$argon salt$hash
)

var codeCost = cost{time: 1, memory: 46 << 10, lanes: 1}

// QuickCode returns the text to store for a new receipt code.
func (k *Keys) QuickCode(code string) string {
	salt := random(16)
	return strings.Join([]string{quick, b64.EncodeToString(salt), b64.EncodeToString(k.codeMAC(salt, code))}, "$")
}

// HardenCode turns what QuickCode returned into its final form; the code
// itself is not needed. A text that is already final is returned as it is.
func (k *Keys) HardenCode(ctx context.Context, stored string) (string, error) {
	if !IsQuick(stored) {
		_, err := readCode(stored)
		return stored, err
	}
	c, err := readCode(stored)
	if err != nil {
		return "", err
	}
	own := random(16)
	var hash []byte
	if err := codeGate.do(ctx, func() { hash = codeCost.key(c.sum, own, 32) }); err != nil {
		return "", err
	}
	return strings.Join([]string{strong, codeCost.String(), b64.EncodeToString(c.salt), b64.EncodeToString(own), b64.EncodeToString(hash)}, "$"), nil
}

// IsQuick reports whether a stored code still waits for HardenCode.
func IsQuick(stored string) bool { return strings.HasPrefix(stored, quick+"$") }

// CheckCode compares a typed code (sixteen digits, from ParseCode) with a
// stored one. It spends exactly one Argon2id whatever the outcome: pass an
// empty stored text when the number is not known, so that an unknown number
// and a wrong code take the same time.
func (k *Keys) CheckCode(ctx context.Context, stored, code string) (bool, error) {
	c := storedCode{cost: codeCost, salt: make([]byte, 16), own: make([]byte, 16), sum: make([]byte, 32)}
	known := false
	if stored != "" {
		r, err := readCode(stored)
		if err != nil {
			return false, err
		}
		c, known = r, true
	}
	mac := k.codeMAC(c.salt, code)
	final := !IsQuick(stored)
	var hash []byte
	if err := codeGate.do(ctx, func() { hash = c.cost.key(mac, c.own, 32) }); err != nil {
		return false, err
	}
	got := mac
	if final {
		got = hash
	}
	return subtle.ConstantTimeCompare(got, c.sum) == 1 && known, nil
}

type storedCode struct {
	cost           cost
	salt, own, sum []byte
}

func readCode(s string) (c storedCode, err error) {
	if IsQuick(s) {
		p, err := fields(s, quick, 2)
		if err != nil {
			return c, err
		}
		c.cost, c.own = codeCost, make([]byte, 16)
		return c, decode(p, &c.salt, &c.sum)
	}
	p, err := fields(s, strong, 4)
	if err != nil {
		return c, err
	}
	if c.cost, err = parseCost(p[0]); err != nil {
		return c, err
	}
	return c, decode(p[1:], &c.salt, &c.own, &c.sum)
}

func decode(parts []string, to ...*[]byte) error {
	for i, t := range to {
		b, err := b64.DecodeString(parts[i])
		if err != nil || len(b) < 16 || len(b) > 64 {
			return errStored
		}
		*t = b
	}
	return nil
}

func (k *Keys) codeMAC(salt []byte, code string) []byte {
	m := hmac.New(sha256.New, k.pepper)
	m.Write([]byte("receipt code v1\x00"))
	m.Write(salt)
	m.Write([]byte(code))
	return m.Sum(nil)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
