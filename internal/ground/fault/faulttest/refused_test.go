package faulttest

import (
	"testing"

	"sanwen/internal/ground/fault"
)

type deaf struct {
	testing.TB
	failed bool
}

func (d *deaf) Helper()               {}
func (d *deaf) Errorf(string, ...any) { d.failed = true }

func TestRefused(t *testing.T) {
	var f fault.Form
	f.Add("due", "x.late")
	for want, c := range map[string]struct {
		err error
		ok  bool
	}{"x.gone": {fault.New(fault.Gone, "x.gone"), true}, "x.other": {fault.New(fault.Gone, "x.gone"), false}, "due:x.late": {f.Err(), true}, "day:x.late": {f.Err(), false}, "": {nil, false}} {
		d := &deaf{TB: t}
		if Refused(d, "it", c.err, want); d.failed == c.ok {
			t.Errorf("%v as %q: failed %v", c.err, want, d.failed)
		}
	}
}
