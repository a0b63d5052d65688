//go:build leak_code

package planted

// Code puts the code of a receipt into the record.
const Code = true
