package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The throw-away cluster is shared by all test processes of a user. Each holds a shared lock on the file "users"; a keeper process,
// started with the cluster, stops the cluster once nobody has held that lock for a while. Locks end with their process, however it
// ends, so nothing stays behind. The file "start" is locked while somebody looks whether the cluster runs or starts it.

const (
	keeperEnv = "SANWEN_DBTEST_KEEPER"
	idleTime  = 8 * time.Second
)

type cluster struct {
	root string   // holds everything
	bin  string   // directory of PostgreSQL's programs
	cred *account // who runs the server; nil: this user

	users *os.File // held while it is used
	pid   int      // of the server, if this process started it
}

type account struct{ uid, gid int }

var errNoPostgres = errors.New("no PostgreSQL programs in /usr/lib/postgresql/*/bin or PATH")

// findPostgres returns the directory of initdb and postgres, the newest version first.
func findPostgres() (string, error) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Slice(dirs, func(i, j int) bool { return version(dirs[i]) > version(dirs[j]) })
	dirs = append(dirs, filepath.SplitList(os.Getenv("PATH"))...)
	for _, dir := range dirs {
		if isFile(filepath.Join(dir, "initdb")) && isFile(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", errNoPostgres
}

func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// newCluster prepares a cluster below the directory root. Nothing runs yet.
func newCluster(root string) (*cluster, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	c := &cluster{bin: bin, root: root}
	if os.Getuid() == 0 { // the server refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, fmt.Errorf("the tests run as root and there is no user postgres: %w", err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.cred = &account{uid, gid}
	}
	if err := os.MkdirAll(c.root, 0o755); err != nil {
		return nil, err
	}
	info, err := os.Lstat(c.root)
	if err != nil {
		return nil, err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Getuid() {
		return nil, fmt.Errorf("%s is not a directory of this user", c.root)
	}
	return c, nil
}

// sharedCluster makes sure that the shared cluster runs and holds it for the rest of the process.
func sharedCluster() (*cluster, error) {
	c, err := newCluster(filepath.Join(os.TempDir(), fmt.Sprintf("sanwen-pg-%d", os.Getuid())))
	if err != nil {
		return nil, err
	}
	start, err := lockFile(filepath.Join(c.root, "start"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer start.Close()
	users, err := lockFile(filepath.Join(c.root, "users"), syscall.LOCK_EX|syscall.LOCK_NB)
	alone := err == nil
	if alone {
		users.Close()
	}
	if err := c.hold(); err != nil {
		return nil, err
	}
	// Where others use the cluster it runs, however long a busy machine lets it take to answer. Starting it anew would pull it
	// away from under them, so that is done only after a minute of silence.
	for try := 0; ; try++ {
		if c.answers() {
			return c, nil
		}
		if alone || try >= 60 {
			return c, c.start()
		}
		time.Sleep(time.Second)
	}
}

// PrivatePostgres starts a cluster for one test, with settings such as "max_connections=9", and returns the address of its database
// postgres, or "" where the tests may do without (see Run). It is for what would disturb other tests.
func PrivatePostgres(t testing.TB, settings ...string) string {
	t.Helper()
	if s := findServer(t); s == nil {
		return ""
	}
	root, err := os.MkdirTemp("", "sanwen-pg-private-")
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	c, err := newCluster(root)
	if err == nil {
		err = c.hold()
	}
	if err == nil {
		err = c.start(settings...)
	}
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		syscall.Kill(c.pid, syscall.SIGQUIT)
		for range 100 {
			if syscall.Kill(c.pid, 0) != nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		c.users.Close()
	})
	return c.dsn("postgres")
}

// hold says that this process uses the cluster, until it ends. It waits while the keeper stops the cluster.
func (c *cluster) hold() (err error) {
	c.users, err = lockFile(filepath.Join(c.root, "users"), syscall.LOCK_SH)
	return err
}

func lockFile(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}

func (c *cluster) data() string { return filepath.Join(c.root, "data") }

// dsn is the address of a database of the cluster, over a socket that only this user and the server's can open. On a machine that does much else
// a connection may be long in coming.
func (c *cluster) dsn(database string) string {
	return fmt.Sprintf("postgres:///%s?host=%s&user=postgres&connect_timeout=60", database, c.root+"/socket")
}

func (c *cluster) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	return ping(ctx, c.dsn("postgres")) == nil
}

func (c *cluster) start(settings ...string) error {
	// What an earlier run left behind may be half made: begin anew.
	os.RemoveAll(c.data())
	socket := filepath.Join(c.root, "socket")
	for _, dir := range []string{c.data(), socket} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if c.cred != nil {
			if err := os.Chown(dir, c.cred.uid, c.cred.gid); err != nil {
				return err
			}
		}
	}
	if out, err := c.command("initdb", "-D", c.data(), "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
		"--locale=C.UTF-8").CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(c.root, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"-D", c.data(), "-k", socket}
	for _, s := range append([]string{"listen_addresses=", "max_connections=250", "shared_buffers=48MB", "max_wal_size=256MB",
		"fsync=off", "full_page_writes=off", "autovacuum=off", "dynamic_shared_memory_type=mmap"}, settings...) {
		args = append(args, "-c", s)
	}
	server := c.command("postgres", args...)
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Wait() }()
	for range 600 {
		select {
		case err := <-done:
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("the server ended: %v\n%s", err, text)
		case <-time.After(50 * time.Millisecond):
		}
		if c.answers() {
			c.pid = server.Process.Pid
			return c.startKeeper()
		}
	}
	server.Process.Kill()
	return fmt.Errorf("the server does not answer, see %s", log.Name())
}

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if c.cred != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(c.cred.uid), Gid: uint32(c.cred.gid)}
	}
	return cmd
}

// startKeeper starts this very program again, as the keeper: see init.
func (c *cluster) startKeeper() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", keeperEnv, c.pid, c.root))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the keeper: %w", err)
	}
	return cmd.Process.Release()
}

func init() {
	if task := os.Getenv(keeperEnv); task != "" {
		pid, root, _ := strings.Cut(task, " ")
		server, err := strconv.Atoi(pid)
		if err != nil {
			os.Exit(2)
		}
		keep(server, root)
		os.Exit(0)
	}
}

// keep stops the server when nobody has used it for a while, or ends when the server is gone.
func keep(server int, root string) {
	for idle := time.Duration(0); ; {
		time.Sleep(time.Second)
		if syscall.Kill(server, 0) != nil {
			return
		}
		users, err := lockFile(filepath.Join(root, "users"), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil {
			idle = 0
			continue
		}
		if idle += time.Second; idle < idleTime {
			users.Close()
			continue
		}
		syscall.Kill(server, syscall.SIGQUIT) // at once: the data is thrown away
		for range 100 {
			if syscall.Kill(server, 0) != nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		os.RemoveAll(filepath.Join(root, "data"))
		users.Close()
		return
	}
}
