package evaluate

import (
	"math"
	"slices"

	"sanwen/internal/reading/insight/cluster"
)

// An alarm is raised where within so many days so many messages of so many people are of one problem.
const (
	alarmDays     = 30
	alarmMessages = 5
	alarmPeople   = 3
	// settled is every how many days groups are looked at as a whole while alarms are measured, and streamed up to how many messages they are.
	settled  = 7
	streamed = 10000
)

// alarm is a moment at which a problem becomes hot, and the messages that made it so.
type alarm struct {
	day     float64
	members []uint32
}

// watch raises alarms while messages come. A problem raises one: none of its messages makes a second.
type watch struct {
	all    []message
	rung   map[uint32]bool
	alarms []alarm
}

func newWatch(all []message) *watch { return &watch{all: all, rung: map[uint32]bool{}} }

// look is told of a message and of all that have come and are of one problem with it.
func (w *watch) look(n uint32, problem []uint32) {
	day := w.all[n].day
	var in []uint32
	people := map[string]bool{}
	for _, t := range problem {
		if w.rung[t] {
			w.rung[n] = true
			return
		}
		if w.all[t].day > day-alarmDays {
			in = append(in, t)
			people[w.all[t].user] = true
		}
	}
	if len(in) < alarmMessages || len(people) < alarmPeople {
		return
	}
	w.alarms = append(w.alarms, alarm{day, in})
	for _, t := range in {
		w.rung[t] = true
	}
}

// hot gives the day on which each topic becomes hot for somebody who knows the topics.
func hot(all []message) map[string]float64 {
	w := newWatch(all)
	of := map[string][]uint32{}
	for i, m := range all {
		if m.topic != "" && !m.ambiguous {
			of[m.topic] = append(of[m.topic], uint32(i))
			w.look(uint32(i), of[m.topic])
		}
	}
	out := map[string]float64{}
	for _, a := range w.alarms {
		out[all[a.members[0]].topic] = a.day
	}
	return out
}

// topicOf is the topic of at least half of the judged messages of an alarm; judged is false where all are ambiguous.
func (w *watch) topicOf(a alarm) (topic string, judged bool) {
	n := 0
	count := map[string]int{}
	for _, t := range a.members {
		if m := w.all[t]; !m.ambiguous {
			n++
			if m.topic != "" {
				count[m.topic]++
			}
		}
	}
	for t, c := range count {
		if 2*c >= n && (topic == "" || c > count[topic] || c == count[topic] && t < topic) {
			topic = t
		}
	}
	return topic, n > 0
}

// alarms lets messages come in the order of time, with a look at the whole now and then, and writes how many alarms there were and, where topics are
// known, how many of the topics that somebody who knows them would find hot were found, how many alarms are of no one topic (extra) or of one that is
// not hot for him (weak), and how many days later than he they come (the median). Without users, or with very many messages, nothing is known.
func (o Options) alarms(r *Result, all, known []message, labelled bool) {
	names := []string{"alarms", "hot_topics", "hot_found", "alarms_extra", "alarms_weak", "alarm_delay_days"}
	if len(all) > streamed || !slices.ContainsFunc(all, func(m message) bool { return m.user != "" }) {
		r.unknown(names...)
		return
	}
	g := cluster.New()
	for _, m := range known {
		g.Know(m.text)
	}
	w := newWatch(all)
	last := all[0].day
	for i, m := range all {
		if m.day-last >= settled {
			g.Settle()
			last = m.day
		}
		_, c := g.Add(m.text, m.day)
		w.look(uint32(i), g.Texts(c))
	}
	r.put("alarms", float64(len(w.alarms)))
	want := hot(all)
	if !labelled || len(want) == 0 {
		r.unknown(names[1:]...)
		return
	}
	found := map[string]bool{}
	extra, weak := 0, 0
	var delays []float64
	for _, a := range w.alarms {
		topic, judged := w.topicOf(a)
		day, isHot := want[topic]
		switch {
		case !judged || found[topic]:
		case isHot:
			found[topic] = true
			delays = append(delays, math.Floor(a.day)-math.Floor(day))
		case topic == "":
			extra++
		default:
			weak++
		}
	}
	r.put("hot_topics", float64(len(want)))
	r.put("hot_found", float64(len(found)))
	r.put("alarms_extra", float64(extra))
	r.put("alarms_weak", float64(weak))
	if len(delays) == 0 {
		r.unknown("alarm_delay_days")
		return
	}
	slices.Sort(delays)
	r.put("alarm_delay_days", delays[len(delays)/2])
}
