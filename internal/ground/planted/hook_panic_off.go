//go:build !hook_panic

package planted

// Panic lets a caller make the pages panic, with his own words in the panic.
const Panic = false
