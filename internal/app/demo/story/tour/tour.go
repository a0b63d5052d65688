// Package tour lets delegates of the workers' congress go round in the demonstration: what they look at is measured and written down like any
// other visit, and what is wrong is put right by who looks after the place.
package tour

import (
	"errors"

	"sanwen/internal/app/demo/story/share"
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
)

// round is a tour of one place. Days are working days before today.
type round struct {
	day         int
	at          string
	place       string
	note        string
	items       []inspect.Found
	delegations string
}

var rounds = []round{
	{day: 47, at: "10:10", place: "P202", delegations: "职工代表团第二组 4 人", note: "代表问到排队和价格，食堂当场答复。", items: []inspect.Found{
		{Code: "CT2", Readings: []string{"64.5", "62.8", "63.1"}}, {Code: "CT7", Readings: []string{"13"}}, {Code: "CT8", Readings: []string{"6", "7", "9", "6", "5"}, Problem: "十一点四十前后排队超过八分钟"}}},
	{day: 16, at: "15:00", place: "P101", delegations: "职工代表团第一组 5 人", note: "上次提的换气扇已经装好。", items: []inspect.Found{
		{Code: "BT1", Readings: []string{"39.4", "40.1", "38.8"}}, {Code: "BT5", Readings: []string{"yes"}}, {Code: "BT7", Readings: []string{"yes"}}}},
}

// Play puts the tours down.
func Play(h share.House) error {
	var errs []error
	for _, x := range rounds {
		when, err := h.On(h.Day(x.day), x.at)
		errs = append(errs, err)
		h.Put(when, false, "tour", func(tx *db.Tx) error {
			return h.By(tx, access.Inspector, "", 0, &inspect.Record{Place: x.place, Kind: inspect.Tour, Present: x.delegations, Note: x.note, Items: x.items})
		})
	}
	return errors.Join(errs...)
}
