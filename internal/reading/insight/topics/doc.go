// Package topics proposes the topic of a voice and learns from what triage decides, a few seconds after it is decided.
//
// What is learned from is a table (the last decision about each voice, in the order of the record) that one consumer of the record writes; the
// model itself is only in memory. It is a function of that table, the voices and the words of the topics, so that every replica has the same one
// once it has caught up, and nothing of it has to be moved when the way to learn changes. A voice that is erased, set aside, withdrawn or made
// restricted leaves the table, and models are made anew without it.
//
// Restricted voices and topics are neither learned nor proposed: rules and people decide about those alone. Words are masked before they are
// learned as they are for departments, and what a reason shows are words of the voice that is being read.
package topics
