//go:build !leak_time

package planted

// Time stores when exactly something was said.
const Time = false
