package web

import (
	"encoding/json"

	"sanwen/internal/ground/clock"
	"sanwen/internal/reading/insight/search"
)

// Light is a traffic light: colour, shape and word. Template "light".
type Light struct {
	Color   string // "green", "blue", "yellow" or "red"
	Word    string // "剩 4 个工作日"
	Waiting bool   // an approved waiting runs
	Title   string // the dates behind it
}

// Tag is a small word in a frame. Template "tag".
type Tag struct {
	Text string
	Tone string // "", "info", "good", "warn" or "bad"
}

// Step is one stage of a parcel line. Template "parcel" takes []Step.
type Step struct {
	Label string
	When  string // "11月24日" or "11月24日前"
	Note  string
	State string // "done", "now", "next" or "skipped"
	Moved string // an earlier date that no longer holds, struck through
}

// Entry is one line of a timeline. Template "timeline" takes []Entry.
type Entry struct {
	At    clock.Millis // 0 where only the day may be known
	Day   string       // shown instead of At
	Title string
	Who   string
	Text  string
	Tone  string // "", "good", "warn" or "bad"
	Href  string
	Photo []Photo
}

// Photo is a picture from the store. Template "photo".
type Photo struct {
	Src, Thumb string // addresses
	Alt        string
	Caption    string
	W, H       int
}

// Pair is before and after, side by side and of the same size. Template "pair".
type Pair struct {
	Place         string
	Before, After Photo
}

// PhotoField is the row of tiles for adding photos. Template "photos".
type PhotoField struct {
	Field
	Most int
	Have []HavePhoto // already stored
	Send string      // address that takes one photo by itself, or ""

	Blank *HavePhoto // of each photo it is asked when it was taken and what it shows: the fields of a new one; nil: it is not
	Zone  string     // in which its time is
}

// HavePhoto is a photo that the form already has; Token comes back as a hidden field of the same name.
type HavePhoto struct {
	Photo
	Token string
	PhotoSaid
	Of, List string // the field of the photos, and the list of what can be shown, where it is asked
}

// PhotoSaid is what is said of a photo: when it was taken, "2026-11-22T14:05", and what it shows.
type PhotoSaid struct{ At, Point string }

// Dated asks of each photo when it was taken and what it shows, which is offered by a list of the page.
func (p PhotoField) Dated(list string, zone string) PhotoField {
	p.Zone, p.Blank = zone, &HavePhoto{Of: p.Name, List: list}
	for i := range p.Have {
		p.Have[i].Of, p.Have[i].List = p.Name, list
	}
	return p
}

// Photos makes the row of tiles for a form.
func (f *Form) Photos(name, labelKey string, most int, have []HavePhoto) PhotoField {
	return PhotoField{Field: f.Field(name, labelKey), Most: most, Have: have}
}

// Each gives the address that takes one photo by itself, for pages that load tell.js.
func (p PhotoField) Each(send string) PhotoField {
	p.Send = send
	return p
}

// SendBar is the button that takes a form on. While nothing can be written it is off, and what was typed can be copied. Template
// "sendbar".
type SendBar struct {
	Text  string
	Words string // id of the element with what was typed
	Off   bool
}

// Bar makes the button of a form.
func (p *Page) Bar(key, words string) SendBar {
	return SendBar{Text: p.T(key), Words: words, Off: p.Banner != ""}
}

// Link is text with an address. Templates "links" and "actions".
type Link struct {
	Text, Href string
	Tel        string // number to call, instead of an address
	Icon       string
	Tone       string // "", "primary", "danger" or "quiet"
	Current    bool
}

// Fact is a label with a value. Template "facts" takes []Fact.
type Fact struct {
	Label, Value string
	Href         string
	Note         string
	Light        *Light
	Change       string // address of a "change" link, on check pages
	Live         string // address at which the value is told anew when the page hears that it has changed (live.js)
}

// Empty is why a list shows nothing. Template "empty".
type Empty struct {
	Kind   string // "nothing", "done" or "filtered"
	Title  string
	Text   string
	Action *Link
}

// Panel is a framed message. Template "panel".
type Panel struct {
	Tone  string // "good", "info", "warn" or "bad"
	Title string
	Text  string
	Links []Link
}

// Conflict shows both versions of what two people changed. Template "conflict".
type Conflict struct {
	Who   string // who changed it meanwhile
	When  string
	Rows  []ConflictRow
	Keep  Link // go on with theirs
	Final bool // nothing can be sent over it any more
}

// ConflictRow is one field of a conflict.
type ConflictRow struct{ Label, Yours, Theirs string }

// Differs reports whether the versions differ in this field.
func (c ConflictRow) Differs() bool { return c.Yours != c.Theirs }

// Progress is how far something has come, in pieces, never in estimated percent. Template "progress".
type Progress struct {
	Label       string
	Done, Total int
}

// Whole reports whether nothing is left.
func (p Progress) Whole() bool { return p.Done >= p.Total }

// Figure is one number of a dashboard: a sentence with the link to what is behind it. Template "figures" takes []Figure.
type Figure struct {
	Value   string // "36"
	Of      string // "39", or ""
	Label   string // "件实事已由职工确认"
	Note    string // comparison with before
	Href    string
	Tone    string // "bad" where a decision is needed
	Unknown string // why there is no number ("少于5人,不显示")
}

// Message is one contribution to a thread. Template "thread" takes []Message.
type Message struct {
	From   string
	When   string
	Text   string
	Mine   bool
	Folded bool // own words stay folded until asked for
	Photo  []Photo
}

// Counter is a number that filters a list. Template "counters" takes []Counter.
type Counter struct {
	Label   string
	N       int
	More    bool // there are more than N
	Href    string
	Current bool
	Tone    string
	Light   string // the lamp in front of the number, or ""
	Was     string // what it was before, in small letters, or ""
}

// SavedViews are the filters of a list that its reader keeps under names. Templates "savedviews" and "keepview".
type SavedViews struct {
	Form  *Form
	List  string // its address
	To    string // takes a new one
	Query string // of the present filter
	Kept  []SavedView
}

// SavedView is a filter under a name: its list, and the address that throws it away.
type SavedView struct{ Title, Href, Drop string }

// BulkBar is what may be done with the rows of a table that are ticked. Template "bulkbar".
type BulkBar struct {
	Name    string // of the boxes
	Buttons []BulkButton
}

// BulkButton does something with all rows that are ticked.
type BulkButton struct{ Do, Key, Text string }

// QR is a code for phones, as a path of unit squares. Template "qr".
type QR struct {
	Size int    // modules of one side, quiet zone included
	Path string // of SVG
	Alt  string
	Text string // what to type instead
}

// Card is a box that leads somewhere. Template "cardlist" takes []Card.
type Card struct {
	Title  string
	Href   string
	Lines  []string
	Light  *Light
	Tags   []Tag
	Photo  *Photo
	Action *Link // one button

	Marked []search.Piece   // the title with what was looked for; instead of Title
	Around []search.Piece   // what stands around what was looked for
	Below  [][]search.Piece // instead of Lines
}

// Receipt is what a submitter keeps: a public number and, shown once, the code that opens the thread. Template "receipt".
type Receipt struct {
	Title        string // heading of the picture
	Number, Code string // in groups of four
	File         string // name of the saved picture
	Lines        [][2]string
}

// JSON is what the script draws into the picture: label and value of each line. It names no place and repeats no text.
func (r Receipt) JSON() string {
	b, err := json.Marshal(r.Lines)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}
