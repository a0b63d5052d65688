// Package catalogue holds the pure part of what an organisation knows about its topics: the two-level taxonomy, the
// responsibility rules and how the most specific of them is found, the check items and how a reading is judged, and the
// data of both that come with the program. It reads and writes no table.
package catalogue
