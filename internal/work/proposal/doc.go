// Package proposal carries what somebody proposes under his own name: a proposal of a delegate to the workers' congress (职代会提案), and a
// rationalisation proposal of anybody (合理化建议). Unlike a voice it has a proposer who wants an answer to himself and, for an improvement, credit.
//
// # Proposals to the congress
//
// A delegate writes the subject, why, and what should be done. Other delegates second it; from a number of them on (setting) the office examines
// it: it is filed under a number and given to a department, merged with another, taken on as a rationalisation proposal, or not filed, with the
// reason in writing. The head of the department answers in writing within a term, with a class: A solved, B planned, C kept for reference. The proposer and those
// who seconded say whether that satisfies them; where the proposer or half of those who have spoken are dissatisfied it is handled once more, and
// then it is closed as it is. Source: handbook, domain 2.4.
//
// A proposer may ask that the department does not learn his name.
//
// # Rationalisation proposals
//
// The office gives it to a department, which adopts it, tries it, keeps it for later or declines it, with the reason, and says on which day that was told to the proposer
// face to face. What is adopted is done by a day; somebody else counts what it brings; the office awards. Source: handbook, domain 2.10.
//
// # States
//
// [Congress] and [Improvement] are the tables of the two life cycles.
//
// # Tables
//
// proposal, proposal_co, proposal_number, proposal_second, proposal_rating.
package proposal
