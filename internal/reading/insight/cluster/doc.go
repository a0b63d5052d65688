// Package cluster groups texts into problems as they come in: a text joins the group that it shares most with, or begins one of its own. What
// was said within a few weeks is likelier one problem than what lies a year apart. From time to time (Settle) groups that turned out to speak of
// one problem are joined, and texts that came too early to know better go to the group that they share most with now.
//
// A group is called by the number of its oldest text. The same texts in the same order give the same groups everywhere.
package cluster
