package evaluate

import (
	"fmt"
	"path/filepath"
	"testing"

	"sanwen/internal/ground/clock"
)

// stream writes a file of messages, one a day: which of some texts, of which topic, by whom.
func stream(t *testing.T, rows [][3]string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "stream.csv")
	text := "id,user,time,body,topic_id\n"
	for i, r := range rows {
		text += fmt.Sprintf("%d,%s,2025-01-%02d 08:00:00,%s,%s\n", i+1, r[0], i+1, r[1], r[2])
	}
	write(t, file, text)
	return file
}

func TestAlarms(t *testing.T) {
	bath, bus := "四区新浴室夜班下班后水不热", "西门班车早上提前发车赶不上"
	five := [][3]string{{"a", bath, "P1"}, {"b", bath + "了", "P1"}, {"x", "车棚漏雨没人修", ""}, {"c", bath + "，又是", "P1"}, {"a", bath + "啊", "P1"}, {"b", bath + "吗", "P1"}}
	for name, c := range map[string]struct {
		rows [][3]string
		want map[string]float64
	}{
		"hot":            {five, map[string]float64{"alarms": 1, "hot_topics": 1, "hot_found": 1, "alarms_extra": 0, "alarms_weak": 0, "alarm_delay_days": 0}},
		"one alarm only": {append(five[:6:6], five...), map[string]float64{"alarms": 1, "hot_topics": 1, "hot_found": 1}},
		"one person": {append(five[:6:6], [3]string{"z", bus, "P2"}, [3]string{"z", bus + "了", "P2"}, [3]string{"z", bus + "啊", "P2"}, [3]string{"z", bus + "吗", "P2"},
			[3]string{"z", bus + "，又是", "P2"}), map[string]float64{"alarms": 1, "hot_topics": 1}},
		"of none": {append(five[:6:6], [3]string{"a", bus, ""}, [3]string{"b", bus + "了", ""}, [3]string{"c", bus + "啊", ""}, [3]string{"d", bus + "吗", ""},
			[3]string{"e", bus + "，又是", ""}), map[string]float64{"alarms": 2, "hot_topics": 1, "hot_found": 1, "alarms_extra": 1}},
	} {
		file := stream(t, c.rows)
		r, err := Run(Options{Task: TaskCluster, Train: file, Test: file, Clock: clock.System()})
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range c.want {
			if got, ok := r.Get(k); !ok || got != want {
				t.Errorf("%s: %s is %v (known %v), want %v", name, k, got, ok, want)
			}
		}
	}
	r := measured(t, TaskCluster, "voices_before.csv", "voices_unlabelled.csv", all())
	if _, known := r.Get("hot_found"); known {
		t.Error("hot topics are known without topics")
	}
}
