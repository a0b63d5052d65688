// Package clock tells the time and computes deadlines.
//
// It is the only place that reads the machine's clock; everything else is given its time. A moment is a time.Time in memory and
// [Millis] in the database; a [Day] is a date in the site's zone. A [Calendar] knows the statutory holidays of China and the
// weekend days worked in exchange for them, year by year; for a year it does not know it assumes Monday to Friday and says so.
// All arithmetic is pure: the same start, calendar and zone give the same deadline on any machine, whatever its own zone is.
package clock
