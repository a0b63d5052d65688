package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

// inEveryState tells voices in places of several units and brings one into each state, beside objections, restricted ones and ones that name
// a unit or a triager.
func inEveryState(t *testing.T, b *bureau) (objection, let, plain voice.Voice) {
	t.Helper()
	tell := func(place string) voice.Voice {
		return b.Tell("worker", voice.Named, place, "洗到一半成凉水，喷头水量也小。")
	}
	reply := voice.Reply{Text: "周五前换好喷头，设备部老李负责。", Result: "done"}
	away := func(v voice.Voice) voice.AssignForAnswer {
		return voice.AssignForAnswer{Voice: v.ID, Reading: voice.Reading{Title: "热水不稳", Category: "B1"}, Lead: "D02"}
	}
	places := []string{"P903", "P902"}
	if testing.Short() { // the race detector looks for something else
		places = places[:1]
	}
	for _, place := range places {
		plain = tell(place)
		steps := func(act ...voicetest.Doer) voice.Voice {
			v := tell(place)
			for _, in := range act {
				b.Do("triager", in)
			}
			return v
		}
		v := tell(place)
		b.Do("triager", voice.Claim{Voice: v.ID})
		for _, in := range []func(id string) voicetest.Doer{
			func(id string) voicetest.Doer { return voice.Quarantine{Voice: id, Reason: "像广告"} },
			func(id string) voicetest.Doer { return voice.AskInfo{Voice: id, Question: "哪个喷头？"} },
			func(id string) voicetest.Doer { return voice.AnswerDirectly{Voice: id, Reply: reply} },
			func(id string) voicetest.Doer {
				return voice.OutOfScope(id, 0, "property", "请找物业服务中心。")
			},
			func(id string) voicetest.Doer { return voice.ToCrisis{Voice: id} },
			func(id string) voicetest.Doer { return voice.Merge{Voice: id, Into: plain.ID} },
			func(id string) voicetest.Doer {
				return voice.Restrict{Voice: id, Class: "discipline", Reason: "涉及作风"}
			},
			func(id string) voicetest.Doer {
				return voice.Restrict{Voice: id, Class: "health", Reason: "涉及病情"}
			},
			func(id string) voicetest.Doer { return voice.Restrict{Voice: id, Class: "aid", Reason: "家里困难"} },
			func(id string) voicetest.Doer { return voice.Name{Voice: id, Units: []string{"U03"}} },
			func(id string) voicetest.Doer { return voice.Name{Voice: id, Persons: []string{b.P("triager2").ID}} },
		} {
			v := steps()
			b.Do("triager", in(v.ID))
		}
		v = steps()
		b.Do("triager", away(v))
		v = steps()
		b.Do("triager", away(v))
		b.Do("equipment", assignment.Sign{Subject: v.Ref()})
		v = steps()
		b.Do("triager", voice.AnswerDirectly{Voice: v.ID, Reply: reply})
		b.Holding(v.ID, voice.ConfirmSolved{Voice: v.ID})
		v = steps()
		b.Holding(v.ID, voice.Withdraw{Voice: v.ID})
		v = steps()
		b.Must(func(tx *db.Tx) error {
			_, err := voice.NewMatter{Voice: v.ID, Reading: voice.Reading{Title: "热水不稳", Category: "B1"}, Say: "已列入实事。", Register: matter.Register{Public: true, Lead: "D02"}}.Do(tx, b.P("triager"))
			return err
		})
		v = steps()
		words := []rune(v.Text)
		b.Must(func(tx *db.Tx) error {
			_, err := voice.Split{Voice: v.ID, Parts: []voice.Part{{Text: string(words[:6])}, {Text: string(words[6:])}}}.Do(tx, b.P("triager"))
			return err
		})
		// an objection that waits, one that was put back, and one that is at the next level again
		for i := range 3 {
			v = steps()
			b.Do("triager", voice.OutOfScope(v.ID, 0, "property", "请找物业服务中心。"))
			b.Holding(v.ID, voice.Object{Voice: v.ID, Text: "这就是单位的事"})
			switch i {
			case 0:
				objection = v
			case 1:
				let = v
				b.Do("supervisor", voice.Claim{Voice: v.ID}, voice.LetGo{Voice: v.ID})
			case 2:
				b.Do("supervisor", voice.Claim{Voice: v.ID})
			}
		}
		// a refusal that waits for a second person
		sent, err := b.Say("worker", b.Form(voice.Register{Level: voice.Named, Kind: voice.Problem, Place: place, Text: "公寓分配不公示。"}))
		if err != nil {
			t.Fatal(err)
		}
		b.Do("triager", voice.Reject{Voice: sent.Voice, Reason: "duplicate_of_answered", Text: "上月已答复。"})
	}
	return objection, let, plain
}

// TestListAndActionAgree: every row that a list of triage shows opens for its reader; it has a box exactly where one of the buttons is his;
// what is behind such a button answers with what speaks against it and never that the voice is not there, and what has no box is refused.
func TestListAndActionAgree(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newBureau(t, d, c)
		objection, let, plain := inEveryState(t, b)
		// who decides in one plant and only reads in another
		b.Must(func(tx *db.Tx) error {
			for unit, role := range map[string]access.Role{"U03": access.UnitChair, "U04": access.Triager} {
				if err := (org.GiveRole{Person: b.P("boss").ID, Role: role, Unit: unit}).Do(tx, access.System("test")); err != nil {
					return err
				}
			}
			var err error
			b.People["boss"], err = org.Actor(tx, b.P("boss").ID)
			return err
		})
		offered := map[string]func(id string) voicetest.Doer{
			core.EvClaim:      func(id string) voicetest.Doer { return voice.Claim{Voice: id} },
			core.EvQuarantine: func(id string) voicetest.Doer { return voice.Quarantine{Voice: id, Reason: "像是广告"} },
			core.EvMerge:      func(id string) voicetest.Doer { return voice.Merge{Voice: id, Into: plain.ID} },
			core.EvAssign: func(id string) voicetest.Doer {
				return voice.AssignForAnswer{Voice: id, Reading: voice.Reading{Title: "热水", Category: "B1"}, Lead: "D02"}
			},
		}
		rows, barred := 0, 0
		for _, who := range []string{"triager", "triager2", "triager3", "supervisor", "chair", "discipline", "health", "welfare", "boss"} {
			for _, at := range []string{"/inbox?view=all", "/restricted", "/appeals", "/refusals"} {
				page := b.as(who).Get(at)
				if page.Status == 403 {
					continue
				}
				boxes := map[string]bool{}
				var listed []string
				for more := true; more; { // every page of the list
					page.Want(200)
					for _, n := range page.All(func(n *html.Node) bool { return n.Data == "input" && webtest.Attr(n, "name") == "id" }) {
						boxes[webtest.Attr(n, "value")] = true
					}
					for _, n := range page.All(func(n *html.Node) bool {
						return n.Data == "a" && n.Parent.Parent.Data == "th" && strings.HasPrefix(webtest.Attr(n, "href"), "/voice/")
					}) {
						id, _, _ := strings.Cut(strings.TrimPrefix(webtest.Attr(n, "href"), "/voice/"), "?")
						listed = append(listed, id)
					}
					next := page.Find(func(n *html.Node) bool { return n.Data == "a" && webtest.Attr(n, "rel") == "next" })
					if more = next != nil; more {
						page = b.as(who).Get(webtest.Attr(next, "href"))
					}
				}
				bar := page.All(func(n *html.Node) bool { return n.Data == "button" && webtest.Attr(n, "name") == "do" })
				var among map[string]vshow.Row
				b.Read(func(tx *db.Tx) (err error) { among, err = vshow.Among(tx, b.P(who), slices.Clone(listed)); return err })
				for _, id := range listed {
					rows++
					name := fmt.Sprintf("%s, %s: %s (%s)", who, at, b.Voice(id).Number, b.Voice(id).State)
					if got := b.as(who).Get("/voice/" + id); got.Status != 200 {
						t.Errorf("%s is listed and opens with %d", name, got.Status)
					}
					any := false
					for ev, in := range offered {
						err := b.Probe(who, in(id), func(*db.Tx) error { return nil })
						var kind fault.Kind
						if err != nil {
							kind = fault.KindOf(err)
						}
						if err != nil && kind != fault.Conflict && kind != fault.Invalid && kind != fault.Forbidden {
							t.Errorf("%s: %s answers %v", name, ev, err)
						}
						may := among[id].Offers(b.P(who), ev)
						if may && err != nil && kind == fault.Forbidden {
							t.Errorf("%s: %s is offered and is refused: %v", name, ev, err)
						}
						if !may {
							barred++
							if err == nil {
								t.Errorf("%s: %s is not offered and works", name, ev)
							}
						}
						any = any || may && slices.ContainsFunc(bar, func(n *html.Node) bool { return buttonEvents[webtest.Attr(n, "value")] == ev })
					}
					if boxes[id] != any {
						t.Errorf("%s has a box: %v, and something may be done: %v", name, boxes[id], any)
					}
				}
			}
		}
		if !testing.Short() && (rows < 200 || barred < 100) {
			t.Errorf("only %d rows, %d of them with something that is not the reader's", rows, barred)
		}

		// an old window still has the boxes: the answer says who decides
		for _, v := range []voice.Voice{objection, let} {
			form := b.as("triager").Get("/inbox").Want(200).Form("rows")
			form.Values.Set("id", v.ID)
			form.Submit("do=claim").Want(409).Says(v.Number, "由上一级（督办员）处理").Silent("没有找到")
			b.as("triager").Get("/voice/" + v.ID).Want(200).Silent("认领")
		}
	})
}

// buttonEvents are the events behind the buttons for several rows.
var buttonEvents = map[string]string{"claim": core.EvClaim, "route": core.EvAssign, "merge": core.EvMerge, "quarantine": core.EvQuarantine}
