package web

import (
	"sanwen/internal/base/once"
	"sanwen/internal/ground/db"
)

// press does what a button of the matter's page says, without a form of its own.
func (r *Req) press(toast string, action func(*matterView) (doer, error)) error {
	f := r.Form()
	if err := f.Err(); err != nil {
		return err
	}
	v, err := r.readMatter()
	if err != nil {
		return err
	}
	err = r.Write(func(tx *db.Tx) error {
		_, _, err := once.Do(tx, "matter:"+r.Person.ID, f.Key, f.Body(), func() (string, error) {
			in, err := action(v)
			if err != nil {
				return "", err
			}
			return "", in.Do(tx, r.Person)
		})
		return err
	})
	if err != nil {
		return err
	}
	r.Toast(toast)
	if f.Value("from") == "desk" {
		return r.Redirect("/desk")
	}
	return r.Redirect(v.path())
}
