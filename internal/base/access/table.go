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

	// acceptance
	AcceptRate   Action = "accept.rate"
	AcceptSee    Action = "accept.see" // aggregate
	AcceptNotes  Action = "accept.notes"
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
	LogSee    Action = "log.see" // entries with their actors
	LogPublic Action = "log.public"
	JobsSee   Action = "jobs.see"
	JobsRetry Action = "jobs.retry"

	// board and dashboards
	BoardSee     Action = "board.see"
	DashboardSee Action = "dashboard.see"
)

// Table is the one table of who may do what. A row grants; what no row grants is refused. Rows for a restricted class
// name it; "*" covers every class.
var Table = []Row{
	// ── voice ────────────────────────────────────────────────────────────────────────────────────────────────
	{VoiceRegister, Employee, Everyone, ""},
	{VoiceProxy, ShiftLeader, Own, ""},
	{VoiceProxy, UnitChair, Own, ""},
	{VoiceProxy, Triager, Own, ""},
	{VoiceSupport, Employee, Everyone, ""},
	{VoiceFollow, Employee, Self, ""},
	{VoiceSpeak, Employee, Self, ""},

	{VoiceList, Triager, Unit, ""},
	{VoiceList, UnitChair, Unit, ""},
	{VoiceList, Supervisor, Unit, ""},
	{VoiceList, DisciplineOfficer, Unit, "discipline"},
	{VoiceList, HealthOfficer, Unit, "health"},
	{VoiceList, WelfareOfficer, Unit, "aid"},

	{VoiceSee, Employee, Self, ""},
	{VoiceSee, Triager, Unit, ""},
	{VoiceSee, UnitChair, Unit, ""},
	{VoiceSee, Supervisor, Unit, ""},
	{VoiceSee, Auditor, Unit, "*"},
	{VoiceSee, Employee, Owner, ""}, // called by the duty roster
	{VoiceSee, Handler, LeadOrCo, ""},
	{VoiceSee, DeptHead, LeadOrCo, ""},
	{VoiceSee, DisciplineOfficer, Unit, "discipline"},
	{VoiceSee, HealthOfficer, Unit, "health"},
	{VoiceSee, WelfareOfficer, Unit, "aid"},

	{VoiceOpen, Triager, Unit, ""},
	{VoiceOpen, UnitChair, Unit, ""},
	{VoiceOpen, DisciplineOfficer, Unit, "discipline"},
	{VoiceOpen, HealthOfficer, Unit, "health"},
	{VoiceOpen, WelfareOfficer, Unit, "aid"},

	{VoiceClaim, Triager, Unit, ""},
	{VoiceClaim, DisciplineOfficer, Unit, "discipline"},
	{VoiceClaim, HealthOfficer, Unit, "health"},
	{VoiceClaim, WelfareOfficer, Unit, "aid"},
	{VoiceTriage, Triager, Unit, ""},
	{VoiceTriage, DisciplineOfficer, Unit, "discipline"},
	{VoiceTriage, HealthOfficer, Unit, "health"},
	{VoiceTriage, WelfareOfficer, Unit, "aid"},
	{VoiceRestrict, Triager, Unit, ""},
	{VoiceRestrict, DisciplineOfficer, Unit, "discipline"},
	{VoiceRestrict, HealthOfficer, Unit, "health"},
	{VoiceRestrict, WelfareOfficer, Unit, "aid"},
	{VoiceReject, Triager, Unit, ""},
	{VoiceReject, DisciplineOfficer, Unit, "discipline"},
	{VoiceReject, HealthOfficer, Unit, "health"},
	{VoiceReject, WelfareOfficer, Unit, "aid"},
	{VoiceCountersig, Triager, Unit, ""},
	{VoiceCountersig, UnitChair, Unit, ""},
	{VoiceCountersig, DisciplineOfficer, Unit, "discipline"},
	{VoiceCountersig, HealthOfficer, Unit, "health"},
	{VoiceCountersig, WelfareOfficer, Unit, "aid"},
	{VoiceAppeal, Supervisor, Unit, ""},
	{VoiceAppeal, DisciplineOfficer, Unit, "discipline"},
	{VoiceAppeal, HealthOfficer, Unit, "health"},
	{VoiceAppeal, WelfareOfficer, Unit, "aid"},
	{VoiceReply, Handler, LeadOrCo, ""},
	{VoiceReply, DeptHead, LeadOrCo, ""},
	{VoiceReply, DisciplineOfficer, Unit, "discipline"}, // a department never sees what is restricted; its officer answers
	{VoiceReply, HealthOfficer, Unit, "health"},
	{VoiceReply, WelfareOfficer, Unit, "aid"},
	{VoiceQuarantine, Triager, Unit, ""},
	{VoiceAccept, Employee, Owner, "*"}, // danger does not wait for who may read the rest
	{VoiceSystem, Employee, Program, ""},

	// ── assignment ───────────────────────────────────────────────────────────────────────────────────────────
	{AssignmentMake, Triager, Unit, ""},
	{AssignmentMake, Supervisor, Unit, ""},
	{AssignmentMake, Employee, Program, ""}, // danger, at once
	{AssignmentMake, DisciplineOfficer, Unit, "discipline"},
	{AssignmentMake, HealthOfficer, Unit, "health"},
	{AssignmentMake, WelfareOfficer, Unit, "aid"},
	{AssignmentSign, Handler, Lead, ""},
	{AssignmentSign, DeptHead, Lead, ""},
	{AssignmentReturn, DeptHead, Lead, ""},
	{AssignmentReturn, Handler, Lead, ""},
	{AssignmentAdjudicate, Supervisor, Unit, ""},
	{AssignmentSystem, Employee, Program, ""},

	// ── matter ───────────────────────────────────────────────────────────────────────────────────────────────
	{MatterRegister, Triager, Unit, ""},
	{MatterRegister, UnitChair, Unit, ""},
	{MatterRegister, Supervisor, Unit, ""},
	{MatterRegister, Leader, Unit, ""},
	{MatterRegister, Employee, Program, ""}, // of what an inspector has ordered on the spot, or found critical

	{MatterSee, Triager, Unit, ""},
	{MatterSee, UnitChair, Unit, ""},
	{MatterSee, Supervisor, Unit, ""},
	{MatterSee, Leader, Unit, ""},
	{MatterSee, Auditor, Unit, "*"},
	{MatterSee, Handler, LeadOrCo, ""},
	{MatterSee, DeptHead, LeadOrCo, ""},
	{MatterSee, DeptHead, Finance, ""}, // what costs so much that finance has to agree
	{MatterSee, Employee, Owner, ""},
	{MatterSee, Leader, Sponsor, ""},
	{MatterSee, Inspector, Assigned, ""},
	{MatterSee, Inspector, Unit, ""},
	{MatterSee, ShiftLeader, Unit, ""},

	{MatterList, Triager, Unit, ""},
	{MatterList, UnitChair, Unit, ""},
	{MatterList, Supervisor, Unit, ""},
	{MatterList, Leader, Unit, ""},
	{MatterList, Auditor, Unit, "*"},
	{MatterList, Handler, LeadOrCo, ""},
	{MatterList, DeptHead, LeadOrCo, ""},
	{MatterList, DeptHead, Finance, ""},
	{MatterList, Inspector, Unit, ""},
	{MatterList, ShiftLeader, Unit, ""},

	{MatterExport, Triager, Unit, ""},
	{MatterExport, UnitChair, Unit, ""},
	{MatterExport, Supervisor, Unit, ""},
	{MatterExport, Auditor, Unit, "*"},

	{MatterPlan, Handler, Lead, ""},
	{MatterPlan, DeptHead, Lead, ""},
	{MatterHead, DeptHead, Lead, ""},
	{MatterFinance, DeptHead, Finance, ""},
	{MatterSignTop, Leader, Sponsor, ""},
	{MatterSignTop, Leader, Unit, ""},
	{MatterApprove, Triager, Unit, ""},
	{MatterApprove, Supervisor, Unit, ""},
	{MatterProgress, Employee, Owner, ""},
	{MatterProgress, Handler, LeadOrCo, ""},
	{MatterProgress, DeptHead, Lead, ""},
	{MatterComplete, Employee, Owner, ""},
	{MatterInspect, Inspector, Unit, ""},
	{MatterInspect, Inspector, Assigned, ""},
	{MatterInspect, UnitChair, Unit, ""},
	{MatterInspect, Triager, Unit, ""},
	{MatterAskMore, Employee, Owner, ""},
	{MatterAskMore, DeptHead, Lead, ""},
	{MatterExtend, Supervisor, Unit, ""},
	{MatterExtendTop, Leader, Sponsor, ""},
	{MatterExtendTop, Leader, Unit, ""},
	{MatterCarry, Supervisor, Unit, ""},
	{MatterPause, Supervisor, Unit, ""},
	{MatterDecline, Supervisor, Unit, ""},
	{MatterDecline, Leader, Unit, ""},
	{MatterCancel, Leader, Unit, ""},
	{MatterClose, Triager, Unit, ""},
	{MatterClose, Supervisor, Unit, ""},
	{MatterLookBack, Inspector, Unit, ""},
	{MatterLookBack, UnitChair, Unit, ""},
	{MatterLookBack, Triager, Unit, ""},
	{MatterReopen, Employee, Everyone, ""},
	{MatterReopen, Employee, Program, ""},
	{MatterPublish, Triager, Unit, ""},
	{MatterSystem, Employee, Program, ""},

	// ── inspection on site ───────────────────────────────────────────────────────────────────────────────────
	{InspectRecord, Inspector, Unit, ""},
	{InspectRecord, UnitChair, Unit, ""},
	{InspectRecord, Triager, Unit, ""},
	{InspectRecord, Leader, Unit, ""},
	{InspectRecord, Delegate, Unit, ""},
	{InspectSee, Inspector, Unit, ""},
	{InspectSee, UnitChair, Unit, ""},
	{InspectSee, Triager, Unit, ""},
	{InspectSee, Supervisor, Unit, ""},
	{InspectSee, Leader, Unit, ""},
	{InspectSee, Auditor, Unit, ""},
	{InspectSee, Handler, Lead, ""},
	{InspectSee, DeptHead, Lead, ""},
	{InspectSee, Delegate, Unit, ""},
	{InspectSee, Employee, Owner, ""},
	{InspectTools, Inspector, Own, ""},
	{InspectTools, Triager, Own, ""},

	// ── supervision ──────────────────────────────────────────────────────────────────────────────────────────
	{OrderList, Supervisor, Unit, ""},
	{OrderList, Triager, Unit, ""},
	{OrderList, Leader, Unit, ""},
	{OrderList, Auditor, Unit, ""},
	{OrderList, Handler, Lead, ""},
	{OrderList, DeptHead, Lead, ""},
	{OrderSee, Supervisor, Unit, ""},
	{OrderSee, Triager, Unit, ""},
	{OrderSee, Leader, Unit, ""},
	{OrderSee, Auditor, Unit, ""},
	{OrderSee, Handler, Lead, ""},
	{OrderSee, DeptHead, Lead, ""},
	{OrderExport, Supervisor, Unit, ""},
	{OrderExport, Auditor, Unit, ""},
	{OrderIssue, Supervisor, Unit, ""},
	{OrderReceive, Handler, Lead, ""},
	{OrderReceive, DeptHead, Lead, ""},
	{OrderReply, DeptHead, Lead, ""},
	{OrderClose, Supervisor, Unit, ""},
	{TalkHold, Leader, Sponsor, ""},
	{TalkHold, Leader, Unit, ""},
	{TalkHold, Supervisor, Unit, ""},
	{WhistleBlow, UnitChair, Unit, ""},
	{WhistleSee, UnitChair, Unit, ""},
	{WhistleSee, Supervisor, Unit, ""},
	{WhistleSee, Leader, Unit, ""},
	{WhistleSee, Auditor, Unit, ""},
	{WhistleSee, Handler, Lead, ""},
	{WhistleSee, DeptHead, Lead, ""},
	{WhistleAnswer, Handler, Lead, ""},
	{WhistleAnswer, DeptHead, Lead, ""},
	{ExclusionAsk, Handler, Lead, ""},
	{ExclusionAsk, DeptHead, Lead, ""},
	{ExclusionSee, Supervisor, Unit, ""},
	{ExclusionSee, UnitChair, Own, ""},
	{ExclusionSee, Auditor, Unit, ""},
	{ExclusionSee, Handler, Lead, ""},
	{ExclusionSee, DeptHead, Lead, ""},
	{ExclusionOffice, Supervisor, Unit, ""},
	{ExclusionUnion, UnitChair, Own, ""}, // a place of the whole plant has no chair of its own: any member of the union may speak

	// ── acceptance ───────────────────────────────────────────────────────────────────────────────────────────
	{AcceptRate, Employee, Self, ""},
	{AcceptSee, Triager, Unit, ""},
	{AcceptSee, UnitChair, Unit, ""},
	{AcceptSee, Supervisor, Unit, ""},
	{AcceptSee, Leader, Unit, ""},
	{AcceptSee, Auditor, Unit, "*"},
	{AcceptSee, Handler, LeadOrCo, ""},
	{AcceptSee, DeptHead, LeadOrCo, ""},
	{AcceptNotes, Triager, Unit, ""},
	{AcceptNotes, UnitChair, Unit, ""},
	{AcceptSetUp, Triager, Unit, ""},
	{AcceptSetUp, UnitChair, Unit, ""},
	{AcceptSystem, Employee, Program, ""},

	// ── duty ─────────────────────────────────────────────────────────────────────────────────────────────────
	{DutySee, Employee, Own, ""},
	{DutyManage, Supervisor, Unit, ""},
	{DutySystem, Employee, Program, ""},

	// ── organisation ─────────────────────────────────────────────────────────────────────────────────────────
	{OrgSee, Employee, Own, ""},
	{OrgEdit, SystemAdmin, Own, ""},
	{OrgEdit, Employee, Program, ""},
	{OrgPeople, SystemAdmin, Own, ""},
	{OrgPeople, Employee, Program, ""},
	{OrgLookUp, Handler, Own, ""},
	{OrgLookUp, DeptHead, Own, ""},
	{OrgLookUp, UnitChair, Own, ""},
	{OrgLookUp, Triager, Own, ""},
	{OrgLookUp, Supervisor, Own, ""},
	{OrgLookUp, Leader, Own, ""},
	{OrgLookUp, Inspector, Own, ""},
	{OrgLookUp, DisciplineOfficer, Own, ""},
	{OrgLookUp, HealthOfficer, Own, ""},
	{OrgLookUp, WelfareOfficer, Own, ""},
	{OrgLookUp, SystemAdmin, Own, ""},
	{OrgLookUp, SecurityAdmin, Own, ""},
	{OrgLookAll, Triager, Own, ""},
	{OrgLookAll, Supervisor, Own, ""},
	{OrgLookAll, DisciplineOfficer, Own, ""},
	{OrgLookAll, HealthOfficer, Own, ""},
	{OrgLookAll, WelfareOfficer, Own, ""},
	{OrgLookAll, SystemAdmin, Own, ""},
	{OrgLookAll, SecurityAdmin, Own, ""},
	{OrgGrant, SecurityAdmin, Own, ""},
	{OrgGrant, Employee, Program, ""},
	{OrgSettings, SystemAdmin, Own, ""},
	{OrgSettings, Employee, Program, ""},
	{OrgPolicy, SecurityAdmin, Own, ""},
	{OrgPolicy, Employee, Program, ""},
	{OrgRule, SystemAdmin, Own, ""},
	{OrgRule, Supervisor, Own, ""},
	{OrgRule, Employee, Program, ""},
	{OrgRoster, SystemAdmin, Own, ""},
	{OrgRoster, Supervisor, Own, ""},
	{OrgRoster, Triager, Own, ""},
	{OrgRoster, Employee, Program, ""},
	{OrgPosters, SystemAdmin, Own, ""},
	{OrgPosters, UnitChair, Own, ""},
	{OrgPosters, Triager, Own, ""},
	{OrgSystem, Employee, Program, ""},
	{AdminSee, SystemAdmin, Own, ""},
	{AdminSee, SecurityAdmin, Own, ""},
	{AdminSee, AuditAdmin, Own, ""},
	{AdminSee, Auditor, Own, ""},
	{AdminSee, Supervisor, Own, ""},
	{AdminSee, Triager, Own, ""},
	{AdminSee, UnitChair, Own, ""},
	{AdminOrg, SystemAdmin, Own, ""},
	{AdminOrg, SecurityAdmin, Own, ""},
	{AdminOrg, AuditAdmin, Own, ""},
	{AdminOrg, Auditor, Own, ""},
	{AdminOrg, Supervisor, Own, ""},
	{AdminOrg, Triager, Own, ""},
	{AdminPeople, SystemAdmin, Own, ""},
	{AdminPeople, SecurityAdmin, Own, ""},
	{AdminGrants, SecurityAdmin, Own, ""},
	{AdminGrants, AuditAdmin, Own, ""},
	{AdminGrants, Auditor, Own, ""},

	// ── login ────────────────────────────────────────────────────────────────────────────────────────────────
	{LoginSelf, Employee, Self, ""},
	{LoginManage, SecurityAdmin, Own, ""},
	{LoginManage, Employee, Program, ""},
	{LoginSystem, Employee, Program, ""},
	{LoginAudit, AuditAdmin, Own, ""},
	{LoginAudit, Auditor, Own, ""},
	{CustodianKey, Custodian, Self, ""},

	// ── drawer ───────────────────────────────────────────────────────────────────────────────────────────────
	{DrawerKeep, Employee, Self, ""},
	{BulkRun, Employee, Self, ""},

	// ── log, jobs ────────────────────────────────────────────────────────────────────────────────────────────
	{LogSee, AuditAdmin, Own, ""},
	{LogSee, Auditor, Own, ""},
	{LogPublic, Employee, Everyone, ""},
	{JobsSee, SystemAdmin, Own, ""},
	{JobsRetry, SystemAdmin, Own, ""},

	// ── board and dashboards ─────────────────────────────────────────────────────────────────────────────────
	{BoardSee, Employee, Everyone, ""},
	{DashboardSee, Leader, Own, ""},
	{DashboardSee, Supervisor, Own, ""},
	{DashboardSee, UnitChair, Own, ""},
	{DashboardSee, Triager, Own, ""},
	{DashboardSee, Auditor, Own, ""},
}
