package login

import (
	"context"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/seal"
)

// Confirm asks the person for the password again, before something sensitive. Failures slow down like those of a sign-in.
func (s *Service) Confirm(ctx context.Context, who access.Person, password string) error {
	_, err := s.confirm(ctx, who, "password", password)
	return err
}

func (s *Service) confirm(ctx context.Context, who access.Person, field, password string) (Account, error) {
	if who.Kind != access.Account {
		return Account{}, fault.New(fault.Unauthenticated, "access.signin")
	}
	var acc *Account
	var pol policy
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if pol, err = policyOf(tx); err != nil {
			return err
		}
		acc, err = readAccount(tx, who.ID)
		return err
	})
	if err != nil {
		return Account{}, err
	}
	now := s.db.Clock().Now()
	counters := s.slow.counters("confirm "+who.ID, 0, who.ID, pol.slowAfter, pol.slowMost)
	if d := s.slow.wait(now, counters); d > 0 {
		return Account{}, tooSoon(d)
	}
	ok, err := s.passes(ctx, acc, password)
	if err != nil {
		return Account{}, err
	}
	if !ok || acc.Disabled {
		s.slow.failed(now, counters)
		return Account{}, fault.Field(field, "login.confirm_wrong")
	}
	s.slow.passed(counters)
	return *acc, nil
}

// ChangePassword sets a new password for the own account. It ends every other session and gives the present one a new token, which
// it returns. Fields of faults: "old", "new".
func (s *Service) ChangePassword(ctx context.Context, who access.Person, session, old, password string) (token string, err error) {
	acc, err := s.confirm(ctx, who, "old", old)
	if err != nil {
		return "", err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		pol, err := policyOf(tx)
		if err != nil {
			return err
		}
		p, err := org.PersonByID(tx, who.ID)
		if err != nil {
			return err
		}
		return pol.rules.Check("new", password, contextWords(p, pol.site)...)
	})
	if err != nil {
		return "", err
	}
	if same, err := seal.CheckPassword(ctx, acc.Hash, password); err != nil {
		return "", err
	} else if same {
		return "", fault.Field("new", "login.password.same")
	}
	hash, err := seal.HashPassword(ctx, password)
	if err != nil {
		return "", err
	}
	token = id.Token(32)
	return token, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := who.May(tx, access.LoginSelf, thing(who.ID)); err != nil {
			return err
		}
		if err := setPassword(tx, who.ID, hash, tx.Today(), acc.Version); err != nil {
			return err
		}
		n, err := endSessions(tx, who.ID, session)
		if err != nil {
			return err
		}
		if err := newToken(tx, session, tokenHash(token)); err != nil {
			return err
		}
		return record(tx, who, "password_changed", who.ID, map[string]any{"sessions": n})
	})
}
