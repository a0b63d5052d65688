package web

import (
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	voices "sanwen/internal/work/voice/show"
)

const (
	passName    = "pass" // hidden field: the right to a thread, signed
	passPurpose = "follow"
	passLife    = time.Hour // without a touch; every page renews it
)

// DoorPage asks for number and code.
type DoorPage struct {
	Page
	Form *Form
}

var doorPage = Define[DoorPage]("follow/door")

// followDoor shows the form for number and code. What stands behind the # of the address is filled in by the browser and sent only
// when somebody presses the button.
func followDoor(r *Req) error {
	return doorPage.Render(r, DoorPage{Page: Page{Title: r.T("follow.door")}, Form: r.Blank()})
}

// followOpen opens a thread by number and code. An unknown number and a wrong code look and take the same.
func followOpen(r *Req) error {
	f := r.Form()
	err := f.Err()
	if err == nil {
		var who access.Person
		if who, err = r.door.Open(r.Ctx(), f.one("number"), f.one("code")); err == nil {
			return (&following{r: r, who: who, id: who.Voice, base: "/f"}).show(f)
		}
	}
	if e := fault.Of(err); e.Kind == fault.NotFound {
		err = fault.Field("code", e.Key, e.Args...)
	}
	f.Set("code", "")
	if f.Take(err) {
		return doorPage.Render(r, DoorPage{Page: Page{Title: r.T("follow.door")}, Form: f})
	}
	return err
}

// following is somebody with his own thread: the holder of its receipt, or the account of a named voice.
type following struct {
	r     *Req
	who   access.Person
	id    string // the voice of the receipt or the account
	asked bool   // one is asked what one thinks of the plan
	part  string // a part of it that is being looked at, or ""
	base  string // "/f" or "/mine/SQ…"
	f     voices.Follow
	// relapse: it may still be said that the matter is not fixed
	relapse bool
	// leftOut: the voice was left out of the rates, and it may still be objected to that
	leftOut bool
	note    string // why something was not done
}

// voice is what is being looked at.
func (t *following) voice() string {
	if t.part != "" {
		return t.part
	}
	return t.id
}

// read reads the thread.
func (t *following) read() error {
	return t.r.Read(func(tx *db.Tx) error {
		var err error
		t.f, err = voices.FollowOf(tx, t.who, t.voice())
		return err
	})
}

// pass is the value of the hidden field that carries the right on; an account needs none.
func (t *following) pass() string {
	if t.who.Kind != access.Receipt {
		return ""
	}
	return t.r.Seal(passPurpose, t.who.Voice, passLife)
}

// followAgain takes the right to a thread out of a form: somebody has opened it before.
func (r *Req) followAgain(f *Form) (*following, error) {
	id, err := r.Unseal(passPurpose, f.one(passName))
	if err != nil || id == "" {
		return nil, fault.New(fault.Invalid, "follow.expired")
	}
	r.Person = access.Holder(id)
	return &following{r: r, who: r.Person, id: id, part: f.one("part"), base: "/f"}, nil
}

// followDo is everything that the holder of a receipt does in his thread.
func followDo(r *Req) error {
	var fresh []photo
	r.photosInto(&fresh, 20)
	f := r.Form()
	t, err := r.followAgain(f)
	if err != nil {
		f.faults = nil
		f.Take(err)
		return doorPage.Render(r, DoorPage{Page: Page{Title: r.T("follow.door")}, Form: f})
	}
	return t.do(r.Param("do"), f, fresh)
}

// gone is the end of access: nothing of the thread stays in this browser.
func (t *following) gone() error {
	t.r.ClearBrowser()
	return endedPage.Render(t.r, EndedPage{Page{Title: t.r.T("follow.ended")}})
}

// EndedPage says that the receipt opens nothing any more.
type EndedPage struct{ Page }

var endedPage = Define[EndedPage]("follow/ended")
