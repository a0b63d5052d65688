package app

import (
	"context"
	"fmt"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// InitCmd makes a new installation.
type InitCmd struct {
	BaseURL string `name:"base-url" env:"SANWEN_BASE_URL" default:"http://127.0.0.1:8080" help:"Address that people will type, for the printed link."`
}

// Run makes database, keys and directories, and prints the set-up link. It changes nothing in an installation that has
// accounts.
func (c InitCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	return withApp(ctx, cfg, s, func(a *App) error { return a.printSetup(ctx, c.BaseURL, s.Out) })
}

// UserCmd looks after accounts from the machine itself while the server is stopped: for the day on which no security
// administrator can sign in.
type UserCmd struct {
	Reset UserResetCmd `cmd:"" help:"Print a new start code; the password has to be changed at the next sign-in."`
	Grant UserGrantCmd `cmd:"" help:"Give a role."`
	List  UserListCmd  `cmd:"" help:"List the holders of a role."`
}

// UserResetCmd prints a new start code for an account.
type UserResetCmd struct {
	Number string `arg:"" help:"Employee number."`
}

// Run issues the code; it is recorded like one that an administrator issues.
func (c UserResetCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	return withApp(ctx, cfg, s, func(a *App) error {
		p, err := a.person(ctx, c.Number)
		if err != nil {
			return err
		}
		code, err := a.Login.Issue(ctx, access.System("command line"), p.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Out, "%s %s\n  %s\n", p.EmployeeNo, p.Name, code)
		return err
	})
}

// UserGrantCmd gives somebody a role.
type UserGrantCmd struct {
	Number string `arg:"" help:"Employee number."`
	Role   string `arg:"" help:"Role, as security_admin."`
	Unit   string `arg:"" optional:"" help:"Unit code; default the whole organisation."`
}

// Run gives the role through the same action, and so by the same rules, as the page.
func (c UserGrantCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	return withApp(ctx, cfg, s, func(a *App) error {
		p, err := a.person(ctx, c.Number)
		if err != nil {
			return err
		}
		if c.Unit == "" {
			c.Unit = org.Root
		}
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			return org.GiveRole{Person: p.ID, Role: access.Role(c.Role), Unit: c.Unit}.Do(tx, access.System("command line"))
		})
	})
}

// UserListCmd lists the holders of a role for a unit.
type UserListCmd struct {
	Role string `arg:"" help:"Role, as security_admin."`
	Unit string `arg:"" optional:"" help:"Unit code; default the whole organisation."`
}

// Run prints number and name of each holder, those of the unit itself first.
func (c UserListCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	if !access.Role(c.Role).Valid() {
		return fault.New(fault.Invalid, "app.role", c.Role)
	}
	unit := c.Unit
	if unit == "" {
		unit = org.Root
	}
	return withApp(ctx, cfg, s, func(a *App) error {
		return a.DB.Read(ctx, func(tx *db.Tx) error {
			all, err := org.Holders(tx, access.Role(c.Role), unit)
			for _, p := range all {
				fmt.Fprintf(s.Out, "%-12s %s\n", p.EmployeeNo, p.Name)
			}
			return err
		})
	})
}

func (a *App) person(ctx context.Context, no string) (p org.Person, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error { p, err = org.PersonByNo(tx, no); return err })
	return p, err
}

func withApp(ctx context.Context, cfg *Config, s Streams, fn func(a *App) error) error {
	a, err := Open(ctx, *cfg, nil, s.Err)
	if err != nil {
		return err
	}
	defer a.Close()
	return fn(a)
}
