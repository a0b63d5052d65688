// Package heard says what grouping makes of the words of a voice, and remembers it for those that it compares again and again: a new voice is held against
// up to four hundred earlier ones of its surrounding and all of its hour, of which none has changed most of the time.
package heard

import (
	"hash/maphash"
	"maps"
	"strings"
	"sync"

	"sanwen/internal/base/org"
	"sanwen/internal/reading/insight/spots/marks"
	"sanwen/internal/work/voice/words"
)

// Text is what a voice says, and what its place is called.
type Text struct {
	Title    string
	Redacted string
	Names    marks.Set // of the surrounding: everybody there says them
}

// masked is what is compared: title and words, masked.
func (t Text) masked() string {
	return words.RedactSuggest(strings.TrimSpace(t.Title + "\n" + t.Redacted))
}

// Words are what is made of it.
type Words struct {
	Topic string // that its words lead to, "" for none
	Marks marks.Set

	hidden int // one of the next
}

const (
	unasked = iota
	plain
	hidden
)

// of takes a text apart. Whether words belong on a restricted path is asked only of voices that nobody has looked at.
func of(topics *org.Catalogue, t Text, ask bool) Words {
	text := t.masked()
	w := Words{Marks: marks.Of(text, t.Names)}
	if ask {
		w.hidden = plain
		if words.Suggest(text).Restricted != "" || words.Crisis(text) {
			w.hidden = hidden
		}
	}
	for _, k := range topics.Suggest(text, 2) {
		if k.Restricted == "" && k.Parent != "" {
			w.Topic = k.Code
			break
		}
	}
	return w
}

// Most is of how many voices something is remembered at least, and of twice as many at most: some twenty megabytes where all are long.
const Most = 1 << 14

// Memory is what was made of words lately. It holds no words and nothing that outlasts the process; it forgets a voice when it is told to, and every voice
// after so many others. What it says is always what would be made of the text now: another text, other names or other topics are looked at anew. A nil one remembers nothing.
type Memory struct {
	most  int
	seed  maphash.Seed
	mu    sync.Mutex
	young map[string]kept
	old   map[string]kept
}

type kept struct {
	sum    uint64 // of the text and the names
	topics *org.Catalogue
	Words
}

// New is an empty memory; most as [Most].
func New(most int) *Memory {
	return &Memory{most: most, seed: maphash.MakeSeed(), young: map[string]kept{}}
}

// Of is what is made of the words of a voice. Where ask is set, secret tells whether they belong on a restricted path or are a cry for help.
func (m *Memory) Of(topics *org.Catalogue, voice string, t Text, ask bool) (w Words, secret bool) {
	if m == nil {
		w = of(topics, t, ask)
		return w, w.hidden == hidden
	}
	sum := m.sum(t)
	m.mu.Lock()
	k, there := m.young[voice]
	if !there {
		if k, there = m.old[voice]; there {
			m.put(voice, k)
		}
	}
	m.mu.Unlock()
	if !there || k.sum != sum || k.topics != topics || ask && k.hidden == unasked { // a catalogue never changes: there is a new one
		k = kept{sum, topics, of(topics, t, ask)}
		m.mu.Lock()
		m.put(voice, k)
		m.mu.Unlock()
	}
	return k.Words, ask && k.hidden == hidden
}

func (m *Memory) put(voice string, k kept) {
	if len(m.young) >= m.most {
		m.young, m.old = map[string]kept{}, m.young
	}
	m.young[voice] = k
}

// Forget drops what was made of some voices.
func (m *Memory) Forget(voices []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	gone := make(map[string]bool, len(voices))
	for _, v := range voices {
		gone[v] = true
	}
	for _, x := range []map[string]kept{m.young, m.old} {
		maps.DeleteFunc(x, func(v string, _ kept) bool { return gone[v] })
	}
}

// Remembers reports whether anything that was made of the words of a voice is there.
func (m *Memory) Remembers(voice string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, young := m.young[voice]
	_, old := m.old[voice]
	return young || old
}

func (m *Memory) sum(t Text) uint64 {
	var h maphash.Hash
	h.SetSeed(m.seed)
	h.WriteString(t.Title)
	h.WriteByte(0)
	h.WriteString(t.Redacted)
	h.WriteByte(0)
	t.Names.Write(&h)
	return h.Sum64()
}
