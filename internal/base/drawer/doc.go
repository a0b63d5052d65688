// Package drawer keeps what a person puts aside for himself: the half-written plan of a matter, and filters of lists under names.
//
// Nobody else reads a drawer, and nothing in it has an effect. The log tells that something was put aside or thrown away, never what.
// What employees say is not kept here: between the pages of a voice it travels in the form.
//
// Table: drawer.
package drawer
