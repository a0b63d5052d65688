// Package load takes people and places from spreadsheets into the organisation.
//
// A file is read once ([Read]): its columns are recognised by their titles in Chinese or English, or mapped by hand. A plan
// ([File.Plan]) compares it with what is there and says, without writing anything, what is new, changed, unchanged and
// missing, shows the first rows, and names every fault with the address of its cell. Applying ([File.Apply]) writes nothing
// while there are faults, unless only the valid rows are wanted; it writes in small pieces, so that nobody else has to wait.
// The employee number (the code of a place) decides who is who: the same file again changes nothing.
//
// An empty cell leaves a value as it is, a hyphen empties it. Who is not in the file is touched only when that was
// confirmed with the number that was shown.
//
// Table: org_import (counts and digests, no row of a file).
package load
