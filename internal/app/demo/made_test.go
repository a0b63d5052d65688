package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/custody"
)

// made is a small demonstration and what is asked of it.
type made struct {
	t *testing.T
	House
	Made
	matters []matter.Matter
	voices  []voice.Voice
}

func (x *made) read(fn func(tx *db.Tx) error) {
	x.t.Helper()
	if err := x.DB.Read(context.Background(), fn); err != nil {
		x.t.Fatal(err)
	}
}

// want complains of every value that does not occur.
func want[T comparable](t *testing.T, what string, have map[T]int, all ...T) {
	t.Helper()
	for _, a := range all {
		if have[a] == 0 {
			t.Errorf("no %s %v: %v", what, a, have)
		}
	}
}

// count answers a question of the form SELECT COUNT(*).
func (x *made) count(q string, args ...any) (n int) {
	x.t.Helper()
	x.read(func(tx *db.Tx) (err error) { n, err = db.One[int](tx, q, args...); return err })
	return n
}

// ledger: 39 matters in all states, classes, sources and ways of ending.
func (x *made) ledger() {
	states, classes, sources, ended := map[string]int{}, map[matter.Class]int{}, map[matter.Source]int{}, map[string]int{}
	leads, kinds := map[string]int{}, map[string]int{}
	numbers := map[int]int{}
	for _, m := range x.matters {
		states[m.State]++
		classes[m.Class]++
		sources[m.Source]++
		ended[m.EndedHow]++
		leads[m.Lead]++
		year := m.RegisteredAt.Day(x.Zone).Year()
		numbers[year]++
		if m.Number != matter.Number(year, int64(numbers[year])) {
			x.t.Errorf("%s is number %d of its year", m.Number, numbers[year])
		}
		if m.Place != "" {
			x.read(func(tx *db.Tx) error {
				p, err := org.PlaceByCode(tx, m.Place)
				kinds[p.Kind]++
				return err
			})
		}
	}
	for what, least := range map[string]int{"visit": 300, "visit_sign": 150, "visit_walk": 60, "inspect_draw": 6} {
		if n := x.count(`SELECT COUNT(*) FROM ` + what); n < least {
			x.t.Errorf("%d of %s, want %d", n, what, least)
		}
	}
	for what, n := range map[string]int{
		"reading that fails":              x.count(`SELECT COUNT(*) FROM visit_item WHERE result = 'fail' AND problem <> ''`),
		"instrument out of date":          x.count(`SELECT COUNT(*) FROM visit_item WHERE expired = 1`),
		"tour of the delegates":           x.count(`SELECT COUNT(*) FROM visit WHERE kind = 'tour' AND fails > 0`),
		"look after a leader":             x.count(`SELECT COUNT(*) FROM visit WHERE again <> ''`),
		"look after a leader to be made":  x.count(`SELECT COUNT(*) FROM duty WHERE kind = 'remeasure' AND open = 1`),
		"walk to be made":                 x.count(`SELECT COUNT(*) FROM visit_walk WHERE done_at = 0`),
		"matter drawn and measured again": x.count(`SELECT COUNT(*) FROM inspection WHERE kind = 'recheck' AND passed = 1`),
	} {
		if n == 0 {
			x.t.Errorf("no %s", what)
		}
	}
	if n := x.count(`SELECT COUNT(*) FROM (SELECT place FROM visit_item WHERE code = 'BT1' GROUP BY place HAVING COUNT(*) >= 40) AS t`); n < 3 {
		x.t.Errorf("%d bathhouses with a full history", n)
	}
	recent := clock.MillisOf(clock.DayOf(x.Clock.Now(), x.Zone).Add(-12).Time(x.Zone)) // whatever holidays lie between
	for what, n := range map[string]struct{ want, have int }{
		"calls":             {3, x.count(`SELECT COUNT(*) FROM visit_call c JOIN visit v ON v.id = c.visit WHERE v.critical = 1`)},
		"calls taken":       {2, x.count(`SELECT COUNT(*) FROM visit_call WHERE accepted_at > called_at AND accepted_at < called_at + 1800000 AND note <> ''`)},
		"calls open":        {1, x.count(`SELECT COUNT(*) FROM visit_call c JOIN duty d ON d.subject_id = c.visit AND d.kind = 'accept_hazard' AND d.open = 1 AND d.person = c.person WHERE c.accepted_at = 0 AND c.called_at > $1`, clock.MillisOf(x.Clock.Now())-30*60*1000)},
		"calls of late":     {2, x.count(`SELECT COUNT(*) FROM visit_call WHERE called_at > $1`, recent)},
		"critical readings": {3, x.count(`SELECT COUNT(*) FROM visit_item i JOIN matter m ON m.id = i.matter WHERE i.result = 'critical' AND m.class = 'safety' AND m.source = 'inspection'`)},
		"dangers over":      {1, x.count(`SELECT COUNT(*) FROM visit_item i JOIN matter m ON m.id = i.matter WHERE i.result = 'critical' AND m.state = 'closed' AND m.verdict = 'confirmed' AND m.look_back30 = 'passed'`)},
		"dangers open":      {2, x.count(`SELECT COUNT(*) FROM visit_item i JOIN matter m ON m.id = i.matter WHERE i.result = 'critical' AND m.state = 'assigned'`)},
	} {
		if n.have != n.want {
			x.t.Errorf("%d %s, want %d", n.have, what, n.want)
		}
	}
	if len(x.matters) != 39+5+3+1+3 { // and those that were adopted, chosen, in the calendar, and dangers that were measured
		x.t.Errorf("%d matters", len(x.matters))
	}
	for what, n := range map[string]struct{ want, have int }{
		"practices":               {12, x.count(`SELECT COUNT(*) FROM practice WHERE state = 'published' AND number <> '' AND unfit <> ''`)},
		"practices withdrawn":     {1, x.count(`SELECT COUNT(*) FROM practice WHERE state = 'withdrawn' AND note <> ''`)},
		"practices begun":         {1, x.count(`SELECT COUNT(*) FROM practice WHERE state = 'draft'`)},
		"practices in review":     {1, x.count(`SELECT COUNT(*) FROM practice WHERE state = 'review'`)},
		"adoptions confirmed":     {2, x.count(`SELECT COUNT(*) FROM practice_adoption WHERE state = 'finished' AND verdict = 'confirmed'`)},
		"adoptions not confirmed": {1, x.count(`SELECT COUNT(*) FROM practice_adoption WHERE state = 'finished' AND verdict = 'unconfirmed'`)},
		"adoptions given up":      {1, x.count(`SELECT COUNT(*) FROM practice_adoption WHERE state = 'failed' AND reason <> ''`)},
		"adoptions under way":     {1, x.count(`SELECT COUNT(*) FROM practice_adoption WHERE state = 'running'`)},
	} {
		if n.have != n.want {
			x.t.Errorf("%s: %d", what, n.have)
		}
	}
	if n := x.count(`SELECT COUNT(*) FROM practice p WHERE figures LIKE '%"before"%' AND words LIKE '%"leave"%' AND EXISTS (SELECT 1 FROM practice_photo x WHERE x.practice = p.id)`); n == 0 {
		x.t.Error("no practice has figures, photos and words")
	}
	want(x.t, "state", states, matter.States...)
	want(x.t, "class", classes, matter.Quick, matter.Standard, matter.Funds, matter.Safety, matter.Sponsored)
	want(x.t, "source", sources, matter.FromVoice, matter.FromResearch, matter.FromInspection, matter.FromSeason, matter.FromPractice, matter.FromBallot)
	want(x.t, "end", ended, "closed", "declined", "cancelled")
	want(x.t, "kind of place", kinds, org.Bathhouse, org.Canteen, org.Dormitory, org.RestRoom, org.Bus, org.Parking, org.Changing, org.Nursing, org.Leisure,
		org.Clinic, org.Store, org.Workplace, org.Control, org.Lift, org.Water, org.Road)
	if len(leads) < 12 {
		x.t.Errorf("only %d units lead: %v", len(leads), leads)
	}
	for what, n := range map[string]int{
		"struck off and confirmed":           x.count(`SELECT COUNT(*) FROM matter WHERE state = 'closed' AND verdict = 'confirmed'`),
		"struck off and not confirmed":       x.count(`SELECT COUNT(*) FROM matter WHERE state = 'closed' AND verdict = 'unconfirmed'`),
		"consolidated":                       x.count(`SELECT COUNT(*) FROM matter WHERE look_back30 = 'passed' AND look_back90 = 'passed'`),
		"to be looked at again":              x.count(`SELECT COUNT(*) FROM matter WHERE state = 'closed' AND look_back30 = ''`),
		"relapsed":                           x.count(`SELECT COUNT(*) FROM matter WHERE relapses > 0 AND round = 2`),
		"opened again by who is affected":    x.count(`SELECT COUNT(*) FROM matter WHERE relapses = 0 AND round = 2 AND state = 'executing'`),
		"disputed and then confirmed":        x.count(`SELECT COUNT(*) FROM matter WHERE round = 2 AND state = 'closed' AND verdict = 'confirmed'`),
		"extended once":                      x.count(`SELECT COUNT(*) FROM matter WHERE extensions = 1`),
		"extended twice, asked a third time": x.count(`SELECT COUNT(*) FROM matter m WHERE extensions = 2 AND EXISTS (SELECT 1 FROM extension e WHERE e.matter = m.id AND e.state = 'asked' AND e.n = 3)`),
		"extension refused":                  x.count(`SELECT COUNT(*) FROM extension WHERE state = 'refused'`),
		"waiting for a purchase":             x.count(`SELECT COUNT(*) FROM matter WHERE state = 'paused' AND pause_reason = 'bid'`),
		"carried over with a condition":      x.count(`SELECT COUNT(*) FROM matter WHERE state = 'carried_over' AND carry_condition <> '' AND review_day <> ''`),
		"declined by rule":                   x.count(`SELECT COUNT(*) FROM matter WHERE ended_how = 'declined' AND end_rule <> '' AND end_decider <> ''`),
		"plan returned":                      x.count(`SELECT COUNT(*) FROM matter m WHERE state = 'assigned' AND EXISTS (SELECT 1 FROM plan p WHERE p.matter = m.id AND p.state = 'returned')`),
		"waiting for the head":               x.count(`SELECT COUNT(*) FROM matter WHERE review = 'head'`),
		"waiting for finance":                x.count(`SELECT COUNT(*) FROM matter WHERE review = 'finance' AND finance_path LIKE '%/D06/'`),
		"waiting for the office":             x.count(`SELECT COUNT(*) FROM matter WHERE review = 'office'`),
		"approved by finance":                x.count(`SELECT COUNT(*) FROM plan WHERE state = 'approved' AND finance_as = 'finance'`),
		"unsigned":                           x.count(`SELECT COUNT(*) FROM assignment WHERE subject_kind = 'matter' AND state = 'assigned'`),
		"returned":                           x.count(`SELECT COUNT(*) FROM assignment WHERE subject_kind = 'matter' AND state = 'returned'`),
		"in adjudication":                    x.count(`SELECT COUNT(*) FROM assignment WHERE subject_kind = 'matter' AND state = 'adjudicating'`),
		"adjudicated":                        x.count(`SELECT COUNT(*) FROM assignment WHERE adjudicated_at > 0`),
		"photo before":                       x.count(`SELECT COUNT(*) FROM matter_photo WHERE kind = 'before'`),
		"photo of the work":                  x.count(`SELECT COUNT(*) FROM matter_photo WHERE kind = 'progress'`),
		"photo after":                        x.count(`SELECT COUNT(*) FROM matter_photo WHERE kind = 'after'`),
		"measured value":                     x.count(`SELECT COUNT(*) FROM reading WHERE value <> 'yes' AND passed = 1`),
		"measured value that fails":          x.count(`SELECT COUNT(*) FROM reading WHERE passed = 0`),
	} {
		if n == 0 {
			x.t.Errorf("no matter is %s", what)
		}
	}
}

// lights: every color occurs among what is under way.
func (x *made) lights() {
	have := map[string]int{}
	x.read(func(tx *db.Tx) error {
		l, err := ledger.LampsOf(tx)
		for _, m := range x.matters {
			if m.State == matter.Executing {
				have[string(ledger.Light(m, l))]++
			}
		}
		return err
	})
	want(x.t, "light", have, "green", "blue", "yellow", "red")
}

// orders: a year of the supervising office, on every ground, received, answered, pressed, closed and withdrawn, and nothing without its basis;
// what has changed says with which light the week began.
func (x *made) orders() {
	for what, c := range map[string]struct{ least, have int }{
		"signed":               {60, x.count(`SELECT COUNT(*) FROM supervise_order WHERE n > 0`)},
		"closed with opinions": {40, x.count(`SELECT COUNT(*) FROM supervise_order WHERE state = 'closed' AND opinion <> '' AND cause <> '' AND measures <> '' AND promised <> '' AND replied_by <> ''`)},
		"second":               {4, x.count(`SELECT COUNT(*) FROM supervise_order o WHERE round = 2 AND n > 0 AND EXISTS (SELECT 1 FROM supervise_order f WHERE f.id = o.first AND f.state = 'pressed')`)},
		"withdrawn":            {2, x.count(`SELECT COUNT(*) FROM supervise_order WHERE state = 'withdrawn' AND opinion <> ''`)},
		"answered late":        {5, x.count(`SELECT COUNT(*) FROM supervise_order WHERE replied_at > reply_due AND n > 0`)},
		"not answered yet":     {1, x.count(`SELECT COUNT(*) FROM supervise_order WHERE state IN ('issued', 'received')`)},
		"not closed yet":       {1, x.count(`SELECT COUNT(*) FROM supervise_order WHERE state = 'replied'`)},
		"on what is overdue":   {10, x.count(`SELECT COUNT(*) FROM supervise_order WHERE n > 0 AND basis = 'overdue'`)},
		"on many voices":       {4, x.count(`SELECT COUNT(*) FROM supervise_order WHERE n > 0 AND basis = 'voice'`)},
		"on a resolution":      {2, x.count(`SELECT COUNT(*) FROM supervise_order o WHERE n > 0 AND basis = 'resolution' AND EXISTS (SELECT 1 FROM meeting m WHERE o.basis_text LIKE '会议纪要' || m.number || '第%' AND m.number <> '')`)},
		"on an instruction":    {10, x.count(`SELECT COUNT(*) FROM supervise_order WHERE n > 0 AND basis = 'instruction'`)},
		"weeks":                {10, x.count(`SELECT COUNT(DISTINCT week) FROM matter`)},
		"lights of Mondays":    {5, x.count(`SELECT COUNT(*) FROM matter WHERE week_light > 0 AND week >= $1`, ledger.WeekOf(clock.DayOf(x.Clock.Now(), x.Zone)).Add(-28))},
	} {
		if c.have < c.least {
			x.t.Errorf("%d orders %s, want %d", c.have, what, c.least)
		}
	}
	if n := x.count(`SELECT COUNT(*) FROM supervise_order WHERE n > 0 AND (signer = '' OR demand = '' OR unit = '' OR basis IN ('overdue', 'voice') AND subject_id = ''
		OR basis IN ('resolution', 'instruction') AND basis_text = '')`); n > 0 {
		x.t.Errorf("%d orders without a basis", n)
	}
	if n := x.count(`SELECT COUNT(*) FROM supervise_order o JOIN org_person p ON p.id = o.ended_by WHERE o.n > 0 AND o.state = 'closed' AND (p.path LIKE o.lead_path || '%' OR o.ended_by = o.replied_by)`); n > 0 {
		x.t.Errorf("%d orders closed by who answered them", n)
	}
}

// told: voices of every level, state, restricted path and way of being answered.
func (x *made) told() {
	states, levels, channels, restricted, how := map[string]int{}, map[voice.Level]int{}, map[voice.Channel]int{}, map[string]int{}, map[string]int{}
	year := 0
	for _, v := range x.voices {
		states[v.State]++
		levels[v.Level]++
		channels[v.Channel]++
		restricted[v.Restricted]++
		how[v.ClosedHow]++
		if v.Day < clock.DayOf(x.Clock.Now(), x.Zone).Add(-4) {
			year++
		}
		if v.Level != voice.Named && v.Submitter != "" {
			x.t.Errorf("%s names its submitter", v.Number)
		}
	}
	if year < 300 {
		x.t.Errorf("only %d voices of the year", year)
	}
	want(x.t, "state", states, voice.Registered, voice.Quarantined, voice.InTriage, voice.WaitingInfo, voice.Assigned, voice.Signed, voice.Linked, voice.Answered,
		voice.Closed, voice.Rejected, voice.WasSplit, voice.Withdrawn, voice.Erased)
	want(x.t, "level", levels, voice.Levels()...)
	want(x.t, "channel", channels, voice.Scan, voice.Web, voice.Crew, voice.MeToo, voice.Retaliation, voice.FromPart)
	want(x.t, "path", restricted, append(voice.RestrictedClasses(), "")...)
	want(x.t, "way of closing", how, voice.Confirmed, voice.Unconfirmed, voice.PartsDone)
	for what, n := range map[string]int{
		"transferred": x.count(`SELECT COUNT(*) FROM voice WHERE transfers > 0`),
		"merged":      x.count(`SELECT COUNT(*) FROM event WHERE kind = 'voice.merge'`),
		"objected":    x.count(`SELECT COUNT(*) FROM voice WHERE objected = 1 AND appeal = 0`),
		"in appeal":   x.count(`SELECT COUNT(*) FROM voice WHERE appeal = 1`),
		"opened":      x.count(`SELECT COUNT(*) FROM voice_view`),
		"of a crisis": x.count(`SELECT COUNT(*) FROM crisis_counter WHERE n > 0`),
	} {
		if n == 0 {
			x.t.Errorf("no voice is %s", what)
		}
	}
}

// inbox: of the forty voices 36 wait for triage, the three dangers have gone past it, and the crisis is only a count.
func (x *made) inbox() {
	texts := map[string]voice.Voice{}
	for _, v := range x.voices {
		texts[v.Text] = v
	}
	alarms := 0
	for _, r := range rows(voicesCSV) {
		v, ok := texts[r[4]]
		if r[1] == "N3" {
			if ok || x.count(`SELECT COUNT(*) FROM crisis_counter WHERE day = $1`, clock.DayOf(x.Clock.Now(), x.Zone).Add(-1))+
				x.count(`SELECT COUNT(*) FROM crisis_counter WHERE day = $1`, clock.DayOf(x.Clock.Now(), x.Zone)) == 0 {
				x.t.Errorf("the crisis has left more, or less, than a count")
			}
			continue
		}
		switch {
		case !ok:
			x.t.Errorf("voice %s is not there", r[0])
		case v.Alarm == "hazard" || v.Alarm == "food":
			alarms++
		case v.State != voice.Registered || v.ClaimedBy != "":
			x.t.Errorf("voice %s is %s", r[0], v.State)
		case string(v.Level) != r[3]:
			x.t.Errorf("voice %s is %s", r[0], v.Level)
		}
		if age := v.RegisteredAt.Day(x.Zone).Until(clock.DayOf(x.Clock.Now(), x.Zone)); ok && age > 3 {
			x.t.Errorf("voice %s is %d days old", r[0], age)
		}
	}
	if alarms != 3 || x.count(`SELECT COUNT(*) FROM duty WHERE kind = 'accept_hazard' AND subject_kind = 'voice' AND discharged_at = 0`) != 1 {
		x.t.Errorf("%d dangers", alarms)
	}
}

// separation: a plan in force was approved by somebody else than its author (a quick fix needs no approval), who inspects and
// who strikes off is of another unit.
func (x *made) separation() {
	if n := x.count(`SELECT COUNT(*) FROM plan p JOIN matter m ON m.id = p.matter WHERE p.state = 'approved' AND m.class <> 'quick'
		AND (p.decided_by = '' OR p.decided_by = p.author)`); n > 0 {
		x.t.Errorf("%d plans approved by nobody or by their author", n)
	}
	if n := x.count(`SELECT COUNT(*) FROM matter WHERE state IN ('executing','paused','inspecting','accepting','rated','closed')
		AND NOT EXISTS (SELECT 1 FROM plan p WHERE p.matter = matter.id AND p.version = matter.plan_version AND p.state = 'approved')`); n > 0 {
		x.t.Errorf("%d matters are worked on without an approved plan", n)
	}
	if n := x.count(`SELECT COUNT(*) FROM inspection i JOIN matter m ON m.id = i.matter JOIN org_person p ON p.id = i.by_person
		WHERE i.kind <> 'self' AND p.unit = m.lead`); n > 0 {
		x.t.Errorf("%d inspections by the lead unit", n)
	}
	if n := x.count(`SELECT COUNT(*) FROM matter m JOIN org_person p ON p.id = m.closed_by WHERE m.state = 'closed'
		AND (m.closed_by = m.claimant OR m.closed_by = m.owner OR m.closed_by = m.inspector OR p.unit = m.lead)`); n > 0 {
		x.t.Errorf("%d matters struck off by who did or inspected them", n)
	}
}

// answered: everybody who said what a closed matter is about has an answer, and a due day moved only by a decision.
func (x *made) answered() {
	if n := x.count(`SELECT COUNT(*) FROM voice v JOIN matter m ON m.id = v.matter WHERE m.state IN ('closed','cancelled','carried_over')
		AND v.state NOT IN ('answered','closed','withdrawn','erased')`); n > 0 {
		x.t.Errorf("%d voices of finished matters without an answer", n)
	}
	if n := x.count(`SELECT COUNT(*) FROM voice v WHERE v.state IN ('answered','closed') AND v.closed_how <> 'parts'
		AND NOT EXISTS (SELECT 1 FROM voice_entry e WHERE e.voice = v.id AND e.kind = 'answer')`); n > 0 {
		x.t.Errorf("%d voices answered without words", n)
	}
	if n := x.count(`SELECT COUNT(*) FROM matter WHERE round = 1 AND extensions = 0 AND due <> due0 AND state <> 'paused'`); n > 0 {
		x.t.Errorf("%d deadlines moved by nobody", n)
	}
}

// kept: in a house that is run well nobody has minutes or a look-back that wait for a month.
func (x *made) kept() {
	late := x.Clock.Now().AddDate(0, -1, 0)
	if n := x.count(`SELECT COUNT(*) FROM duty WHERE open = 1 AND kind IN ('minutes_receive', 'lookback30', 'lookback90') AND due < $1`, clock.MillisOf(late)); n > 0 {
		x.t.Errorf("%d minutes and look-backs wait for more than a month", n)
	}
}

// ratings: never more answers than invitations; what counts as solved was confirmed by somebody; few answers occur too.
func (x *made) ratings() {
	type round struct {
		Matter, Verdict, State string
		Invited, Answers, Yes  int
		OpenedAt               clock.Millis
	}
	few, many := 0, 0
	x.read(func(tx *db.Tx) error {
		all, err := db.All[round](tx, `SELECT a.matter, a.verdict, a.state, a.invited, a.opened_at,
			(SELECT COUNT(*) FROM rating r WHERE r.matter = a.matter AND r.round = a.round)
				+ (SELECT COUNT(*) FROM rating_box r WHERE r.matter = a.matter AND r.round = a.round) AS answers,
			(SELECT COUNT(*) FROM rating r WHERE r.matter = a.matter AND r.round = a.round AND r.result = 'solved') AS yes FROM acceptance a`)
		for _, a := range all {
			switch {
			case a.Answers > a.Invited:
				x.t.Errorf("%d answers to %d invitations", a.Answers, a.Invited)
			case a.Verdict == matter.Confirmed && a.Yes == 0:
				x.t.Errorf("confirmed by nobody: %+v", a)
			case a.State == "open" && a.Answers == 0 && tx.Millis()-a.OpenedAt > 6*24*3600*1000: // all have been asked the day before
				x.t.Errorf("nobody answers: %+v", a)
			case a.State == "over" && a.Answers < 5:
				few++
			case a.State == "over":
				many++
			}
		}
		return err
	})
	if few < 2 || many <= few {
		x.t.Errorf("%d rounds with few answers, %d with many", few, many)
	}
}

// secrets: every confidential voice that was said is sealed to two custodians, whose keys the demonstration's password opens.
func (x *made) secrets() {
	if n := x.count(`SELECT COUNT(*) FROM voice v WHERE v.level = 'confidential' AND v.channel NOT IN ('part','retaliation')
		AND NOT EXISTS (SELECT 1 FROM voice_identity i WHERE i.voice = v.id)`); n > 0 {
		x.t.Errorf("%d identities are not sealed", n)
	}
	var keys []custody.Custodian
	var sealed []byte
	var id string
	x.read(func(tx *db.Tx) (err error) {
		if keys, err = custody.Custodians(tx); err != nil {
			return err
		}
		if id, err = db.One[string](tx, `SELECT voice FROM voice_identity ORDER BY voice LIMIT 1`); err != nil {
			return err
		}
		sealed, err = db.One[[]byte](tx, `SELECT sealed FROM voice_identity WHERE voice = $1`, id)
		return err
	})
	if len(keys) != 2 {
		x.t.Fatalf("%d custodians hold a key", len(keys))
	}
	var private [2]string
	for i, k := range keys {
		var err error
		if private[i], err = seal.Unwrap(context.Background(), "custodian:"+k.Person, Password, k.Wrapped); err != nil {
			x.t.Fatal(err)
		}
	}
	inner, err := seal.OpenOuter(id, sealed, private[0])
	if err != nil {
		x.t.Fatal(err)
	}
	plain, err := seal.OpenInner(id, inner, private[1])
	if err != nil || !strings.Contains(string(plain), `"employee_no"`) {
		x.t.Errorf("the two keys open %q, %v", plain, err)
	}
}

// hours: nothing is later than now; the staff work on working days; what is hidden is told by the hour.
func (x *made) hours() {
	type fact struct {
		At                clock.Millis
		Kind, Class, Data string
	}
	x.read(func(tx *db.Tx) error {
		cal, err := org.Calendar(tx)
		if err != nil {
			return err
		}
		all, err := db.All[fact](tx, `SELECT at, kind, actor_class AS class, data FROM event WHERE kind LIKE 'matter.%' OR kind LIKE 'assignment.%'`)
		staff := 0
		for _, f := range all {
			if f.At > tx.Millis() {
				x.t.Errorf("%s lies in the future", f.Kind)
			}
			if slices.Contains([]access.Role{access.Triager, access.Handler, access.DeptHead, access.Supervisor, access.Leader}, access.Role(f.Class)) {
				staff++
				if work, _ := cal.IsWorkday(f.At.Day(x.Zone)); !work {
					x.t.Errorf("%s on %s, which is no working day", f.Kind, f.At.Day(x.Zone))
				}
			}
		}
		if staff < 200 {
			x.t.Errorf("only %d things done by the staff", staff)
		}
		return err
	})
	for _, v := range x.voices {
		if v.Level.Hidden() && v.RegisteredAt%3_600_000 != 0 {
			x.t.Errorf("%s tells the minute of a hidden voice", v.Number)
		}
	}
}

// offered: one sign-in for each role, the receipts open, and what each role sees first has a sentence.
func (x *made) offered() {
	roles := map[access.Role]int{}
	for _, s := range x.SignIns {
		roles[s.Role]++
		if s.See == "" {
			x.t.Errorf("%s sees nothing first", s.Role)
		}
		for _, r := range []access.Role{access.Employee, access.Handler, access.DeptHead, access.UnitChair, access.Triager, access.Supervisor, access.Inspector,
			access.Leader, access.DisciplineOfficer, access.HealthOfficer, access.WelfareOfficer} {
			if s.Role == r && (len(s.Counts) == 0 || s.Counts[0] == 0) {
				x.t.Errorf("nothing waits for the %s who is printed: %v", r, s.Counts)
			}
		}
	}
	want(x.t, "sign-in", roles, access.Roles()...)
	if len(x.Receipts) < 3 {
		x.t.Errorf("%d receipts", len(x.Receipts))
	}
	door := voice.NewDoor(x.DB, x.Keys)
	for _, r := range x.Receipts {
		if who, err := door.Open(context.Background(), r.Number, r.Code); err != nil || who.Voice == "" {
			x.t.Errorf("receipt %s: %v", r.Number, err)
		}
	}
	dir := x.t.TempDir()
	if err := x.Save(dir); err != nil {
		x.t.Fatal(err)
	}
	again, err := Load(dir)
	if err != nil || fmt.Sprint(again) != fmt.Sprint(x.Made) {
		x.t.Errorf("read again: %v, %v", again, err)
	}
}
