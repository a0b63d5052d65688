//go:build !leak_name

package planted

// Name keeps photos as they came, with everything the camera wrote into them.
const Name = false
