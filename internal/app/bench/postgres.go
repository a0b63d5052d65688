package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

var errNoPostgres = errors.New("no PostgreSQL programs are installed")

// onPostgres measures on PostgreSQL: on the database that was given, on one of its own, or not at all where there is none.
func (b *bench) onPostgres(ctx context.Context, what string, measure func(url string) error) error {
	switch b.postgres {
	case "":
		return nil
	case "own":
		url, stop, err := b.ownPostgres(ctx)
		if errors.Is(err, errNoPostgres) {
			b.note(what, "not measured", "–", err.Error())
			return nil
		}
		if err != nil {
			return err
		}
		defer stop()
		return measure(url)
	}
	return measure(b.postgres)
}

// ownPostgres starts a PostgreSQL of its own with its usual settings, durable commits among them, and returns the address of its
// database. As root it runs as the user postgres, because the server refuses root.
func (b *bench) ownPostgres(ctx context.Context) (url string, stop func(), err error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		return "", nil, errNoPostgres
	}
	bin := filepath.Dir(slices.Max(found))
	dir, err := os.MkdirTemp(b.dir, "postgres-") // one after the other for what is measured
	if err != nil {
		return "", nil, err
	}
	attr := &syscall.SysProcAttr{}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return "", nil, err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := errors.Join(os.Chown(dir, uid, gid), os.Chmod(b.dir, 0o711)); err != nil {
			return "", nil, err
		}
	}
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, filepath.Join(bin, name), args...)
		cmd.Dir, cmd.SysProcAttr = dir, attr
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		return cmd
	}
	data := filepath.Join(dir, "data")
	if out, err := run("initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C").CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	l.Close()
	var said bytes.Buffer
	server := run("postgres", "-D", data, "-h", "127.0.0.1", "-p", port, "-k", dir)
	server.Stderr = &said
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		server.Process.Signal(os.Interrupt)
		server.Wait()
		os.RemoveAll(dir)
	}
	url = "postgres://bench@127.0.0.1:" + port + "/postgres?sslmode=disable"
	d, err := sql.Open("pgx", url)
	if err != nil {
		stop()
		return "", nil, err
	}
	defer d.Close()
	for range 300 {
		if d.PingContext(ctx) == nil {
			return url, stop, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("the PostgreSQL server does not answer: %s", said.Bytes())
}
