package search

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// pair is two neighbouring characters of a folded text.
type pair uint64

func pairOf(a, b rune) pair { return pair(a)<<21 | pair(b) }

// bucket is the page of a segment on which a pair stands; buckets is a power of two.
func (p pair) bucket(buckets int64) int64 {
	h := uint64(p) * 0x9e3779b97f4a7c15
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	return int64(h>>32) & (buckets - 1)
}

// pairBytes is how long a pair is on a page.
const pairBytes = 6

// pageGoal is how many bytes a page has on average, at most.
const pageGoal = 1536

// maxBuckets is the most pages of a segment; the one after them holds how long its texts are.
const maxBuckets = 1<<20 - 1

// writer gathers the pairs of a segment.
type writer struct {
	lists map[pair]*entry
	lens  []byte
	bytes int
}

// entry is the list of a pair while it is written. First comes, for each text that holds it, its distance from the one before, doubled, and
// where the pair stands first; then, for every further place, the distance from the one before, doubled, and one more.
type entry struct {
	data []byte
	doc  int64 // the last text
	pos  int
}

func newWriter(size int64) *writer {
	return &writer{lists: make(map[pair]*entry, 1<<14), lens: make([]byte, size)}
}

// add puts the text with a number within the segment into it. Numbers come in their order.
func (w *writer) add(doc int64, folded string) {
	last, at := rune(-1), 0
	for _, r := range folded {
		if last >= 0 {
			p := pairOf(last, r)
			e := w.lists[p]
			if e == nil {
				e = &entry{doc: -1}
				w.lists[p] = e
			}
			before := len(e.data)
			if e.doc != doc {
				e.data = binary.AppendUvarint(e.data, uint64(doc-e.doc)<<1)
				e.data = binary.AppendUvarint(e.data, uint64(at-1))
				e.doc = doc
			} else {
				e.data = binary.AppendUvarint(e.data, uint64(at-1-e.pos)<<1|1)
			}
			e.pos = at - 1
			w.bytes += len(e.data) - before
		}
		last = r
		at++
	}
	w.lens[doc] = shortLen(at)
}

// page is one row of a segment.
type page struct {
	bucket int64
	data   []byte
}

// pages gives the rows of the segment, always the same for the same texts, and how many buckets it has.
func (w *writer) pages() ([]page, int64) {
	total := w.bytes + len(w.lists)*(pairBytes+2)
	buckets := int64(1)
	for buckets < maxBuckets/2 && int64(total) > buckets*pageGoal {
		buckets *= 2
	}
	all := make([]pair, 0, len(w.lists))
	for p := range w.lists {
		all = append(all, p)
	}
	slices.Sort(all)
	byBucket := make([][]byte, buckets)
	for _, p := range all {
		b := p.bucket(buckets)
		d := byBucket[b]
		var key [8]byte
		binary.BigEndian.PutUint64(key[:], uint64(p))
		d = append(d, key[8-pairBytes:]...)
		d = binary.AppendUvarint(d, uint64(len(w.lists[p].data)))
		byBucket[b] = append(d, w.lists[p].data...)
	}
	out := make([]page, 0, buckets+1)
	for b, d := range byBucket {
		if len(d) > 0 {
			out = append(out, page{int64(b), d})
		}
	}
	return append(out, page{maxBuckets, w.lens}), buckets
}

// list is where a pair, or a whole part of a question, stands: texts by their numbers within the segment in growing order, and the places of
// text i between at[i] and at[i+1].
type list struct {
	docs []uint32
	at   []uint32
	pos  []uint32
}

func (l *list) close() { l.at = append(l.at, uint32(len(l.pos))) }

// entryOf is what a page says of a pair: nothing where the pair is not there, and false for a page that cannot be read.
func entryOf(data []byte, p pair) (entry []byte, ok bool) {
	for len(data) > 0 {
		if len(data) < pairBytes+1 {
			return nil, false
		}
		var key [8]byte
		copy(key[8-pairBytes:], data)
		q := pair(binary.BigEndian.Uint64(key[:]))
		n, k := binary.Uvarint(data[pairBytes:])
		if k <= 0 || uint64(len(data)-pairBytes-k) < n {
			return nil, false
		}
		data = data[pairBytes+k:]
		if q == p {
			return data[:n], true
		}
		if q > p {
			return nil, true
		}
		data = data[n:]
	}
	return nil, true
}

// find reads the list of a pair from its page. It is empty where the pair is not there, and false for a page that cannot be read.
func find(data []byte, p pair) (l list, ok bool) {
	e, ok := entryOf(data, p)
	if !ok || len(e) == 0 {
		return l, ok
	}
	ok = l.read(e, nil)
	return l, ok
}

// counted calls each with the texts of an entry and how often its pair stands in each, without overlapping. It is false for an entry that cannot be read,
// or with a text beyond size.
func counted(data []byte, size uint32, each func(doc uint32, times int)) bool {
	doc, pos, free, times := int64(-1), uint64(0), uint64(0), 0
	for i := 0; i < len(data); {
		v, n := number(data, i)
		if n <= 0 {
			return false
		}
		i += n
		if v&1 == 1 {
			if doc < 0 {
				return false
			}
			if pos += v >> 1; pos >= free {
				times++
				free = pos + 2
			}
			continue
		}
		if times > 0 {
			each(uint32(doc), times)
		}
		doc += int64(v >> 1)
		if pos, n = number(data, i); n <= 0 || doc < 0 || doc >= int64(size) {
			return false
		}
		i += n
		times, free = 1, pos+2
	}
	if times > 0 {
		each(uint32(doc), times)
	}
	return true
}

// clear makes a list empty and keeps its memory.
func (l *list) clear() { l.docs, l.at, l.pos = l.docs[:0], l.at[:0], l.pos[:0] }

// read reads an entry: of all its texts, or of those that are among some, which are in growing order. It is false for one that cannot be read.
func (l *list) read(data []byte, among []uint32) bool {
	l.clear()
	if among == nil {
		l.docs = slices.Grow(l.docs, len(data)/3+1)
		l.at = slices.Grow(l.at, len(data)/3+2)
		l.pos = slices.Grow(l.pos, len(data)/2+1)
	}
	doc, pos, keep := int64(-1), uint64(0), among == nil
	for i := 0; i < len(data); {
		v, n := number(data, i)
		if n <= 0 {
			return false
		}
		i += n
		if v&1 == 1 {
			if doc < 0 {
				return false
			}
			pos += v >> 1
		} else {
			doc += int64(v >> 1)
			if pos, n = number(data, i); n <= 0 || doc < 0 {
				return false
			}
			i += n
			if among != nil {
				for len(among) > 0 && int64(among[0]) < doc {
					among = among[1:]
				}
				if len(among) == 0 {
					break // nothing that is asked for comes behind it
				}
				keep = int64(among[0]) == doc
			}
			if keep {
				l.docs = append(l.docs, uint32(doc))
				l.at = append(l.at, uint32(len(l.pos)))
			}
		}
		if keep {
			l.pos = append(l.pos, uint32(pos))
		}
	}
	l.close()
	return true
}

// number reads what binary.AppendUvarint has written at a place. Most numbers have one byte, and this is most of what a question takes.
func number(data []byte, at int) (v uint64, n int) {
	if at < len(data) && data[at] < 0x80 {
		return uint64(data[at]), 1
	}
	return binary.Uvarint(data[min(at, len(data)):])
}

// cover gives pairs of a part that together hold every character of it, and where each begins. The part has two characters or more.
func cover(part string) (pairs []pair, offs []uint32) {
	r := []rune(part)
	for i := 0; i < len(r); i += 2 {
		at := min(i, len(r)-2)
		pairs, offs = append(pairs, pairOf(r[at], r[at+1])), append(offs, uint32(at))
	}
	return pairs, offs
}

// phrase gives the texts in which all lists stand one behind the other as far apart as offs say, and where the first of them begins. It is written into the
// memory of another list, unless there is one list only.
func phrase(lists []*list, offs []uint32, out *list) *list {
	if len(lists) == 1 {
		return lists[0]
	}
	out.clear()
	order := make([]int, len(lists))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(lists[a].docs) - len(lists[b].docs) })
	cursor := make([]int, len(lists))
next:
	for _, d := range lists[order[0]].docs {
		for _, i := range order {
			c := seek(lists[i].docs, cursor[i], d)
			cursor[i] = c
			if c == len(lists[i].docs) {
				break next
			}
			if lists[i].docs[c] != d {
				continue next
			}
		}
		begins := len(out.pos)
		first := lists[order[0]]
	place:
		for _, p := range first.pos[first.at[cursor[order[0]]]:first.at[cursor[order[0]]+1]] {
			if p < offs[order[0]] {
				continue
			}
			start := p - offs[order[0]]
			for _, i := range order[1:] {
				l := lists[i]
				if _, ok := slices.BinarySearch(l.pos[l.at[cursor[i]]:l.at[cursor[i]+1]], start+offs[i]); !ok {
					continue place
				}
			}
			out.pos = append(out.pos, start)
		}
		if len(out.pos) > begins {
			out.docs, out.at = append(out.docs, d), append(out.at, uint32(begins))
		}
	}
	out.close()
	return out
}

// seek is the first place from i on at which docs is d or more, looked for in growing strides.
func seek(docs []uint32, i int, d uint32) int {
	stride := 1
	for i+stride < len(docs) && docs[i+stride] < d {
		i += stride
		stride *= 2
	}
	end := min(len(docs), i+stride+1)
	n, _ := slices.BinarySearch(docs[i:end], d)
	return i + n
}

// shortLen keeps how long a text is in one byte: exact up to 15 characters, then within a sixteenth.
func shortLen(n int) byte {
	if n < 16 {
		return byte(n)
	}
	e := bits.Len(uint(n)) - 5
	return byte(min(255, e*16+n>>e))
}

// longLen is the length that shortLen has kept.
func longLen(b byte) int {
	if b < 32 {
		return int(b)
	}
	e := int(b)/16 - 1
	return (int(b) - e*16) << e
}

// runeLen is the length of a folded text as the index counts it.
func runeLen(s string) int { return longLen(shortLen(utf8.RuneCountInString(s))) }
