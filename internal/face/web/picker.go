package web

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// pickMost is how many of the found ones a picker shows.
const pickMost = 12

// Picker is the data of the component "picker": a field for one, or several, of very many units or people. One types a part of the
// name or the number. Without scripts the form comes back with everything typed and the found ones below the field to choose from;
// with pick.js they are offered while typing. What the field holds is text that says whom it means, "炼钢厂 · U03": it can be
// read, typed by hand, and is the same after a fault.
type Picker struct {
	Field
	From    string   // address that finds while one types
	Found   []Option // what the typed text may mean
	More    bool     // there are more than are shown
	Several bool
	Chosen  []Option // of several: those that count already
	Off     string   // codes that may not be chosen, for the script
	Why     string   // and the reason
	For     string   // text for which Found was made

	among among
}

// among is one set of things among which a picker chooses: units or places.
type among interface {
	text(code string) string                      // as it stands in the field
	means(text string) (code string)              // what a text means beyond doubt
	find(text string) (found []Option, more bool) // what it may mean
	from() string                                 // where the script finds them
	barred() (codes, why string)                  // what the script must not offer
	refused(code string) *fault.Error             // why one that exists cannot be chosen here, nil where it can
}

// picked is what a picker has found out about a text.
type picked struct {
	found []Option
	more  bool
}

// Hint adds a sentence under the label.
func (p Picker) Hint(key string, args ...any) Picker { p.Field = p.Field.Hint(key, args...); return p }

// May marks the picker as optional.
func (p Picker) May() Picker { p.Optional = true; return p }

// Adder is the name of the text field of a picker for several.
func (p Picker) Adder() string { return p.Name + ".add" }

// Units is one set of units among which a picker chooses.
type Units struct {
	tree  *org.Tree
	l     lang.Lang
	kinds []org.UnitKind
	extra []Option          // what is no unit but may be chosen too, by its code
	off   map[string]string // codes that may not be chosen, with the reason
}

// UnitsOf are the active units of the kinds, of all kinds where none is named.
func (r *Req) UnitsOf(tree *org.Tree, kinds ...org.UnitKind) Units {
	return Units{tree: tree, l: r.Lang, kinds: kinds}
}

// And adds something that is no unit.
func (u Units) And(extra ...Option) Units {
	u.extra = append(slices.Clone(u.extra), extra...)
	return u
}

// Without bars units, each for a reason.
func (u Units) Without(off map[string]string) Units { u.off = off; return u }

func (u Units) all() []org.Unit {
	if len(u.kinds) > 0 {
		return u.tree.OfKind(u.kinds...)
	}
	return u.active()
}

// active are the units of all kinds that are in use.
func (u Units) active() []org.Unit {
	var out []org.Unit
	for _, one := range u.tree.All() {
		if one.Active {
			out = append(out, one)
		}
	}
	return out
}

// text is how a code is written into a field: name and code, so that it can be read and means one only.
func (u Units) text(code string) string {
	if code == "" {
		return ""
	}
	for _, o := range u.extra {
		if o.Value == code {
			return o.Text
		}
	}
	if one, ok := u.tree.Get(code); ok {
		return one.Name(u.l) + " · " + one.Code
	}
	return code
}

func (u Units) option(one org.Unit) Option {
	o := Option{Value: one.Code, Text: one.Name(u.l) + " · " + one.Code, Off: u.off[one.Code]}
	if len(u.tree.Chain(one.Code)) > 2 {
		o.Note = unitLine(u.tree, one.Parent, u.l)
	}
	return o
}

// means is the code that a text means beyond doubt: a code, a whole name that only one has, or name and code.
func (u Units) means(text string) string {
	for _, o := range u.extra {
		if o.Value == text || o.Text == text {
			return o.Value
		}
	}
	if one, ok := u.tree.Get(org.NormalCode(text)); ok {
		return one.Code
	}
	if name, code, ok := cutLast(text); ok {
		if one, is := u.tree.Get(org.NormalCode(code)); is && (one.NameZh == name || one.NameEn == name) {
			return one.Code
		}
	}
	if code, n := nameOf(u.all(), text); n > 0 {
		return code
	}
	if found, _ := u.find(text); len(found) > 0 {
		return ""
	}
	code, _ := nameOf(u.active(), text) // of another kind
	return code
}

// nameOf finds the units with a name: the code where only one has it, and how many have.
func nameOf(units []org.Unit, name string) (code string, n int) {
	for _, one := range units {
		if strings.EqualFold(one.NameZh, name) || strings.EqualFold(one.NameEn, name) {
			code = one.Code
			n++
		}
	}
	if n > 1 {
		code = ""
	}
	return code, n
}

// refused says of a unit of another kind which kinds can be chosen. The codes of all units can be typed, and mean what they mean.
func (u Units) refused(code string) *fault.Error {
	one, ok := u.tree.Get(code)
	if !ok || len(u.kinds) == 0 || slices.Contains(u.kinds, one.Kind) || slices.ContainsFunc(u.extra, func(o Option) bool { return o.Value == code }) {
		return nil
	}
	var kinds []string
	for _, k := range u.kinds {
		kinds = append(kinds, u.l.Enum("org.unit.kind", k))
	}
	return fault.New(fault.Invalid, "web.pick_kind", u.text(code), u.l.Enum("org.unit.kind", one.Kind), u.l.List(kinds))
}

// cutLast takes a text apart into a name and the code behind it.
func cutLast(text string) (name, code string, ok bool) {
	for _, between := range []string{"·", " ", "　"} {
		if i := strings.LastIndex(text, between); i > 0 {
			return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+len(between):]), true
		}
	}
	return text, "", false
}

// find lists the units with the text in their name or at the beginning of their code, those that begin with it first.
func (u Units) find(text string) (out []Option, more bool) {
	low := strings.ToLower(text)
	var first, then []Option
	for _, o := range u.extra {
		if strings.Contains(strings.ToLower(o.Text), low) {
			first = append(first, o)
		}
	}
	for _, one := range u.all() {
		zh, en := strings.ToLower(one.NameZh), strings.ToLower(one.NameEn)
		switch {
		case strings.HasPrefix(zh, low), strings.HasPrefix(en, low), strings.HasPrefix(one.Code, org.NormalCode(text)):
			first = append(first, u.option(one))
		case strings.Contains(zh, low), strings.Contains(en, low):
			then = append(then, u.option(one))
		}
	}
	return few(append(first, then...))
}

func few(all []Option) ([]Option, bool) {
	if len(all) > pickMost {
		return all[:pickMost], true
	}
	return all, false
}

// Unit reads a picker of one unit of the kinds, of any kind where none is named; see [Form.UnitIn].
func (f *Form) Unit(name string, kinds ...org.UnitKind) string {
	among, ok := f.readUnits(kinds...)
	if !ok {
		return ""
	}
	return f.UnitIn(name, among)
}

// NeedUnit is Unit for a field that must not be empty.
func (f *Form) NeedUnit(name string, kinds ...org.UnitKind) string {
	code := f.Unit(name, kinds...)
	f.need(name, code)
	return code
}

// need notes that a picker holds nothing, unless something is wrong with it already.
func (f *Form) need(name, value string) {
	if value == "" && f.faultAt(name) == "" {
		f.Fault(name, "fault.required")
	}
}

// Units reads a picker of several units of the kinds; see [Form.UnitsIn].
func (f *Form) Units(name string, kinds ...org.UnitKind) []string {
	among, ok := f.readUnits(kinds...)
	if !ok {
		return nil
	}
	return f.UnitsIn(name, among)
}

// readUnits reads the tree for a field. Where that is not possible the form fails with the error.
func (f *Form) readUnits(kinds ...org.UnitKind) (u Units, ok bool) {
	err := f.r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		u = f.r.UnitsOf(tree, kinds...)
		return err
	})
	if err != nil {
		f.broken = err
	}
	return u, err == nil
}

// UnitIn reads a picker of one unit: its code, "" where the field is empty. A text that may mean several, or that is only a part of a
// name, is a fault of the field that offers the found ones; one that means none comes back as it was typed.
func (f *Form) UnitIn(name string, among among) string {
	text := strings.Join(strings.Fields(f.one(name)), " ")
	code := f.chosen(name, text)
	if code == "" && text != "" {
		code = among.means(text)
	}
	if code != "" {
		f.Set(name, among.text(code))
		return f.admit(name, code, among)
	}
	if text == "" {
		return ""
	}
	found, more := among.find(text)
	f.doubt(name, name, text, found, more)
	return ""
}

// admit returns a code that can be chosen; another one is a fault of the field, and nothing.
func (f *Form) admit(name, code string, among among) string {
	if e := among.refused(code); e != nil {
		f.Fault(name, e.Key, e.Args...)
		return ""
	}
	return code
}

// chosen is what was chosen among the found ones of the text that the field still holds.
func (f *Form) chosen(name, text string) string {
	pick := f.one(name + ".pick")
	if pick == "" || f.one(name+".for") != text {
		return ""
	}
	return pick
}

// offer lets the picker show what was found.
func (f *Form) offer(name string, found []Option, more bool) {
	if f.picks == nil {
		f.picks = map[string]picked{}
	}
	f.picks[name] = picked{found, more}
}

// doubt notes that a text has to be chosen from: a fault of the field, and what was found at the place of the text.
func (f *Form) doubt(name, at, text string, found []Option, more bool) {
	if len(found) == 0 {
		f.Fault(name, "web.pick_none", text)
		return
	}
	f.offer(at, found, more)
	f.Fault(name, "web.pick_several", text)
}

// UnitsIn reads a picker of several units: those that count already, those ticked among the found, and those that were typed.
func (f *Form) UnitsIn(name string, among among) []string {
	var out []string
	for _, code := range f.values[name] {
		if code = f.admit(name, code, among); code != "" && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	add := name + ".add"
	text := f.one(add)
	if strings.TrimSpace(text) == "" || f.one(add+".for") == text && slices.ContainsFunc(f.values[name], func(code string) bool { return f.offered(add, code) }) {
		f.Set(add, "")
		return out
	}
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("，,、;；\n", c) }) {
		part = strings.Join(strings.Fields(part), " ")
		switch code := among.means(part); {
		case part == "" || slices.Contains(out, code):
		case code != "":
			if f.admit(name, code, among) == "" {
				f.Set(add, part)
				f.values[name] = out
				return out
			}
			out = append(out, code)
		default:
			found, more := among.find(part)
			f.doubt(name, add, part, found, more)
			f.Set(add, part)
			f.values[name] = out
			return out
		}
	}
	f.Set(add, "")
	f.values[name] = out
	return out
}

// offered reports whether a code stood among the found ones that the form showed.
func (f *Form) offered(add, code string) bool { return slices.Contains(f.values[add+".offer"], code) }

// PickUnit makes the picker of one unit.
func (f *Form) PickUnit(name, labelKey string, among among) Picker {
	p := f.picker(name, labelKey, among.from(), among.barred)
	p.among = among
	p.Value = among.text(p.Value)
	if text := f.Value(name); among.means(text) != "" {
		p.Value = among.text(among.means(text))
	}
	return p
}

// PickUnits makes the picker of several units.
func (f *Form) PickUnits(name, labelKey string, among among) Picker {
	p := f.picker(name+".add", labelKey, among.from(), among.barred)
	p.among = among
	p.Name, p.ID, p.Several = name, fieldID(name), true
	f.labels[name] = p.Label
	if p.Fault == "" {
		p.Fault = f.faultAt(name)
	}
	for i, code := range f.values[name] {
		o := Option{Value: code, Text: among.text(code), On: true, ID: fieldID(name) + "-" + strconv.Itoa(i+1)}
		p.Chosen = append(p.Chosen, o)
		p.Found = slices.DeleteFunc(p.Found, func(x Option) bool { return x.Value == code })
	}
	return p
}

// barred are the codes that the script must not offer, and why.
func (u Units) barred() (codes, why string) {
	var all []string
	for code, reason := range u.off {
		all, why = append(all, code), reason
	}
	slices.Sort(all)
	return strings.Join(all, " "), why
}

// from is the address at which the script finds these units.
func (u Units) from() string {
	to := "/pick/units"
	for i, k := range u.kinds {
		if i == 0 {
			to += "?kind=" + string(k)
		} else {
			to += "," + string(k)
		}
	}
	return to
}

// picker makes what all pickers have.
func (f *Form) picker(name, labelKey, from string, barred func() (string, string)) Picker {
	p := Picker{Field: f.Field(name, labelKey), From: f.r.Link(from)}
	p.Spell, p.Complete, p.For = false, "off", p.Value
	if barred != nil {
		p.Off, p.Why = barred()
	}
	got := f.picks[name]
	p.More = got.more
	for i, o := range got.found {
		o.ID = p.ID + "-found-" + strconv.Itoa(i+1)
		o.On = len(got.found) == 1 && o.Off == ""
		p.Found = append(p.Found, o)
	}
	return p
}

// say is how a value of the field reads.
func (p Picker) say(value string) string {
	if p.among == nil {
		return value
	}
	return p.among.text(value)
}
