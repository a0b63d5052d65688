// Package evaluate measures what insight proposes on files of labelled texts: the CSV forms, figures and definitions are those that the
// evaluation data are published with (macro-F1 over the topics of the test file, recall among earlier voices of the same problem, B-cubed).
// Everything is fixed: the same files give the same figures.
package evaluate
