package survey

// DigestOfToken is what is kept of a token that was spent.
var DigestOfToken = digestOfToken
