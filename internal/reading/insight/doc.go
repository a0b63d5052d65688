// Package insight finds what nobody has asked for: where somebody with an hour should go and look today, and why.
//
// What it says of people keeps to the same limits as every other page: a count is told from five on, silence only of units of twenty
// people or more. Where a number may not be told it does not move the order either.
//
// It reads any table and writes none.
package insight
