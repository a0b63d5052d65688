package once

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Retention is how long answers are kept. A repeat after that has its effect again, so keys must not live longer (default of the
// product: forms expire long before).
const Retention = 7 * 24 * time.Hour

// Do runs fn once per scope and key. Scope says whose key it is: a person, or the token of a form. Body is what was asked; the same
// key with another body is a Conflict "once.other". A repeat does not run fn, returns the first answer and true, and counts as asked
// and recorded, because the first one was. If fn or the transaction fails, nothing is kept and the key can be used again. The answer
// must not hold a secret.
func Do(tx *db.Tx, scope, key string, body []byte, fn func() (answer string, err error)) (answer string, repeated bool, err error) {
	if key == "" {
		return "", false, fault.New(fault.Invalid, "once.key")
	}
	name := hash(scope, key)
	sum := bodyHash(scope, key, body)
	had, err := claim(tx, name, sum)
	if err != nil {
		return "", false, err
	}
	if had.Tries > 1 && !planted {
		tx.Asked()
		tx.Recorded()
		if had.Body != sum {
			return "", true, fault.New(fault.Conflict, "once.other")
		}
		return had.Answer, true, nil
	}
	answer, err = fn()
	if err != nil {
		return "", false, err
	}
	return answer, false, setAnswer(tx, name, sum, answer)
}

// Purge forgets answers older than Retention. It is a job of every hour, and walks through all of them a piece at a time.
func Purge(ctx context.Context, d *db.DB) error {
	for after := ""; ; {
		var last string
		var old bool
		var before clock.Millis
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			before = clock.MillisOf(tx.Now.Add(-Retention))
			last, old, err = next(tx, after, before)
			return err
		})
		if err == nil && old {
			err = d.Upkeep(ctx, func(tx *db.Tx) error { return purge(tx, after, last, before) })
		}
		if err != nil || last == "" {
			return err
		}
		after = last
	}
}

func hash(scope, key string) string {
	h := sha256.New()
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(scope)))
	h.Write(n[:])
	h.Write([]byte(scope))
	h.Write([]byte(key))
	return hex.EncodeToString(h.Sum(nil))
}

// bodyHash is keyed with what the row does not tell, so that a short body cannot be found by trying.
func bodyHash(scope, key string, body []byte) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(scope + "\x00"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}
