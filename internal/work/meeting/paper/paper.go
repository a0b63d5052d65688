// Package paper is what minutes say, by value: nothing that changes later changes them.
package paper

import "sanwen/internal/ground/clock"

// Figure is one number of the period, with its words in both languages.
type Figure struct {
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Value string `json:"value"`
}

// Minutes are what the chair signs: everything that is printed, by value, so that nothing that changes later changes them.
type Minutes struct {
	V           int64        `json:"v"`
	Kind        string       `json:"kind"`
	Title       string       `json:"title"`
	Number      string       `json:"number"`
	Start       clock.Millis `json:"start"`
	Ended       clock.Millis `json:"ended"`
	Place       string       `json:"place"`
	Chair       string       `json:"chair"`
	Recorder    string       `json:"recorder"`
	Here        []Seat       `json:"here"`
	SatIn       []Seat       `json:"sat_in,omitempty"`
	Excused     []Seat       `json:"excused,omitempty"`
	Opening     string       `json:"opening,omitempty"`
	Earlier     *Earlier     `json:"earlier,omitempty"`
	Figures     []Figure     `json:"figures,omitempty"`
	Items       []Treated    `json:"items,omitempty"`
	Speeches    []Said       `json:"speeches,omitempty"`
	Awards      []Said       `json:"awards,omitempty"`
	Demands     string       `json:"demands,omitempty"`
	Resolutions []Settled    `json:"resolutions,omitempty"`
	Sent        []string     `json:"sent"`
	Signer      string       `json:"signer"`
	SignedAt    clock.Millis `json:"signed_at"`
	Reason      string       `json:"reason,omitempty"` // of a correction
}

// Seat is who came for a unit, or did not.
type Seat struct {
	Unit     string `json:"unit"`
	Who      string `json:"who,omitempty"`
	Note     string `json:"note,omitempty"`
	Presence string `json:"presence"`
}

// Earlier is what became of the resolutions of earlier meetings.
type Earlier struct {
	All  int `json:"all"`
	Done int `json:"done"`
	Late int `json:"late"`
}

// Treated is an item of the agenda with what was said and decided.
type Treated struct {
	Number     string    `json:"number,omitempty"`
	Title      string    `json:"title"`
	Why        []string  `json:"why"`
	Lead       string    `json:"lead,omitempty"`
	State      string    `json:"state,omitempty"`
	Kind       string    `json:"kind"`
	Due0       clock.Day `json:"due0,omitempty"`
	Due        clock.Day `json:"due,omitempty"`
	Extensions int64     `json:"extensions,omitempty"`
	Progress   string    `json:"progress,omitempty"`
	Positions  []Voiced  `json:"positions,omitempty"`
	Conclusion string    `json:"conclusion"`
	With       []string  `json:"with,omitempty"` // titles of what was treated together
	Decided    []int64   `json:"decided,omitempty"`
}

// Voiced is the position of a unit.
type Voiced struct {
	Unit string `json:"unit"`
	Text string `json:"text"`
}

// Said is a speech or an award.
type Said struct {
	Title  string `json:"title"`
	Unit   string `json:"unit"`
	Who    string `json:"who,omitempty"`
	Matter string `json:"matter,omitempty"`
	Text   string `json:"text,omitempty"`
}

// Settled is a line of the annex.
type Settled struct {
	N          int64     `json:"n"`
	Text       string    `json:"text"`
	Unit       string    `json:"unit"`
	Co         []string  `json:"co,omitempty"`
	Person     string    `json:"person"`
	Day        clock.Day `json:"day"`
	Supervisor string    `json:"supervisor"`
	Matter     string    `json:"matter,omitempty"`
}
