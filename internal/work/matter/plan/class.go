package plan

import "strings"

// Class says how much plan a matter needs.
type Class string

// The classes with their default templates (default of the product): forcing five fields on a broken shower head is
// formalism, spending money without its source is worse.
const (
	Quick     Class = "quick"     // put right at once (立行立改): owner and date
	Standard  Class = "standard"  // the five determinations
	Funds     Class = "funds"     // and the money
	Safety    Class = "safety"    // measures, responsibility, funds, time limit, contingency plan (五到位), and the standard
	Sponsored Class = "sponsored" // and a leader who answers for it
)

// Classes lists the classes in the order in which pages show them.
func Classes() []Class { return []Class{Quick, Standard, Funds, Safety, Sponsored} }

// Valid reports whether c is a class.
func (c Class) Valid() bool { _, ok := templates[c]; return ok }

// Slot is one determination of a plan.
type Slot string

// The slots. Names in the catalogue: "matter.slot.<code>".
const (
	SlotItem        Slot = "item"        // 定项目
	SlotStandard    Slot = "standard"    // 定标准
	SlotMeasures    Slot = "measures"    // 定措施
	SlotOwner       Slot = "owner"       // 定责任人
	SlotDeadline    Slot = "deadline"    // 定时限
	SlotFunds       Slot = "funds"       // 定资金
	SlotContingency Slot = "contingency" // 定预案
	SlotAcceptor    Slot = "acceptor"    // 定验收人
	SlotSponsor     Slot = "sponsor"     // 定责任领导
	SlotAssessment  Slot = "assessment"  // 定考核
)

// AllSlots lists every slot in the order of the sheet.
func AllSlots() []Slot {
	return []Slot{SlotItem, SlotStandard, SlotMeasures, SlotOwner, SlotDeadline, SlotFunds, SlotContingency, SlotAcceptor, SlotSponsor, SlotAssessment}
}

// Template is the set of slots that a plan must fill. The others may be filled.
type Template struct {
	Class    Class
	Required []Slot
}

var templates = map[Class][]Slot{
	Quick:     {SlotOwner, SlotDeadline},
	Standard:  {SlotItem, SlotStandard, SlotMeasures, SlotOwner, SlotDeadline, SlotAcceptor},
	Funds:     {SlotItem, SlotStandard, SlotMeasures, SlotOwner, SlotDeadline, SlotFunds, SlotAcceptor},
	Safety:    {SlotStandard, SlotMeasures, SlotOwner, SlotDeadline, SlotFunds, SlotContingency, SlotAcceptor},
	Sponsored: {SlotItem, SlotStandard, SlotMeasures, SlotOwner, SlotDeadline, SlotAcceptor, SlotSponsor},
}

// TemplateOf gives the template of a class. setting, when not empty, is the organisation's own list of slots joined by
// commas; owner and deadline stay in it whatever it says, and so does the acceptor for everything but a quick fix.
func TemplateOf(c Class, setting string) Template {
	t := Template{Class: c, Required: templates[c]}
	if setting == "" {
		return t
	}
	want := map[Slot]bool{SlotOwner: true, SlotDeadline: true, SlotAcceptor: c != Quick}
	for _, s := range strings.Split(setting, ",") {
		want[Slot(strings.TrimSpace(s))] = true
	}
	t.Required = nil
	for _, s := range AllSlots() {
		if want[s] {
			t.Required = append(t.Required, s)
		}
	}
	return t
}

// Needs reports whether the template requires the slot.
func (t Template) Needs(s Slot) bool {
	for _, r := range t.Required {
		if r == s {
			return true
		}
	}
	return false
}

// Source says where a matter came from. Names in the catalogue: "matter.source.<code>".
type Source string

// The sources (columns of the customary ledger, plus season and data for what is done before anybody complains).
const (
	FromVoice      Source = "voice"
	FromResearch   Source = "research"
	FromProposal   Source = "proposal"
	FromInspection Source = "inspection"
	FromLeader     Source = "leader"
	FromSeason     Source = "season"
	FromPractice   Source = "practice" // what worked elsewhere; only by adopting it
	FromBallot     Source = "ballot"   // chosen by a ballot: never entered by hand
)

// Sources lists the sources.
func Sources() []Source {
	return []Source{FromVoice, FromResearch, FromProposal, FromInspection, FromLeader, FromSeason, FromPractice, FromBallot}
}

// PauseReasons are the closed reasons for which work may stand still: waiting reasons of duties other than
// waiting for an answer. Names: "duty.reason.<code>".
func PauseReasons() []string { return []string{"season", "bid", "shutdown", "third"} }

// FundSources are where money comes from. Names: "matter.fund.<code>".
func FundSources() []string {
	return []string{"production", "welfare", "union", "technical", "administration"}
}
