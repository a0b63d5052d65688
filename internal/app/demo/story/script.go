package story

import (
	"fmt"
	"strconv"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/work/voice"
)

// block is one matter with its voices, or voices without a matter, as written.
type block struct {
	name  string
	head  map[string]string
	lines []line
	n     int // place among all blocks

	// what has become of it while the story is played
	matter matterID
	voices []voiceID // by the order of their lines
	last   map[string]string
}

type matterID struct{ id, number string }

// voiceID is a voice of a block: who says it and how, and what it has become.
type voiceID struct {
	id, number, code string
	level            voice.Level
	person           org.Person
}

// line is one step as written.
type line struct {
	where string // file and line, for faults
	day   int    // working days before today
	at    string // "14:30", or empty
	verb  string
	args  []string
	opts  map[string]string
	text  string
	sub   []sub
	voice int // index of the voice that a line "voice" registers, or that the step is about; -1: none so far
}

// sub is an indented line: a word, arguments and text.
type sub struct {
	word string
	args []string
	text string
}

// opt is an option of the line, or def.
func (l line) opt(key, def string) string {
	if v, ok := l.opts[key]; ok {
		return v
	}
	return def
}

// subs lists the texts of the indented lines with that word.
func (l line) subs(word string) (out []sub) {
	for _, s := range l.sub {
		if s.word == word {
			out = append(out, s)
		}
	}
	return out
}

func (l line) sub1(word string) string {
	for _, s := range l.sub {
		if s.word == word {
			return s.text
		}
	}
	return ""
}

// parse reads one file of the story.
func parse(file, text string) ([]*block, error) {
	var out []*block
	var b *block
	n := 0
	for raw := range strings.Lines(text) {
		n++
		where := fmt.Sprintf("%s:%d", file, n)
		s := strings.TrimRight(raw, " \r\n")
		switch {
		case s == "" || strings.HasPrefix(s, "#"):
		case strings.HasPrefix(s, "== "):
			b = &block{name: strings.TrimSpace(s[3:]), head: map[string]string{}, last: map[string]string{}}
			out = append(out, b)
		case b == nil:
			return nil, fmt.Errorf("%s: no block has begun", where)
		case strings.HasPrefix(s, "  "):
			if len(b.lines) == 0 {
				return nil, fmt.Errorf("%s: belongs to no step", where)
			}
			word, args, text := split(strings.TrimSpace(s))
			l := &b.lines[len(b.lines)-1]
			l.sub = append(l.sub, sub{word, args, text})
		case s[0] >= '0' && s[0] <= '9':
			l, err := parseLine(s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", where, err)
			}
			l.where = where
			l.voice = len(b.voices) - 1
			if l.verb == "voice" {
				l.voice++
				b.voices = append(b.voices, voiceID{})
			}
			if v := l.opt("v", ""); v != "" {
				k, err := strconv.Atoi(v)
				if err != nil || k < 1 || k > len(b.voices) {
					return nil, fmt.Errorf("%s: there is no voice %s", where, v)
				}
				l.voice = k - 1
			}
			b.lines = append(b.lines, l)
		default:
			word, _, text := split(s)
			b.head[word] = text
		}
	}
	return out, nil
}

// split takes "word args: text" apart.
func split(s string) (word string, args []string, text string) {
	left, text, _ := strings.Cut(s, ": ")
	left = strings.TrimSuffix(left, ":")
	f := strings.Fields(left)
	if len(f) == 0 {
		return "", nil, strings.TrimSpace(text)
	}
	return f[0], f[1:], strings.TrimSpace(text)
}

func parseLine(s string) (line, error) {
	word, rest, text := split(s)
	l := line{text: text, opts: map[string]string{}}
	day, at, _ := strings.Cut(word, "@")
	var err error
	if l.day, err = strconv.Atoi(day); err != nil || l.day < 1 {
		return l, fmt.Errorf("%q is no number of working days before today", day)
	}
	l.at = at
	if len(rest) == 0 {
		return l, fmt.Errorf("nothing is done")
	}
	l.verb = rest[0]
	for _, a := range rest[1:] {
		if k, v, ok := strings.Cut(a, "="); ok {
			l.opts[k] = v
		} else {
			l.args = append(l.args, a)
		}
	}
	return l, nil
}
