package form

import (
	"embed"
	"fmt"
	"sync"
)

//go:embed data/*.json
var data embed.FS

// Templates lists the questionnaires that come with the product, in the order in which they are offered.
func Templates() []string { return []string{"needs", "canteen", "bath", "bus", "pulse", "year"} }

var shipped = sync.OnceValues(func() (map[string]Body, error) {
	out := map[string]Body{}
	for _, name := range Templates() {
		s, err := data.ReadFile("data/" + name + ".json")
		if err == nil {
			out[name], err = Parse(string(s))
		}
		if err != nil {
			return nil, fmt.Errorf("survey template %s: %w", name, err)
		}
	}
	return out, nil
})

// Template is one of the questionnaires that come with the product.
func Template(name string) (Body, bool) {
	all, err := shipped()
	if err != nil {
		panic(err) // they are part of the program, and a test reads them
	}
	b, ok := all[name]
	return b, ok
}
