package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"sanwen/internal/base/event"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/insight/silence"
	"sanwen/internal/reading/insight/spots"
)

// DoctorCmd looks for trouble.
type DoctorCmd struct {
	ProxyLog string `name:"proxy-log" type:"path" help:"Log of the proxy in front: does it tell who opens the anonymous pages?"`
	Site     string `name:"site" help:"Address by which employees reach the pages, through that proxy; with --proxy-log."`
}

// health is one thing that was looked at.
type health struct {
	key  string // of the sentence, under "app.doctor."
	good bool
	args []any
}

// Run looks at disk, files, keys, database, log, jobs and calendar, prints a line for each, and fails if one is bad.
func (c DoctorCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	var all []health
	add := func(key string, good bool, args ...any) { all = append(all, health{key, good, args}) }

	var fs unix.Statfs_t
	if err := unix.Statfs(cfg.Data, &fs); err != nil {
		return fault.Wrap(fault.Unavailable, "app.data_dir", err, cfg.Data)
	}
	free := int64(fs.Bavail) * int64(fs.Bsize) >> 20
	add("disk", free >= 1024, free)
	for _, name := range []string{"", "keys"} {
		i, err := os.Stat(filepath.Join(cfg.Data, name))
		if err != nil {
			return fault.Wrap(fault.Invalid, "app.no_installation", err, cfg.Data)
		}
		add("mode", i.Mode().Perm()&0o077 == 0, filepath.Join(cfg.Data, name), fmt.Sprintf("%04o", i.Mode().Perm()))
	}
	d, keys, done, err := readOnly(ctx, cfg)
	if err != nil {
		return err
	}
	defer done()
	add("database", true, string(d.Dialect()))
	now := clock.System().Now()
	err = d.Read(ctx, func(tx *db.Tx) error {
		if cfg.Database != "" {
			if err := postgresHealth(tx, add); err != nil {
				return err
			}
		}
		size, err := event.Size(tx)
		if err != nil {
			return err
		}
		last, err := event.Latest(tx)
		if err != nil {
			return err
		}
		if last == nil {
			add("checkpoint_none", size == 0, size)
		} else {
			_, err := event.CheckCheckpoint(last.Note, keys.LogVerifier())
			age := int64(now.Sub(last.At.Time()).Hours())
			add("checkpoint", err == nil, last.Size, size, age)
		}
		q, err := jobs.Queue(tx)
		if err != nil {
			return err
		}
		add("jobs", q.Dead == 0, q.Waiting, q.Dead)
		if err := searchHealth(tx, add); err != nil {
			return err
		}
		if err := alikeHealth(tx, add); err != nil {
			return err
		}
		if err := spotHealth(tx, add); err != nil {
			return err
		}
		days, bad, err := silence.Check(tx, grouped)
		if err != nil {
			return err
		}
		add("heard_days", bad == 0, days, bad)
		years, err := org.CalendarYears(tx)
		if err != nil {
			return err
		}
		for _, want := range []int{now.Year(), now.Year() + 1} {
			have := false
			for _, y := range years {
				have = have || fmt.Sprint(y.Year) == strconv.Itoa(want)
			}
			// The State Council publishes next year's days off in November.
			add("calendar", have || want > now.Year() && now.Month() < 12, want)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c.ProxyLog != "" {
		if err := c.proxyLog(ctx, proxyLogWait, add); err != nil {
			return err
		}
	}
	l, bad := language(), 0
	for _, h := range all {
		mark := "ok  "
		if !h.good {
			mark, bad = "BAD ", bad+1
		}
		fmt.Fprintf(s.Out, "%s %s\n", mark, l.T("app.doctor."+h.key, h.args...))
	}
	if bad > 0 {
		return fault.New(fault.Invalid, "app.doctor_bad", bad)
	}
	return nil
}

// searched is how many segments of each shelf of the search index are compared with their texts.
const searched = 4

// searchHealth looks whether what is found is what the texts say.
func searchHealth(tx *db.Tx, add func(key string, good bool, args ...any)) error {
	states, lag, err := search.Check(tx, searched)
	if err != nil {
		return err
	}
	if lag > 0 { // then texts and index may differ by right
		add("search_lag", lag < 10000, lag)
	}
	for _, s := range states {
		name := language().T("insight.shelf." + s.Name)
		if !s.Ready {
			add("search_unready", false, name)
			continue
		}
		add("search", lag > 0 || s.Bad == 0 && s.Gone == 0, name, s.Texts, s.Seen, s.Bad, s.Gone)
	}
	return nil
}

// compared is how many things of each shelf are compared with their rows in the index of what speaks of the same.
const compared = 2000

// alikeHealth looks whether the index of what speaks of the same says what the texts say.
func alikeHealth(tx *db.Tx, add func(key string, good bool, args ...any)) error {
	shelves, lag, err := alike.Check(tx, compared)
	if err != nil {
		return err
	}
	if lag > 0 { // then texts and index may differ by right
		add("alike_lag", lag < 10000, lag)
	}
	for _, s := range shelves {
		name := language().T("insight.alike." + s.Name)
		if !s.Ready {
			add("alike_unready", false, name)
			continue
		}
		add("alike", lag > 0 || s.Bad == 0, name, s.Texts, s.Seen, s.Bad)
	}
	return nil
}

// grouped is how many surroundings are grouped once more to see whether hot spots say what the voices say.
const grouped = 12

// spotHealth looks whether hot spots are what the voices say.
func spotHealth(tx *db.Tx, add func(key string, good bool, args ...any)) error {
	h, err := spots.Check(tx, grouped)
	if err != nil {
		return err
	}
	if h.Wanted {
		add("spots_wanted", true)
		return nil
	}
	add("spots", h.Lag > 0 || h.Bad == 0 && h.Lost == 0, h.Spots, h.Voices, h.Seen, h.Bad, h.Lost)
	add("spots_days", h.Lag > 0 || h.DaysBad == 0, h.Days, h.DaysBad)
	return nil
}

// postgresHealth looks at settings of the server that would make an acknowledged write less than durable, or write what
// people say into the server's own log.
func postgresHealth(tx *db.Tx, add func(key string, good bool, args ...any)) error {
	for _, want := range []struct {
		name string
		good func(string) bool
	}{
		{"fsync", func(v string) bool { return v == "on" }},
		{"synchronous_commit", func(v string) bool { return v != "off" && v != "local" }},
		{"full_page_writes", func(v string) bool { return v == "on" }},
		{"log_statement", func(v string) bool { return v == "none" || v == "ddl" }},
		{"log_parameter_max_length", func(v string) bool { return v == "0" || v == "0B" }},
		{"log_parameter_max_length_on_error", func(v string) bool { return v == "0" || v == "0B" }},
	} {
		v, err := db.One[string](tx, "SELECT current_setting($1)", want.name)
		if err != nil {
			return err
		}
		add("postgres", want.good(v), want.name, v)
	}
	super, err := db.One[string](tx, "SELECT CASE WHEN rolsuper THEN 'superuser' WHEN rolcreaterole THEN 'createrole' ELSE 'ordinary' END FROM pg_roles WHERE rolname = current_user")
	if err != nil {
		return err
	}
	add("postgres_role", super == "ordinary", super)
	return nil
}
