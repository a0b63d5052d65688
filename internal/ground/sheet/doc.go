// Package sheet reads tables from xlsx and csv files and writes them.
//
// Reading is a stream with the address of every cell, so that an error can
// name "C12" and a file of 100,000 rows costs no more memory than a small
// one. What people's spreadsheets did to the data stays visible: merged cells,
// numbers in scientific notation, lost leading zeros. Archives are examined
// before they are opened, so that a bomb is refused within milliseconds.
//
// Writing makes text harmless: no cell that came from a person can become a
// formula.
package sheet
