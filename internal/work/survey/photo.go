package survey

import (
	"context"
	"encoding/json"
	"errors"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey/form"
)

// picture is one photo of an answer, without whose or when.
type picture struct {
	ID, Round, Question string
	Hash, Thumb         string
	W, H                int
	Settled             bool
	Voice               string
}

// photosIn are the photos of an answer while it waits.
func photosIn(all map[string][]form.Picture) (string, error) {
	if len(all) == 0 {
		return "", nil
	}
	s, err := json.Marshal(all)
	return string(s), err
}

// photosOut are the photos of an answer that has waited, by question.
func photosOut(b boxed) (map[string][]picture, error) {
	if b.Photos == "" {
		return nil, nil
	}
	var all map[string][]form.Picture
	if err := json.Unmarshal([]byte(b.Photos), &all); err != nil {
		return nil, err
	}
	out := map[string][]picture{}
	for q, of := range all {
		for _, p := range of {
			out[q] = append(out[q], picture{Round: b.Round, Question: q, Hash: p.Hash, Thumb: p.Thumb, W: p.W, H: p.H})
		}
	}
	return out, nil
}

// settleMost is of how many photos the files are written anew at a time.
const settleMost = 200

// SettlePhotos writes the files of photos anew that have left the box since the last time, or whose round is over, in the order of their random
// numbers. A file carries the day of its content, but file systems keep for themselves when it was made and where it stands: to the second, and
// that would stand beside whatever else somebody saw of that second. Afterwards they tell when at least five answers were put among the others
// together. It follows [Mix] in the same job.
func SettlePhotos(ctx context.Context, d *db.DB, files blob.Store) error {
	for {
		var some []picture
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			tx.Asked()
			some, err = db.All[picture](tx, `SELECT * FROM survey_photo WHERE settled = 0 ORDER BY id LIMIT $1`, settleMost)
			return err
		})
		if err != nil || len(some) == 0 {
			return err
		}
		n, stopped := renew(ctx, files, some)
		if n > 0 { // what was done is noted in either case: a disk that fills again and again must not have it done again and again
			if err := d.Write(ctx, func(tx *db.Tx) error { return settled(tx, some[:n]) }, db.Coarse); err != nil {
				return errors.Join(stopped, err)
			}
		}
		if stopped != nil {
			return stopped
		}
	}
}

// renew writes the files of photos anew and returns of how many it did. A file is whole at every moment: the new one takes the place of the old one.
func renew(ctx context.Context, files blob.Store, some []picture) (int, error) {
	for i, p := range some {
		for _, hash := range []string{p.Hash, p.Thumb} {
			if err := blob.Renew(ctx, files, hash); err != nil && fault.KindOf(err) != fault.NotFound {
				return i, err
			}
		}
	}
	return len(some), nil
}

// settled notes that the files of photos were written anew.
func settled(tx *db.Tx, some []picture) error {
	who := access.System("survey.mix")
	if err := who.May(tx, access.SurveySystem, access.Thing{Kind: RefKind}); err != nil {
		return err
	}
	told := map[string]bool{}
	for _, p := range some {
		if err := settlePhoto(tx, p.ID); err != nil {
			return err
		}
		if told[p.Round] {
			continue
		}
		told[p.Round] = true
		r, err := findRound(tx, p.Round, "")
		if err != nil {
			return err
		}
		if err := event.Record(tx, who, event.Fact{Kind: "survey.settled", Subject: r.Ref(), From: r.State, To: r.State}); err != nil {
			return err
		}
	}
	return nil
}

// Seen is one photo that was sent as an answer to a question; Voice is the number of the voice as which it was taken up, or empty.
type Seen struct {
	ID, Question, Hash, Thumb string
	W, H                      int
	Voice                     string
}

// Photos are the photos of a round that is over, in the order of random numbers. Errors: as of [Texts].
func Photos(tx *db.Tx, who access.Person, key string) ([]Seen, error) {
	r, err := audible(tx, who, key)
	if err != nil {
		return nil, err
	}
	return db.All[Seen](tx, `SELECT id, question, hash, thumb, w, h, voice FROM survey_photo WHERE round = $1 ORDER BY question, id LIMIT 2000`, r.ID)
}

// SeenIn gives a photo of a round that is over, to whoever may see it. Errors: as of [Texts], NotFound "survey.photo.unknown".
func SeenIn(tx *db.Tx, who access.Person, round, photo string) (Seen, error) {
	all, err := Photos(tx, who, round)
	if err != nil {
		return Seen{}, err
	}
	for _, p := range all {
		if p.ID == photo {
			return p, nil
		}
	}
	return Seen{}, fault.New(fault.NotFound, "survey.photo.unknown")
}

// PhotoUsed reports whether an answer holds a stored picture.
func PhotoUsed(tx *db.Tx, hash string) (bool, error) {
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT id FROM survey_photo WHERE hash = $1 UNION ALL SELECT id FROM survey_photo WHERE thumb = $1
		UNION ALL SELECT id FROM survey_box WHERE photos <> '' AND photos LIKE '%' || $1 || '%') x`, hash)
	return n > 0, err
}

// PhotoShown reports whether somebody may see a stored picture because it was sent as an answer.
func PhotoShown(tx *db.Tx, who access.Person, hash string) (bool, error) {
	tx.Asked()
	rounds, err := db.All[string](tx, `SELECT round FROM survey_photo WHERE hash = $1 UNION SELECT round FROM survey_photo WHERE thumb = $1`, hash)
	if err != nil {
		return false, err
	}
	for _, r := range rounds {
		_, err := audible(tx, who, r)
		if err == nil {
			return true, nil
		}
		if fault.KindOf(err) == fault.Internal {
			return false, err
		}
	}
	return false, nil
}

// TakePhoto notes that the union office has taken a photo up as a voice, as [TakeUp] does with a sentence.
type TakePhoto struct {
	Photo string `json:"-"`
	Voice string `json:"voice"` // number of the voice
}

// Do notes it. Errors: access, NotFound, Conflict "survey.photo.taken" where somebody was quicker.
func (in TakePhoto) Do(tx *db.Tx, who access.Person) error {
	p, err := db.Maybe[picture](tx, `SELECT * FROM survey_photo WHERE id = $1`, in.Photo)
	if err != nil {
		return err
	}
	if p == nil {
		tx.Asked()
		return fault.New(fault.NotFound, "survey.photo.unknown")
	}
	r, err := audible(tx, who, p.Round)
	if err != nil {
		return err
	}
	now, err := takePhoto(tx, p.ID, in.Voice)
	if err != nil {
		return err
	}
	if !now {
		return fault.New(fault.Conflict, "survey.photo.taken")
	}
	return event.Record(tx, who, event.Fact{Kind: "survey.taken_up", Subject: r.Ref(), From: r.State, To: r.State, Data: in})
}
