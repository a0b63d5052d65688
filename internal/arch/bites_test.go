package arch

import (
	"strings"
	"testing"
)

// TestRulesBite plants a violation of every rule, which has to be found, and beside it what is allowed, which must not be.
func TestRulesBite(t *testing.T) {
	own := map[string]string{"matter": "work/matter", "voice": "work/voice"}
	one := func(rule func(s source) []string) func(all []source) []string {
		return func(all []source) (bad []string) {
			for _, s := range all {
				bad = append(bad, rule(s)...)
			}
			return bad
		}
	}
	imports, places, faces := one(downward), one(inOnePlace), one(apart)
	tables := func(all []source) []string { return writers(all, own) }
	long := strings.Repeat("// x\n", maxFile)
	for _, c := range []struct {
		rule func(all []source) []string
		path string
		text string
		want string // "": nothing to complain of
	}{
		{imports, "internal/base/event/x.go", `import _ "sanwen/internal/work/voice"`, "lies above"},
		{imports, "internal/work/matter/x.go", `import _ "sanwen/internal/work/voice/core"`, "lies above"},
		{imports, "internal/work/voice/x.go", `import _ "sanwen/internal/work/matter"`, ""},
		{imports, "internal/utils/x.go", ``, "in no room"},
		{places, "internal/work/voice/x.go", `import "time"; var now = time.Now()`, "time.Now"},
		{places, "internal/work/voice/x.go", `import "time"; var now = time.Now`, "time.Now"},
		{places, "internal/work/voice/x.go", `import t "time"; var now = t.Now()`, "time.Now"},
		{places, "internal/work/voice/x.go", `import "time"; var d = time.Until(x)`, "time.Until"},
		{places, "internal/work/voice/x.go", `import "time"; var d = time.Minute`, ""},
		{places, "internal/work/voice/x.go", `import _ "math/rand/v2"`, "math/rand/v2"},
		{places, "internal/app/demo/x.go", `import _ "math/rand/v2"`, ""},
		{places, "internal/face/web/x.go", `import _ "os/exec"`, "os/exec"},
		{places, "internal/face/web/x.go", `import "html/template"; type H = template.HTML`, "template.HTML"},
		{places, "internal/face/web/x.go", `import _ "text/template"`, "text/template"},
		{places, "internal/face/web/x.go", `import "html/template"; var _ template.Template`, ""},
		{places, "internal/work/voice/x.go", `import _ "html/template"`, "html/template"},
		{places, "internal/work/voice/x.go", `import _ "database/sql"`, "database/sql"},
		{places, "internal/work/voice/x.go", `func f(d *db) { d.Upkeep(nil) }`, ".Upkeep"},
		{places, "internal/work/voice/x.go", `import _ "unsafe"`, "unsafe"},
		{places, "internal/face/web/x.go", `import "net/http"; var _ = http.Error`, "http.Error"},
		{places, "internal/base/org/x.go", `import "os"; var _ = os.Getenv("X")`, "os.Getenv"},
		{places, "internal/base/org/x.go", `import "fmt"; func f() { fmt.Println() }`, "fmt.Println"},
		{places, "internal/base/org/x_test.go", `import "time"; var now = time.Now()`, ""},
		{faces, "internal/work/voice/x.go", `import _ "net/http"`, "net/http"},
		{faces, "internal/face/web/x.go", `import _ "net/http"`, ""},
		{faces, "internal/face/web/x.go", "var q = `SELECT id FROM voice`", "holds SQL"},
		{faces, "internal/face/web/x.go", "var q = `Choose from below`", ""},
		{tables, "internal/work/voice/x.go", "var q = `UPDATE matter SET state = $1`", "belongs to work/matter"},
		{tables, "internal/work/voice/x.go", "var q = `DELETE FROM matter`", "belongs to work/matter"},
		{tables, "internal/work/voice/x.go", "var q = `INSERT INTO voice (id) VALUES ($1)`", "which internal/work/voice/core writes"},
		{tables, "internal/work/voice/core/y.go", "var q = `INSERT INTO voice (id) VALUES ($1)`", ""},
		{tables, "internal/work/voice/x.go", "var q = `SELECT id FROM matter`", ""},
		{large, "internal/work/voice/x.go", long, "split it by a noun"},
	} {
		core, err := newSource("internal/work/voice/core/sql.go", "package core\nvar q = `UPDATE voice SET state = $1`\n")
		if err != nil {
			t.Fatal(err)
		}
		s, err := newSource(c.path, "package x\n"+c.text)
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		bad := strings.Join(c.rule([]source{core, s}), "\n")
		if c.want == "" && bad != "" || !strings.Contains(bad, c.want) {
			t.Errorf("%s: %.80s: %q, want %q", c.path, c.text, bad, c.want)
		}
	}
	var many []source
	for range maxPackage/maxFile + 1 {
		many = append(many, source{path: "internal/work/voice/x.go", text: long[:len(long)-5]})
	}
	if bad := strings.Join(large(many), "\n"); !strings.Contains(bad, "package internal/work/voice") {
		t.Errorf("a large package: %q", bad)
	}
}
