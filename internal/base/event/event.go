package event

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"sanwen/internal/ground/clock"
)

// Ref names a thing: its kind ("voice", "matter", …) and its id.
type Ref struct {
	Kind string
	ID   string
}

// Fact is one change as a capability tells it.
type Fact struct {
	Kind    string // "voice.registered", "matter.planned", …
	Subject Ref    // what changed
	About   Ref    // a second thing on whose timeline the change belongs; may be empty
	From    string // state before; empty if it had none, or the change is none of state
	To      string // state after
	Data    any    // anything that json.Marshal takes; nil for nothing
}

// Entry is one recorded change.
type Entry struct {
	Ins     int64        // order of writing; the cursor of [Timeline]
	Seq     int64        // number in the tree from 0 on, -1 while it has none
	ID      string       // random
	At      clock.Millis // time of the transaction; the hour where that was coarse
	Kind    string
	Subject Ref
	About   Ref
	From    string
	To      string
	Class   string          // role class of who did it
	Actor   string          // person or job; empty where only the class may be kept
	Data    json.RawMessage // canonical JSON; "null" if there is none, empty once erased
	Erased  bool
}

// KindErased is the kind of the entry that tells of an erasure.
const KindErased = "record.erased"

// Further kinds that the log itself records or knows.
const (
	KindKeyRotated = "log.key_rotated"
	KindClockJump  = "clock.jump" // the clock was set back: entries after it may carry earlier times
)

const leafPrefix = "sanwen-log/1"

// saltSize is the size of a commitment's salt in bytes.
const saltSize = 32

// commitment binds kind, salt and the digest of the record.
func commitment(kind string, salt []byte, record [32]byte) [32]byte {
	b := make([]byte, 0, 160)
	b = append(b, leafPrefix...)
	b = append(b, kind...)
	b = append(b, salt...)
	b = append(b, record[:]...)
	return sha256.Sum256(b)
}

func newSalt() []byte {
	s := make([]byte, saltSize)
	rand.Read(s)
	return s
}

// record is the canonical JSON of an entry: one object, keys in alphabetical order, no white space. The number is not in it,
// because the place in the tree is the number.
func (e *Entry) record() []byte { return e.appendRecord(make([]byte, 0, 384+len(e.Data))) }

func (e *Entry) appendRecord(b []byte) []byte {
	b = append(b, `{"about":`...)
	b = appendRef(b, e.About)
	b = append(b, `,"actor":`...)
	b = appendString(b, e.Actor)
	b = append(b, `,"at":`...)
	b = strconv.AppendInt(b, int64(e.At), 10)
	b = append(b, `,"class":`...)
	b = appendString(b, e.Class)
	b = append(b, `,"data":`...)
	b = append(b, e.Data...)
	b = append(b, `,"from":`...)
	b = appendString(b, e.From)
	b = append(b, `,"id":`...)
	b = appendString(b, e.ID)
	b = append(b, `,"kind":`...)
	b = appendString(b, e.Kind)
	b = append(b, `,"subject":`...)
	b = appendRef(b, e.Subject)
	b = append(b, `,"to":`...)
	b = appendString(b, e.To)
	return append(b, '}')
}

// skeleton is the digest of what is left of an entry after its erasure.
func (e *Entry) skeleton() string {
	rest := *e
	rest.Actor, rest.Data = "", nil
	sum := sha256.Sum256(rest.record())
	return hex.EncodeToString(sum[:])
}

func appendRef(b []byte, r Ref) []byte {
	b = append(b, '[')
	b = appendString(b, r.Kind)
	b = append(b, ',')
	b = appendString(b, r.ID)
	return append(b, ']')
}

// appendString appends s as a JSON string. Plain text takes the short way; everything else is left to encoding/json.
func appendString(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			q, _ := marshal(s)
			return append(b, q...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// canonical returns v as JSON without white space and with the keys of every object in alphabetical order.
func canonical(v any) (json.RawMessage, error) {
	raw, err := marshal(v)
	if err != nil {
		return nil, fmt.Errorf("event: data: %w", err)
	}
	if len(raw) == 0 || raw[0] != '{' && raw[0] != '[' {
		return raw, nil
	}
	if sorted(raw) {
		return raw, nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("event: data: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("event: data: more than one value")
	}
	return marshal(tree)
}

// sorted reports whether JSON as marshal writes it is canonical as it is: the keys of every object in order, no white space and no
// escapes. Facts whose fields are declared in the order of their keys need no second pass.
func sorted(raw []byte) bool {
	if bytes.IndexByte(raw, '\\') >= 0 {
		return false
	}
	var last [8][]byte // the key before, by depth; nil in an array
	depth := -1
	for i := 0; i < len(raw); {
		switch c := raw[i]; c {
		case '{', '[':
			if depth++; depth == len(last) {
				return false
			}
			last[depth] = nil
			if c == '{' {
				last[depth] = []byte{}
			}
			i++
		case '}', ']':
			depth--
			i++
		case '"':
			end := i + 1 + bytes.IndexByte(raw[i+1:], '"')
			if end+1 < len(raw) && raw[end+1] == ':' {
				key := raw[i+1 : end]
				if len(key) == 0 || bytes.Compare(last[depth], key) >= 0 {
					return false
				}
				last[depth] = key
			}
			i = end + 1
		case ' ', '\t', '\n', '\r':
			return false
		default:
			i++
		}
	}
	return true
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
