package fault

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

func TestOfFindsTheErrorInTheChain(t *testing.T) {
	inner := New(Conflict, "voice.changed", 3)
	if got := Of(fmt.Errorf("assign: %w", inner)); got != inner {
		t.Errorf("Of = %v, want the wrapped error", got)
	}
	e := Of(io.ErrUnexpectedEOF)
	if e.Kind != Internal || e.Key != "fault.internal" || !errors.Is(e, io.ErrUnexpectedEOF) {
		t.Errorf("Of(foreign) = %+v", e)
	}
	if Of(nil) != nil {
		t.Error("Of(nil) is not nil")
	}
	if KindOf(inner) != Conflict || KindOf(io.EOF) != Internal {
		t.Error("KindOf")
	}
}

func TestIsComparesKindAndKey(t *testing.T) {
	err := fmt.Errorf("x: %w", Wrap(Gone, "voice.erased", io.EOF))
	if !errors.Is(err, New(Gone, "voice.erased")) {
		t.Error("same kind and key")
	}
	if errors.Is(err, New(Gone, "voice.other")) || errors.Is(err, New(NotFound, "voice.erased")) {
		t.Error("other kind or key")
	}
}

func TestFormKeepsEveryField(t *testing.T) {
	var f Form
	if f.Err() != nil {
		t.Fatal("an empty form is an error")
	}
	f.Add("text", "voice.text_long", 2000)
	if e := Of(f.Err()); e.Field != "text" || e.Kind != Invalid || len(Fields(e)) != 1 {
		t.Errorf("one field: %+v", e)
	}
	if rest := f.Join(Field("place", "voice.place_unknown")); rest != nil {
		t.Errorf("a field error was not joined: %v", rest)
	}
	if rest := f.Join(io.EOF); rest != io.EOF {
		t.Errorf("a foreign error was swallowed: %v", rest)
	}
	if f.Join(nil) != nil {
		t.Error("Join(nil)")
	}
	e := Of(f.Err())
	if e.Key != "fault.form" || len(e.More) != 2 || e.More[1].Field != "place" || e.Args[0] != 2 {
		t.Errorf("two fields: %+v", e)
	}
}

func TestErrorTextHasTheCauseButNotWhatWasTyped(t *testing.T) {
	e := Wrap(Invalid, "sheet.cell", io.EOF, "my private words")
	e.Field = "file"
	if got := e.Error(); got != "invalid: sheet.cell at file: EOF" {
		t.Errorf("got %q", got)
	}
	var f Form
	f.Add("a", "x.a", "my private words")
	f.Add("b", "x.b")
	if got := f.Err().Error(); got != "invalid: fault.form [x.a at a, x.b at b]" {
		t.Errorf("got %q", got)
	}
}

func TestCode(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		c := Code(io.EOF)
		if !regexp.MustCompile(`^E-[2-9A-HJ-NP-Z]{4}$`).MatchString(c) {
			t.Fatalf("code %q", c)
		}
		seen[c] = true
	}
	if len(seen) < 90 {
		t.Errorf("only %d different codes of 100", len(seen))
	}
}

func TestKindNames(t *testing.T) {
	for _, k := range Kinds() {
		if strings.HasPrefix(k.String(), "kind(") || k.String() == "" {
			t.Errorf("kind %d has no name", k)
		}
	}
	if Kind(99).String() != "kind(99)" || len(Kinds()) != int(Unavailable)+1 {
		t.Error("kinds out of step with their names")
	}
}
