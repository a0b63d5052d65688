// Package news is what the union tells everybody in writing: public notices (公示), factory affairs disclosures (厂务公开), bulletins (工作简报) and
// circulars (情况通报).
//
// Somebody writes it, somebody who has not written at it checks it, then it is shown. At that moment a copy is made ([Copy]): the content as it is
// shown, with the names and numbers of that day, as canonical JSON with its SHA-256. The copy stands in a row that is never changed and in the
// record, and everything that employees see is made from it, so what was shown when can be read for good. What has to be corrected is withdrawn with
// the reason, written anew and shown as the next copy under the same number.
//
// Figures and matters are those of the public board ([sanwen/internal/reading/publish]), taken when the text is saved and frozen with the day. Texts
// are held against what is known of the voices behind them, as those of practices are: nothing personal gets in.
//
// A notice has a scope (everybody, units, places) and a period. While it lasts anybody can object: an objection is a voice like any other, named,
// confidential or anonymous, with its receipt and its answer ([Object]). A notice is not ended before every objection has an answer; what came of
// them is told with the end.
//
// # States
//
//	draft      somebody writes it
//	review     it waits for somebody else
//	shown      it is up; a bulletin and a circular stay so
//	settling   the period is over, the objections are being answered
//	ended      what came of it is told
//	withdrawn  it is taken back, with the reason
//	dropped    never shown
//
// [Cycle] is the table.
//
// # Tables
//
// news, news_number, news_copy, news_objection.
package news
