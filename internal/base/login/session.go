package login

import (
	"context"
	"strings"
	"time"
	"unicode"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Session is one browser in which somebody is signed in. Of people without a role all times are the beginning of a day.
type Session struct {
	ID        string // shown in the list; not the token
	Person    string
	Label     string // what the person calls the device
	CreatedAt clock.Millis
	SeenAt    clock.Millis
	UntilAt   clock.Millis
}

// Visit is a request with a good session.
type Visit struct {
	Person     access.Person
	Session    string // id
	Big        int    // text size of the account
	MustChange bool   // nothing may be done but choose a password
}

// seenEvery is how exactly the last use of a staff session is kept: idle limits are counted in minutes.
const seenEvery = time.Minute

// Visit finds who is behind a session token, and notes that the session is in use. nil for a token that is unknown, ended, expired
// or too long unused, and for an account that was closed meanwhile.
func (s *Service) Visit(ctx context.Context, token string) (*Visit, error) {
	return s.visit(ctx, token, true)
}

// Look is Visit without noting a use: for what a page asks by itself while nobody touches it, which must not keep a session alive.
func (s *Service) Look(ctx context.Context, token string) (*Visit, error) {
	return s.visit(ctx, token, false)
}

func (s *Service) visit(ctx context.Context, token string, use bool) (*Visit, error) {
	if token == "" || len(token) > 100 {
		return nil, nil
	}
	var v *Visit
	var touch clock.Millis
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		pol, err := policyOf(tx)
		if err != nil {
			return err
		}
		row, err := db.Maybe[struct {
			ID      string
			SeenAt  clock.Millis
			UntilAt clock.Millis
			Account
		}](tx, `SELECT s.id, s.seen_at, s.until_at, `+accountColumns+` FROM login_session s JOIN login_account a ON a.person = s.person WHERE s.hash = $1`, tokenHash(token))
		if err != nil || row == nil || row.Disabled || tx.Millis() >= row.UntilAt {
			return err
		}
		p, err := org.Actor(tx, row.Person)
		if err != nil && (fault.KindOf(err) == fault.Forbidden || fault.KindOf(err) == fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if staff(p) {
			if tx.Now.Sub(row.SeenAt.Time()) >= pol.idle {
				return nil
			}
			if tx.Now.Sub(row.SeenAt.Time()) >= seenEvery {
				touch = tx.Millis()
			}
		} else if day := dayStart(tx); row.SeenAt < day {
			touch = day
		}
		if row.Lang != "" {
			p.Lang = row.Lang
		}
		v = &Visit{Person: p, Session: row.ID, Big: row.Big, MustChange: pol.mustChange(row.Account, tx.Today())}
		return nil
	})
	if err != nil || v == nil || touch == 0 || !use {
		return v, err
	}
	// When it cannot be written now (full disk), the session goes on; only the idle clock does.
	if err := s.db.Upkeep(ctx, func(tx *db.Tx) error { return touchSession(tx, v.Session, touch) }); err != nil {
		s.log.Warn("session not touched", "err", err)
	}
	return v, nil
}

// staff reports whether somebody holds any role: his sessions are short and kept exactly.
func staff(p access.Person) bool { return len(p.Grants) > 0 }

func dayStart(tx *db.Tx) clock.Millis { return clock.MillisOf(tx.Today().Time(tx.Zone())) }

// newSession is a session that begins now, as exact as the person allows.
func newSession(tx *db.Tx, pol policy, p access.Person, id, label string) Session {
	s := Session{ID: id, Person: p.ID, Label: cleanLabel(label)}
	if staff(p) {
		s.CreatedAt, s.SeenAt = tx.Millis(), tx.Millis()
		s.UntilAt = clock.MillisOf(tx.Now.Add(pol.staff))
		return s
	}
	s.CreatedAt, s.SeenAt = dayStart(tx), dayStart(tx)
	s.UntilAt = clock.MillisOf(tx.Today().Add(pol.employeeDays).Time(tx.Zone()))
	return s
}

// MaxLabel is the longest name of a device in characters.
const MaxLabel = 40

func cleanLabel(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s))
	if r := []rune(s); len(r) > MaxLabel {
		s = string(r[:MaxLabel])
	}
	return s
}

// Sessions lists the sessions of a person that are still good, the last used first.
func Sessions(tx *db.Tx, who access.Person, person string) ([]Session, error) {
	if err := who.May(tx, access.LoginSelf, thing(person)); err != nil {
		if err := who.May(tx, access.LoginManage, thing(person)); err != nil {
			return nil, err
		}
	}
	return db.All[Session](tx, `SELECT id, person, label, created_at, seen_at, until_at FROM login_session
		WHERE person = $1 AND until_at > $2 ORDER BY seen_at DESC, id`, person, tx.Millis())
}

// LabelSession names the device of an own session.
type LabelSession struct {
	Session string `json:"session"`
	Label   string `json:"label"`
}

// Do keeps the name. It is the person's own note and no part of the record.
func (in LabelSession) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.LoginSelf, thing(who.ID)); err != nil {
		return err
	}
	if len([]rune(in.Label)) > MaxLabel {
		return fault.Field("label", "login.label", MaxLabel)
	}
	n, err := setLabel(tx, in.Session, who.ID, cleanLabel(in.Label))
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "login.session_unknown")
	}
	if err != nil {
		return err
	}
	return record(tx, who, "session_named", who.ID, nil)
}

// EndSession ends one session: an own one, or somebody's by the security administrator.
type EndSession struct {
	Session string `json:"-"`
	Person  string `json:"person"` // whose; empty = own
}

// Do ends the session. Ending one that is over already is no error.
func (in EndSession) Do(tx *db.Tx, who access.Person) error {
	if in.Person == "" || in.Person == who.ID {
		in.Person = who.ID
		if err := who.May(tx, access.LoginSelf, thing(who.ID)); err != nil {
			return err
		}
	} else if err := who.May(tx, access.LoginManage, thing(in.Person)); err != nil {
		return err
	}
	if _, err := endSession(tx, in.Session, in.Person); err != nil {
		return err
	}
	return record(tx, who, "session_ended", in.Person, nil)
}

// EndSessions ends all sessions of a person, except the given one of his own.
type EndSessions struct {
	Person string `json:"person"` // whose; empty = own
	Except string `json:"-"`
}

// Do ends the sessions.
func (in EndSessions) Do(tx *db.Tx, who access.Person) error {
	if in.Person == "" || in.Person == who.ID {
		in.Person = who.ID
		if err := who.May(tx, access.LoginSelf, thing(who.ID)); err != nil {
			return err
		}
	} else {
		in.Except = ""
		if err := who.May(tx, access.LoginManage, thing(in.Person)); err != nil {
			return err
		}
	}
	n, err := endSessions(tx, in.Person, in.Except)
	if err != nil {
		return err
	}
	return record(tx, who, "sessions_ended", in.Person, map[string]any{"sessions": n})
}
