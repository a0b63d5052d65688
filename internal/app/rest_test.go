package app

import "testing"

func TestMemoryIsGivenBackInQuietTimes(t *testing.T) {
	var s stillness
	for i, c := range []struct {
		served int64
		due    bool
	}{
		{0, true}, {0, false}, {0, false}, // after the start
		{3, false}, {9, false}, // used
		{9, true}, {9, false}, {9, false},
		{10, false}, {10, true}, {10, false}, {10, false}, {10, false}, {10, false}, {10, false}, {10, false}, {10, false}, {10, false}, {10, false}, {10, true}, {10, false},
		{11, false}, {11, true}, // used once
	} {
		if got := s.due(c.served); got != c.due {
			t.Errorf("look %d, %d answers: %v", i, c.served, got)
		}
	}
}
