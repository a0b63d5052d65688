// Package browser holds the tests that use the product as people do: in a real Chromium, at the width of a phone and of a
// desk, in both languages, with and without scripts. It also takes the pictures of the manual.
//
// Chromium is required: a machine without it fails these tests (`make tools` installs it).
package browser
