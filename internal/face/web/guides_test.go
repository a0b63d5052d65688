package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sanwen/internal/ground/lang"
)

// said are words that the guides quote and that stand on no page.
var said = map[string]string{
	"现在水热吗？": "a question that an acceptance may ask", "385": "a reading typed by mistake", "385 ℃？": "the same, as it is asked about", "385 ℃?": "the same",
	"添加到主屏幕": "the browser's menu", "Add to home screen": "the browser's menu", "加强": "a vague word, for which a number is wanted",
	"上次那件事怎么样了": "what somebody says at the bathhouse",
}

var inQuotes = map[lang.Lang]*regexp.Regexp{lang.ZH: regexp.MustCompile(`“([^”\n]{1,40})”`), lang.EN: regexp.MustCompile(`[“"]([^”"\n<>=]{1,60})[”"]`)}

var anyTag = regexp.MustCompile(`<[^>]*>`)

// TestGuidesNameWhatIsThere: a button or a page that a guide names in quotation marks stands in the catalogue under these words. “A → B” are
// two of them. Whoever follows a guide must find what it names.
func TestGuidesNameWhatIsThere(t *testing.T) {
	for l, find := range inQuotes {
		var all strings.Builder
		files, err := filepath.Glob(filepath.Join("..", "..", "ground", "lang", "catalogue", "*."+string(l)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all.WriteString(strings.ToLower(string(b)))
		}
		n := 0
		err = filepath.WalkDir(filepath.Join("..", "..", "..", "docs", string(l)), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.Contains(path, "guide") {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for i, line := range strings.Split(string(b), "\n") {
				for _, m := range find.FindAllStringSubmatch(anyTag.ReplaceAllString(line, ""), -1) {
					for part := range strings.SplitSeq(m[1], "→") {
						part = strings.Trim(part, " ，。.,…")
						n++
						if said[m[1]] == "" && !strings.Contains(all.String(), strings.ToLower(part)) {
							t.Errorf("%s:%d: no page says %q", path, i+1, part)
						}
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n < 30 {
			t.Errorf("%s: only %d words were found in the guides", l, n)
		}
	}
}
