package accept

import (
	"context"

	"sanwen/internal/base/access"
	"sanwen/internal/base/box"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
)

// Mix puts answers that wait among the others. It is a job of every few minutes.
func Mix(ctx context.Context, d *db.DB) error {
	return box.Box{Job: "accept.mix", May: access.AcceptSystem, Fact: event.Fact{Kind: "accept.mixed", Subject: event.Ref{Kind: "acceptance"}, From: Opened, To: Opened},
		Full: func(tx *db.Tx, least int) ([]string, error) {
			full, err := db.All[roundKey](tx, `SELECT matter, round FROM rating_box GROUP BY matter, round HAVING COUNT(*) >= $1 ORDER BY matter, round`, least)
			out := make([]string, len(full))
			for i, k := range full {
				out[i] = k.id()
			}
			return out, err
		},
		Empty: func(tx *db.Tx, thing string, most int) (int, error) {
			k, err := parseRound(thing)
			if err != nil {
				return 0, err
			}
			waiting, err := db.All[rated](tx, `SELECT * FROM rating_box WHERE matter = $1 AND round = $2 ORDER BY id LIMIT $3`+tx.SkipLocked(), k.Matter, k.Round, most)
			if err != nil || len(waiting) < box.Least {
				return 0, err
			}
			for _, r := range waiting {
				if err := takeOut(tx, r.ID); err != nil {
					return 0, err
				}
			}
			return len(waiting), putRatings(tx, waiting)
		}}.Mix(ctx, d)
}

// putRatings writes answers in an order that says nothing.
func putRatings(tx *db.Tx, all []rated) error {
	return box.Shuffled(len(all), func(i int, id string) error {
		all[i].ID = id
		return insertRating(tx, all[i])
	})
}

// seal ends the giving of answers in a round: what waits comes to the others, and all of it and the marks of who has answered are written anew,
// so that the rows themselves do not tell any more what was written together.
func seal(tx *db.Tx, matter string, round int64) error {
	all, err := db.All[rated](tx, `SELECT * FROM rating WHERE matter = $1 AND round = $2 UNION ALL SELECT * FROM rating_box WHERE matter = $1 AND round = $2`, matter, round)
	if err != nil {
		return err
	}
	if err := dropRatings(tx, matter, round); err != nil {
		return err
	}
	if err := putRatings(tx, all); err != nil {
		return err
	}
	return settle(tx, matter, round)
}
