package access

// The actions, by area. The text is stored in events and printed in the manual.
const (
	// voice
	VoiceRegister   Action = "voice.register"    // tell
	VoiceProxy      Action = "voice.proxy"       // write down for somebody else
	VoiceSupport    Action = "voice.support"     // me too
	VoiceFollow     Action = "voice.follow"      // read one's own thread
	VoiceSpeak      Action = "voice.speak"       // add text or photos, confirm, object, report retaliation, withdraw
	VoiceList       Action = "voice.list"        // inbox and counts
	VoiceSee        Action = "voice.see"         // title, redacted text, state
	VoiceOpen       Action = "voice.open"        // the original words (audited)
	VoiceClaim      Action = "voice.claim"       // take from the inbox
	VoiceTriage     Action = "voice.triage"      // every decision of triage
	VoiceRestrict   Action = "voice.restrict"    // move to or from a restricted path
	VoiceReject     Action = "voice.reject"      // refuse with a reason
	VoiceCountersig Action = "voice.countersign" // second person of a refused complaint
	VoiceAppeal     Action = "voice.appeal"      // decide on an objection, one level up
	VoiceReply      Action = "voice.reply"       // a department's answer to an assigned voice
	VoiceQuarantine Action = "voice.quarantine"  // set aside and release
	VoiceAccept     Action = "voice.accept"      // take a call of danger, by who is on the duty roster
	VoiceSystem     Action = "voice.system"      // time-outs, tell-back

	// assignment
	AssignmentMake       Action = "assignment.make"
	AssignmentSign       Action = "assignment.sign"
	AssignmentReturn     Action = "assignment.return"
	AssignmentAdjudicate Action = "assignment.adjudicate"
	AssignmentSystem     Action = "assignment.system"

	// matter
	MatterRegister  Action = "matter.register"
	MatterSee       Action = "matter.see"  // the whole page
	MatterList      Action = "matter.list" // the ledger
	MatterExport    Action = "matter.export"
	MatterPlan      Action = "matter.plan"       // write and submit the Five Determinations
	MatterApprove   Action = "matter.approve"    // approve or return a plan
	MatterHead      Action = "matter.head"       // signature of the lead unit's head
	MatterFinance   Action = "matter.finance"    // approve the money of a plan that reaches the limit
	MatterSignTop   Action = "matter.sign_top"   // sign in the stead of a head who cannot
	MatterProgress  Action = "matter.progress"   // report a step, photos
	MatterComplete  Action = "matter.complete"   // say that it is done
	MatterInspect   Action = "matter.inspect"    // measure and decide pass or fail
	MatterAskMore   Action = "matter.ask_more"   // ask for an extension
	MatterExtend    Action = "matter.extend"     // decide the first and second extension
	MatterExtendTop Action = "matter.extend_top" // decide the third and later ones
	MatterCarry     Action = "matter.carry"      // carry over and take up again
	MatterPause     Action = "matter.pause"
	MatterDecline   Action = "matter.decline" // the honest no
	MatterCancel    Action = "matter.cancel"
	MatterClose     Action = "matter.close" // strike off the ledger
	MatterLookBack  Action = "matter.look_back"
	MatterReopen    Action = "matter.reopen"
	MatterPublish   Action = "matter.publish" // public wording
	MatterSystem    Action = "matter.system"

	// inspection on site
	InspectRecord Action = "inspect.record" // write a visit down
	InspectSee    Action = "inspect.see"    // read it
	InspectTools  Action = "inspect.tools"  // keep the list of instruments
	InspectSign   Action = "inspect.sign"   // sign for the inspected unit
	InspectAccept Action = "inspect.accept" // take the call for something critical, by who is on the roster
	InspectPlan   Action = "inspect.plan"   // plan rounds
	InspectWalk   Action = "inspect.walk"   // read a walk of a round
	InspectGo     Action = "inspect.go"     // where to go and look today
	InspectSystem Action = "inspect.system" // begin walks, draw lots

	// supervision
	OrderList       Action = "order.list" // the ledger of orders, and the supervising desk
	OrderSee        Action = "order.see"
	OrderExport     Action = "order.export"
	OrderIssue      Action = "order.issue" // sign, press, withdraw, drop a draft
	OrderReceive    Action = "order.receive"
	OrderReply      Action = "order.reply" // the head's answer, signed by the account
	OrderClose      Action = "order.close"
	TalkHold        Action = "talk.hold" // write down a talk that was held
	WhistleBlow     Action = "whistle.blow"
	WhistleSee      Action = "whistle.see"
	WhistleAnswer   Action = "whistle.answer"
	ExclusionAsk    Action = "exclusion.ask"
	ExclusionSee    Action = "exclusion.see"
	ExclusionOffice Action = "exclusion.office" // the office's word on it
	ExclusionUnion  Action = "exclusion.union"  // that of a member of the union
	ExclusionSettle Action = "exclusion.settle" // decide on an objection

	// meetings
	MeetingList       Action = "meeting.list"
	MeetingSee        Action = "meeting.see"
	MeetingCall       Action = "meeting.call"     // call, change, arrange the agenda, freeze, cancel
	MeetingPosition   Action = "meeting.position" // say what a unit thinks, beforehand
	MeetingRecord     Action = "meeting.record"   // write down what is said and decided
	MeetingSign       Action = "meeting.sign"     // the chair's signature
	MeetingReceive    Action = "meeting.receive"  // receive the minutes
	MeetingFeed       Action = "meeting.feed"     // one's own calendar
	ResolutionList    Action = "resolution.list"
	ResolutionSee     Action = "resolution.see"
	ResolutionReport  Action = "resolution.report"  // say that it is done
	ResolutionConfirm Action = "resolution.confirm" // confirm, send back, drop

	// surveys
	SurveyForm   Action = "survey.form"   // write and publish questionnaires
	SurveyOpen   Action = "survey.open"   // open a round, print codes, call it off
	SurveySee    Action = "survey.see"    // rounds and their results
	SurveyTexts  Action = "survey.texts"  // what was answered in words
	SurveyAnswer Action = "survey.answer" // answer, as somebody who is asked
	SurveyCode   Action = "survey.code"   // answer with a code on paper
	SurveySystem Action = "survey.system" // open and count when the day has come

	// practices
	PracticeSee    Action = "practice.see"
	PracticeWrite  Action = "practice.write"  // make one of a closed matter, edit, hand in
	PracticeReview Action = "practice.review" // publish what somebody else wrote, send it back, withdraw
	PracticeAdopt  Action = "practice.adopt"  // do the same for a unit
	PracticeSystem Action = "practice.system" // note what came of it

	// the pool of candidates, and ballots
	PoolSee      Action = "pool.see"
	PoolPut      Action = "pool.put"      // put a candidate into the pool
	PoolJudge    Action = "pool.judge"    // change, ask a department, admit, merge, take out
	PoolAssess   Action = "pool.assess"   // say whether it can be done, and what it takes
	BallotSee    Action = "ballot.see"    // ballots and what came out
	BallotPlan   Action = "ballot.plan"   // plan one, call it off
	BallotVote   Action = "ballot.vote"   // vote, as one of the electors
	BallotSystem Action = "ballot.system" // open and count when the day has come

	// the calendar of what is done before anybody complains
	SeasonSee    Action = "season.see"
	SeasonPlan   Action = "season.plan"   // plan, change, drop
	SeasonSystem Action = "season.system" // make a matter of it when the day has come

	// proposals: to the workers' congress, and for improvement
	ProposalSee    Action = "proposal.see"
	ProposalMake   Action = "proposal.make"   // submit, withdraw
	ProposalSecond Action = "proposal.second" // second one to the congress
	ProposalReview Action = "proposal.review" // examine, file, give to a department, count, award
	ProposalAnswer Action = "proposal.answer" // answer, judge, say that it is done
	ProposalRate   Action = "proposal.rate"   // say what one thinks of the answer
	ProposalSystem Action = "proposal.system" // close, or have handled once more

	// what the union tells in writing
	NewsSee    Action = "news.see"
	NewsWrite  Action = "news.write"  // begin, edit, hand in
	NewsCheck  Action = "news.check"  // show what somebody else wrote, send it back, end, withdraw
	NewsSystem Action = "news.system" // the period is over

	// acceptance
	AcceptRate   Action = "accept.rate"
	AcceptSee    Action = "accept.see" // aggregate
	AcceptNotes  Action = "accept.notes"
	AcceptCall   Action = "accept.call"   // call those who do not sign in
	AcceptSetUp  Action = "accept.set_up" // the factual question, the sample
	AcceptSystem Action = "accept.system"

	// duty
	DutySee    Action = "duty.see"
	DutyManage Action = "duty.manage" // waiting, hand-over, early dates
	DutySystem Action = "duty.system"

	// organisation
	OrgSee      Action = "org.see"
	OrgEdit     Action = "org.edit"     // units, places, categories, check items, calendar
	OrgPeople   Action = "org.people"   // people, import
	OrgLookUp   Action = "org.look_up"  // find a colleague for a field of a form
	OrgLookAll  Action = "org.look_all" // by a part of the name beyond one's own units
	OrgGrant    Action = "org.grant"    // roles
	OrgSettings Action = "org.settings" // numbers of the product with their basis
	OrgPolicy   Action = "org.policy"   // those of them that decide about people's rights
	OrgRule     Action = "org.rule"     // responsibility catalogue
	OrgRoster   Action = "org.roster"   // duty roster
	OrgPosters  Action = "org.posters"
	OrgSystem   Action = "org.system"

	// administration, reading
	AdminSee    Action = "admin.see"    // the administrators' home
	AdminOrg    Action = "admin.org"    // units, places, topics, responsibility, settings, check items, calendars
	AdminPeople Action = "admin.people" // the list of people
	AdminGrants Action = "admin.grants" // who holds which role

	// login
	LoginSelf    Action = "login.self"    // own password, own sessions
	LoginManage  Action = "login.manage"  // accounts of others
	LoginSystem  Action = "login.system"  // set-up, sign-in itself
	LoginAudit   Action = "login.audit"   // list of sign-ins
	CustodianKey Action = "custodian.key" // make and hold the own key

	// drawer
	DrawerKeep Action = "drawer.keep" // put aside for oneself
	BulkRun    Action = "bulk.run"    // do one thing with many rows: every row asks for itself

	// log, jobs, whole installation
	LogSee     Action = "log.see"     // entries with their actors
	DecoyAudit Action = "decoy.audit" // which voices nobody said, and who has opened them
	LogPublic  Action = "log.public"
	JobsSee    Action = "jobs.see"
	JobsRetry  Action = "jobs.retry"

	// board and dashboards
	BoardSee     Action = "board.see"
	DashboardSee Action = "dashboard.see"

	// hot spots
	SpotSee    Action = "spot.see"    // of what many speak, and the numbers of it
	SpotEdit   Action = "spot.edit"   // say that two are one, or that one is two
	SilenceSee Action = "silence.see" // where little or nothing is heard
	ListenSee  Action = "listen.see"  // the report of the three senses and of listening, of the whole organisation
)
