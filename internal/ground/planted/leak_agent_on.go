//go:build leak_agent

package planted

// Agent makes the browser's name a label of the metrics.
const Agent = true
