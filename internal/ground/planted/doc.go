// Package planted holds the faults that tests plant in the program to see that they notice them. Each is a constant, false in
// every build without the tag of its name, so that the compiler leaves out what stands behind it.
//
// A program built with one of the tags must never be used.
package planted

// Any reports whether a fault is planted in this build.
const Any = Agent || Code || Log || Name || Panic || Time
