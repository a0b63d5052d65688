// Package season lets the union act before anybody has to complain (未诉先办): what every year brings, such as the start of heating or the heat of
// summer, and the one question that a month is given to (每月一题).
//
// A task says what is to be done, which department leads it, which leader answers for it, and the day on which it begins. On that day it becomes a
// matter by itself, of the class that needs a responsible leader, and is given to the department; its plan begins with that leader. From then on
// it is a matter like any other. What comes every year is planned again at once. Source: handbook, domain 2.2 and pitfall 15: campaigns end, a
// calendar comes again.
//
// # States
//
//	planned  its day has not come
//	raised   it has become a matter
//	dropped  it was taken off, with the reason
//
// [Cycle] is the table.
//
// # Tables
//
// season_task.
package season
