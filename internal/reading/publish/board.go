package publish

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// View is everything that one look at the board shows.
type View struct {
	Today       clock.Day
	Batch       Batch                // what was registered until when is shown
	Name        map[lang.Lang]string // of the organisation
	Place       *org.Place           // the board of one place, or nil
	Month, Year Numbers
	Open        []Item // being done, by deadline
	Done        []Item // struck off, the latest first
	Not         []Item // will not be done, or not now, and why
	Checkpoint  *event.Checkpoint
	Quiet       int       // days since the last thing moved, where that is longer than the setting board.stale; else 0
	First       bool      // nothing had come in before this month
	Broken      bool      // the log does not continue what was signed before
	Read        time.Time // when all of this was read
}

// Item is a matter of the board.
type Item struct {
	ledger.BoardRow
	Late  bool // past its deadline and not waiting
	Near  bool // the deadline is near
	Left  int  // working days to the deadline, negative after it
	Place *org.Place
	Unit  org.Unit        // that leads it
	Asked *accept.Summary // what employees said of the last round, as far as it may be shown, or nil
	Took  int             // working days from taking up to striking off, where it is struck off
	Said  int             // how many people have said it, me too counted; 0 where nobody or too few have, or too few use the place
}

// Limits of a look at the board.
const (
	MaxOpen = 200
	MaxDone = 60
	keep    = 20 * time.Second // how old what is shown may be
	maxKept = 64               // places whose board is kept
)

// Board reads the board and keeps it for some seconds. Make one per installation with [New].
type Board struct {
	db   *db.DB
	mu   sync.Mutex
	kept map[string]kept
}

type kept struct {
	view  *View
	until time.Time
}

// New makes the board of an installation.
func New(d *db.DB) *Board { return &Board{db: d, kept: map[string]kept{}} }

// View gives the board of the whole organisation, or of a place and what is inside it: NotFound "org.place.unknown". What it
// returns is shared: do not change it.
func (b *Board) View(ctx context.Context, place string) (*View, error) {
	place = org.NormalCode(place)
	now := b.db.Clock().Now()
	b.mu.Lock()
	k, ok := b.kept[place]
	b.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.view, nil
	}
	var v *View
	err := b.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		v, err = read(tx, place)
		return err
	})
	if err != nil {
		if ok && fault.KindOf(err) != fault.NotFound { // what was read last is better than nothing; the page says how old it is
			return k.view, nil
		}
		return nil, err
	}
	v.Read = now
	b.mu.Lock()
	if len(b.kept) >= maxKept {
		clear(b.kept)
	}
	b.kept[place] = kept{v, now.Add(keep)}
	b.mu.Unlock()
	return v, nil
}

// Matters reads matters of a list, in the order of the ids.
func (b *Board) Matters(ctx context.Context, ids []string) ([]Item, error) {
	var out []Item
	err := b.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = Items(tx, ids)
		return err
	})
	return out, err
}

// Items reads matters as the board shows them, in the order of the ids. What the board does not show, or not yet, is left out.
func Items(tx *db.Tx, ids []string) ([]Item, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	it, err := items(tx)
	if err != nil {
		return nil, err
	}
	out, err := it.list(ledger.BoardFilter{IDs: ids, Limit: len(ids)})
	slices.SortFunc(out, func(x, y Item) int { return slices.Index(ids, x.ID) - slices.Index(ids, y.ID) })
	return out, err
}

// Forget drops what is kept, so that the next look reads anew.
func (b *Board) Forget() {
	b.mu.Lock()
	clear(b.kept)
	b.mu.Unlock()
}

func read(tx *db.Tx, place string) (*View, error) {
	v := &View{Today: tx.Today()}
	var err error
	if v.Batch, err = BatchOf(tx); err != nil {
		return nil, err
	}
	var places []string
	if place != "" {
		all, err := inside(tx, place)
		if err != nil {
			return nil, err
		}
		v.Place = &all[0]
		for _, p := range all {
			places = append(places, p.Code)
		}
	}
	month := clock.Day(string(v.Today)[:8] + "01")
	if v.Month, err = NumbersOf(tx, place, month, v.Today); err != nil {
		return nil, err
	}
	if v.Year, err = NumbersOf(tx, place, clock.Day(string(v.Today)[:5]+"01-01"), v.Today); err != nil {
		return nil, err
	}
	it, err := items(tx)
	if err != nil {
		return nil, err
	}
	// what waits on the board for somebody to lead it is shown too; what stands down with a condition is not open work
	open := slices.DeleteFunc(slices.Clone(matter.Open), func(s string) bool { return s == matter.CarriedOver })
	if v.Open, err = it.list(ledger.BoardFilter{States: open, Places: places, Limit: MaxOpen}); err != nil {
		return nil, err
	}
	slices.SortStableFunc(v.Open, func(a, b Item) int { return strings.Compare(dueKey(a), dueKey(b)) })
	if v.Done, err = it.list(ledger.BoardFilter{States: []string{matter.Closed}, Places: places, Limit: MaxDone}); err != nil {
		return nil, err
	}
	slices.SortStableFunc(v.Done, func(a, b Item) int { return int(b.ClosedAt/1000 - a.ClosedAt/1000) })
	if v.Not, err = it.list(ledger.BoardFilter{States: []string{matter.Cancelled, matter.CarriedOver}, Places: places, Limit: MaxDone}); err != nil {
		return nil, err
	}
	if v.Quiet, err = quiet(tx, v.Open, v.Done, v.Not); err != nil {
		return nil, err
	}
	if v.Checkpoint, err = event.LatestBefore(tx, startOf(tx, v.Today)); err != nil {
		return nil, err
	}
	if err := event.Sound(tx); errors.Is(err, event.ErrInconsistent) {
		v.Broken = true
	} else if err != nil {
		return nil, err
	}
	if v.First, err = first(tx, month); err != nil {
		return nil, err
	}
	v.Name, err = siteName(tx)
	return v, err
}

func dueKey(i Item) string {
	if i.Due == "" {
		return "9999"
	}
	return string(i.Due)
}

// reader turns rows of the ledger into items.
type reader struct {
	tx     *db.Tx
	batch  Batch
	cal    *clock.Calendar
	lamps  ledger.Lamps
	tree   *org.Tree
	places map[string]*org.Place
	least  int // people who use a place from whom on numbers of it are told
	told   int // people from whom on their number is told: below, none and a few look the same (R6 of the rules of small groups)
}

func items(tx *db.Tx) (*reader, error) {
	r := &reader{tx: tx, places: map[string]*org.Place{}}
	var err error
	if r.batch, err = BatchOf(tx); err != nil {
		return nil, err
	}
	if r.cal, err = org.Calendar(tx); err != nil {
		return nil, err
	}
	if r.lamps, err = ledger.LampsOf(tx); err != nil {
		return nil, err
	}
	if r.tree, err = org.TreeOf(tx); err != nil {
		return nil, err
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return nil, err
	}
	r.least, r.told = set.Int(org.PlaceUsers), set.Int(org.ShowFrom)
	all, err := org.Places(tx)
	for _, p := range all {
		r.places[p.Code] = &p
	}
	return r, err
}

func (r *reader) list(f ledger.BoardFilter) ([]Item, error) {
	f.Until = r.batch.Until
	rows, err := ledger.Board(r.tx, f)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for n, row := range rows {
		ids[n] = row.ID
	}
	fresh, err := r.batch.newcomers(r.tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(rows))
	for _, row := range rows {
		i := Item{BoardRow: row, Place: r.places[row.Place]}
		i.Unit, _ = r.tree.Get(row.Lead)
		if n := int(row.Voices+row.Supporters) - fresh[row.ID]; n >= r.told && (i.Place == nil || i.Place.Users >= r.least) {
			i.Said = n
		}
		if row.ClosedAt != 0 && row.State == matter.Closed {
			i.Took = r.cal.WorkingDaysBetween(row.RegisteredAt.Day(r.tx.Zone()), row.ClosedAt.Day(r.tx.Zone()))
		}
		if row.Due != "" {
			i.Left = r.cal.WorkingDaysLeft(r.tx.Now, r.cal.OfficeEnd(row.Due))
			runs := row.State == matter.Executing || row.State == matter.PlanReview // the deadline; later the unit has said "done"
			i.Late = runs && row.Due < r.lamps.Today
			i.Near = runs && !i.Late && row.Due <= r.lamps.NearDay
		}
		out = append(out, i)
	}
	return out, r.asked(out)
}

// asked adds what employees said about it.
func (r *reader) asked(list []Item) error {
	var ids []string
	for _, i := range list {
		ids = append(ids, i.ID)
	}
	all, err := accept.Public(r.tx, ids)
	for n := range list {
		if rounds := all[list[n].ID]; len(rounds) > 0 {
			list[n].Asked = &rounds[len(rounds)-1]
		}
	}
	return err
}

// siteName is the name of the organisation: the setting, else that of the root of the tree.
func siteName(tx *db.Tx) (map[lang.Lang]string, error) {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return nil, err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	out := map[lang.Lang]string{lang.ZH: set.Text(org.SiteName), lang.EN: set.Text(org.SiteNameEn)}
	for l, name := range out {
		if name == "" {
			out[l] = tree.Name(org.Root, l)
		}
	}
	return out, nil
}

// quiet is for how many days nothing has moved, 0 while that is within what the organisation has set.
func quiet(tx *db.Tx, lists ...[]Item) (int, error) {
	most, err := org.Int(tx, org.BoardStale)
	if err != nil {
		return 0, err
	}
	var last clock.Millis
	for _, list := range lists {
		for _, i := range list {
			last = max(last, i.MovedAt)
		}
	}
	if last == 0 {
		return 0, nil
	}
	if n := last.Day(tx.Zone()).Until(tx.Today()); n >= most {
		return n, nil
	}
	return 0, nil
}
