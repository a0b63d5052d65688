package voice

// Part is one of the things that a voice speaks of.
type Part struct {
	Text     string   `json:"text"` // taken from the words of the voice
	Title    string   `json:"title,omitempty"`
	Kind     Kind     `json:"kind,omitempty"`
	Category string   `json:"category,omitempty"`
	Place    string   `json:"place,omitempty"`  // code; empty: that of the whole
	Photos   []string `json:"photos,omitempty"` // content hashes; empty: all of them
}
