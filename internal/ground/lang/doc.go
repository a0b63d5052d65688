// Package lang says everything in the reader's language: Chinese first, English complete.
//
// A sentence has a key "<area>.<name>" and stands in catalogue/<area>.zh.json and catalogue/<area>.en.json. The value is a text with
// places {0}, {1} … for the arguments ("{{" and "}}" are braces), or an object of plural forms chosen by the first argument:
// {"zero": …, "one": …, "other": …}; "zero" may be left out, and Chinese needs only "other". Arguments are put in as they are and never
// read again for places; escaping for HTML is left to the templates. Values of enums have the key "<prefix>.<value>".
package lang
