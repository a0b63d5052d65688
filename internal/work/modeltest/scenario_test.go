package modeltest

import (
	"strconv"
	"strings"
)

// scenario is a short way to a situation, written as one command on each line: verb, who, subjects ("v0", "w1", "m0"), variant; "later N"
// lets N days pass. look lists the voices and matters that are then tried in every way.
type scenario struct {
	name, way, look string
}

// steps reads the lines of a way.
func (s scenario) steps() (out []cmd) {
	for line := range strings.Lines(s.way) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		c := cmd{Verb: f[0], Who: f[1], V: -1, W: -1, M: -1}
		var opt []string
		for _, x := range f[2:] {
			n, err := strconv.Atoi(x[1:])
			switch {
			case err == nil && x[0] == 'v':
				c.V = n
			case err == nil && x[0] == 'w':
				c.W = n
			case err == nil && x[0] == 'm':
				c.M = n
			default:
				opt = append(opt, x)
			}
		}
		c.Opt = strings.Join(opt, " ")
		out = append(out, c)
	}
	return out
}

// through walks a scenario; everything in it has to be accepted.
func (w *world) through(s scenario) {
	w.t.Helper()
	for _, c := range s.steps() {
		if c.Verb == "later" {
			n, _ := strconv.Atoi(c.Who)
			w.advance(n * 24 * 60)
			continue
		}
		w.walk(c)
	}
}

// The beginnings that the scenarios share: voices 0 and 1, and where a matter is needed matter 0 with both.
const (
	two     = "register worker named/need//P104M\nregister nobody anonymous/problem/\n"
	bad     = "register worker named/problem//P104M\nregister nobody anonymous/problem/\n"
	its     = two + "new_matter triager v0 standard/D05\njoin triager v1 m0\n"
	planned = its + "sign handler m0\nplan handler m0 handler\n"
	signed  = planned + "head head m0 yes\n"
	work    = signed + "approve supervisor m0 yes\n"
	costly  = its + "plan handler m0 handler/costly\n"
	money   = costly + "head head m0 yes\n"
	done    = work + "report handler m0 done\nclaim_done handler m0\n"
	pass    = done + "inspect inspector m0 pass\n"
	yes     = pass + "rate worker m0 worker solved\nrate r1 m0 r1 solved\n"
	rest    = "later 9\nwindows job\n"
	over    = yes + rest + "close triager m0\n"
)

var scenarios = []scenario{
	{"registered", two, "v0"},
	{"danger without a unit", "register worker named/unsure/spoilt/P201\n", "v0"},
	{"danger", "register nobody anonymous/hazard/\n", "v0"},
	{"accepted danger", "register worker named/hazard//P104M\naccept_hazard duty1 v0\n", "v0"},
	{"set aside", two + "quarantine triager v0\n", "v0"},
	{"set aside, refusal proposed", two + "quarantine triager v0\nreject triager v0\n", "v0"},
	{"in triage", two + "claim triager v0\n", "v0"},
	{"refusal proposed", bad + "reject triager v0\n", "v0"},
	{"refusal dismissed", bad + "reject triager v0\ncountersign triager2 v0 disagree\n", "v0"},
	{"asked", two + "ask triager v0\n", "v0"},
	{"asked in vain", two + "ask triager v0\nlater 12\n", "v0"},
	{"asked in vain, back", two + "ask triager v0\nlater 12\ntimeouts job\n", "v0"},
	{"set aside and freed", two + "quarantine triager v0\nfree triager v0\n", "v0"},
	{"asked twice", two + "ask triager v0\ninfo worker v0\nask triager v0\ninfo worker v0\n", "v0"},
	{"assigned", two + "assign_v triager v0 D05\n", "v0"},
	{"not signed", two + "assign_v triager v0 D05\nlater 3\n", "v0"},
	{"returned", two + "assign_v triager v0 D05\nreturn handler v0 D06\n", "v0"},
	{"assigned again", two + "assign_v triager v0 D05\nreturn handler v0 D06\nassign_v triager v0 D06\n", "v0"},
	{"returned twice", two + "assign_v triager v0 D05\nreturn handler v0 D06\nassign_v triager v0 D06\nreturn other v0 D01\n", "v0"},
	{"decided", two + "assign_v triager v0 D05\nreturn handler v0 D06\nassign_v triager v0 D06\nreturn other v0 D01\nadjudicate supervisor v0 D01\n", "v0"},
	{"signed", two + "assign_v triager v0 D05\nsign handler v0\n", "v0"},
	{"linked", its, "v0 m0"},
	{"merged", two + "merge triager v0 w1\n", "v0 v1"},
	{"merged without a name", "register nobody anonymous/idea/\nregister nobody anonymous/idea/\nmerge triager v0 w1\n", "v0 v1"},
	{"names go along", two + "name triager v0 other\nnew_matter triager v0 standard/D05\nname triager v1 worker3\njoin triager v1 m0\n", "v0 v1 m0"},
	{"signed a day later", two + "assign_v triager v0 D05\nlater 1\nsign handler v0\n", "v0"},
	{"merged, with a matter", two + "merge triager v0 w1\nnew_matter triager v1 standard/D05\n", "v0 v1 m0"},
	{"merged and answered", two + "merge triager v0 w1\nnew_matter triager v1 standard/D05\ncancel leader m0\n", "v0 v1"},
	{"merged again", "register worker named/need//P104M\nregister mill named/need//P104M\nregister nobody anonymous/idea/\nmerge triager v0 w1\nmerge triager v1 w2\n", "v0 v2"},
	{"answered", two + "answer triager v0\n", "v0"},
	{"silent", two + "answer triager v0\nlater 21\n", "v0"},
	{"unconfirmed", two + "answer triager v0\nlater 21\nsilent job\n", "v0"},
	{"confirmed", two + "answer triager v0\nconfirm worker v0\n", "v0"},
	{"not solved", two + "answer triager v0\nnot_solved worker v0\n", "v0"},
	{"answered by a unit, not solved", two + "assign_v triager v0 D05\nreply handler v0\nnot_solved worker v0\n", "v0"},
	{"rejected", two + "reject triager v0\n", "v0"},
	{"objected", two + "reject triager v0\nobject worker v0\n", "v0"},
	{"objected, let go", two + "reject triager v0\nobject worker v0\nclaim supervisor v0\nlet_go supervisor v0\n", "v0"},
	{"objected, both refusers", bad + "reject triager v0\ncountersign triager2 v0 agree\nobject worker v0\n", "v0"},
	{"split", two + "split triager v0\n", "v0 v2"},
	{"one part left", two + "split triager v0\nanswer triager v2\nconfirm worker v2\nanswer triager v3\n", "v0 v2 v3"},
	{"parts over", two + "split triager v0\nanswer triager v2\nconfirm worker v2\nanswer triager v3\nconfirm worker v3\n", "v0 v2"},
	{"part with a matter", bad + "split triager v1\nnew_matter triager v2 standard/D05\n", "v2 m0"},
	{"withdrawn", two + "withdraw worker v0\n", "v0"},
	{"erased", two + "crisis triager v0\n", "v0"},
	{"discipline", two + "restrict triager v0 discipline\n", "v0"},
	{"health, refusal proposed", two + "restrict triager v0 health\nreject health v0\n", "v0"},
	{"discipline, assigned", two + "restrict triager v0 discipline\nassign_v discipline v0 D05\n", "v0"},
	{"retaliation", its + "retaliation worker v0\n", "v2"},
	{"names", two + "name triager v0 D05\nname triager v0 triager2\nclaim triager v0\n", "v0"},
	{"handed on twice", two + "transfer triager v0 U02\ntransfer triager v0 U01\n", "v0"},

	{"begun", "begin triager standard/\n", "m0"},
	{"to be planned", its, "m0"},
	{"quick", "begin triager quick/D05\n", "m0"},
	{"quick, at work", "begin triager quick/D05\nplan handler m0 handler\n", "m0"},
	{"matter returned", its + "return handler m0 D06\n", "m0"},
	{"matter returned twice", its + "return handler m0 D06\nassign_m triager m0 D06\nreturn other m0 D01\n", "m0"},
	{"matter decided", its + "return handler m0 D06\nassign_m triager m0 D06\nreturn other m0 D01\nadjudicate supervisor m0 D01\n", "m0"},
	{"matter not signed", its + "later 3\n", "m0"},
	{"planned", planned, "m0"},
	{"signed by the head", signed, "m0"},
	{"plan returned", signed + "approve supervisor m0 no\n", "m0"},
	{"plan returned by the head", planned + "head head m0 no\n", "m0"},
	{"costly", costly, "m0"},
	{"just below the limit", its + "plan handler m0 handler/cheap\nhead head m0 yes\n", "m0"},
	{"waiting for finance", money, "m0"},
	{"approved by finance", money + "finance welfare m0 yes\n", "m0"},
	{"plan returned by finance", money + "finance welfare m0 no\n", "m0"},
	{"costly, at work", money + "finance welfare m0 yes\napprove supervisor m0 yes\n", "m0"},
	{"costly change, waiting for finance", work + "plan handler m0 other/costly\nhead head m0 yes\n", "m0"},
	{"costly change, approved by finance", work + "plan handler m0 other/costly\nhead head m0 yes\nfinance welfare m0 yes\n", "m0"},
	{"signed in the stead of the head", its + "plan head m0 other\ntop leader m0 yes\n", "m0"},
	{"returned in the stead of the head", its + "plan head m0 other\ntop leader m0 no\n", "m0"},
	{"change planned by the head", work + "plan head m0 other\n", "m0"},
	{"finance itself leads", "begin triager standard/D01\nplan welfare m0 worker/costly\n", "m0"},
	{"finance itself leads, money", "begin triager standard/D01\nplan welfare m0 worker/costly\ntop leader m0 yes\n", "m0"},
	{"finance itself leads, signed twice", "begin triager standard/D01\nplan welfare m0 worker/costly\ntop leader m0 yes\ntop leader m0 yes\n", "m0"},
	{"quick fix changed", "begin triager quick/D05\nplan handler m0 handler\nplan handler m0 other\n", "m0"},
	{"extended", work + "more handler m0\nextend supervisor m0 yes\nmore handler m0\nextend supervisor m0 no\n", "m0"},
	{"planned by the head", its + "plan head m0 other\n", "m0"},
	{"at work", work, "m0"},
	{"steps done", work + "report handler m0 done\n", "m0"},
	{"photo needed", its + "plan handler m0 worker/photo\nhead head m0 yes\napprove supervisor m0 yes\nreport worker m0 done\n", "m0"},
	{"extension asked", work + "more handler m0\n", "m0"},
	{"third extension", work + strings.Repeat("more handler m0\nextend supervisor m0 yes\n", 2) + "more handler m0\n", "m0"},
	{"overdue", work + "later 30\n", "m0"},
	{"paused", work + "pause supervisor m0\n", "m0"},
	{"paused over", work + "pause supervisor m0\nlater 13\n", "m0"},
	{"resumed", work + "pause supervisor m0\nlater 13\ntimers job\n", "m0"},
	{"change planned", work + "plan handler m0 other\n", "m0"},
	{"change signed", work + "plan handler m0 other\nhead head m0 yes\n", "m0"},
	{"given to another", work + "more handler m0\nreassign supervisor m0 D06\n", "m0"},
	{"given to another, planned", work + "more handler m0\nreassign supervisor m0 D06\nplan other m0 other\n", "m0"},
	{"given to another while planned", planned + "reassign supervisor m0 D06\n", "m0"},
	{"given to another while paused", work + "pause supervisor m0\nreassign supervisor m0 D06\n", "m0"},
	{"said to be done", done, "m0"},
	{"inspector named", done + "appoint triager m0 chair\n", "m0"},
	{"failed", done + "inspect inspector m0 fail\n", "m0"},
	{"asking", pass, "m0"},
	{"all answered", yes, "m0"},
	{"disputed", pass + "rate worker m0 worker not\nlater 9\nwindows job\n", "m0"},
	{"rated", yes + rest, "m0 v0"},
	{"struck off", over, "m0 v0 v1"},
	{"struck off, confirmed", over + "confirm worker v0\n", "m0 v0"},
	{"after a month", over + "later 30\n", "m0"},
	{"looked back", over + "later 30\nlook_back inspector m0 30 pass\nlater 60\nlook_back inspector m0 90 pass\n", "m0"},
	{"relapsed", over + "later 30\nlook_back inspector m0 30 fail\n", "m0 v0"},
	{"second round", over + "not_fixed worker3 m0\nreport handler m0\nclaim_done handler m0\ninspect inspector m0 pass\n", "m0"},
	{"after half a year", over + "later 181\n", "m0"},
	{"carried over", work + "more handler m0\ncarry supervisor m0\n", "m0 v0"},
	{"carried over early", its + "carry supervisor m0\n", "m0"},
	{"carried over while planned", planned + "carry supervisor m0\n", "m0"},
	{"carried over while paused", work + "pause supervisor m0\ncarry supervisor m0\n", "m0"},
	{"taken up", work + "carry supervisor m0\ntake_up supervisor m0\n", "m0"},
	{"taken up, planned", work + "carry supervisor m0\ntake_up supervisor m0\nplan handler m0 handler\n", "m0"},
	{"declined", work + "more handler m0\ndecline supervisor m0\n", "m0 v0"},
	{"cancelled", its + "cancel leader m0\n", "m0"},
}
