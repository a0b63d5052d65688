package login

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

// Account is what is kept of somebody who may sign in.
type Account struct {
	Person     string
	Hash       string       // of the password or start code
	MustChange bool         // the password is a start code, or was reset
	StartUntil clock.Millis // a start code is of no use after this time; 0 for a password
	Disabled   bool
	Failed     int       // failures since the last success
	ChangedOn  clock.Day // day on which the password was set
	Big        int       // text size, 0 to 3
	Lang       string    // language chosen for the account; empty = that of the person
	Version    int64
}

// State names how an account stands: "none", "disabled", "start" (a start code waits to be used), "expired" (it was not used in
// time) or "active". Catalogue: "login.state.<value>".
func (a *Account) State(now clock.Millis) string {
	switch {
	case a == nil:
		return "none"
	case a.Disabled:
		return "disabled"
	case a.StartUntil != 0 && now >= a.StartUntil:
		return "expired"
	case a.StartUntil != 0:
		return "start"
	}
	return "active"
}

// policy is what the settings say about sign-in.
type policy struct {
	rules        Rules
	maxAge       int // days after which a password has to be changed, 0 = never
	idle         time.Duration
	staff        time.Duration
	employeeDays int
	start        time.Duration
	slowAfter    int
	slowMost     time.Duration
	site         string
}

func policyOf(tx *db.Tx) (policy, error) {
	s, err := org.SettingsOf(tx)
	if err != nil {
		return policy{}, err
	}
	return policy{
		rules:        Rules{Min: s.Int(org.LoginPasswordMin), Classes: s.Int(org.LoginPasswordClasses)},
		maxAge:       s.Int(org.LoginPasswordDays),
		idle:         time.Duration(s.Int(org.LoginIdleMinutes)) * time.Minute,
		staff:        time.Duration(s.Int(org.LoginStaffHours)) * time.Hour,
		employeeDays: s.Int(org.LoginEmployeeDays),
		start:        time.Duration(s.Int(org.LoginStartHours)) * time.Hour,
		slowAfter:    s.Int(org.LoginSlowAfter),
		slowMost:     time.Duration(s.Int(org.LoginSlowMinutes)) * time.Minute,
		site:         s.Text(org.SiteName) + " " + s.Text(org.SiteNameEn),
	}, nil
}

// mustChange reports whether the account has to choose a password before anything else.
func (p policy) mustChange(a Account, today clock.Day) bool {
	return a.MustChange || p.maxAge > 0 && a.ChangedOn.Until(today) >= p.maxAge
}

// contextWords are what somebody who knows the person would try first.
func contextWords(p org.Person, site string) []string {
	return []string{p.Name, p.EmployeeNo, p.Phone, p.Account, p.Post, p.Unit, site, "sanwen", "三问"}
}

func thing(person string) access.Thing {
	return access.Thing{Kind: "account", ID: person, Submitter: person}
}

func record(tx *db.Tx, who access.Person, kind, person string, data any) error {
	return event.Record(tx, who, event.Fact{Kind: "login." + kind, Subject: event.Ref{Kind: "account", ID: person}, Data: data})
}

// startAlphabet has no characters that look alike, in 32 letters: five bits each.
const startAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// newStartCode draws "K7QM-4R2X-9TWC" (60 bits), easy to read out and to type.
func newStartCode() string {
	var b [12]byte
	rand.Read(b[:])
	var s strings.Builder
	for i, c := range b {
		if i > 0 && i%4 == 0 {
			s.WriteByte('-')
		}
		s.WriteByte(startAlphabet[c%32])
	}
	return s.String()
}

// startForm brings a typed start code into the form it was made in; anything else stays as it is.
func startForm(typed string) string {
	s := strings.ToUpper(strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if r == ' ' || r == '-' || r == '　' || r == '\u2013' || r == '\u2014' {
			return -1
		}
		return r
	}, typed))
	if len(s) != 12 || strings.Trim(s, startAlphabet) != "" {
		return typed
	}
	return s[:4] + "-" + s[4:8] + "-" + s[8:]
}

// tokenHash is how tokens of sessions and links are stored: they have 256 random bits, so a plain hash keeps them.
func tokenHash(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// Issue gives a person an account, or one that has lost its password a new start. Use [Service.Issue], which makes the code.
type Issue struct {
	Person string `json:"person"`
	hash   string
}

// Do stores the start code's hash and ends every session of the person.
func (in Issue) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.LoginManage, thing(in.Person)); err != nil {
		return err
	}
	if in.Person == who.ID {
		return fault.New(fault.Forbidden, "login.self")
	}
	p, err := org.PersonByID(tx, in.Person)
	if err != nil {
		return err
	}
	if p.Status == org.Left {
		return fault.New(fault.Conflict, "org.person.left")
	}
	pol, err := policyOf(tx)
	if err != nil {
		return err
	}
	if err := putAccount(tx, Account{Person: in.Person, Hash: in.hash, MustChange: true,
		StartUntil: clock.MillisOf(tx.Now.Add(pol.start)), ChangedOn: tx.Today()}); err != nil {
		return err
	}
	if _, err := endSessions(tx, in.Person, ""); err != nil {
		return err
	}
	return record(tx, who, "issued", in.Person, nil)
}

// Issue makes a start code for a person: with it he signs in once and has to choose a password. It is shown to the
// administrator and not kept.
func (s *Service) Issue(ctx context.Context, who access.Person, person string) (code string, err error) {
	code = newStartCode()
	hash, err := seal.HashPassword(ctx, code)
	if err != nil {
		return "", err
	}
	return code, s.db.Write(ctx, func(tx *db.Tx) error { return Issue{Person: person, hash: hash}.Do(tx, who) })
}

// Provide opens an account with a password that is known already and need not be changed, for demonstrations. Only the program itself
// may do so. Hash comes from [seal.HashPassword].
type Provide struct {
	Person string `json:"person"`
	Hash   string `json:"-"`
}

// Do stores the account.
func (in Provide) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.LoginSystem, thing(in.Person)); err != nil {
		return err
	}
	if err := putAccount(tx, Account{Person: in.Person, Hash: in.Hash, ChangedOn: tx.Today()}); err != nil {
		return err
	}
	return record(tx, who, "provided", in.Person, nil)
}

// Disable closes an account and ends its sessions; Enable opens it again.
type Disable struct {
	Person  string `json:"person"`
	Version int64  `json:"version"`
}

// Do closes the account. The last security administrator who can sign in keeps his: nobody could open it again.
func (in Disable) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.LoginManage, thing(in.Person)); err != nil {
		return err
	}
	if in.Person == who.ID {
		return fault.New(fault.Forbidden, "login.self")
	}
	if last, err := lastSecurityAdmin(tx, in.Person); err != nil {
		return err
	} else if last {
		return fault.New(fault.Conflict, "login.last")
	}
	if err := setDisabled(tx, in.Person, true, in.Version); err != nil {
		return err
	}
	n, err := endSessions(tx, in.Person, "")
	if err != nil {
		return err
	}
	return record(tx, who, "disabled", in.Person, map[string]any{"sessions": n})
}

// Enable opens an account that was closed.
type Enable struct {
	Person  string `json:"person"`
	Version int64  `json:"version"`
}

// Do opens the account; the password stays what it was.
func (in Enable) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.LoginManage, thing(in.Person)); err != nil {
		return err
	}
	if p, err := org.PersonByID(tx, in.Person); err != nil {
		return err
	} else if p.Status == org.Left {
		return fault.New(fault.Conflict, "org.person.left")
	}
	if err := setDisabled(tx, in.Person, false, in.Version); err != nil {
		return err
	}
	return record(tx, who, "enabled", in.Person, nil)
}

// left closes the account of somebody who has left the organisation.
func left(tx *db.Tx, who access.Person, person string) error {
	a, err := accountOf(tx, person)
	if err != nil || a == nil {
		return err
	}
	if err := setDisabled(tx, person, true, a.Version); err != nil {
		return err
	}
	n, err := endSessions(tx, person, "")
	if err != nil {
		return err
	}
	return record(tx, who, "disabled", person, map[string]any{"sessions": n})
}

func init() { org.OnLeave(left) }

// SetReading changes language ("" = as the person's record says) and text size of the own account.
type SetReading struct {
	Lang string `json:"lang"`
	Big  int    `json:"big"`
}

// Do keeps the choice.
func (in SetReading) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.LoginSelf, thing(who.ID)); err != nil {
		return err
	}
	if in.Big < 0 || in.Big > 3 {
		return fault.Field("big", "login.big", 0, 3)
	}
	if in.Lang != "" && in.Lang != "zh" && in.Lang != "en" {
		return fault.Field("lang", "login.lang")
	}
	if err := setReading(tx, who.ID, in.Lang, in.Big); err != nil {
		return err
	}
	return record(tx, who, "reading_set", who.ID, in)
}
