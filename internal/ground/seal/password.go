package seal

import (
	"context"
	"crypto/subtle"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// passwordCost follows the OWASP recommendation for Argon2id: 19 MiB, two
// passes, one lane (about 50 ms).
var passwordCost = cost{time: 2, memory: 19 << 10, lanes: 1}

// HashPassword returns the text to store for a password. The password is
// normalised (NFKC), so that full-width characters of an input method do not
// make it another one.
func HashPassword(ctx context.Context, password string) (string, error) {
	salt := random(16)
	var h []byte
	if err := passwordGate.do(ctx, func() { h = passwordCost.key([]byte(norm.NFKC.String(password)), salt, 32) }); err != nil {
		return "", err
	}
	return strings.Join([]string{"argon2id", passwordCost.String(), b64.EncodeToString(salt), b64.EncodeToString(h)}, "$"), nil
}

// CheckPassword compares a password with a stored hash. It spends one
// Argon2id whatever the outcome; an empty stored text (no such account, or one
// without a password) never matches.
func CheckPassword(ctx context.Context, stored, password string) (bool, error) {
	c, salt, sum := passwordCost, make([]byte, 16), make([]byte, 32)
	if stored != "" {
		p, err := fields(stored, "argon2id", 3)
		if err != nil {
			return false, err
		}
		if c, err = parseCost(p[0]); err != nil {
			return false, err
		}
		if err = decode(p[1:], &salt, &sum); err != nil {
			return false, err
		}
	}
	var h []byte
	if err := passwordGate.do(ctx, func() { h = c.key([]byte(norm.NFKC.String(password)), salt, len(sum)) }); err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(h, sum) == 1 && stored != "", nil
}

// StalePassword reports whether a stored hash was made with other parameters
// than today's; the next successful sign-in replaces it.
func StalePassword(stored string) bool {
	return !strings.HasPrefix(stored, "argon2id$"+passwordCost.String()+"$")
}
