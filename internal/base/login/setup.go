package login

import (
	"context"
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

// SetUpFor is how long the link of the first set-up is good.
const SetUpFor = 30 * time.Minute

const setUpPurpose = "setup"

// NeedsSetUp reports whether nobody can administer this installation: there is no account yet.
func NeedsSetUp(tx *db.Tx) (bool, error) {
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM login_account`)
	return n == 0, err
}

// SetUpToken makes the token of the one-time set-up link, or returns "" where there are accounts already. The program prints the
// link at its start; an earlier link is of no use any more.
func (s *Service) SetUpToken(ctx context.Context) (string, error) {
	token := id.Token(32)
	who := access.System("setup")
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := who.May(tx, access.LoginSystem, thing("")); err != nil {
			return err
		}
		if needed, err := NeedsSetUp(tx); err != nil || !needed {
			token = ""
			return err
		}
		if err := dropTickets(tx, setUpPurpose); err != nil {
			return err
		}
		if err := insertTicket(tx, tokenHash(token), setUpPurpose, "", clock.MillisOf(tx.Now.Add(SetUpFor))); err != nil {
			return err
		}
		return record(tx, who, "setup_offered", "setup", nil)
	})
	return token, err
}

// SetUpOpen reports whether the token of a set-up link is good, without using it up.
func (s *Service) SetUpOpen(ctx context.Context, token string) (ok bool, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM login_ticket WHERE hash = $1 AND purpose = $2 AND until_at > $3`, tokenHash(token), setUpPurpose, tx.Millis())
		ok = n == 1
		return err
	})
	return ok, err
}

// SetUp is what the first page asks: the organisation and its first two administrators. They are two people from the beginning,
// because no one person may both manage people and give out roles.
type SetUp struct {
	Token        string
	NameZh       string // of the organisation
	NameEn       string
	SecurityNo   string // employee number of the security administrator, who is filling this in
	SecurityName string
	Password     string // his own
	SystemNo     string // the system administrator, who gets a start code
	SystemName   string
	Unit         string // where the program works already: the unit of both; else the organisation itself
}

// SetUp sets the installation up and returns the start code of the system administrator. The link is used up only if everything
// succeeds.
func (s *Service) SetUp(ctx context.Context, in SetUp) (startCode string, err error) {
	if open, err := s.SetUpOpen(ctx, in.Token); err != nil {
		return "", err
	} else if !open {
		return "", fault.New(fault.Gone, "login.setup_over")
	}
	if err := s.checkSetUp(ctx, in); err != nil {
		return "", err
	}
	hash, err := seal.HashPassword(ctx, in.Password)
	if err != nil {
		return "", err
	}
	startCode = newStartCode()
	startHash, err := seal.HashPassword(ctx, startCode)
	if err != nil {
		return "", err
	}
	return startCode, s.db.Write(ctx, func(tx *db.Tx) error { return in.do(tx, hash, startHash) })
}

func (s *Service) checkSetUp(ctx context.Context, in SetUp) error {
	var f fault.Form
	var rules Rules
	if err := s.db.Read(ctx, func(tx *db.Tx) error {
		pol, err := policyOf(tx)
		rules = pol.rules
		return err
	}); err != nil {
		return err
	}
	if org.NormalNo(in.SecurityNo) == org.NormalNo(in.SystemNo) {
		f.Add("system_no", "login.setup_same")
	}
	if err := f.Join(rules.Check("password", in.Password, in.SecurityName, in.SecurityNo, in.NameZh, in.NameEn, "sanwen", "三问")); err != nil {
		return err
	}
	return f.Err()
}

func (in SetUp) do(tx *db.Tx, hash, startHash string) error {
	who := access.System("setup")
	if err := who.May(tx, access.LoginSystem, thing("")); err != nil {
		return err
	}
	if good, err := takeTicket(tx, tokenHash(in.Token), setUpPurpose); err != nil {
		return err
	} else if !good {
		return fault.New(fault.Gone, "login.setup_over")
	}
	if needed, err := NeedsSetUp(tx); err != nil {
		return err
	} else if !needed {
		return fault.New(fault.Gone, "login.setup_over")
	}
	root, err := in.root(tx, who)
	if err != nil {
		return err
	}
	var f fault.Form
	security := in.admin(tx, who, &f, &err, "security", in.SecurityNo, in.SecurityName, root, access.SecurityAdmin)
	system := in.admin(tx, who, &f, &err, "system", in.SystemNo, in.SystemName, root, access.SystemAdmin)
	if err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	pol, err := policyOf(tx)
	if err != nil {
		return err
	}
	if err := putAccount(tx, Account{Person: security, Hash: hash, ChangedOn: tx.Today()}); err != nil {
		return err
	}
	if err := putAccount(tx, Account{Person: system, Hash: startHash, MustChange: true,
		StartUntil: clock.MillisOf(tx.Now.Add(pol.start)), ChangedOn: tx.Today()}); err != nil {
		return err
	}
	return record(tx, who, "set_up", "setup", map[string]any{"security_admin": security, "system_admin": system})
}

// placeholder is the name that the root of the tree has until somebody names the organisation.
const placeholder = "本单位"

// root makes sure that what comes with the program is there, names the organisation and the site, and returns the root's code.
// Where an organisation has been entered already, its name stays.
func (in SetUp) root(tx *db.Tx, who access.Person) (string, error) {
	if err := org.Seed(tx, who); err != nil {
		return "", err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return "", err
	}
	root := tree.All()[0]
	if root.NameZh != placeholder {
		return root.Code, nil
	}
	if err := (org.EditUnit{Code: root.Code, NameZh: in.NameZh, NameEn: in.NameEn, Sort: root.Sort, Version: root.Version}).Do(tx, who); err != nil {
		return "", err
	}
	for key, value := range map[string]string{org.SiteName: in.NameZh, org.SiteNameEn: in.NameEn} {
		if value = strings.TrimSpace(value); value == "" {
			continue
		}
		if err := (org.SetSetting{Key: key, Value: value, Basis: "首次设置"}).Do(tx, who); err != nil {
			return "", err
		}
	}
	return root.Code, nil
}

// admin adds one administrator (or takes a person who is known already) and gives the role. Field errors go to the form under the
// prefix.
func (in SetUp) admin(tx *db.Tx, who access.Person, f *fault.Form, failed *error, prefix, no, name, root string, role access.Role) string {
	if *failed != nil {
		return ""
	}
	person := ""
	if p, err := org.PersonByNo(tx, org.NormalNo(no)); err == nil {
		person = p.ID
	} else if fault.KindOf(err) != fault.NotFound {
		*failed = err
		return ""
	}
	if person == "" {
		var err error
		unit := in.Unit
		if unit == "" {
			unit = root
		}
		if person, err = (org.AddPerson{EmployeeNo: no, Name: name, Unit: unit}).Do(tx, who); err != nil {
			fields := fault.Fields(err)
			if len(fields) == 0 {
				*failed = err
			}
			for _, e := range fields {
				f.Add(prefix+"_"+strings.TrimPrefix(e.Field, "employee_"), e.Key, e.Args...)
			}
			return ""
		}
	}
	if err := (org.GiveRole{Person: person, Role: role, Unit: root}).Do(tx, who); err != nil && fault.Of(err).Key != "org.grant.held" {
		*failed = err
	}
	return person
}
