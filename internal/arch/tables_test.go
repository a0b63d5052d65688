package arch

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	sqlWord  = regexp.MustCompile("(?i)[\"`]\\s*(SELECT\\s+[a-z0-9_.*,( ]+\\s+FROM\\s|INSERT INTO\\s|UPDATE\\s+[a-z_]+\\s+SET\\s|DELETE FROM\\s)")
	sqlWrite = regexp.MustCompile(`(?i)\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+([a-z][a-z0-9_]*)\b`)
	create   = regexp.MustCompile(`(?im)^\s*CREATE\s+TABLE\s+(?:IF NOT EXISTS\s+)?([a-z][a-z0-9_]*)`)
)

// owners maps every table to the room that alone writes it: the one whose migration file makes it. The migration
// NNNN_<name>.sql belongs to the room that ends in /<name>.
func owners(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "ground", "db", "migrations", "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	out := map[string]string{}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".sql")
		name = name[strings.IndexByte(name, '_')+1:]
		room := ""
		for _, r := range rooms {
			if strings.HasSuffix(r, "/"+name) {
				room = r
			}
		}
		if room == "" {
			t.Errorf("migration %s belongs to no room", f)
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range create.FindAllStringSubmatch(string(b), -1) {
			if other, ok := out[m[1]]; ok && other != room {
				t.Errorf("table %s is made twice: %s and %s", m[1], other, room)
			}
			out[m[1]] = room
		}
	}
	return out
}

// TestOneWriterPerTable: only the owner's package INSERTs, UPDATEs or DELETEs a table, and where a room has several packages only one of
// them does.
func TestOneWriterPerTable(t *testing.T) {
	own := owners(t)
	if len(own) < 40 {
		t.Fatalf("only %d tables found", len(own))
	}
	for _, complaint := range writers(sources(t), own) {
		t.Error(complaint)
	}
}

func writers(all []source, own map[string]string) (bad []string) {
	writer := map[string]string{} // that writes a table
	for _, s := range all {
		if s.test || testHelperPath(s.path) || s.room == "" {
			continue
		}
		for _, m := range sqlWrite.FindAllStringSubmatch(stripComments(s.text), -1) {
			table := strings.ToLower(m[1])
			room, ok := own[table]
			switch dir := dirOf(s.path); {
			case !ok: // a word of a sentence, or a table of a library
			case room != s.room:
				bad = append(bad, fmt.Sprintf("%s writes %s, which belongs to %s", s.path, table, room))
			case writer[table] == "":
				writer[table] = dir
			case writer[table] != dir:
				bad = append(bad, fmt.Sprintf("%s writes %s, which %s writes", s.path, table, writer[table]))
			}
		}
	}
	return bad
}
