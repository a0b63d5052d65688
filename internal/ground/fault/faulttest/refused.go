// Package faulttest says of an error in a test whether it is the refusal that was meant.
package faulttest

import (
	"slices"
	"testing"

	"sanwen/internal/ground/fault"
)

// Refused fails the test unless err is a fault with that key, or has it at a field ("field:key"). what names the attempt.
func Refused(t testing.TB, what string, err error, want string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s was not refused", what)
		return
	}
	f := fault.Of(err)
	keys := []string{f.Key}
	if f.Field != "" {
		keys = append(keys, f.Field+":"+f.Key)
	}
	for _, m := range f.More {
		keys = append(keys, m.Field+":"+m.Key)
	}
	if !slices.Contains(keys, want) {
		t.Errorf("%s refused with %v, want %s", what, keys, want)
	}
}
