// Package nearby finds what was said before: for a text, the earlier texts that share most with it, by an index of its own. It finds; it
// never merges. Who asks decides which texts may be seen, and drops the others before anybody reads or counts them.
//
// A text is what its first characters say, as pairs of neighbours (package terms). A pair that few texts hold says more than one that many
// hold. The index keeps for each pair which texts hold it, and for each text its pairs; a question looks up its rarest pairs only, and
// compares the best that they bring to the last pair. The same texts in the same order give the same answers everywhere.
package nearby
