package demo

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// asked: a survey with photos is over and its photos may be seen, each once; another is answered with blind tokens today: some have one and have answered,
// some have one only, and whoever tries the demonstration is asked and has none.
func (x *made) asked() {
	x.read(func(tx *db.Tx) error {
		tx.Asked()
		who, err := org.Actor(tx, x.holder(tx, access.Triager))
		if err != nil {
			return err
		}
		all, _, err := survey.List(tx, who, survey.Filter{})
		if err != nil {
			return err
		}
		withPhotos, blind := 0, 0
		for _, r := range all {
			b, err := survey.BodyOf(tx, r)
			if err != nil {
				return err
			}
			asks := false
			for _, q := range b.Questions() {
				asks = asks || q.Kind == form.Photo
			}
			switch {
			case r.Blind:
				blind++
				keys, err := survey.KeysOf(tx, r.ID)
				if err != nil {
					return err
				}
				n, err := survey.Told(tx, r)
				if err != nil {
					return err
				}
				me := x.SignIns[0]
				for _, s := range x.SignIns {
					if s.Role == access.Employee {
						me = s
					}
				}
				p, err := org.PersonByNo(tx, me.Number)
				if err != nil {
					return err
				}
				mine, err := org.Actor(tx, p.ID)
				if err != nil {
					return err
				}
				a, err := survey.AskedFor(tx, mine, r.ID)
				if err != nil || a.Used {
					x.t.Errorf("whoever tries the demonstration: used %v, %v", a.Used, err)
				}
				if r.State != survey.Open || len(keys) < 2 || n.Signed < 40 || n.Spent < 30 || n.Spent >= n.Signed {
					x.t.Errorf("%s: %d keys, %+v, %s", r.Title, len(keys), n, r.State)
				}
			case asks && r.State == survey.Closed:
				photos, err := survey.Photos(tx, who, r.ID)
				if err != nil {
					return err
				}
				seen := map[string]bool{}
				for _, p := range photos {
					seen[p.Hash] = true
				}
				if len(photos) < 5 || len(seen) != len(photos) {
					x.t.Errorf("%s has %d photos, %d different", r.Title, len(photos), len(seen))
				}
				withPhotos++
			}
		}
		if withPhotos != 1 || blind != 1 {
			x.t.Errorf("%d surveys with photos, %d with tokens", withPhotos, blind)
		}
		return nil
	})
}

// holder is somebody with a role.
func (x *made) holder(tx *db.Tx, r access.Role) string {
	x.t.Helper()
	for _, s := range x.SignIns {
		if s.Role == r {
			p, err := org.PersonByNo(tx, s.Number)
			if err != nil {
				x.t.Fatal(err)
			}
			return p.ID
		}
	}
	x.t.Fatalf("nobody is %s", r)
	return ""
}

// circular: the newest circular is shown and names one or two matters that are long overdue, with their units.
func (x *made) circular() {
	x.read(func(tx *db.Tx) error {
		c, err := db.One[news.Copy](tx, `SELECT * FROM news_copy WHERE kind = 'circular' ORDER BY shown_at DESC LIMIT 1`)
		if err != nil {
			return err
		}
		all := c.Content().Taken.Problems
		if n := len(all); n < 1 || n > 2 {
			x.t.Errorf("the circular names %d matters", n)
		}
		for _, p := range all {
			if p.Number == "" || p.Unit.Code == "" || p.Late < 5 || p.Solved != "" {
				x.t.Errorf("named: %+v", p)
			}
		}
		return nil
	})
}
