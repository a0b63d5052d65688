package alike

import (
	_ "embed"
	"hash/fnv"
	"math"
	"math/bits"
	"strings"

	"sanwen/internal/reading/insight/terms"
)

// Two brief texts that say the same often share no pair of characters, or one by chance. So what a brief text says is kept as its single
// characters and the senses of its plain words as well, and two brief texts are compared by all of it. A long text has pairs enough; what it
// shares with a brief one is measured by pairs alone.
//
// The numbers were chosen on the public part of the evaluation data, where neighbouring ones give the same (docs/benchmarks.md).
const (
	// briefPower sharpens rarity among brief texts: they have few words, of which none may be lost.
	briefPower = 0.6
	// charWeight and senseWeight are what a character and a sense count beside a pair.
	charWeight  = 2
	senseWeight = 2
	// chance is what brief texts share that have nothing to do with each other.
	chance = 0.1
)

// What a code stands for, in the bits above how often it is said.
const (
	pair  = 0 << saidBits
	char  = 1 << saidBits
	sense = 2 << saidBits
)

// briefWeight is what each kind counts among brief texts.
var briefWeight = [...]float32{pair >> saidBits: 1, char >> saidBits: charWeight, sense >> saidBits: senseWeight}

// particles stand in any sentence; as single characters they say nothing.
const particles = "的了是在我你您他她它们吗呢啊呀吧嘛哦着过就都也还很又这那个和与及之"

// senses gives each plain word the digest of its sense: of the first word of its line.
var senses, longestWord = func() (map[string]uint32, int) {
	out, most := map[string]uint32{}, 0
	for _, line := range strings.Split(senseWords, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		h := fnv.New32a()
		_, _ = h.Write([]byte("sense " + words[0]))
		for _, w := range words {
			out[w] = h.Sum32()
			most = max(most, len([]rune(w)))
		}
	}
	return out, most
}()

// senseWords are lines of words that say the same in what people tell: everyday words, and those of a works.
//
//go:embed senses.txt
var senseWords string

// eachSense calls f with every sense of a text, by the longest words that stand in it.
func eachSense(text string, f func(digest uint32)) {
	r := []rune(terms.FoldText(text))
	for at := 0; at < len(r); {
		step := 1
		for n := min(longestWord, len(r)-at); n > 0; n-- {
			if d, ok := senses[string(r[at:at+n])]; ok {
				f(d)
				step = n
				break
			}
		}
		at += step
	}
}

// briefly is what a code of a term weighs among brief texts that so many texts hold.
func (x *Index) briefly(code byte, df int) float32 {
	return briefWeight[code>>saidBits] * saidLog[code&saidMask] * x.plain[bits.Len32(uint32(max(df, 1)-1))]
}

// share compares a brief question with a brief text by all that both say: twice what they share by what they say together, less what any two
// share. What has only characters in common shares nothing.
func (x *Index) share(s *scratch, all float64, d *kept) float32 {
	var dot, sum float64
	more := false
	for i, l := range d.lists {
		v := float64(x.briefly(d.said[i], len(x.lists[l])))
		sum += v * v
		if q := s.brief[l]; q != 0 {
			dot += v * float64(q)
			more = more || d.said[i]>>saidBits != char>>saidBits
		}
	}
	if !more {
		return 0
	}
	return float32(max(0, (2*dot/(all+sum)-chance)/(1-chance)))
}

// rarities are what terms weigh by steps of powers of two of how many of all texts hold them.
func rarities(all, power float64) (out [33]float32) {
	for i := range out {
		df := float64(max(few, uint64(1)<<i))
		out[i] = float32(math.Pow(math.Log((max(all, df)+2)/(df+1))+1, power))
	}
	return out
}
