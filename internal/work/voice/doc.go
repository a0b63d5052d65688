// Package voice is what people say: how it comes in, who may know who said it, what triage does with it, and how every
// answer finds its way back.
//
// A voice has one of three levels. Anonymous: nothing about the person is collected, the place is generalised when it is
// written, and no time finer than the hour is stored anywhere. Confidential: the identity is sealed to two custodians and
// bound to this one voice; no table leads from a person to it. Named: the submitter is stored and may be contacted.
// Whoever holds number and code of the receipt speaks for the voice, at every level.
//
// Three things never wait for triage: words of danger go to the duty roster at once, spoilt food likewise, and a person in
// a crisis gets the hotline and leaves nothing but a count.
//
// The life cycle is [Cycle]; nothing else changes a state. The clock starts at registration and is never restarted: the
// parts of a split voice keep the time of the whole, and so do transfers, merges and reopenings.
//
// Tables: voice, voice_receipt (codes), voice_identity (sealed), voice_entry (the thread), voice_photo, voice_named (who
// must never get it), voice_view (who read the original words), crisis_counter. Decoys have tables of their own: package decoy.
//
// Departments read the redacted text only. Who is named in a voice, or works under a unit named in it, never gets it:
// not by assignment, not by a matter that takes it up, not by a bulk action.
package voice
