// Package app opens the parts, wires them together, serves, and shuts down; it holds the commands of the binary.
//
// Nothing is global: everything hangs off one [App], and one process can hold several.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/planted"
)

// Version is set by the build.
var Version = "dev"

// Config is what every command needs to find its installation. The zero value works: the data directory is then
// ./data and the database an SQLite file in it.
type Config struct {
	Data     string `name:"data" env:"SANWEN_DATA" default:"data" type:"path" help:"Data directory (database, photos, keys)."`
	Database string `name:"database" env:"SANWEN_DATABASE" help:"PostgreSQL address (postgres://…). Empty: an SQLite file in the data directory."`
	Zone     string `name:"zone" env:"SANWEN_ZONE" default:"Asia/Shanghai" help:"Time zone of the site, for days and deadlines."`
	LogLevel string `name:"log-level" env:"SANWEN_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"Least level of log lines (debug, info, warn, error)."`
	Network  bool   `name:"allow-network-disk" env:"SANWEN_ALLOW_NETWORK_DISK" help:"Open an SQLite file on a network file system all the same (it may be damaged)."`
	Fill     bool   `kong:"-"` // much is written before anybody relies on it: see db.Config
}

// Listen is what the commands that serve pages need beside Config.
type Listen struct {
	Addr    string        `name:"addr" env:"SANWEN_ADDR" default:"127.0.0.1:8080" help:"Address to listen on, HOST:PORT."`
	BaseURL string        `name:"base-url" env:"SANWEN_BASE_URL" help:"Address that people type, as on posters; default http://ADDR."`
	TLSCert string        `name:"tls-cert" env:"SANWEN_TLS_CERT" type:"path" help:"Certificate file; with --tls-key the server speaks HTTPS."`
	TLSKey  string        `name:"tls-key" env:"SANWEN_TLS_KEY" type:"path" help:"Key file of the certificate."`
	Metrics string        `name:"metrics-addr" env:"SANWEN_METRICS_ADDR" help:"Separate address for /metrics; empty: on the main address, for loopback callers only."`
	Grace   time.Duration `name:"grace" env:"SANWEN_GRACE" default:"20s" help:"How long running requests may take at shutdown."`
}

type commands struct {
	Config
	File kong.ConfigFlag `name:"config" env:"SANWEN_CONFIG" help:"Optional JSON file with the same names as the flags."`

	Serve   ServeCmd   `cmd:"" help:"Serve the pages."`
	Demo    DemoCmd    `cmd:"" help:"Make an organisation with a year of history and serve it."`
	Init    InitCmd    `cmd:"" help:"Make a new installation and print its set-up link."`
	Import  ImportCmd  `cmd:"" help:"Import people or places from a spreadsheet."`
	Verify  VerifyCmd  `cmd:"" help:"Recompute the whole record and name the first bad entry."`
	Backup  BackupCmd  `cmd:"" help:"Write a backup while the server runs."`
	Restore RestoreCmd `cmd:"" help:"Restore a backup into an empty data directory; refuses what does not verify."`
	Doctor  DoctorCmd  `cmd:"" help:"Look for trouble: disk, database, keys, calendar, clock."`
	User    UserCmd    `cmd:"" help:"Accounts: set a password, unlock, list."`
	Insight InsightCmd `cmd:"" help:"What the program proposes by itself, measured."`
	Show    ConfigCmd  `cmd:"" name:"config" help:"Print the configuration in force and where each value comes from."`
	Version VersionCmd `cmd:"" help:"Print the version."`
}

// Streams are the standard streams of a command.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Run runs one command and returns the process's exit code: 0 done, 1 failed, 2 wrong usage, 74 storage refused.
func Run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	debug.SetTraceback("single") // a dump of all stacks could hold what a person typed
	noCore()
	if planted.Any {
		fmt.Fprintln(stderr, "sanwen: built with planted faults, for tests only")
	}
	var c commands
	code := -1
	parser, err := kong.New(&c, kong.Name("sanwen"),
		kong.Description("Sanwen 三问: ask what people need, ask for their ideas, ask whether it worked."),
		kong.Writers(stdout, stderr), kong.Exit(func(n int) { code = n }),
		kong.Configuration(kong.JSON), kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(Streams{stdin, stdout, stderr}))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if code >= 0 {
		return code
	}
	if err != nil {
		fmt.Fprintf(stderr, "sanwen: %v\n", err)
		return 2
	}
	if err := k.Run(&c.Config); err != nil {
		if errors.Is(err, context.Canceled) && ctx.Err() != nil {
			return 0
		}
		f := fault.Of(err)
		l := language()
		fmt.Fprintf(stderr, "sanwen: %s\n", l.T(f.Key, f.Args...))
		if f.Cause != nil {
			fmt.Fprintf(stderr, "  %v\n", f.Cause)
		}
		if f.Kind == fault.Unavailable {
			return 74 // EX_IOERR of sysexits(3)
		}
		return 1
	}
	return 0
}

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints version, Go version and platform on one line.
func (VersionCmd) Run(s Streams) error {
	fmt.Fprintf(s.Out, "sanwen %s %s %s/%s\n", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// ConfigCmd prints the configuration.
type ConfigCmd struct{ Listen }

// Run prints every value in force; the password inside a database address is hidden.
func (c ConfigCmd) Run(cfg *Config, s Streams) error {
	abs, _ := filepath.Abs(cfg.Data)
	base := c.BaseURL
	if base == "" {
		base = "http://" + c.Addr
	}
	for _, kv := range [][2]string{{"data", abs}, {"database", hidePassword(cfg.Database)}, {"zone", cfg.Zone},
		{"log-level", cfg.LogLevel}, {"allow-network-disk", fmt.Sprint(cfg.Network)}, {"addr", c.Addr}, {"base-url", base},
		{"tls-cert", c.TLSCert}, {"tls-key", c.TLSKey}, {"metrics-addr", c.Metrics}, {"grace", c.Grace.String()}} {
		fmt.Fprintf(s.Out, "%-20s %s\n", kv[0], kv[1])
	}
	return nil
}

func ensureDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(fault.Unavailable, "app.data_dir", err, dir)
	}
	return nil
}
