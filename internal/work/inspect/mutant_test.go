package inspect_test

import (
	"database/sql"
	"fmt"
	"testing"

	"sanwen/internal/ground/db/dbtest"
)

// story does everything once that a model has to see.
var story = []act{
	{Do: "record", Who: "inspector", At: 0, Read: [3]int{380, 395, 400}, Points: 3},
	{Do: "record", Who: "worker", At: 0, Read: [3]int{380, 395, 400}, Points: 3},
	{Do: "record", Who: "inspector", At: 0, Read: [3]int{360, 330, 340}, Points: 3, Also: "problem order slip"},
	{Do: "record", Who: "chair", At: 0, Read: [3]int{412, 461, 410}, Points: 3, Also: "problem closed"},
	{Do: "record", Who: "inspector", At: 1, Read: [3]int{412, 461, 410}, Points: 3, Also: "problem order"},
	{Do: "sign", Who: "chair", At: 0, Points: 3},
	{Do: "sign", Who: "chair", At: 1, Also: "problem"},
	{Do: "sign", Who: "chair", At: 1, Points: 3},
	{Do: "minutes"}, {Do: "minutes"},
	{Do: "accept", Who: "worker", At: 2},
	{Do: "accept", Who: "handler", At: 2},
	{Do: "minutes"},
	{Do: "record", Who: "leader", At: 0, Read: [3]int{402, 380, 400}, Points: 3},
	{Do: "day"},
	{Do: "walk", Who: "inspector", At: 0, Read: [3]int{380, 395, 400}, Points: 3},
	{Do: "walk", Who: "triager", At: 1, Read: [3]int{380, 395, 400}, Points: 3},
	{Do: "again", Who: "inspector", At: 4, Read: [3]int{340, 395, 400}, Points: 3, Also: "problem"},
	{Do: "day"},
	{Do: "month"},
	{Do: "look", Who: "inspector", Read: [3]int{400, 0, 0}, Points: 3},
	{Do: "look", Who: "inspector", Read: [3]int{400, 0, 0}, Points: 3},
}

// relapses is the other end of the matter.
var relapses = []act{{Do: "look", Who: "chair", Read: [3]int{350, 0, 0}}, {Do: "month"}, {Do: "look", Who: "chair", Read: [3]int{350, 0, 0}}, {Do: "look", Who: "inspector", Read: [3]int{400, 0, 0}, Points: 3}}

// planted is a fault of the program: a trigger that changes what it has written.
type planted struct{ name, trigger string }

// faults are planted in the tables: the model has to notice every one.
var faults = []planted{
	{"a cold shower passes", `AFTER INSERT ON visit_item WHEN NEW.result = 'fail' BEGIN UPDATE visit_item SET result = 'pass' WHERE visit = NEW.visit AND n = NEW.n; END`},
	{"a scald is only a failure", `AFTER INSERT ON visit_item WHEN NEW.result = 'critical' BEGIN UPDATE visit_item SET result = 'fail' WHERE visit = NEW.visit AND n = NEW.n; END`},
	{"the best reading is told as the worst", `AFTER INSERT ON visit_item WHEN NEW.result = 'fail' BEGIN UPDATE visit_item SET worst = '36.0' WHERE visit = NEW.visit AND n = NEW.n AND code = 'BT1'; END`},
	{"the mean is told of the last two", `AFTER INSERT ON visit_item WHEN NEW.mean <> '' BEGIN UPDATE visit_item SET mean = '39.75' WHERE visit = NEW.visit AND n = NEW.n; END`},
	{"what does not apply passes", `AFTER INSERT ON visit_item WHEN NEW.result = 'na' BEGIN UPDATE visit_item SET result = 'pass' WHERE visit = NEW.visit AND n = NEW.n; END`},
	{"an earlier reading is changed", `AFTER INSERT ON visit_item BEGIN UPDATE visit_item SET worst = '39.9' WHERE visit <> NEW.visit AND code = 'BT1'; END`},
	{"failures are not counted", `AFTER INSERT ON visit BEGIN UPDATE visit SET fails = 0 WHERE id = NEW.id; END`},
	{"a number is left out", `AFTER UPDATE OF last ON visit_number WHEN NEW.last = OLD.last + 1 BEGIN UPDATE visit_number SET last = NEW.last + 1 WHERE year = NEW.year; END`},
	{"a visit is dated back", `AFTER INSERT ON visit BEGIN UPDATE visit SET at = at - 86400000 WHERE id = NEW.id; END`},
	{"somebody else has inspected", `AFTER INSERT ON visit BEGIN UPDATE visit SET person = (SELECT id FROM org_person WHERE employee_no = 'A0001') WHERE id = NEW.id; END`},
	{"the order goes to another unit", `AFTER UPDATE OF lead ON matter WHEN NEW.lead = 'D05' AND NEW.source = 'inspection' BEGIN UPDATE matter SET lead = 'D06' WHERE id = NEW.id; END`},
	{"a scald becomes a quick fix", `AFTER INSERT ON matter WHEN NEW.class = 'safety' BEGIN UPDATE matter SET class = 'quick' WHERE id = NEW.id; END`},
	{"what fails makes two matters", `AFTER INSERT ON visit_item WHEN NEW.matter <> '' BEGIN UPDATE matter SET source = 'inspection' WHERE id = (SELECT id FROM matter WHERE source = 'voice' LIMIT 1); END`},
	{"the matter of a finding is lost", `AFTER INSERT ON visit_item WHEN NEW.matter <> '' BEGIN UPDATE visit_item SET matter = '' WHERE visit = NEW.visit AND n = NEW.n; END`},
	{"nobody is called", `AFTER INSERT ON visit_call BEGIN DELETE FROM visit_call WHERE visit = NEW.visit; END`},
	{"the same one is called for ever", `AFTER UPDATE OF person ON visit_call WHEN NEW.accepted_at = 0 BEGIN UPDATE visit_call SET person = OLD.person WHERE visit = NEW.visit; END`},
	{"who was called first owes it for ever", `AFTER UPDATE OF person ON duty WHEN NEW.kind = 'accept_hazard' BEGIN UPDATE duty SET person = OLD.person WHERE id = NEW.id; END`},
	{"a call that was taken goes on", `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'accept_hazard' BEGIN UPDATE duty SET open = 1, discharged_at = 0, outcome = '' WHERE id = NEW.id; END`},
	{"that somebody comes is not noted", `AFTER UPDATE OF accepted_at ON visit_call BEGIN UPDATE visit_call SET accepted_at = 0 WHERE visit = NEW.visit; END`},
	{"who is called is not told", `AFTER INSERT ON duty_notice BEGIN DELETE FROM duty_notice WHERE id = NEW.id; END`},
	{"the record is silent of the next call", `AFTER INSERT ON event WHEN NEW.kind = 'inspect.call_next' BEGIN UPDATE event SET subject_kind = 'visit' WHERE id = NEW.id; END`},
	{"the inspector signs for the unit", `AFTER INSERT ON visit_sign BEGIN UPDATE visit_sign SET person = (SELECT person FROM visit WHERE id = NEW.visit) WHERE visit = NEW.visit; END`},
	{"the unit always agrees", `AFTER INSERT ON visit_sign BEGIN UPDATE visit_sign SET agrees = 1 WHERE visit = NEW.visit; END`},
	{"nobody looks after the leader", `AFTER INSERT ON duty WHEN NEW.kind = 'remeasure' BEGIN DELETE FROM duty WHERE id = NEW.id; END`},
	{"the unit is told that somebody will come", `AFTER INSERT ON duty WHEN NEW.kind = 'remeasure' BEGIN UPDATE duty SET path = '/G/U01/' WHERE id = NEW.id; END`},
	{"looking again ends nothing", `AFTER UPDATE OF open ON duty WHEN NEW.open = 0 AND NEW.kind = 'remeasure' BEGIN UPDATE duty SET open = 1, discharged_at = 0, outcome = '' WHERE id = NEW.id; END`},
	{"a second look forgets the first", `AFTER INSERT ON visit WHEN NEW.again <> '' BEGIN UPDATE visit SET again = '' WHERE id = NEW.id; END`},
	{"a walk is over after its first place", `AFTER INSERT ON visit WHEN NEW.walk <> '' BEGIN UPDATE visit_walk SET done_at = NEW.at WHERE id = NEW.walk; END`},
	{"a walk is never over", `AFTER UPDATE OF done_at ON visit_walk BEGIN UPDATE visit_walk SET done_at = 0 WHERE id = NEW.id; END`},
	{"nobody owes the walk", `AFTER INSERT ON duty WHEN NEW.kind = 'round' BEGIN DELETE FROM duty WHERE id = NEW.id; END`},
	{"the look back is not noted", `AFTER UPDATE OF look_back30 ON matter WHEN NEW.look_back30 <> '' BEGIN UPDATE matter SET look_back30 = '' WHERE id = NEW.id; END`},
	{"a relapse stays closed", `AFTER UPDATE OF state ON matter WHEN OLD.state = 'closed' AND NEW.state = 'executing' BEGIN UPDATE matter SET state = 'closed' WHERE id = NEW.id; END`},
	{"a relapse begins no new round", `AFTER UPDATE OF round ON matter WHEN NEW.round > 1 BEGIN UPDATE matter SET round = 1 WHERE id = NEW.id; END`},
	{"a relapse forgets what was looked at", `AFTER UPDATE OF round ON matter WHEN NEW.round > 1 BEGIN UPDATE inspection SET matter = (SELECT id FROM matter WHERE id <> NEW.id LIMIT 1) WHERE matter = NEW.id; END`},
}

// TestPlantedFaultsAreNoticed: the story is as the model says, and with any fault planted it is not.
func TestPlantedFaultsAreNoticed(t *testing.T) {
	d, c := dbtest.Open(t)
	p := plays(t, d, c)
	p.notices(t, faults, func() error {
		if err := p.play(story); err != nil {
			return err
		}
		return p.play(relapses)
	})
}

// notices plays with each fault planted by itself, in which the model has to find something, and before and after without any.
func (p *player) notices(t *testing.T, faults []planted, play func() error) {
	t.Helper()
	if err := play(); err != nil {
		t.Fatalf("nothing is planted: %v", err)
	}
	raw, err := sql.Open("sqlite", one[string](p, `SELECT file FROM pragma_database_list WHERE name = 'main'`))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	plant := func(statement string) {
		if _, err := raw.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	for i, f := range faults {
		if testing.Short() && i%8 != 0 { // the race detector looks for something else
			continue
		}
		plant(fmt.Sprintf(`CREATE TRIGGER planted_%d %s`, i, f.trigger))
		err := play()
		if err == nil {
			t.Errorf("%s: nobody noticed", f.name)
		}
		t.Logf("%s: %.200v", f.name, err)
		plant(fmt.Sprintf(`DROP TRIGGER planted_%d`, i))
	}
	if err := play(); err != nil {
		t.Errorf("nothing is planted any more: %v", err)
	}
}
