package web

import (
	"strconv"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/publish"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
)

// BoardPage is the public board: what was heard, answered and solved, every matter with its state and dates, what was not done
// and why, and the newest head of the log.
type BoardPage struct {
	Page
	Org     string
	Place   string // the board of one place
	Numbers []BoardNumber
	Span    string // the days that the numbers are about
	Batch   string // until when what was registered is shown
	AsOf    string // when they were read
	Old     string // how old they are, where that is more than a few minutes
	First   string // there is nothing yet to compare them with
	Broken  bool   // the log does not continue what was signed before
	Few     string // why some of them are not shown
	Tabs    []Link
	List    *BoardList // the matters behind a number, instead of the tabs
	Open    []BoardItem
	Closed  []BoardItem
	Not     []BoardItem
	View    string
	Top     string // address of the first page of the list
	Next    string // and of the next one
	Empty   *Empty
	Quiet   string
	News    []NewsItem // that are up for it
	NewsAll string
	Lesson  *BoardItem // the newest practice
	Feeds   []Link
	Log     *BoardLog
	TellTo  string
	Slides  []BoardSlide // the wall screen
	QR      *QR
}

// BoardNumber is one number of the head: of this month, with the year so far beside it.
type BoardNumber struct {
	Value, Label string
	Href         string // the matters that it counts
	Year         string // of the year so far, or ""
	YearHref     string
	Means        string // what exactly it counts
	Beside       string // what stands beside a rate: how many were left out
}

// BoardList is the list behind a number.
type BoardList struct {
	Title string
	Means string
	Back  string
	Items []BoardItem
}

// BoardItem is one matter.
type BoardItem struct {
	Number, Title string
	Where         string // place and unit
	Light         *Light
	Tag           Tag
	Dates         string
	Moved         string // the first deadline, where it no longer holds
	People        string // how many asked for it
	Asked         string // what employees said
	Promise       string // what became of the first deadline, in a list that is about it
	Why           string // why it was not done, by which rule, who decided
	Pair          *Pair
	MeToo         string
}

// BoardLog is the newest tree head.
type BoardLog struct {
	Size  string
	Day   string
	Root  string // its beginning, for comparing by eye
	Check string
}

// BoardSlide is one picture of the wall screen.
type BoardSlide struct {
	Title   string
	Numbers []BoardNumber
	Items   []BoardItem
	Log     *BoardLog
	QR      *QR
}

var (
	boardPage = Define[BoardPage]("board/board")
	tvPage    = Define[BoardPage]("board/tv")
)

const (
	boardNews  = 4  // notices on the board
	boardRows  = 24 // matters of one page
	slideRows  = 3  // and of one picture of the wall screen
	boardCache = 15 * time.Second
	boardOld   = 5 * time.Minute // figures older than that say so
)

// board shows the board. What is not known in its address is refused.
func board(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "place", Label: "board.place"}, {Name: "tv", Label: "board.tv", Values: []string{"1"}},
		{Name: "count", Label: "board.count", Values: values(publish.Figures())}, {Name: "of", Label: "board.of", Values: r.boardPeriods()}},
		Tabs: []string{"open", "done", "not"}})
	if err != nil {
		return err
	}
	place := list.Get("place")
	v, err := r.board.View(r.Ctx(), place)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			r.Status(404)
		}
		return err
	}
	p := BoardPage{Page: Page{Title: r.T("board.title"), Shape: "board"}, Org: v.Name[r.Lang], View: list.View, TellTo: r.Link("/p")}
	if v.Place != nil {
		p.Place, p.TellTo = v.Place.Name(r.Lang), r.Link("/p/"+v.Place.Code)
	}
	r.boardNumbers(&p, v, list)
	r.boardAge(&p, v)
	up, err := r.boardTold(&p, v)
	if err != nil {
		return err
	}
	p.NewsAll, p.Feeds = r.Link("/news"), r.newsFeeds()
	if v.Quiet > 0 {
		p.Quiet = r.T("board.quiet", v.Quiet)
	}
	if c := v.Checkpoint; c != nil {
		p.Log = &BoardLog{Size: r.Lang.Number(c.Size), Day: r.Lang.Date(c.At, r.Zone), Root: c.Root.String()[:12], Check: r.Link("/log/check")}
	}
	if list.Get("tv") != "" {
		return r.boardTV(p, v, up)
	}
	if f := publish.Figure(list.Get("count")); f != "" {
		return r.boardBehind(p, v, list, f)
	}
	for _, view := range []struct {
		name  string
		items []publish.Item
		into  *[]BoardItem
	}{{"open", v.Open, &p.Open}, {"done", v.Done, &p.Closed}, {"not", v.Not, &p.Not}} {
		p.Tabs = append(p.Tabs, Link{Text: r.T("board.tab."+view.name, len(view.items)), Href: list.URL("view", view.name, "after", ""), Current: view.name == list.View})
		if view.name != list.View {
			continue
		}
		from, _ := strconv.Atoi(list.After)
		from = max(0, min(from, len(view.items)))
		to := min(from+boardRows, len(view.items))
		for _, i := range view.items[from:to] {
			*view.into = append(*view.into, r.boardItem(i))
		}
		if from > 0 {
			p.Top = list.URL("view", view.name, "after", "")
		}
		if to < len(view.items) {
			p.Next = list.Next(strconv.Itoa(to))
		}
		if len(view.items) == 0 {
			p.Empty = &Empty{Kind: "nothing", Title: r.T("board.none." + view.name)}
		}
	}
	return boardPage.Render(r, p)
}

// boardPeriods are the periods whose matters can be listed: this month, this year, and the quarters and years that are over.
func (r *Req) boardPeriods() []string {
	out := []string{"month", "year"}
	for _, p := range publish.Periods(r.Today()) {
		out = append(out, p.Key)
	}
	return out
}

// boardNumbers writes out the head: heard, answered, done, and of those confirmed by employees; how long it took, and how much of
// it in time.
func (r *Req) boardNumbers(p *BoardPage, v *publish.View, list *List) {
	m, y := v.Month, v.Year
	p.Span, p.Batch = r.T("board.span", m.From, m.To), r.T("board.batch", v.Batch.Day)
	behind := func(f publish.Figure, of string) string {
		return list.URL("count", string(f), "of", of, "view", "", "tv", "", "after", "")
	}
	say := func(key, month, year string, f publish.Figure) {
		n := BoardNumber{Value: month, Label: r.T("board." + key), Means: r.T("board.means." + key)}
		if !v.First && year != "—" {
			n.Year = r.T("board.year", year)
		}
		if f != "" {
			n.Href, n.YearHref = behind(f, "month"), behind(f, "year")
		}
		p.Numbers = append(p.Numbers, n)
	}
	num := func(n int) string { return r.Lang.Number(n) }
	if m.Few {
		p.Few = r.T("board.few")
	} else {
		say("heard", num(m.Heard), num(y.Heard), "")
		say("answered", num(m.Answered), num(y.Answered), "")
	}
	say("done", num(m.Of(publish.Done)), num(y.Of(publish.Done)), publish.Done)
	say("confirmed", num(m.Of(publish.Confirmed)), num(y.Of(publish.Confirmed)), publish.Confirmed)
	say("took", r.boardDays(m), r.boardDays(y), publish.Done)
	say("on_time", r.boardShare(m), r.boardShare(y), publish.Due)
	if !m.Few {
		p.Numbers[len(p.Numbers)-1].Beside = r.T("board.excluded", m.Excluded)
	}
}

// boardDays is the mean of working days, with one digit behind the point.
func (r *Req) boardDays(n publish.Numbers) string {
	d, ok := n.Average()
	if !ok {
		return "—"
	}
	return strings.TrimSuffix(strconv.FormatFloat(d, 'f', 1, 64), ".0")
}

// boardShare is how many of those that were due are complete in time: as a count where a percentage would pretend to be exact.
func (r *Req) boardShare(n publish.Numbers) string {
	due, in := n.Of(publish.Due), n.Of(publish.OnTime)
	switch {
	case due == 0:
		return "—"
	case due < boardPercent:
		return strconv.Itoa(in) + "/" + strconv.Itoa(due)
	}
	return strconv.Itoa((in*200+due)/(2*due)) + "%"
}

const boardPercent = 10 // fewer than that are shown as a count

// boardAge says when the figures were read, and what is wrong with them.
func (r *Req) boardAge(p *BoardPage, v *publish.View) {
	p.AsOf = r.T("board.as_of", r.Lang.DateTime(clock.MillisOf(v.Read), r.Zone))
	if age := r.Now().Sub(v.Read); age > boardOld {
		p.Old = r.T("board.old", int(age.Minutes()))
	}
	if p.Broken = v.Broken; v.First {
		p.First = r.T("board.first_month")
	}
}

// boardBehind shows the matters that a number counts, and nothing else.
func (r *Req) boardBehind(p BoardPage, v *publish.View, list *List, f publish.Figure) error {
	key := "board.list." + string(f) + "."
	n, title := v.Month, func(many int) string { return r.T(key+"month", many) }
	switch of := list.Get("of"); of {
	case "", "month":
	case "year":
		n, title = v.Year, func(many int) string { return r.T(key+"year", many) }
	default: // a quarter or year that is over
		period, _ := publish.PeriodOf(r.Today(), of)
		if err := r.Read(func(tx *db.Tx) (err error) {
			n, err = publish.NumbersOf(tx, list.Get("place"), period.From, period.To)
			return err
		}); err != nil {
			return err
		}
		title = func(many int) string { return r.T(key+"span", many, r.periodName(period)) }
		p.Span = r.T("board.span", n.From, n.To)
	}
	ids := n.Lists[f]
	p.List = &BoardList{Title: title(len(ids)), Means: r.T("board.means." + string(f)),
		Back: list.URL("count", "", "of", "", "after", "")}
	from, _ := strconv.Atoi(list.After)
	from = max(0, min(from, len(ids)))
	to := min(from+boardRows, len(ids))
	items, err := r.board.Matters(r.Ctx(), ids[from:to])
	if err != nil {
		return err
	}
	for _, i := range items {
		item := r.boardItem(i)
		if f == publish.Due || f == publish.OnTime {
			item.Promise = r.boardPromise(i)
		}
		p.List.Items = append(p.List.Items, item)
	}
	if from > 0 {
		p.Top = list.URL("after", "")
	}
	if to < len(ids) {
		p.Next = list.Next(strconv.Itoa(to))
	}
	if len(ids) == 0 {
		p.Empty = &Empty{Kind: "nothing", Title: r.T("board.none.list")}
	}
	return boardPage.Render(r, p)
}

// boardPromise says what became of the first deadline.
func (r *Req) boardPromise(i publish.Item) string {
	switch {
	case i.Completed0 == 0:
		return r.T("board.promise.open", i.Due0)
	case publish.InTime(i.Completed0.Day(r.Zone), i.Due0):
		return r.T("board.promise.kept", i.Due0, i.Completed0.Day(r.Zone))
	}
	return r.T("board.promise.late", i.Due0, i.Completed0.Day(r.Zone))
}

// boardItem writes out one matter.
func (r *Req) boardItem(i publish.Item) BoardItem {
	out := BoardItem{Number: i.Number, Title: i.Shown(), Tag: Tag{Text: r.T("matter.state." + i.State)}}
	var where []string
	if i.Place != nil {
		where = append(where, i.Place.Name(r.Lang))
	}
	if i.Unit.Code != "" {
		where = append(where, i.Unit.Name(r.Lang))
	}
	out.Where = strings.Join(where, " · ")
	if i.Said > 0 {
		out.People = r.T("board.people", i.Said)
	}
	if i.Due0 != "" && i.Due0 != i.Due {
		out.Moved = r.Lang.Date(i.Due0, r.Zone)
	}
	switch i.State {
	case matter.Closed:
		r.boardClosed(&out, i)
	case matter.Cancelled, matter.CarriedOver:
		r.boardNot(&out, i)
	default:
		r.boardOpen(&out, i)
	}
	return out
}

func (r *Req) boardOpen(out *BoardItem, i publish.Item) {
	claimed := i.State == matter.Accepting || i.State == matter.Inspecting || i.State == matter.Rated
	if claimed {
		out.Dates, out.Moved = r.T("board.claimed", i.CompletedAt.Day(r.Zone)), ""
	} else if i.Due != "" {
		out.Dates = r.T("tell.by", i.Due)
		word := r.Lang.WorkingDaysLeft(i.Left)
		switch {
		case i.State == matter.Paused:
			out.Light = &Light{Color: "blue", Word: word, Waiting: true}
		case i.Late:
			out.Light = &Light{Color: "red", Word: word}
		case i.Near:
			out.Light = &Light{Color: "blue", Word: word}
		default:
			out.Light = &Light{Color: "green", Word: word}
		}
	}
	if i.Place != nil {
		out.MeToo = r.Link("/p/" + i.Place.Code + "/me/" + i.Number)
	}
	if i.Round > 1 {
		out.Asked = r.T("board.again", i.Round)
	}
}

func (r *Req) boardClosed(out *BoardItem, i publish.Item) {
	out.Dates = r.T("board.closed_after", i.ClosedAt.Day(r.Zone), i.Took)
	verdict := i.Verdict
	if verdict == "" {
		verdict = "none"
	}
	out.Tag = Tag{Text: r.T("board.verdict." + verdict), Tone: "good"}
	if i.Verdict != matter.Confirmed {
		out.Tag.Tone = ""
	}
	if s := i.Asked; s != nil {
		switch {
		case s.Shown:
			out.Asked = r.T("board.asked", s.Tally.Result[accept.Solved], s.Answers, s.Invited)
		case s.TooFew:
			out.Asked = r.T("board.asked_few", s.Invited)
		}
	}
	if len(i.Before)+len(i.After) > 0 {
		if pairs := r.pairs(append(append([]matter.Photo{}, i.Before...), i.After...), false); len(pairs) > 0 {
			out.Pair = &pairs[0]
		}
	}
}

func (r *Req) boardNot(out *BoardItem, i publish.Item) {
	var why []string
	add := func(key, value string) {
		if value != "" {
			why = append(why, r.T(key, value))
		}
	}
	add("board.why", i.EndReason)
	add("board.rule", i.EndRule)
	add("board.decider", i.EndDecider)
	if i.State == matter.CarriedOver {
		add("board.condition", i.Condition)
		if i.ReviewDay != "" {
			add("board.review", r.Lang.Date(i.ReviewDay, r.Zone))
		}
		out.Tag.Tone = "warn"
	}
	out.Why = strings.Join(why, "\n")
	out.Dates = r.Lang.Date(i.MovedAt, r.Zone)
}

// boardTV is the wall screen: pictures that turn by themselves and stop at a press.
func (r *Req) boardTV(p BoardPage, v *publish.View, up []news.Copy) error {
	p.Shape = TV
	site, err := r.siteURL()
	if err != nil {
		return err
	}
	if site != "" {
		path := "/p"
		if v.Place != nil {
			path += "/" + v.Place.Code
		}
		q := NewQR(site+path, r.T("board.qr"))
		p.QR = &q
	}
	p.Slides = append(p.Slides, BoardSlide{Title: r.T("board.slide_numbers"), Numbers: p.Numbers, QR: p.QR})
	slides := func(title string, items []publish.Item, rows, most int) {
		for from := 0; from < min(len(items), most); from += rows {
			s := BoardSlide{Title: title}
			for _, i := range items[from:min(from+rows, len(items))] {
				s.Items = append(s.Items, r.boardItem(i))
			}
			p.Slides = append(p.Slides, s)
		}
	}
	var pictures, plain []publish.Item
	for _, i := range v.Done {
		if len(i.After) > 0 {
			pictures = append(pictures, i)
		} else {
			plain = append(plain, i)
		}
	}
	slides(r.T("board.slide_done"), pictures, 1, 6)
	slides(r.T("board.slide_open"), v.Open, slideRows, 24)
	r.boardTellTV(&p, up)
	slides(r.T("board.slide_done"), plain, slideRows, 12)
	slides(r.T("board.slide_not"), v.Not, 1, 6)
	if p.Log != nil {
		p.Slides = append(p.Slides, BoardSlide{Title: r.T("board.log"), Log: p.Log})
	}
	return tvPage.Render(r, p)
}
