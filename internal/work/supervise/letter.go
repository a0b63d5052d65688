package supervise

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter"
)

// Letter is an order as it was signed: the words on paper, which never change, and their hash, which stands in the log.
type Letter struct {
	OrderID string
	Code    string // what the mark on paper leads to; nobody guesses it
	Text    string // one line per row: label, tab, words
	Hash    string // SHA-256 of the text, in hexadecimal
	At      clock.Millis
}

// FactLetter tells of a letter that was signed; its data hold number and hash.
const FactLetter = "order.letter"

// LetterRow is a line of a letter.
type LetterRow struct{ Label, Text string }

// Rows are the lines of the letter.
func (l Letter) Rows() []LetterRow {
	var out []LetterRow
	for line := range strings.Lines(l.Text) {
		label, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		out = append(out, LetterRow{label, strings.ReplaceAll(text, "\v", "\n")})
	}
	return out
}

// HashOf is the hash of a letter's text.
func HashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

type letterFact struct {
	Number string `json:"number"`
	Hash   string `json:"hash"`
}

// letterOf writes the words of an order that is being signed, in the language in which letters are written.
func letterOf(tx *db.Tx, o Order) (Letter, error) {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return Letter{}, err
	}
	signer, err := db.One[string](tx, `SELECT name FROM org_person WHERE id = $1`, o.Signer)
	if err != nil {
		return Letter{}, err
	}
	zh, zone := lang.ZH, tx.Zone()
	var b strings.Builder
	row := func(key, text string) {
		if text = strings.TrimSpace(text); text != "" {
			clean := strings.NewReplacer("\r\n", "\v", "\n", "\v", "\t", " ").Replace(text)
			b.WriteString(zh.T(key) + "\t" + clean + "\n")
		}
	}
	date := func(d clock.Day) string {
		if d == "" {
			return ""
		}
		return zh.Date(d, zone)
	}
	basis := zh.Enum("supervise.basis", o.Basis)
	if o.BasisText != "" {
		basis += "：" + o.BasisText
	}
	co, present := "", clock.Day("")
	if o.SubjectKind == "matter" {
		m, err := matter.Find(tx, o.SubjectID)
		if err != nil {
			return Letter{}, err
		}
		var names []string
		for _, u := range m.CoUnits() {
			names = append(names, tree.Name(u, zh))
		}
		co = strings.Join(names, "、")
		if o.Due0 != "" && m.Due0 != "" {
			o.Due0, present = m.Due0, m.Due
		}
	}
	row("supervise.number", o.Number)
	row("supervise.issued_at", date(o.IssuedAt.Day(zone)))
	row("supervise.grade", zh.Enum("supervise.color", o.Grade))
	row("supervise.f.title", o.Title)
	row("supervise.f.basis", basis)
	row("supervise.subject_no", o.SubjectNo)
	row("supervise.f.unit", tree.Name(o.Unit, zh))
	row("supervise.co_units", co)
	row("supervise.due0", date(o.Due0))
	if present != o.Due0 {
		row("supervise.due_now", date(present))
	}
	row("supervise.f.demand", o.Demand)
	row("supervise.f.due", date(o.Due))
	if o.Round > 1 {
		row("supervise.round", zh.T("supervise.round_n", o.Round))
	}
	row("supervise.signer", signer)
	l := Letter{OrderID: o.ID, Code: id.Token(15), Text: b.String(), At: o.IssuedAt}
	l.Hash = HashOf(l.Text)
	return l, nil
}

// send writes the letter of an order that has its number, and its hash into the log.
func (s *step) send() error {
	l, err := letterOf(s.tx, s.o)
	if err != nil {
		return err
	}
	if err := insertLetter(s.tx, l); err != nil {
		return err
	}
	return event.Record(s.tx, s.who, event.Fact{Kind: FactLetter, Subject: s.o.Ref(), Data: letterFact{s.o.Number, l.Hash}})
}

// LetterOf gives the letter of an order, whose reader was asked for before.
func LetterOf(tx *db.Tx, order string) (Letter, error) {
	return foundLetter(db.Maybe[Letter](tx, `SELECT `+letterColumns+` FROM supervise_letter WHERE order_id = $1`, order))
}

func foundLetter(l *Letter, err error) (Letter, error) {
	if err == nil && l == nil {
		err = fault.New(fault.NotFound, "supervise.unknown")
	}
	if err != nil {
		return Letter{}, err
	}
	return *l, nil
}

// Genuine is what whoever holds a letter may know: nothing that is not on the paper, but for what became of it.
type Genuine struct {
	Number string
	State  string
	Unit   string
	Day    clock.Day
	Hash   string
	Seq    int64 // number of its entry in the log, from 0; -1 while it has none
	Whole  bool  // the words kept are still those that were signed, by the hash in the log
}

// Check looks a letter up by the code of its mark. Everybody who has the paper may.
func Check(tx *db.Tx, code string) (Genuine, error) {
	tx.Asked()
	l, err := foundLetter(db.Maybe[Letter](tx, `SELECT `+letterColumns+` FROM supervise_letter WHERE code = $1 AND code <> ''`, code))
	if err != nil {
		return Genuine{}, err
	}
	o, err := find(tx, l.OrderID, "")
	if err != nil {
		return Genuine{}, err
	}
	g := Genuine{Number: o.Number, State: o.State, Unit: o.Unit, Day: l.At.Day(tx.Zone()), Hash: l.Hash, Seq: -1}
	all, err := event.Timeline(tx, o.Ref(), 200, 0)
	for _, e := range all {
		var f letterFact
		if e.Kind == FactLetter && json.Unmarshal(e.Data, &f) == nil {
			g.Seq = e.Seq
			g.Whole = f.Hash == HashOf(l.Text) && f.Hash == l.Hash && f.Number == o.Number
		}
	}
	return g, err
}

// errPreview undoes what a preview has done.
var errPreview = errors.New("supervise: a preview")

// Preview shows the letter that an order would be: everything is done, asked for and checked, and then undone. The number is the next one,
// and becomes this letter's only when it is signed.
func Preview(write func(func(*db.Tx) error) error, do func(*db.Tx) error) (Letter, error) {
	var l Letter
	err := write(func(tx *db.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		var err error
		l, err = db.One[Letter](tx, `SELECT `+letterColumns+` FROM supervise_letter WHERE order_id =
			(SELECT o.id FROM supervise_order o JOIN supervise_number n ON n.year = o.year AND n.last = o.n WHERE o.year = $1)`, int64(tx.Today().Year()))
		if err != nil {
			return err
		}
		return errPreview
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return l, err
}
