// Package custody holds the public keys of the custodians, to whom the identities behind confidential voices are sealed.
package custody

import (
	"context"
	"encoding/json"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice/core"
)

// Custodian holds one of the two keys under which identities are sealed. The private key is wrapped by his own passphrase,
// which the program never keeps.
type Custodian struct {
	Person  string
	Public  string
	Wrapped string
	MadeAt  int64
	Name    string
}

// HoldKey makes the acting custodian's key the one that identities are sealed to from now on. It is made by [NewKey]
// outside the transaction, because wrapping takes its time.
type HoldKey struct {
	Public  string `json:"public"`
	Wrapped string `json:"wrapped"`
}

// NewKey makes a pair of keys and wraps the private one. Private is for showing once, on paper for the safe.
func NewKey(ctx context.Context, person, passphrase string) (in HoldKey, private string, err error) {
	if len([]rune(passphrase)) < 12 {
		return in, "", fault.Field("passphrase", "voice.custodian.passphrase", 12)
	}
	k, err := seal.NewCustodianKey()
	if err != nil {
		return in, "", err
	}
	wrapped, err := seal.Wrap(ctx, "custodian:"+person, passphrase, k.Private)
	return HoldKey{Public: k.Public, Wrapped: wrapped}, k.Private, err
}

// Do stores the key. Identities sealed before stay sealed to the key before; its row is kept.
func (in HoldKey) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.CustodianKey, access.Thing{Kind: "custodian", ID: who.ID, Submitter: who.ID}); err != nil {
		return err
	}
	if !who.Has(access.Custodian) {
		return fault.New(fault.Forbidden, "access.denied")
	}
	if !seal.ValidCustodian(in.Public) || in.Wrapped == "" {
		return fault.Field("public", "voice.custodian.key")
	}
	if err := core.HoldCustodianKey(tx, who.ID, in.Public, in.Wrapped); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "custodian.key", Subject: event.Ref{Kind: "custodian", ID: who.ID},
		Data: map[string]string{"public": in.Public}})
}

// Custodians lists the keys in force, the longest held first. Two of them are needed for confidential voices.
func Custodians(tx *db.Tx) ([]Custodian, error) {
	return db.All[Custodian](tx, `SELECT c.person, c.public, c.wrapped, c.made_at, p.name FROM custodian_key c
		JOIN org_person p ON p.id = c.person
		WHERE c.ended_at = 0 AND p.status = 'active'
		AND EXISTS (SELECT 1 FROM org_grant g WHERE g.person = c.person AND g.role = $1)
		ORDER BY c.made_at, c.person`, access.Custodian)
}

// identity is what is sealed.
type identity struct {
	Person     string `json:"person"`
	EmployeeNo string `json:"employee_no"`
	Name       string `json:"name"`
	Unit       string `json:"unit"`
	Phone      string `json:"phone,omitempty"`
}

// SealIdentity seals who said a confidential voice to two custodians and binds it to the voice. Conflict
// "voice.custodian.none" where there are no two: then nobody can be promised confidentiality.
func SealIdentity(tx *db.Tx, voice string, p org.Person) error {
	cs, err := Custodians(tx)
	if err != nil {
		return err
	}
	if len(cs) < 2 {
		return fault.Field("level", "voice.custodian.none")
	}
	plain, err := json.Marshal(identity{Person: p.ID, EmployeeNo: p.EmployeeNo, Name: p.Name, Unit: p.Unit, Phone: p.Phone})
	if err != nil {
		return err
	}
	sealed, err := seal.SealIdentity(voice, plain, cs[0].Public, cs[1].Public)
	if err != nil {
		return err
	}
	return core.InsertIdentity(tx, voice, sealed, strings.Join([]string{cs[0].Person, cs[1].Person}, ","))
}
