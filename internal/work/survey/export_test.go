package survey

// DigestOfToken is what is kept of a token that was spent.
var DigestOfToken = digestOfToken

// Waits reports whether anybody waits at a door.
func Waits(d *Door) bool { return d.gate.Waiting() > 0 }
