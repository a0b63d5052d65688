package login

import (
	"context"
	"encoding/base64"
	"log/slog"
	"math"
	"net/netip"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/seal"
)

// Service is what the faces use. One is enough for a process: it holds the counters that slow guessers.
type Service struct {
	db   *db.DB
	keys *seal.Keys
	log  *slog.Logger
	slow *slow
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, log *slog.Logger) *Service {
	if log == nil {
		log = slog.Default()
	}
	return &Service{db: d, keys: keys, log: log, slow: newSlow()}
}

// SignIn is what somebody typed and what his browser brought along.
type SignIn struct {
	Name     string     // employee number
	Password string     // or start code
	Addr     netip.Addr // where it came from; used for counting in memory only
	Device   string     // the device token of an earlier sign-in, or ""
	Label    string     // what to call this session
}

// SignedIn is what a browser gets.
type SignedIn struct {
	Token   string // of the session, to be kept as a cookie; shown once
	Session string // id of the session
	Device  string // proves later that this person has signed in from this browser; a cookie that lives for DeviceFor
	Person  access.Person
	For     time.Duration // how long the session lasts at most
	// MustChange: only [Service.ChangePassword] may follow.
	MustChange bool
}

// DeviceFor is how long a browser counts as known, default of the product.
const DeviceFor = 90 * 24 * time.Hour

// wrong is the one answer to an unknown name, a wrong password, a closed account and a start code that has expired.
func wrong() error { return fault.Field("password", "login.wrong") }

// SignIn checks name and password and begins a session. It fails with "login.wrong", or with "login.wait" (TooMany, the argument is
// the number of seconds) when too many tries failed before. A wrong try takes as long whatever is wrong with it.
func (s *Service) SignIn(ctx context.Context, in SignIn) (SignedIn, error) {
	name := org.NormalNo(in.Name)
	if len(name) > 64 {
		name = name[:64]
	}
	if name == "" || in.Password == "" {
		var f fault.Form
		if name == "" {
			f.Add("name", "fault.required")
		}
		if in.Password == "" {
			f.Add("password", "fault.required")
		}
		return SignedIn{}, f.Err()
	}
	var acc *Account
	var pol policy
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if pol, err = policyOf(tx); err != nil {
			return err
		}
		acc, err = db.Maybe[Account](tx, `SELECT `+accountColumns+` FROM org_person p JOIN login_account a ON a.person = p.id
			WHERE p.employee_no = $1 AND p.status <> 'left'`, name)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	now := s.db.Clock().Now()
	counters := s.slow.counters(strings.ToLower(name), s.slow.bucket(in.Addr), s.knownDevice(in.Device, name, now), pol.slowAfter, pol.slowMost)
	if d := s.slow.wait(now, counters); d > 0 {
		return SignedIn{}, tooSoon(d)
	}
	ok, err := s.passes(ctx, acc, in.Password)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok || acc.Disabled || acc.StartUntil != 0 && clock.MillisOf(now) >= acc.StartUntil {
		return SignedIn{}, s.failure(ctx, acc, now, counters, pol)
	}
	s.slow.passed(counters)
	return s.begin(ctx, *acc, pol, name, in)
}

func tooSoon(d time.Duration) error {
	return fault.New(fault.TooMany, "login.wait", int(math.Ceil(d.Seconds())))
}

// passes compares a password with an account, at the cost of one Argon2 in every case.
func (s *Service) passes(ctx context.Context, acc *Account, password string) (bool, error) {
	hash := ""
	if acc != nil {
		hash = acc.Hash
		if acc.StartUntil != 0 {
			password = startForm(password)
		}
	}
	if len(password) > 4*MaxPassword { // never chosen; spend the same on a short one
		password, hash = "", ""
	}
	return seal.CheckPassword(ctx, hash, password)
}

func (s *Service) failure(ctx context.Context, acc *Account, now time.Time, counters []counter, pol policy) error {
	n := s.slow.failed(now, counters)
	person := ""
	if acc != nil {
		person = acc.Person
	}
	err := s.db.Upkeep(ctx, func(tx *db.Tx) error { return countDay(tx, person, 0, 1) })
	if err != nil && fault.KindOf(err) != fault.Unavailable {
		return err
	}
	if n == pol.slowAfter {
		// Once for each series, so that a flood of failures is no flood of entries; for a name that nobody has too, so that it takes
		// as long.
		if person == "" {
			person = "unknown"
		}
		who := access.System("login")
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			if err := who.May(tx, access.LoginSystem, thing(person)); err != nil {
				return err
			}
			return record(tx, who, "slowed", person, map[string]any{"failures": n})
		})
		if err != nil {
			s.log.Warn("failed sign-ins not recorded", "err", err)
		}
	}
	return wrong()
}

// begin makes the session of somebody whose password was right.
func (s *Service) begin(ctx context.Context, acc Account, pol policy, name string, in SignIn) (SignedIn, error) {
	fresh := ""
	if acc.StartUntil == 0 && seal.StalePassword(acc.Hash) {
		var err error
		if fresh, err = seal.HashPassword(ctx, in.Password); err != nil {
			return SignedIn{}, err
		}
	}
	out := SignedIn{Token: id.Token(32), Session: id.Random(), Device: s.deviceToken(name)}
	var p access.Person
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) { p, err = org.Actor(tx, acc.Person); return err }); err != nil {
		return SignedIn{}, err
	}
	fn := func(tx *db.Tx) error {
		// Under the lock of the account, because it may have been closed or reset since the password was compared.
		now, err := accountOf(tx, acc.Person)
		if err != nil {
			return err
		}
		if now == nil || now.Disabled || now.Hash != acc.Hash {
			return wrong()
		}
		if p, err = org.Actor(tx, acc.Person); err != nil {
			return err
		}
		if fresh != "" {
			if err := rehash(tx, acc.Person, acc.Hash, fresh); err != nil {
				return err
			}
		}
		if err := countDay(tx, acc.Person, 1, 0); err != nil {
			return err
		}
		ses := newSession(tx, pol, p, out.Session, in.Label)
		out.For = ses.UntilAt.Time().Sub(tx.Now)
		out.MustChange = pol.mustChange(*now, tx.Today())
		out.Person = p
		if now.Lang != "" {
			out.Person.Lang = now.Lang
		}
		return insertSession(tx, ses, tokenHash(out.Token))
	}
	if !staff(p) {
		// No entry in the ordered record: beside a confidential voice it would name the author. The day's count stays.
		return out, s.db.Upkeep(ctx, fn)
	}
	return out, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := access.System("login").May(tx, access.LoginSystem, thing(acc.Person)); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		return record(tx, p, "signed_in", acc.Person, nil)
	})
}

// SignOut ends the session of a token; an unknown token is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.db.Upkeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM login_session WHERE hash = $1`, tokenHash(token))
		return err
	})
}

const devicePurpose = "login.device"

// deviceToken marks a browser. It does not tell whose it is: the name goes into a keyed hash over a random number.
func (s *Service) deviceToken(name string) string {
	now := s.db.Clock().Now()
	nonce := id.Random()
	mark := s.deviceMark(name, nonce)
	return s.keys.Sign(devicePurpose, seal.Token{Issued: now, Expires: now.Add(DeviceFor), Payload: []byte(nonce + mark)})
}

func (s *Service) deviceMark(name, nonce string) string {
	h := seal.MAC(s.keys.Derive(devicePurpose), nonce, strings.ToLower(name))
	return base64.RawURLEncoding.EncodeToString(h)
}

// knownDevice returns what stands for the device in the counters, or "" if this name has not signed in from it.
func (s *Service) knownDevice(token, name string, now time.Time) string {
	if token == "" {
		return ""
	}
	t, err := s.keys.Open(devicePurpose, token, now)
	if err != nil || len(t.Payload) < 26 {
		return ""
	}
	nonce, mark := string(t.Payload[:26]), string(t.Payload[26:])
	if mark != s.deviceMark(name, nonce) {
		return ""
	}
	return nonce
}
