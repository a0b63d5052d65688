package core

// RejectReasons is the closed list of reasons for which a voice may be refused. Names: "voice.reject.<value>".
func RejectReasons() []string {
	return []string{"out_of_scope", "duplicate_of_answered", "no_content", "before_court", "commercial", "abusive"}
}

// Doors are where something belongs that is not for this organisation. Names with the address or telephone:
// "voice.door.<value>".
func Doors() []string {
	return []string{"property", "education", "city_12345", "labour_12333", "union_12351", "police_110", "medical_120", "court", "hr_window", "other"}
}

// Results say what an answer amounts to. Names: "voice.result.<value>".
func Results() []string {
	return []string{ResultDone, ResultDated, ResultPartly, ResultNo, ResultExplained, ResultThanks}
}

// The results of an answer. Carried and Matter are given by the matter that took the voice up.
const (
	ResultDone      = "done"
	ResultDated     = "dated" // will be done by a day that is named
	ResultPartly    = "partly"
	ResultNo        = "no" // with the rule and who decided
	ResultExplained = "explained"
	ResultThanks    = "thanks"
	ResultCarried   = "carried"
)

// Kinds of entries of a thread. Names: "voice.entry.<value>".
const (
	EntryInfo      = "info"       // the submitter adds something
	EntryComment   = "comment"    // or says what he thinks of the plan
	EntryAsk       = "ask"        // triage asks back
	EntryNote      = "note"       // staff tell how it goes
	EntryAnswer    = "answer"     // the answer
	EntryLinked    = "linked"     // taken up by a matter
	EntryMerged    = "merged"     // handled together with another voice
	EntrySplit     = "split"      // handled in parts
	EntryRejected  = "rejected"   // refused, with reason and door
	EntryObjection = "objection"  // the submitter objects
	EntrySolved    = "solved"     // the submitter says that it is solved
	EntryNotSolved = "not_solved" // or not
	EntryReopened  = "reopened"   // taken up again
	EntryHotline   = "hotline"    // a crisis: whom to call
)
