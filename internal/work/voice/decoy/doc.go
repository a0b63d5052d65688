// Package decoy makes voices that nobody said, against staff who read original words out of curiosity (rule 1.7 (e) of the handbook on
// privacy; decision 60).
//
// Once a quarter (setting voice.decoys) [Run] puts one of them among the voices that were withdrawn: an anonymous voice that somebody sent
// at a poster in an evening and took back an hour later. No work leads there. It waits in no list of what is to be done, is owed to nobody,
// has no receipt, and no number counts it, because it stands in a table of its own which only [core.Decoys] reads. Whoever has not paged
// through what is over, or searched in it, does not meet it. The record tells of it what it tells of every such voice.
//
// Who opens its original words is recorded as always, and [Met] raises an alarm that only the auditor sees. The words that are masked in
// it hold a canary: a made-up name of an account, drawn for this one text. [Check] finds it in a text that has turned up somewhere.
//
// Tables: voice_decoy, voice_decoy_alarm.
package decoy
