package db

import "testing"

// TestPlain: parameters lose their names only where that changes nothing.
func TestPlain(t *testing.T) {
	for q, want := range map[string]string{
		"SELECT 1":                                     "SELECT 1",
		"SELECT $1":                                    "SELECT ?",
		"INSERT INTO t VALUES ($1, $2,$3)":             "INSERT INTO t VALUES (?, ?,?)",
		"UPDATE t SET a = $2 WHERE b = $1":             "UPDATE t SET a = $2 WHERE b = $1",
		"SELECT a FROM t WHERE a = $1 OR b = $1":       "SELECT a FROM t WHERE a = $1 OR b = $1",
		"SELECT a FROM t WHERE a = $1 AND b = $3":      "SELECT a FROM t WHERE a = $1 AND b = $3",
		`SELECT '$9 -- ?', "a$2?" FROM t WHERE a = $1`: `SELECT '$9 -- ?', "a$2?" FROM t WHERE a = ?`,
		"SELECT $1, 'it''s $1', $2":                    "SELECT ?, 'it''s $1', ?",
		"SELECT $1 -- $2":                              "SELECT $1 -- $2",
		"SELECT $1, ?":                                 "SELECT $1, ?",
		"SELECT $x":                                    "SELECT $x",
		"SELECT 1 - $1 - $2":                           "SELECT 1 - ? - ?",
		"VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)":  "VALUES (?,?,?,?,?,?,?,?,?,?,?)",
	} {
		if got := plain(q); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", q, got, want)
		}
	}
}
