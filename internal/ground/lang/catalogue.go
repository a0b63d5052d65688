package lang

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed catalogue/*.json
var files embed.FS

// sentence is one entry of a catalogue.
type sentence struct {
	forms map[string]pattern // "zero", "one", "other"
}

// pattern is a text cut at its places: text[0] arg[0] text[1] arg[1] … text[n].
type pattern struct {
	text []string
	arg  []int
}

// catalogue holds the sentences of one language by key.
type catalogue map[string]sentence

var loaded = sync.OnceValue(func() map[Lang]catalogue {
	all, err := read(files)
	if err != nil {
		panic("language catalogues: " + err.Error())
	}
	return all
})

var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+$`)

// read reads catalogue/<area>.<lang>.json of every area and language.
func read(fsys fs.FS) (map[Lang]catalogue, error) {
	all := map[Lang]catalogue{ZH: {}, EN: {}}
	names, err := fs.Glob(fsys, "catalogue/*.json")
	if err != nil {
		return nil, err
	}
	var bad []error
	for _, name := range names {
		area, l, ok := strings.Cut(strings.TrimSuffix(path.Base(name), ".json"), ".")
		if !ok || all[Lang(l)] == nil {
			bad = append(bad, fmt.Errorf("%s: the name is not <area>.zh.json or <area>.en.json", name))
			continue
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		if err := readArea(all[Lang(l)], area, b); err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", name, err))
		}
	}
	return all, errors.Join(bad...)
}

// readArea adds one file to a catalogue. Keys are read one by one, because a key given twice must not pass unseen.
func readArea(into catalogue, area string, b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("not an object of sentences (%v)", err)
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		key := t.(string) // keys of objects are strings
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if !keyShape.MatchString(key) || !strings.HasPrefix(key, area+".") {
			return fmt.Errorf("%s: not a key of area %s", key, area)
		}
		if _, twice := into[key]; twice {
			return fmt.Errorf("%s: twice", key)
		}
		if into[key], err = readSentence(raw); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("something follows the object")
	}
	return nil
}

func readSentence(raw json.RawMessage) (sentence, error) {
	forms := map[string]string{}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		forms["other"] = one
	} else if err := json.Unmarshal(raw, &forms); err != nil {
		return sentence{}, err
	}
	if forms["other"] == "" {
		return sentence{}, errors.New("no text")
	}
	s := sentence{forms: map[string]pattern{}}
	for form, text := range forms {
		if form != "zero" && form != "one" && form != "other" {
			return sentence{}, fmt.Errorf("unknown plural form %q", form)
		}
		p, err := compile(text)
		if err != nil {
			return sentence{}, err
		}
		s.forms[form] = p
	}
	return s, nil
}

// compile cuts a text at its places.
func compile(text string) (pattern, error) {
	var p pattern
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case (c == '{' || c == '}') && i+1 < len(text) && text[i+1] == c:
			b.WriteByte(c)
			i++
		case c == '{':
			end := strings.IndexByte(text[i:], '}')
			n, err := strconv.Atoi(text[i+1 : i+max(end, 1)])
			if end < 0 || err != nil || n < 0 || n > 9 {
				return p, fmt.Errorf("a brace that is no place in %q", text)
			}
			p.text, p.arg = append(p.text, b.String()), append(p.arg, n)
			b.Reset()
			i += end
		case c == '}':
			return p, fmt.Errorf("a closing brace alone in %q", text)
		default:
			b.WriteByte(c)
		}
	}
	p.text = append(p.text, b.String())
	return p, nil
}

// places returns the numbers of the arguments the pattern needs.
func (p pattern) places() []int {
	n := slices.Clone(p.arg)
	slices.Sort(n)
	return slices.Compact(n)
}

// Keys returns all keys of a language in order, for tests.
func Keys(l Lang) []string { return slices.Sorted(maps.Keys(loaded()[l])) }

// Has reports whether the key exists in both languages.
func Has(key string) bool {
	for _, l := range All() {
		if _, ok := loaded()[l][key]; !ok {
			return false
		}
	}
	return true
}
