//go:build wrong_once

package once

// planted makes every repeat a first time. Only the test of faults builds the program so, to see that it notices.
const planted = true
