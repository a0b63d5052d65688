// Package daily keeps, for every day, what the list and the maps of hot spots count of its voices, and counts for a reader from it.
//
// A page of a day is a function of the rows of its voices and of their spots. Whoever writes those rows tells which voices have changed ([Days]), in the same
// transaction. What depends on the reader is never in it: units are compared when it is read, a voice that names somebody is asked by its row, and one of which
// the record says something that has not been followed yet is read itself ([Reader.Count]). So nothing is counted that its reader may not see.
//
// Tables: insight_spot_day, insight_spot_matter (how many voices of a spot count to a matter), insight_spot_kept.
package daily
