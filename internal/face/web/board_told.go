package web

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/practice"
)

// What the union tells beside the matters of the board: what is up, and what worked somewhere. Both are written by the union and checked by somebody
// else; a practice waits for the batch of the board like everything that was put down on a day (decision 40).

// lessonText is how much of what a practice says stands on the board, in characters.
const lessonText = 90

// boardTold puts what is up onto the board, and the newest practice onto that of the whole organisation. It returns what is up.
func (r *Req) boardTold(p *BoardPage, v *publish.View) (up []news.Copy, err error) {
	place := ""
	if v.Place != nil {
		place = v.Place.Code
	}
	err = r.Read(func(tx *db.Tx) error {
		if up, _, err = news.PublicList(tx, news.Public{Place: place}, boardNews); err != nil || place != "" {
			return err
		}
		x, err := practice.Newest(tx, v.Batch.Until)
		if err != nil || x == nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		p.Lesson = &BoardItem{Number: x.Number, Title: x.Title, Where: tree.Name(x.Lead, r.Lang), Why: shortText(x.Problem, lessonText), Tag: Tag{Text: r.T("practice.title")}, Dates: r.Lang.Date(x.PublishedAt, r.Zone)}
		return nil
	})
	for _, c := range up {
		p.News = append(p.News, r.newsItem(c))
	}
	return up, err
}

// boardTellTV puts the notices to which one can object, and the newest practice, among the pictures of the wall screen.
func (r *Req) boardTellTV(p *BoardPage, up []news.Copy) {
	s := BoardSlide{Title: r.T("news.on_board")}
	for _, c := range up {
		if c.Open(r.Today()) && len(s.Items) < slideRows {
			s.Items = append(s.Items, BoardItem{Title: c.Title, Where: c.Number + " · " + r.T("news.kind."+string(c.Kind)), Tag: Tag{Text: r.newsState(c), Tone: r.newsStateTone(c)}, Dates: r.newsUntil(c)})
		}
	}
	if len(s.Items) > 0 {
		p.Slides = append(p.Slides, s)
	}
	if p.Lesson != nil {
		p.Slides = append(p.Slides, BoardSlide{Title: r.T("board.lesson"), Items: []BoardItem{*p.Lesson}})
	}
}
