// Package classify proposes the topic of a text and learns from the decisions of those who triage, one at a time, as they happen.
//
// It is a linear model over hashed terms (multinomial logistic regression, learned by gradient steps of constant size) with a prior of words
// per topic that weighs much on the first day and little after some thousand decisions. The same decisions in the same order give the same
// model on every machine: sums are taken in the order of the terms' places, and nothing is drawn by lot.
//
// A model proposes. It never decides alone about danger, health, discipline or a crisis: rules stand before it (work/voice/words).
package classify
