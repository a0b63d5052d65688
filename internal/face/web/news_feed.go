package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish"
	"sanwen/internal/reading/publish/news"
)

// Feeds are what the board and the notices say, for programs. They move once a day, with the batch of the board (decision 40): nothing that has
// happened after it is in them, and no time in them is finer than a day.

const (
	feedMost = 60  // entries
	feedDays = 120 // that a notice stays in
)

// feedEntry is one thing of a feed.
type feedEntry struct {
	id       string
	title    string
	path     string
	text     string
	category string
	begun    clock.Day
	moved    clock.Day
}

// newsFeeds are the addresses of the feeds in the reader's language.
func (r *Req) newsFeeds() []Link {
	return []Link{{Text: r.T("news.feed.atom"), Href: feedPath("/feed.atom", r)}, {Text: r.T("news.feed.rss"), Href: feedPath("/feed.rss", r)}}
}

func feedPath(path string, r *Req) string { return path + "?lang=" + string(r.Lang) }

// feedID is the lasting name of a thing: the same in both languages and formats, wherever the site is reached.
func feedID(what string) string {
	h := sha256.Sum256([]byte("sanwen feed " + what))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80 // a UUID of its own kind (version 8)
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// feedEntries are the newest entries, the newest first.
func (r *Req) feedEntries() ([]feedEntry, *publish.View, error) {
	v, err := r.board.View(r.Ctx(), "")
	if err != nil {
		return nil, nil, err
	}
	var copies []news.Copy
	if err := r.Read(func(tx *db.Tx) (err error) {
		copies, err = news.Recent(tx, v.Today.Add(-feedDays), v.Batch.Day, feedMost)
		return err
	}); err != nil {
		return nil, nil, err
	}
	var out []feedEntry
	for _, c := range copies {
		e := feedEntry{id: feedID("news " + c.Number + " " + fmt.Sprint(c.N)), title: c.Title, path: newsAt(c), category: r.T("news.kind." + string(c.Kind)), begun: c.From, moved: c.From}
		d := r.newsDoc(c.Content())
		for _, b := range d.Blocks {
			e.text += strings.TrimSpace(b.Head+"\n"+b.Text) + "\n"
		}
		if over := r.dayOf(c.OverAt); c.OverHow != "" && over <= v.Batch.Day {
			e.moved = over
			e.text += r.T("news.over."+c.OverHow) + ": " + c.OverWhy + "\n"
		}
		out = append(out, e)
	}
	for _, list := range [][]publish.Item{v.Open, v.Done, v.Not} {
		for _, i := range list {
			if i.MovedAt >= v.Batch.Until { // waits for its batch
				continue
			}
			x := r.boardItem(i)
			day := i.MovedAt.Day(r.Zone)
			path := "/board?view=open"
			switch {
			case i.ClosedAt != 0:
				path = "/board?view=done"
			case x.Why != "":
				path = "/board?view=not"
			}
			text := strings.TrimSpace(strings.Join([]string{x.Where, x.Tag.Text, x.Dates, x.Asked, x.Why}, "\n"))
			out = append(out, feedEntry{id: feedID("matter " + i.Number), title: i.Number + " " + x.Title, path: path, text: text, category: r.T("board.title"),
				begun: i.RegisteredAt.Day(r.Zone), moved: day})
		}
	}
	slices.SortStableFunc(out, func(a, b feedEntry) int {
		if a.moved != b.moved {
			return strings.Compare(string(b.moved), string(a.moved))
		}
		return strings.Compare(a.id, b.id)
	})
	return out[:min(len(out), feedMost)], v, nil
}

// at is the beginning of a day, in the zone of the site.
func (r *Req) at(d clock.Day) time.Time { return d.Time(r.Zone) }

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomName    `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomName struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	ID        string       `xml:"id"`
	Title     string       `xml:"title"`
	Link      atomLink     `xml:"link"`
	Published string       `xml:"published"`
	Updated   string       `xml:"updated"`
	Category  atomCategory `xml:"category"`
	Content   atomText     `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// feedAtom is the feed as Atom (RFC 4287).
func feedAtom(r *Req) error {
	all, v, err := r.feedEntries()
	if err != nil {
		return err
	}
	site, err := r.siteURL()
	if err != nil {
		return err
	}
	f := atomFeed{Lang: r.Lang.Tag(), ID: feedID("feed " + string(r.Lang)), Title: r.T("news.feed.title", v.Name[r.Lang]), Updated: r.at(v.Batch.Day.Add(1)).Format(time.RFC3339),
		Author: atomName{v.Name[r.Lang]}, Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: site + feedPath("/feed.atom", r)}, {Rel: "alternate", Type: "text/html", Href: site + feedPath("/news", r)}}}
	for _, e := range all {
		f.Entries = append(f.Entries, atomEntry{ID: e.id, Title: e.title, Link: atomLink{Rel: "alternate", Type: "text/html", Href: site + e.path}, Published: r.at(e.begun).Format(time.RFC3339),
			Updated: r.at(max(e.moved, e.begun)).Format(time.RFC3339), Category: atomCategory{e.category}, Content: atomText{"text", e.text}})
	}
	return r.feed("application/atom+xml; charset=utf-8", f)
}

type rssFeed struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	LastBuild   string    `xml:"lastBuildDate"`
	TTL         int       `xml:"ttl"`
	Items       []rssItem `xml:"item"`
}

type rssItem struct {
	Title       string  `xml:"title"`
	Link        string  `xml:"link"`
	Description string  `xml:"description"`
	Category    string  `xml:"category"`
	GUID        rssGUID `xml:"guid"`
	PubDate     string  `xml:"pubDate"`
}

type rssGUID struct {
	Link bool   `xml:"isPermaLink,attr"`
	ID   string `xml:",chardata"`
}

// feedRSS is the same as RSS 2.0.
func feedRSS(r *Req) error {
	all, v, err := r.feedEntries()
	if err != nil {
		return err
	}
	site, err := r.siteURL()
	if err != nil {
		return err
	}
	f := rssFeed{Version: "2.0", Channel: rssChannel{Title: r.T("news.feed.title", v.Name[r.Lang]), Link: site + feedPath("/news", r), Description: r.T("news.feed.about"), Language: r.Lang.Tag(),
		LastBuild: r.at(v.Batch.Day.Add(1)).Format(time.RFC1123Z), TTL: 720}}
	for _, e := range all {
		f.Channel.Items = append(f.Channel.Items, rssItem{Title: e.title, Link: site + e.path, Description: e.text, Category: e.category, GUID: rssGUID{ID: e.id},
			PubDate: r.at(max(e.moved, e.begun)).Format(time.RFC1123Z)})
	}
	return r.feed("application/rss+xml; charset=utf-8", f)
}

// feed writes a feed.
func (r *Req) feed(kind string, f any) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(f); err != nil {
		return err
	}
	h := r.w.Header()
	h.Set("Content-Security-Policy", fileCSP)
	h.Set("Content-Type", kind)
	_, err := r.w.Write(b.Bytes())
	return err
}
