package org

import "sanwen/internal/base/org/setting"

// The pure types of settings, under the names by which the rooms above know them.
type (
	Settings = setting.Settings
	Spec     = setting.Spec
	Value    = setting.Value
)

// Keys of the settings. What each means is in the catalogue under "org.setting.key.<key with _ for .>", its default and the basis of that
// default in setting/data/settings.csv.
const (
	OfficeEnd              = "office.end"                           // time of day at which a working day ends
	IntakeDays             = "intake.days"                          // voice is taken in or refused
	AnswerDays             = "answer.days"                          // first substantive answer where no category says otherwise
	SignDays               = "sign.days"                            // assignment is signed, else it signs itself
	AdjudicateDays         = "adjudicate.days"                      // supervisor decides after the second return
	ReturnsMax             = "return.max"                           // returns before adjudication
	PlanDays               = "plan.days"                            // plan after registration
	MilestoneDays          = "plan.milestone"                       // longest stretch of a plan without a milestone, in days
	FundsLimit             = "plan.funds.limit"                     // money from which finance has to agree to a plan, in yuan
	HeadAuthor             = "plan.head.author"                     // who signs a plan that a head has written himself: see work/matter/chain
	FinanceUnit            = "plan.finance.unit"                    // whose head approves money from the limit on
	ExtensionMax           = "extension.max"                        // extensions by the supervisor; the next is the sponsor leader's
	ExtensionDecide        = "extension.decide"                     // decision on an extension, working days
	ObjectionDays          = "objection.days"                       // objection against a rejection or "not fixed" after closing, days
	AcceptDays             = "accept.days"                          // window of an acceptance, days
	AskFrom, AskTo         = "accept.ask.from", "accept.ask.to"     // days after the inspection between which people are asked
	AcceptSample           = "accept.sample"                        // people of the place who are invited besides the submitters
	AcceptReopen           = "accept.reopen"                        // share of "not solved" that reopens, percent
	ShowFrom               = "show.from"                            // answers from which on an aggregate is shown
	PlaceUsers             = "place.users"                          // people behind the most exact place that is kept of an anonymous voice
	LookBackDays           = "lookback.days"                        // look-backs after closing, days
	RelapseDays            = "relapse.days"                         // days in which a closed matter can relapse
	BlueDays               = "light.blue.days"                      // blue light, working days left
	BlueShare              = "light.blue.share"                     // blue light, share of the time left, percent
	StaleDays              = "light.stale.days"                     // days without progress that make a matter yellow
	BoardStale, BoardDelay = "board.stale.days", "board.delay.days" // without activity, after which the board says so; full days between registration and the board
	VoiceLength            = "voice.length"                         // characters of a voice
	VoicePhotos, CallTries = "voice.photos", "accept.call.tries"    // photos of a voice; how often somebody is called who does not sign in
	FloodPlace, FloodSite  = "flood.place", "flood.site"            // anonymous voices of a place, of the site, in an hour; beyond it they are looked at first
	SupportDays            = "support.days"                         // days in which an equal voice counts to the same problem
	ClusterSize            = "cluster.size"                         // equal voices at a place that suggest a matter
	HazardMinutes          = "hazard.minutes"                       // next person of the duty roster is called
	RetaliateHours         = "retaliation.hours"                    // report of retaliation is taken up
	UnionPhone, UnionHours = "union.phone", "union.hours"           // telephone of the union office, at the foot of every page, and when somebody answers it
	CrisisLine, CrisisName = "crisis.line", "crisis.name"           // telephone of psychological help, and whose it is
	EmergencyLine          = "emergency.line"                       // the plant's own telephone for danger
	SiteName, SiteNameEn   = "site.name", "site.name.en"            // name of the organisation on pages and posters
	SiteURL                = "site.url"                             // address under which employees reach the program, for posters
	InspectExpired         = "inspect.expired"                      // an instrument whose calibration has run out: 0 it is marked, 1 it is refused

	LoginPasswordMin     = "login.password.min"     // fewest characters of a password
	LoginPasswordClasses = "login.password.classes" // kinds of characters in a password, 0 = any
	LoginPasswordDays    = "login.password.days"    // days after which a password has to be changed, 0 = never
	LoginIdleMinutes     = "login.idle.minutes"     // unused session of somebody with a role
	LoginStaffHours      = "login.staff.hours"      // longest session of somebody with a role
	LoginEmployeeDays    = "login.employee.days"    // longest session of an employee
	LoginStartHours      = "login.start.hours"      // a start code is good
	LoginSlowAfter       = "login.slow.after"       // failures after which tries are slowed
	LoginSlowMinutes     = "login.slow.minutes"     // longest delay between tries
	LoginUnusedDays      = "login.unused.days"      // nobody has signed in: the account counts as unused
)

// Keys of the ladder: shares of the time in percent, working days before and after the due (0 = never), days of standing still; and of looking again.
const (
	LadderRemind, LadderNear, LadderNearDays, PauseReason, PauseDays                                    = "ladder.remind", "ladder.near", "ladder.near.days", "pause.", "pause.days"
	LadderSponsor, LadderAgenda, LadderTalk, LadderCircular, LadderStill, ExclusionShare, DecoyQuarters = "ladder.sponsor", "ladder.agenda", "ladder.talk", "ladder.circular", "ladder.still.days", "exclusion.share", "voice.decoys.quarters"
	RemeasureDays, RecheckPercent, VoiceRelease, VoiceDecoys, InspectPhotoHours                         = "inspect.remeasure.days", "recheck.percent", "voice.release", "voice.decoys", "inspect.photo.hours" // after a leader's visit; percent of closed matters that are drawn; hours at which holders of anonymous voices see news; voices that nobody said, in a quarter; hours that a photo may be older than its record
)

// Specs lists all settings in the order in which the page shows them.
func Specs() []Spec { return setting.Specs() }
