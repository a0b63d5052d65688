package login

import (
	"context"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// AccountOf returns the account of a person for the administrator's page, nil if there is none. The hash is left out.
func AccountOf(tx *db.Tx, who access.Person, person string) (*Account, error) {
	if err := who.May(tx, access.LoginManage, thing(person)); err != nil {
		return nil, err
	}
	a, err := readAccount(tx, person)
	if a != nil {
		a.Hash = ""
	}
	return a, err
}

// Day is how often somebody signed in and failed to on one day.
type Day struct {
	Day      clock.Day
	Person   string // id; empty: names that nobody has
	Name     string
	Unit     string
	SignedIn int
	Failed   int
}

// Days lists sign-ins by day and person, newest day first; for the auditors.
func Days(tx *db.Tx, who access.Person, from, to clock.Day, limit int) ([]Day, error) {
	if err := who.May(tx, access.LoginAudit, thing("")); err != nil {
		return nil, err
	}
	return db.All[Day](tx, `SELECT d.day, d.person, p.name, p.unit, d.signed_in, d.failed FROM login_day d LEFT JOIN org_person p ON p.id = d.person
		WHERE d.day >= $1 AND d.day <= $2 ORDER BY d.day DESC, d.failed DESC, d.person LIMIT $3`, from, to, limit)
}

// keepDays is how long the days' numbers stay: the law asks for six months of security records at least; a year and a month cover
// the yearly review.
const keepDays = 396

// Sweep removes expired sessions and links and old numbers. The program runs it every hour.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Upkeep(ctx, func(tx *db.Tx) error {
		pol, err := policyOf(tx)
		if err != nil {
			return err
		}
		return sweep(tx, tx.Today().Add(-keepDays), clock.MillisOf(tx.Now.Add(-pol.idle-time.Minute)))
	})
}

// Listed is an account with whose it is, for a list.
type Listed struct {
	Account
	EmployeeNo string
	Name       string
	Unit       string
}

// States are the states of accounts by which a list is asked for: those of [Account.State], and "unused": nobody has signed in, and no password
// was set, since the days of the setting login.unused.days.
func States() []string { return []string{"start", "expired", "active", "unused", "disabled"} }

// AccountList lists accounts by employee number, a page at a time: those in a state (see [States]; empty: any), after an employee number.
// The hashes are left out.
func AccountList(tx *db.Tx, who access.Person, state, after string, limit int) ([]Listed, error) {
	if err := who.May(tx, access.LoginManage, thing("")); err != nil {
		return nil, err
	}
	w := db.NewWhere().Add("p.employee_no > ?", after)
	switch state {
	case "disabled":
		w.Add("a.disabled = 1")
	case "expired":
		w.Add("a.disabled = 0 AND a.start_until <> 0 AND a.start_until <= ?", tx.Millis())
	case "start":
		w.Add("a.disabled = 0 AND a.start_until > ?", tx.Millis())
	case "active":
		w.Add("a.disabled = 0 AND a.start_until = 0")
	case "unused":
		days, err := org.Int(tx, org.LoginUnusedDays)
		if err != nil {
			return nil, err
		}
		since := tx.Today().Add(-days)
		w.Add("a.disabled = 0 AND a.changed_on < ? AND NOT EXISTS (SELECT 1 FROM login_day d WHERE d.person = a.person AND d.day >= ? AND d.signed_in > 0)", since, since)
	}
	most := w.Arg(limit)
	cond, args := w.SQL()
	list, err := db.All[Listed](tx, `SELECT `+accountColumns+`, p.employee_no, p.name, p.unit FROM login_account a JOIN org_person p ON p.id = a.person
		WHERE `+cond+` ORDER BY p.employee_no LIMIT `+most, args...)
	for i := range list {
		list[i].Hash = ""
	}
	return list, err
}
