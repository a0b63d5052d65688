// Package survey asks many people the same questions, so that asking for needs is something the organisation does and not something that happens
// to it.
//
// A questionnaire ([Form]) is written as a draft and published as versions that never change. A round ([Round]) asks one version of it: everybody,
// some units, or a sample drawn by lot in every group of units, whose seed is published. An account that is asked finds the questionnaire on its
// first page; who has none answers with a one-time code on paper. A round may be open to whoever comes by, who is counted apart (decision 54).
//
// # What is known of who answered what
//
// Nothing. That somebody has answered stands in survey_invitation (or survey_code); what was answered stands in survey_answer, without a name, a
// number, an order or a time. An answer waits in survey_box until there are at least five, which are then put among the others together, in the
// order of random ids and in a transaction of their own ([Mix]); sentences and photos go into tables apart. The record says "somebody has answered", with the
// hour. When the round is over everything is written anew in one transaction, so that not even the row versions of PostgreSQL tell an order
// (decision 35).
//
// A round may be answered with blind tokens ([Sign], [Spend]): what was signed for somebody and what he answers with have nothing in common, whoever looks
// (decision 64).
//
// # What is shown
//
// Nothing until the round is over. Then what [result.Publish] makes of the counts: from five answers on, by groups of at least twenty people,
// with complementary suppression. Small units are folded into the whole when the round opens, so that nothing finer is kept. Sentences are read and
// photos are seen by the union's office only (decision 63).
//
// # States of a round
//
//	planned    made, waits for its first day
//	open       people answer
//	closed     counted; results are shown
//	cancelled  called off; nothing is counted
//
// [Cycle] is the table.
//
// # Tables
//
// survey_form, survey_version, survey_walk_in, survey_key, survey_spent, survey_round, survey_stratum, survey_invitation, survey_code, survey_box,
// survey_answer, survey_text, survey_photo, survey_photographed.
package survey
