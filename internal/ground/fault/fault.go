// Package fault holds the one type of error that a person may see.
//
// An [Error] says what kind of thing went wrong, names a sentence in the language catalogues together with its arguments, and,
// where a form is concerned, the field. The technical cause travels with it for the log and is never shown.
package fault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind sorts errors by what the caller can do about them. Faces turn it into a status code.
type Kind uint8

// The kinds of errors. Internal is the zero value, so that a forgotten kind is never mistaken for the caller's mistake.
const (
	Internal        Kind = iota // our mistake; the log has the cause under the error's code
	Invalid                     // what was sent cannot be accepted; a field is usually named
	Unauthenticated             // sign in first
	Forbidden                   // signed in, but not allowed
	NotFound                    // there is none, or its existence is not for the caller to know
	Conflict                    // somebody changed it meanwhile, or its state does not permit this
	Gone                        // it was there and is erased or expired
	TooLarge                    // more bytes, pixels or rows than the limit
	TooMany                     // too often; try later
	Unavailable                 // reads go on, writes do not (full disk, shutting down)
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "gone", "too_large", "too_many", "unavailable",
}

// String returns the kind's name, also the last part of its title key "fault.kind.<name>".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", k)
}

// Kinds returns all kinds, for tests that walk over them.
func Kinds() []Kind {
	all := make([]Kind, len(kindNames))
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}

// Error is an error a person may see.
type Error struct {
	Kind  Kind
	Key   string   // sentence in the language catalogues
	Args  []any    // what is put into the sentence
	Field string   // name of the form field, or ""
	Cause error    // for the log only
	More  []*Error // the single errors of a form with several
}

// New returns an error of kind k whose sentence is key with args.
func New(k Kind, key string, args ...any) *Error {
	return &Error{Kind: k, Key: key, Args: args}
}

// Field returns an Invalid error at the named form field.
func Field(field, key string, args ...any) *Error {
	return &Error{Kind: Invalid, Key: key, Args: args, Field: field}
}

// Wrap returns an error of kind k with a technical cause.
func Wrap(k Kind, key string, cause error, args ...any) *Error {
	return &Error{Kind: k, Key: key, Args: args, Cause: cause}
}

// Error describes e for the log: kind, key, field and cause. Arguments are left out, because they may repeat what a person typed.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String() + ": " + e.Key)
	if e.Field != "" {
		b.WriteString(" at " + e.Field)
	}
	for i, m := range e.More {
		b.WriteString([]string{" [", ", "}[min(i, 1)] + m.Key + " at " + m.Field)
	}
	if len(e.More) > 0 {
		b.WriteString("]")
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is an Error of the same kind and key, so that errors.Is works with an error made by New.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Key == e.Key && (t.Field == "" || t.Field == e.Field)
}

// Of finds the Error in err's chain. An error without one becomes an Internal error "fault.internal" that carries err as its
// cause. Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Wrap(Internal, "fault.internal", err)
}

// KindOf returns the kind of err: Internal where no Error is in its chain. Do not ask it about nil.
func KindOf(err error) Kind { return Of(err).Kind }

// Fields returns the errors at single fields within err: those of a form, or err itself if it names a field.
func Fields(err error) []*Error {
	e := Of(err)
	switch {
	case e == nil:
		return nil
	case len(e.More) > 0:
		return e.More
	case e.Field != "":
		return []*Error{e}
	}
	return nil
}

// Form collects the errors of several fields, so that a person sees all of them at once. The zero value is ready to use.
type Form struct {
	found []*Error
}

// Add notes an error at a field.
func (f *Form) Add(field, key string, args ...any) {
	f.found = append(f.found, Field(field, key, args...))
}

// Text trims what was typed at a field and notes where it is shorter, with the key missing, or longer than allowed, in characters.
func (f *Form) Text(field, s string, least, most int, missing string) string {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		f.Add(field, missing)
	case n > most:
		f.Add(field, "fault.too_long", most, n)
	}
	return s
}

// Join notes the field errors within err and returns what is not a field error (nil if nothing is left).
func (f *Form) Join(err error) error {
	fields := Fields(err)
	if err != nil && len(fields) == 0 {
		return err
	}
	f.found = append(f.found, fields...)
	return nil
}

// Err returns nil if nothing was added, the only error if there is one, else an Invalid error "fault.form" with all of them in More.
func (f *Form) Err() error {
	switch len(f.found) {
	case 0:
		return nil
	case 1:
		return f.found[0]
	}
	return &Error{Kind: Invalid, Key: "fault.form", Args: []any{len(f.found)}, More: f.found}
}

// Code returns a short random code such as "E-7F3A" for one occurrence of an error. It is shown to the person and written to the
// log beside the cause; it says nothing about either.
func Code(error) string {
	const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" // without 0 1 I O, which are misread aloud
	var b [4]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return "E-" + string(b[:])
}
