package web_test

import (
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice/custody"
)

// TestCustodianKey: a custodian makes his own keys; the private one is on one page and in the database only wrapped.
func TestCustodianKey(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c).staffed(map[string]access.Role{"C1": access.Custodian, "S1": access.SecurityAdmin})
		o.as("S1").Get("/account/key").Want(403)
		b := o.as("C1")
		const phrase = "立冬清晨码头卸下九车焦炭"
		form := b.Get("/account").Want(200).Click("/account/key").Want(200).Form("/account/key")
		form.Set("password", officePassword).Set("passphrase", officePassword).Set("again", officePassword).Submit().Want(422).Says("私钥口令不能与登录口令相同")
		form.Set("password", "wrong password").Set("passphrase", phrase).Set("again", phrase).Submit().Want(422).Says("口令不对")
		text := form.Set("password", officePassword).Submit().Want(200).Says("密钥已生成", "只显示这一次").Text()
		at := strings.Index(text, "sanwen-custodian-secret-x25519:")
		if at < 0 {
			t.Fatal("the private key is not shown")
		}
		private := strings.Fields(text[at:])[0]
		b.Get("/account/key").Want(200).Says("你已经有一对密钥", "sanwen-custodian-x25519:").Silent(private)
		o.read(func(tx *db.Tx) error {
			list, err := custody.Custodians(tx)
			if err != nil || len(list) != 1 || strings.Contains(list[0].Wrapped, private) {
				t.Fatalf("%v %v", list, err)
			}
			got, err := seal.Unwrap(tx.Ctx, "custodian:"+o.id["C1"], phrase, list[0].Wrapped)
			if got != private {
				t.Error("the wrapped key is another one")
			}
			return err
		})
	})
}
