// Package blob keeps files by the hash of their content and turns uploaded
// photos into harmless ones.
//
// A blob is written and made durable before any row of the database mentions
// it; a crash in between leaves an unused file, never a row without a file.
// Sweep removes such leftovers.
package blob
