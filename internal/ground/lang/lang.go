package lang

import (
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// Lang is a language of the product.
type Lang string

// The languages. Chinese is the default.
const (
	ZH Lang = "zh"
	EN Lang = "en"
)

// All returns the languages, the default first.
func All() []Lang { return []Lang{ZH, EN} }

// Parse returns the language that s names ("en", "en-GB", "zh-Hans-CN"), and the default for anything else.
func Parse(s string) Lang {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.IndexAny(s, "-_."); i >= 0 {
		s = s[:i]
	}
	if s == string(EN) {
		return EN
	}
	return ZH
}

// Negotiate chooses by the value of an Accept-Language header: the known language of highest quality, the first of equals, the
// default where none is known. Anonymous pages do not use it: what a browser asks for is a trace of the person.
func Negotiate(header string) Lang {
	best, quality := ZH, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(part, ";")
		l := Parse(tag)
		if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(tag)), string(l)) {
			continue
		}
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(v, 64); err != nil || q > 1 {
				continue
			}
		}
		if q > quality {
			best, quality = l, q
		}
	}
	return best
}

// Tag returns the language tag for the lang attribute of HTML.
func (l Lang) Tag() string {
	if l == EN {
		return "en"
	}
	return "zh-CN"
}

// Other returns the language to switch to.
func (l Lang) Other() Lang {
	if l == EN {
		return ZH
	}
	return EN
}

// Key as an argument of a sentence is itself looked up, such as the name of a state within an error.
type Key string

// strict makes a missing sentence a panic instead of a line in the log. It is on in tests.
var strict = testing.Testing()

var missed sync.Map // keys already logged

// T returns the sentence of key with args in its places. A plural form is chosen by the first argument, a whole number. Arguments
// of type [Key] are translated, days are written as dates, everything else as fmt.Sprint does; for big numbers pass [Lang.Number].
// A key that does not exist panics in tests; in production the key itself is shown and logged once.
func (l Lang) T(key string, args ...any) string {
	text := l.sentence(key, args)
	if fn := disguise.Load(); fn != nil {
		return (*fn)(l.known(), text)
	}
	return text
}

func (l Lang) sentence(key string, args []any) string {
	s, ok := loaded()[l.known()][key]
	if !ok {
		return l.miss(key, "no such sentence")
	}
	p := s.form(l.known(), args)
	if len(p.arg) == 0 {
		return p.text[0]
	}
	var b strings.Builder
	for i, n := range p.arg {
		b.WriteString(p.text[i])
		if n >= len(args) {
			l.miss(key, "too few arguments")
			continue
		}
		b.WriteString(l.show(args[n]))
	}
	b.WriteString(p.text[len(p.text)-1])
	return b.String()
}

func (l Lang) known() Lang {
	if l == EN {
		return EN
	}
	return ZH
}

func (l Lang) miss(key, why string) string {
	if strict {
		panic(fmt.Sprintf("language %s: %q: %s", l, key, why))
	}
	if _, before := missed.LoadOrStore(key, true); !before {
		slog.Error("sentence missing", "lang", string(l), "key", key, "why", why)
	}
	return key
}

func (s sentence) form(l Lang, args []any) pattern {
	if len(s.forms) > 1 && len(args) > 0 {
		if n, ok := whole(args[0]); ok {
			if p, has := s.forms["zero"]; has && n == 0 {
				return p
			}
			if p, has := s.forms["one"]; has && n == 1 && l == EN {
				return p
			}
		}
	}
	return s.forms["other"]
}

// whole returns v as a whole number if it is of a type of whole numbers.
func whole(v any) (int64, bool) {
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt():
		return r.Int(), true
	case r.CanUint():
		return int64(r.Uint()), true
	}
	return 0, false
}

func (l Lang) show(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Key:
		return l.T(string(v))
	case clock.Day:
		return l.Date(v, time.UTC)
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

// Enum returns the name of a value of an enum: the sentence "<prefix>.<value>", or "" for an empty value.
func (l Lang) Enum(prefix string, value any) string {
	s := fmt.Sprint(value)
	if s == "" || value == nil {
		return ""
	}
	return l.T(prefix + "." + s)
}

// Error returns what a person may read of err; nil gives "".
func (l Lang) Error(err error) string {
	if err == nil {
		return ""
	}
	e := fault.Of(err)
	return l.T(e.Key, e.Args...)
}
