//go:build !wrong_once

package once

// planted is a fault for the test of faults: see planted_on.go.
const planted = false
