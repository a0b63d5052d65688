package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

// Key signs the blind tokens of one group of a round. The private half opens with the key directory only, and is gone when the round is over.
type Key struct{ Round, Unit, Public, Secret string }

// ID is the name of the key, by which two people see whether they were given the same.
func (k Key) ID() string { return seal.BlindID(k.Public) }

// label ties the private half to its place, so that it opens nowhere else.
func label(round, unit string) string { return "survey " + round + " " + unit }

// KeysOf are the public halves of the keys of a round, for everybody: none where it is not answered with blind tokens, or is not open yet.
func KeysOf(tx *db.Tx, round string) ([]Key, error) {
	if err := access.Nobody().May(tx, access.SurveyCode, access.Thing{Kind: RefKind, ID: round}); err != nil {
		return nil, err
	}
	return db.All[Key](tx, `SELECT round, unit, public, '' AS secret FROM survey_key WHERE round = $1 ORDER BY unit`, round)
}

// Maker makes keys: [seal.Keys.NewBlindKey].
type Maker func(label string, bits int) (seal.BlindKey, error)

// errUnkeyed: groups have changed while the keys were made.
var errUnkeyed = errors.New("survey: a group has no key yet")

// Release makes the keys of rounds that are answered with blind tokens and whose first day has come, and opens them. It is a job: keys take a second
// each, and nobody may wait for them in a transaction.
func Release(ctx context.Context, d *db.DB, maker Maker) error {
	var due []string
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = db.All[string](tx, `SELECT id FROM survey_round WHERE state = 'planned' AND blind = 1 AND opens <= $1 ORDER BY opens, id LIMIT 20`, tx.Today())
		return err
	}); err != nil {
		return err
	}
	for _, key := range due {
		if err := release(ctx, d, key, maker); err != nil && !errors.Is(err, errUnkeyed) {
			return err
		}
	}
	return nil
}

func release(ctx context.Context, d *db.DB, key string, maker Maker) error {
	var units []string
	if err := d.Read(ctx, func(tx *db.Tx) error {
		r, err := findRound(tx, key, "")
		if err != nil {
			return err
		}
		_, groups, err := drawUp(tx, &r)
		units = sorted(groups)
		return err
	}); err != nil {
		return err
	}
	keys := map[string]seal.BlindKey{}
	for _, u := range units {
		k, err := maker(label(key, u), seal.BlindBits)
		if err != nil {
			return err
		}
		keys[u] = k
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		if err := access.System("survey").May(tx, access.SurveySystem, access.Thing{Kind: RefKind, ID: key}); err != nil {
			return err
		}
		r, err := findRound(tx, key, tx.ForUpdate())
		if err != nil || r.State != Planned {
			return err
		}
		return open(tx, r, keys)
	})
}

// Sign lets somebody who is asked have one blinded message signed. What is noted is that he had one signed, and its digest, so that the same message is
// signed again when the answer was lost. It is written with [db.Coarse].
type Sign struct {
	Round   string
	Key     string // id of the key for which the message was blinded
	Blinded []byte

	secret, label string
}

// Do notes it. Errors: NotFound for who is not asked and where no tokens are used, Invalid for what cannot be signed, Conflict "survey.token.wrong_key" for
// another key than that of his group, Conflict "survey.token.other" for another message than the first.
func (in *Sign) Do(tx *db.Tx, who access.Person) error {
	if !tx.Coarse() {
		tx.Asked()
		return ErrFine
	}
	a, err := askedFor(tx, who, in.Round, tx.ForShare())
	switch {
	case err != nil:
		return err
	case !a.Round.Blind:
		return fault.New(fault.NotFound, "survey.unknown")
	case a.Round.State == Planned:
		return fault.New(fault.Conflict, "survey.early")
	case a.Round.State != Open || a.Round.Closes < tx.Today():
		return fault.New(fault.Gone, "survey.late")
	}
	k, err := found(db.Maybe[Key](tx, `SELECT * FROM survey_key WHERE round = $1 AND unit = $2`, a.Round.ID, a.unit))
	if err != nil {
		return err
	}
	if in.Key != k.ID() {
		return fault.New(fault.Conflict, "survey.token.wrong_key")
	}
	if err := seal.Blindable(k.Public, in.Blinded); err != nil {
		return err
	}
	in.secret, in.label = k.Secret, label(k.Round, k.Unit)
	sum := sha256.Sum256(in.Blinded)
	digest := hex.EncodeToString(sum[:])
	first, err := noteSigned(tx, a, digest)
	if err != nil {
		return err
	}
	if !first {
		before, err := db.Maybe[Invitation](tx, `SELECT * FROM survey_invitation WHERE round = $1 AND person = $2`, a.Round.ID, a.person)
		if err == nil && (before == nil || before.Blinded != digest) {
			err = fault.New(fault.Conflict, "survey.token.other")
		}
		return err // the same again: nothing more to note
	}
	return event.Record(tx, access.Nobody(), event.Fact{Kind: "survey." + EventSign, Subject: a.Round.Ref(), From: a.Round.State, To: a.Round.State})
}

// Signature signs what Do has noted, after the transaction: the same message has the same signature, so nothing is lost between the two.
func (in *Sign) Signature(keys *seal.Keys) ([]byte, error) {
	return keys.BlindSign(in.label, in.secret, in.Blinded)
}

// Spend is a token with which somebody answers: a random message of his device, and its signature.
type Spend struct{ Message, Signature []byte }

// SpendLength is how long the message of a token is: its random prefix and its random number.
const SpendLength = 64

// spends lets whoever has a token answer. The key that has signed it tells the group.
func (in *Answer) spends(tx *db.Tx) (Asked, error) {
	round, s := in.Round, in.Token
	if err := access.Nobody().May(tx, access.SurveyCode, access.Thing{Kind: RefKind, ID: round}); err != nil {
		return Asked{}, err
	}
	a, err := in.open(tx)
	if err != nil {
		return a, err
	}
	keys, err := KeysOf(tx, round)
	if err != nil {
		return a, err
	}
	for _, k := range keys {
		if len(s.Message) == SpendLength && seal.CheckBlind(k.Public, s.Message, s.Signature) == nil {
			a.unit, a.digest, a.spent = k.Unit, digestOfToken(round, s.Message), true
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM survey_spent WHERE round = $1 AND digest = $2`, round, a.digest)
			a.Used = n > 0
			return a, err
		}
	}
	return a, fault.New(fault.Invalid, "survey.token.bad")
}

func digestOfToken(round string, message []byte) string {
	sum := sha256.Sum256([]byte("survey token " + round + " " + string(message)))
	return hex.EncodeToString(sum[:])
}

// Tokens are how many tokens of a round were signed and with how many somebody has answered. More cannot be spent than were signed: where that is so,
// somebody has used the keys behind the back of the program.
type Tokens struct {
	Signed int64 `json:"signed"`
	Spent  int64 `json:"spent"`
}
