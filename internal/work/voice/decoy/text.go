package decoy

import (
	"bufio"
	"crypto/rand"
	_ "embed"
	"math/big"
	"regexp"
	"strings"

	"sanwen/internal/ground/id"
	"sanwen/internal/work/voice/core"
)

//go:embed texts.txt
var data string

// template is a text before anything is drawn.
type template struct {
	kind core.Kind
	text string
}

var templates = func() (out []template) {
	for s := bufio.NewScanner(strings.NewReader(data)); s.Scan(); {
		if kind, text, ok := strings.Cut(s.Text(), " "); ok && kind != "#" {
			out = append(out, template{core.Kind(kind), text})
		}
	}
	return out
}()

var choice = regexp.MustCompile(`\[[^\]]+\]`)

// write draws a text and the canary in it.
func write() (kind core.Kind, text, canary string) {
	t := templates[draw(len(templates))]
	canary = newCanary()
	return t.kind, t.fill(canary, draw), canary
}

func (t template) fill(canary string, draw func(n int) int) string {
	text := choice.ReplaceAllStringFunc(t.text, func(all string) string {
		ways := strings.Split(strings.Trim(all, "[]"), "|")
		return ways[draw(len(ways))]
	})
	return strings.ReplaceAll(text, "{canary}", canary)
}

// canaryLen makes a canary that nobody has for an account and no text holds by chance.
const canaryLen = 11

// newCanary is a random word that can pass for the name of an account: it begins with a letter and has a digit.
func newCanary() string {
	for {
		s := id.Random()[:canaryLen]
		if s[0] >= 'a' && strings.ContainsAny(s[1:], "234567") {
			return s
		}
	}
}

// draw is a number below n that nobody can foresee.
func draw(n int) int {
	k, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic("decoy: no random numbers: " + err.Error())
	}
	return int(k.Int64())
}
