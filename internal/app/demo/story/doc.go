// Package story plays a year in the life of the demonstration organisation. What happened is written down in data/*.txt as
// employees, the union office and the departments would tell it; this package reads it and does every single thing
// through the product's own actions, in the order of time, with a clock that is moved from step to step.
//
// # The text
//
// A block begins with "== name" and tells one matter, or voices that need none. Lines "word: text" at its head say what
// holds for the whole. Every other line is one step:
//
//	120@14:30 voice named @P201: 十二点十分以后菜就凉了。
//	│   │      │     │           └ words
//	│   │      │     └ arguments; "key=value" is an option
//	│   │      └ what is done, see [verbs]
//	│   └ time of day; without it the steps of a day follow one another in office hours
//	└ working days before today; "+4" is four working days after today (only for deadlines)
//
// "after=6" counts six days from the step before instead, where a rule of the product counts days.
//
// Indented lines belong to the step above. A line of "#" is a remark.
package story
