package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting"
	meetshow "sanwen/internal/work/meeting/show"
	vshow "sanwen/internal/work/voice/show"
)

func liveInbox(r *Req) error  { return r.stream("voice") }
func liveDesk(r *Req) error   { return r.stream("voice", "matter") }
func liveLedger(r *Req) error { return r.stream("matter") }
func liveBallot(r *Req) error { return r.stream(ballot.RefKind) }

// liveNews is one message: the pages of things that have changed and that the reader may see, or that there is too much to name.
type liveNews struct {
	Paths []string `json:"paths,omitempty"`
	All   bool     `json:"all,omitempty"`
	After int64    `json:"after,omitempty"` // where to go on, in an answer to a single question
}

// stream tells an open list of changes to things of these kinds until the reader leaves, his session ends or the program stops. Who
// does not ask for a stream gets what he has missed as JSON.
func (r *Req) stream(kinds ...string) error {
	after, err := strconv.ParseInt(r.http.Header.Get("Last-Event-ID"), 10, 64)
	if err != nil {
		if after, err = strconv.ParseInt(r.Query("after"), 10, 64); err != nil {
			after = -1
		}
	}
	who, missed, err := r.live.join(r.Ctx(), r.Person.ID, after)
	if err != nil {
		return err
	}
	defer r.live.leave(who)
	if !strings.Contains(r.http.Header.Get("Accept"), "text/event-stream") {
		news, err := r.news(missed, kinds)
		if err != nil {
			return err
		}
		if news == nil {
			news = &liveNews{}
		}
		news.After = missed.seq
		r.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		return json.NewEncoder(r.w).Encode(news)
	}
	out := &liveWriter{w: r.w, c: http.NewResponseController(r.w)}
	h := r.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // proxies that read it hand every message on at once
	out.c.SetReadDeadline(time.Time{})
	out.say(": listening\n\n")
	beat := time.NewTicker(r.live.beat)
	defer beat.Stop()
	for b := missed; ; {
		if len(b.changes) > 0 || b.all {
			if !r.present() {
				out.say("event: out\ndata: {}\n\n")
				return nil
			}
			news, err := r.news(b, kinds)
			if err != nil {
				return nil // the answer has begun: the page comes again
			}
			if news != nil {
				text, err := json.Marshal(news)
				if err != nil {
					return nil
				}
				out.say(fmt.Sprintf("id: %d\nevent: changed\ndata: %s\n\n", b.seq, text))
			}
		}
		b = batch{}
		if out.err != nil {
			return nil
		}
		select {
		case <-r.Ctx().Done():
			return nil
		case <-r.live.done:
			return nil
		case b = <-who.heard:
		case <-beat.C:
			if !r.present() {
				out.say("event: out\ndata: {}\n\n")
				return nil
			}
			out.say(": still here\n\n")
		}
	}
}

// present reports whether the reader's session is good and may listen here, and takes over what has changed about him.
func (r *Req) present() bool {
	v, err := r.visitor(r.SessionToken())
	if err != nil || v == nil || v.Gate != "" || v.Person.ID != r.Person.ID || !r.Route.admits(v.Person) {
		return false
	}
	r.Visitor, r.Person = v, v.Person
	return true
}

// news is what of a batch this reader may hear, nil where that is nothing. It names pages, never what has changed on them.
func (r *Req) news(b batch, kinds []string) (*liveNews, error) {
	if b.all {
		return &liveNews{All: true}, nil
	}
	ids := map[string][]string{}
	for _, c := range b.changes {
		if c.Kind == ballot.KindVoted { // that somebody is voting just now is nobody's business
			continue
		}
		for _, ref := range []event.Ref{c.Subject, c.About} {
			if slices.Contains(kinds, ref.Kind) && !slices.Contains(ids[ref.Kind], ref.ID) {
				ids[ref.Kind] = append(ids[ref.Kind], ref.ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	news := &liveNews{}
	err := r.Read(func(tx *db.Tx) error {
		voices, err := vshow.Heads(tx, r.Person, ids["voice"])
		if err != nil {
			return err
		}
		for id := range voices {
			news.Paths = append(news.Paths, voicePath(id))
		}
		matters, err := ledger.Heads(tx, r.Person, ids["matter"])
		if err != nil {
			return err
		}
		for _, m := range matters {
			news.Paths = append(news.Paths, "/matter/"+m.Number)
		}
		meetings, err := meetshow.Heads(tx, r.Person, ids[meeting.RefKind])
		for id := range meetings {
			news.Paths = append(news.Paths, "/meeting/"+id)
		}
		if err != nil {
			return err
		}
		ballots, err := ballot.Seen(tx, r.Person, ids[ballot.RefKind])
		for _, id := range ballots {
			news.Paths = append(news.Paths, "/ballot/"+id)
		}
		return err
	})
	if err != nil || len(news.Paths) == 0 {
		return nil, err
	}
	slices.Sort(news.Paths)
	return news, nil
}

// liveWriter writes messages one by one, each with a deadline of its own.
type liveWriter struct {
	w   http.ResponseWriter
	c   *http.ResponseController
	err error
}

func (o *liveWriter) say(message string) {
	if o.err != nil {
		return
	}
	o.c.SetWriteDeadline(deadline(liveWrite))
	if _, o.err = o.w.Write([]byte(message)); o.err == nil {
		o.err = o.c.Flush()
	}
	o.c.SetWriteDeadline(time.Time{})
}

// deadline is a point of the system's clock, which connections go by.
func deadline(in time.Duration) time.Time { return clock.System().Now().Add(in) }
