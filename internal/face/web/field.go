package web

import (
	"slices"
	"strconv"
	"strings"
)

// Field is the data of the components "field" (one line, text area, date, number, file, password) and "tick". A template makes it
// from the form of its page and refines it:
//
//	{{template "field" (((.Form.Field "text" "tell.text").Area 5).Limit 2000).Hint "tell.text_hint"}}
type Field struct {
	Name, ID     string
	Label        string
	HintText     string
	Fault        string // what is wrong, in the reader's language, or ""
	Value        string
	Type         string // type of the input element; "" is text
	Rows         int    // > 0 makes a text area
	Max          int    // most characters
	Complete     string // autocomplete
	Mode         string // inputmode
	Optional     bool
	Checked      bool
	Wide         bool
	Unit         string // written behind the input: "℃"
	Accept       string
	Several      bool
	Spell        bool
	Min, Biggest string
	Usual        string // "-46 210": a number outside is asked about while it is typed
	AskText      string // the question, with {0} for the number
	H1           bool   // the label is the heading of the page

	lang func(key string, args ...any) string
}

// Field makes the component data of a field: what it holds, what is wrong with it, and its label.
func (f *Form) Field(name, labelKey string) Field {
	label := f.r.T(labelKey)
	if f.labels == nil {
		f.labels = map[string]string{}
	}
	f.labels[name] = label
	return Field{
		Name: name, ID: fieldID(name), Label: label, Value: f.values.Get(name), Fault: f.faultAt(name),
		Type: "text", Spell: true, lang: f.r.T,
	}
}

func fieldID(name string) string { return "f-" + name }

func (f *Form) faultAt(name string) string {
	for _, e := range f.faults {
		if e.Field == name && name != "" {
			return f.sentence(e)
		}
	}
	return ""
}

// Hint adds a sentence under the label.
func (d Field) Hint(key string, args ...any) Field { d.HintText = d.lang(key, args...); return d }

// Area makes a text area of n rows that grows with the text.
func (d Field) Area(rows int) Field { d.Rows = rows; return d }

// Limit says how many characters are left when few are. Nothing typed or pasted is ever cut off; the server refuses what is too long.
func (d Field) Limit(n int) Field { d.Max = n; return d }

// May marks the field as optional; fields are required otherwise.
func (d Field) May() Field { d.Optional = true; return d }

// As sets the input's type ("date", "password", "email", "tel", "search") together with what belongs to it.
func (d Field) As(kind string) Field {
	d.Type = kind
	if kind == "password" {
		d.Value, d.Spell, d.Complete = "", false, "current-password"
	}
	return d
}

// Number makes a field for digits only.
func (d Field) Number() Field { d.Type, d.Mode, d.Spell = "text", "numeric", false; return d }

// Measure makes a field for a number with decimals and its unit.
func (d Field) Measure(unit string) Field { d.Mode, d.Unit, d.Spell = "decimal", unit, false; return d }

// Asks lets a field for a number ask about a value outside of a range, such as 385 for a temperature, while it is typed.
func (d Field) Asks(low, high float64) Field {
	plain := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	d.Usual, d.AskText = plain(low)+" "+plain(high), d.lang("web.unlikely", "{0}", d.Unit)
	return d
}

// Auto sets what the browser may fill in.
func (d Field) Auto(what string) Field { d.Complete = what; return d }

// Broad lets the field take the width of the page.
func (d Field) Broad() Field { d.Wide = true; return d }

// Heading makes the label the heading of the page: the one question that it asks.
func (d Field) Heading() Field { d.H1 = true; return d }

// Between limits a date field.
func (d Field) Between(min, max string) Field { d.Min, d.Biggest = min, max; return d }

// Files makes a file field. accept is as in HTML.
func (d Field) Files(accept string, several bool) Field {
	d.Type, d.Accept, d.Several = "file", accept, several
	return d
}

// Tick makes the data of the component "tick": one box.
func (f *Form) Tick(name, labelKey string) Field {
	d := f.Field(name, labelKey)
	d.Checked = d.Value != ""
	return d
}

// Described lists the ids of hint and fault for aria-describedby.
func (d Field) Described() string {
	s := ""
	if d.HintText != "" {
		s = d.ID + "-hint"
	}
	if d.Fault != "" {
		if s != "" {
			s += " "
		}
		s += d.ID + "-fault"
	}
	return s
}

// Option is one choice of the components "cards", "radios", "select" and "boxes".
type Option struct {
	Value string
	Text  string
	Note  string // consequence, in a second line
	Icon  string
	Off   string // why it cannot be chosen, or ""
	Href  string // an option that first leads elsewhere (sign in)
	On    bool   // set by Choose
	ID    string // set by Choose
}

// Choice is the data of the components "cards" (large, with consequences), "radios", "select" and "boxes" (several).
type Choice struct {
	Field
	Options []Option
	None    string // what the select offers for nothing; "" is "please choose"
}

// Choose makes the data of a choice among options.
func (f *Form) Choose(name, labelKey string, options []Option) Choice {
	c := Choice{Field: f.Field(name, labelKey)}
	held := map[string]bool{}
	for _, v := range f.values[name] {
		held[v] = true
	}
	for i, o := range options {
		o.On, o.ID = held[o.Value], c.ID
		if i > 0 {
			o.ID += "-" + strconv.Itoa(i)
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// Ask makes the data of a choice whose label is a question that somebody wrote.
func (f *Form) Ask(name, question string, options []Option) Choice {
	c := f.Choose(name, "web.please_choose", options)
	c.Label = question
	f.labels[name] = question
	return c
}

// Hint adds a sentence under the label.
func (c Choice) Hint(key string, args ...any) Choice { c.Field = c.Field.Hint(key, args...); return c }

// May marks the choice as optional.
func (c Choice) May() Choice { c.Optional = true; return c }

// Else says what nothing chosen means.
func (c Choice) Else(key string) Choice { c.Optional, c.None = true, c.lang(key); return c }

// Any makes the choice one of a filter: nothing chosen means everything.
func (c Choice) Any() Choice { c.Optional, c.None = true, c.lang("common.all"); return c }

// SummaryLine is one fault of the summary above a form.
type SummaryLine struct{ Href, Text string }

// faultAt is the sentence that puts a label and what is wrong there together: a question needs no colon behind it.
func faultAt(label string) string {
	if strings.HasSuffix(label, "？") || strings.HasSuffix(label, "?") {
		return "web.fault_asked"
	}
	return "web.fault_at"
}

// Summary lists the faults of the form for the component "errors", each with the label of its field and linked to it. The labels
// are known after the fields were made, so a page with faults is rendered twice.
func (f *Form) Summary() []SummaryLine {
	var out []SummaryLine
	seen := map[string]bool{}
	for _, e := range f.faults {
		line := SummaryLine{Text: f.sentence(e)}
		if e.Field != "" {
			if !slices.Contains(f.unseen, e.Field) {
				line.Href = "#" + fieldID(e.Field)
			}
			if label := f.labels[e.Field]; label != "" {
				line.Text = f.r.T(faultAt(label), label, line.Text)
			}
		}
		if !seen[line.Href+line.Text] {
			seen[line.Href+line.Text] = true
			out = append(out, line)
		}
	}
	return out
}

// Unseen names fields that the page carries without showing them: what is wrong with one of them has no place to lead to.
func (f *Form) Unseen(names ...string) *Form {
	f.unseen = append(f.unseen, names...)
	return f
}

// Hidden is a hidden field.
type Hidden struct{ Name, Value string }

// Keep lists hidden fields with what the form holds under the names, for forms of several pages.
func (f *Form) Keep(names ...string) []Hidden {
	var out []Hidden
	for _, name := range names {
		for _, v := range f.values[name] {
			out = append(out, Hidden{name, v})
		}
	}
	return out
}
