package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"modernc.org/sqlite"
)

const (
	sqliteReaders = 4
	stmtsPerConn  = 400 // prepared statements kept; beyond that all are dropped and prepared again
)

// session is one connection within a transaction.
type session interface {
	exec(ctx context.Context, q string, args []driver.NamedValue) (int64, error)
	query(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error)
}

// use is what a SQLite connection is for.
type use uint8

const (
	reader use = iota
	writer
	filler // writes much at once, before anybody relies on it
	copier // copies the database
)

// sqliteDSN builds the address with every PRAGMA in it, so that no connection can exist without them. The order is kept;
// busy_timeout comes first, because the others may already wait for a lock.
func sqliteDSN(path string, u use) string {
	pragmas := []string{
		"busy_timeout(10000)",
		"journal_mode(WAL)",
		"synchronous(FULL)", // an acknowledged commit survives a power cut; NORMAL would lose the last ones
		"foreign_keys(1)",
		"secure_delete(1)", // erased text does not stay in free pages
		"trusted_schema(0)",
		"temp_store(2)", // nothing spills into files outside the data directory
		"journal_size_limit(67108864)",
	}
	switch u {
	case writer:
		pragmas = append(pragmas, "cache_size(-32000)", "wal_autocheckpoint(12000)") // of 4 KiB: within the limit of the log above
	case filler:
		pragmas[2] = "synchronous(OFF)" // nothing is waited for until the end
		pragmas = append(pragmas, "cache_size(-400000)", "wal_autocheckpoint(100000)")
	case reader:
		pragmas = append(pragmas, "cache_size(-8000)", "query_only(1)")
	}
	q := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}, "_dqs": {"0"}}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

type sqliteConn struct {
	conn  driver.Conn
	stmts map[string]sqliteStmt
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func openSQLiteConn(ctx context.Context, path string, u use) (*sqliteConn, error) {
	c, err := sqlite.NewConnector(sqliteDSN(path, u))
	if err != nil {
		return nil, err
	}
	conn, err := c.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{conn: conn, stmts: map[string]sqliteStmt{}}, nil
}

func (c *sqliteConn) close() error {
	c.forget()
	return c.conn.Close()
}

func (c *sqliteConn) forget() {
	for _, s := range c.stmts {
		s.Close()
	}
	clear(c.stmts)
}

func (c *sqliteConn) stmt(q string) (sqliteStmt, error) {
	if s := c.stmts[q]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= stmtsPerConn {
		c.forget()
	}
	p, err := c.conn.Prepare(plain(q))
	if err != nil {
		return nil, err
	}
	s, ok := p.(sqliteStmt)
	if !ok {
		p.Close()
		return nil, fmt.Errorf("db: the SQLite driver's statements lack contexts")
	}
	c.stmts[q] = s
	return s, nil
}

// plain returns a statement with ? for its parameters where they are $1, $2, … in this order and each once. To SQLite $1 is a name, and
// the driver looks every name up in a list of all names, each time that it runs the statement.
func plain(q string) string {
	var b strings.Builder
	next, from := 1, 0
	for i := 0; i < len(q); {
		switch q[i] {
		case '\'', '"':
			i = skipQuoted(q, i)
			continue
		case '-':
			if strings.HasPrefix(q[i:], "--") {
				return q
			}
		case '?':
			return q
		case '$':
			end := i + 1
			for end < len(q) && q[end] >= '0' && q[end] <= '9' {
				end++
			}
			if q[i+1:end] != strconv.Itoa(next) {
				return q
			}
			b.WriteString(q[from:i])
			b.WriteByte('?')
			next, from, i = next+1, end, end
			continue
		}
		i++
	}
	if next == 1 {
		return q
	}
	b.WriteString(q[from:])
	return b.String()
}

func (c *sqliteConn) exec(ctx context.Context, q string, args []driver.NamedValue) (int64, error) {
	s, err := c.stmt(q)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, args)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c *sqliteConn) query(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.stmt(q)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args)
}

// do runs a statement that takes no parameters and belongs to the transaction's frame.
func (c *sqliteConn) do(q string) error {
	_, err := c.exec(context.Background(), q, nil)
	return err
}

// script runs any number of statements without parameters.
func (c *sqliteConn) script(text string) error {
	x, ok := c.conn.(driver.ExecerContext)
	if !ok {
		return fmt.Errorf("db: the SQLite driver cannot run scripts")
	}
	_, err := x.ExecContext(context.Background(), text, nil)
	return err
}
