package db

import (
	"strings"
	"sync"
	"sync/atomic"
)

// shape is what a statement is by its words.
type shape uint8

const (
	shapeOther shape = iota
	shapeRead
	shapeWrite
)

// shapes remembers the shapes of statements, which are few and repeat.
type shapes struct {
	known sync.Map // string → shape
	n     atomic.Int32
}

const mostShapes = 5000

func (s *shapes) of(q string) shape {
	if v, ok := s.known.Load(q); ok {
		return v.(shape)
	}
	v := shapeOf(q)
	if s.n.Add(1) > mostShapes {
		s.known.Clear()
		s.n.Store(0)
	}
	s.known.Store(q, v)
	return v
}

// shapeOf looks at the first word, and for WITH at all words outside quotes and comments.
func shapeOf(q string) shape {
	first, previous, found := "", "", shapeRead
	words(q, func(w string) bool {
		if first == "" {
			first = w
			if w != "WITH" {
				return false
			}
		}
		switch w {
		case "INSERT", "DELETE":
			found = shapeWrite
		case "UPDATE":
			if previous != "FOR" {
				found = shapeWrite
			}
		}
		previous = w
		return found == shapeRead
	})
	switch first {
	case "SELECT", "VALUES":
		return shapeRead
	case "INSERT", "UPDATE", "DELETE":
		return shapeWrite
	case "WITH":
		return found
	}
	return shapeOther
}

// words calls yield with each word of q in upper case, outside quotes and comments, until it returns false.
func words(q string, yield func(string) bool) {
	for i := 0; i < len(q); {
		switch c := q[i]; {
		case c == '\'' || c == '"':
			i = skipQuoted(q, i)
		case c == '-' && strings.HasPrefix(q[i:], "--"):
			i = skipTo(q, i, "\n")
		case c == '/' && strings.HasPrefix(q[i:], "/*"):
			i = skipTo(q, i, "*/")
		case letter(c):
			j := i
			for j < len(q) && (letter(q[j]) || q[j] >= '0' && q[j] <= '9') {
				j++
			}
			if !yield(strings.ToUpper(q[i:j])) {
				return
			}
			i = j
		default:
			i++
		}
	}
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// skipQuoted returns the index after the quoted text that begins at i.
func skipQuoted(q string, i int) int {
	end := strings.IndexByte(q[i+1:], q[i])
	if end < 0 {
		return len(q)
	}
	return i + end + 2 // a doubled quote is two quoted texts side by side
}

func skipTo(q string, i int, mark string) int {
	end := strings.Index(q[i:], mark)
	if end < 0 {
		return len(q)
	}
	return i + end + len(mark)
}
