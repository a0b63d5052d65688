// Package cycle holds life cycles as data: tables of transitions "state × event → state" with the permission and the
// guard of each. One table decides what an action may do, which buttons a page shows, what the manual draws, and what
// the model tests expect; nothing else changes a state.
package cycle

import (
	"fmt"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/fault"
)

// Move is one transition. From "" means that the thing does not exist yet. Guard is a language key that says in words
// what else must hold; the action checks it.
type Move struct {
	From, Event, To string
	Action          access.Action
	Guard           string
}

// Table is the life cycle of one kind of thing. Reopen lists the events that may leave a terminal state.
type Table struct {
	Subject  string // "voice", "matter", …
	Words    string // what the language keys of its states begin with, "meeting.state."; empty: the subject and ".state."
	Moves    []Move
	Terminal []string
	Reopen   []string
}

// Next gives the state after the event, or Conflict "cycle.refused" with the state and the event as arguments.
func (t Table) Next(from, event string) (to string, err error) {
	for _, m := range t.Moves {
		if m.From == from && m.Event == event {
			return m.To, nil
		}
	}
	return "", fault.New(fault.Conflict, "cycle.refused", from, event)
}

// To gives the state after an event that has several outcomes: the one asked for, if the table has it.
func (t Table) To(from, event, to string) error {
	for _, m := range t.Moves {
		if m.From == from && m.Event == event && m.To == to {
			return nil
		}
	}
	return fault.New(fault.Conflict, "cycle.refused", from, event)
}

// Events lists the moves that leave the state, in the order of the table.
func (t Table) Events(from string) []Move {
	var out []Move
	for _, m := range t.Moves {
		if m.From == from {
			out = append(out, m)
		}
	}
	return out
}

// Can reports whether the table has the event in the state.
func (t Table) Can(from, event string) bool { _, err := t.Next(from, event); return err == nil }

// States lists every state in order of first mention, without the empty one.
func (t Table) States() []string {
	var out []string
	for _, m := range t.Moves {
		for _, s := range []string{m.From, m.To} {
			if s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Names lists every event in order of first mention.
func (t Table) Names() []string {
	var out []string
	for _, m := range t.Moves {
		if !slices.Contains(out, m.Event) {
			out = append(out, m.Event)
		}
	}
	return out
}

// Over reports whether the state is terminal.
func (t Table) Over(state string) bool { return slices.Contains(t.Terminal, state) }

// Check reports what is wrong with the table itself: a doubled move, a terminal state left by an event that is not in
// Reopen, an action that the access table does not know.
func (t Table) Check() error {
	seen := map[string]bool{}
	for _, m := range t.Moves {
		k := m.From + "·" + m.Event + "·" + m.To
		if seen[k] {
			return fmt.Errorf("cycle %s: doubled move %s", t.Subject, k)
		}
		seen[k] = true
		if t.Over(m.From) && !slices.Contains(t.Reopen, m.Event) {
			return fmt.Errorf("cycle %s: %s leaves the terminal state %s", t.Subject, m.Event, m.From)
		}
		if !access.Known(m.Action) {
			return fmt.Errorf("cycle %s: nobody may %q", t.Subject, m.Action)
		}
	}
	return nil
}

// Mermaid draws the table as a state diagram for the manual.
func (t Table) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, m := range t.Moves {
		from := m.From
		if from == "" {
			from = "[*]"
		}
		fmt.Fprintf(&b, "    %s --> %s: %s\n", from, m.To, m.Event)
	}
	for _, s := range t.Terminal {
		fmt.Fprintf(&b, "    %s --> [*]\n", s)
	}
	return b.String()
}

// Markdown prints the table for the manual; word turns a language key into text.
func (t Table) Markdown(word func(key string, args ...any) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n|---|---|---|---|---|\n", word("cycle.from"), word("cycle.event"),
		word("cycle.to"), word("cycle.who"), word("cycle.guard"))
	state := func(s string) string {
		if s == "" {
			return "–"
		}
		words := t.Words
		if words == "" {
			words = t.Subject + ".state."
		}
		return word(words+s) + " `" + s + "`"
	}
	for _, m := range t.Moves {
		var who []string
		for _, r := range access.Table {
			if r.Action == m.Action {
				w := word("role." + string(r.Role))
				if r.Relation == access.Program {
					w = word("cycle.program")
				} else if r.Relation == access.Self {
					w = word("cycle.submitter")
				} else if r.Role == access.Employee && r.Relation == access.Owner {
					w = word("cycle.owner")
				} else if r.Role == access.Employee && r.Relation == access.Claimant {
					w = word("cycle.claimant")
				}
				if !slices.Contains(who, w) {
					who = append(who, w)
				}
			}
		}
		guard := ""
		if m.Guard != "" {
			guard = word(m.Guard)
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s |\n", state(m.From), m.Event, state(m.To), strings.Join(who, ", "), guard)
	}
	return b.String()
}

// Step is a recorded change: the event that was told and the states before and after.
type Step struct{ Event, From, To string }

// Fold replays recorded changes from the beginning and gives the state that they lead to. Every one has to start where
// the one before ended; one that changes the state, or that the table knows by name, has to be a move of the table.
func (t Table) Fold(steps []Step) (string, error) {
	state := ""
	for i, s := range steps {
		if s.From != state {
			return state, fmt.Errorf("step %d (%s) starts from %q, the state was %q", i+1, s.Event, s.From, state)
		}
		if (s.From != s.To || slices.Contains(t.Names(), s.Event)) && t.To(s.From, s.Event, s.To) != nil {
			return state, fmt.Errorf("step %d: the table has no %s from %q to %q", i+1, s.Event, s.From, s.To)
		}
		state = s.To
	}
	return state, nil
}
