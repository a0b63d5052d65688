package web

import "strings"

// Help explains a page: what it is for, and the words on it that somebody new does not know. Template "help".
type Help struct {
	Text  string // lines
	Words []Word
	Keys  []KeyHelp
}

// Word is a word of this work with what it means.
type Word struct{ Term, Means string }

// KeyHelp is a shortcut of the keyboard.
type KeyHelp struct {
	Keys []string
	Does string
}

// helpWords are the words that each page explains. Every page has a line here and its text under "help.page."; several pages that
// are one step of the same thing share a text.
var helpWords = map[string]string{
	"account/account":   "session number",
	"account/password":  "",
	"admin/form":        "version log",
	"admin/home":        "roster rule log",
	"admin/importcheck": "number",
	"admin/importrun":   "",
	"admin/list":        "version log",
	"admin/person":      "role custodian",
	"admin/roster":      "roster hazard",
	"audit/decoyform":   "",
	"audit/decoys":      "log",
	"board/board":       "matter confirm log workday",
	"dept/roster":       "hazard roster",
	"dept/voice":        "lead sign return redact level",
	"design/components": "light",
	"find/find":         "voice matter number",
	"follow/act":        "receipt retaliation",
	"follow/door":       "receipt",
	"follow/ended":      "",
	"follow/mine":       "level receipt",
	"follow/thread":     "receipt state accept log",
	"home/home":         "voice matter light",
	"home/leader":       "matter confirm light",
	"inbox/beside":      "level",
	"inbox/bulk":        "merge quarantine",
	"inbox/list":        "voice triage level light quarantine appeal",
	"log/check":         "log receipt",
	"login/setup":       "",
	"login/setupdone":   "",
	"login/signin":      "number receipt",
	"matter/desk":       "light sign lead workday",
	"matter/form":       "matter lead evidence",
	"matter/ledger":     "matter lead light closing lookback",
	"matter/new":        "matter lead place",
	"matter/not_fixed":  "matter accept",
	"matter/notices":    "light sign",
	"matter/page":       "matter five lead light closing lookback",
	"matter/plan":       "five standard workday",
	"matter/versions":   "five version",
	"meeting/brief":     "matter lead",
	"meeting/form":      "meeting resolution",
	"meeting/item":      "matter lead ladder",
	"meeting/list":      "meeting resolution",
	"meeting/minutes":   "resolution version",
	"meeting/pack":      "meeting ladder light",
	"meeting/page":      "meeting resolution",
	"meeting/room":      "resolution lead workday",
	"poster/list":       "place",
	"news/list":         "matter",
	"news/page":         "matter",
	"publish/list":      "matter",
	"publish/page":      "matter",
	"publish/form":      "matter",
	"publish/edit":      "matter",
	"practice/edit":     "five",
	"practice/form":     "five",
	"practice/list":     "matter five",
	"practice/page":     "matter five accept",
	"spots/list":        "",
	"spots/page":        "interval",
	"spots/silence":     "",
	"spots/listen":      "interval sample",
	"ballot/done":       "",
	"ballot/form":       "",
	"ballot/list":       "",
	"ballot/page":       "matter",
	"ballot/vote":       "",
	"pool/form":         "lead",
	"pool/list":         "lead matter",
	"proposal/form":     "lead",
	"proposal/list":     "lead",
	"proposal/own":      "",
	"proposal/page":     "lead",
	"season/form":       "matter lead",
	"season/list":       "matter lead",
	"survey/answer":     "",
	"survey/codes":      "",
	"survey/done":       "",
	"survey/form":       "sample version",
	"survey/list":       "sample version",
	"survey/preview":    "",
	"survey/result":     "interval sample",
	"survey/token":      "",
	"survey/keys":       "log",
	"rate/ask":          "accept grade",
	"rate/done":         "accept",
	"rate/call":         "accept grade",
	"rate/calls":        "accept",
	"rate/guard":        "accept grade",
	"tell/crisis":       "",
	"tell/danger":       "hazard",
	"tell/metoo":        "metoo level",
	"tell/place":        "voice metoo place",
	"tell/proxy":        "proxy level receipt",
	"tell/sent":         "receipt workday log",
	"tell/signin":       "level number",
	"tell/where":        "place",
	"tell/who":          "level custodian",
	"triage/cover":      "redact",
	"triage/voice":      "triage redact level lead matter recusal",
	"supervise/bulk":    "order ladder",
	"supervise/desk":    "ladder order",
	"supervise/form":    "order whistle exclusion",
	"supervise/genuine": "order log",
	"supervise/letter":  "order log",
	"supervise/list":    "order whistle exclusion",
	"supervise/order":   "order ladder",
	"visit/draw":        "matter",
	"visit/go":          "place matter",
	"visit/walk":        "place",
	"visit/form":        "place standard",
	"visit/history":     "standard",
	"visit/instruments": "",
	"visit/list":        "place matter",
	"visit/page":        "standard matter",
	"web/bulk":          "",
	"web/fault":         "",
	"web/scan":          "place",
	"web/waiting":       "receipt",
}

// listKeys are the pages whose table is walked through by keyboard.
var listKeys = map[string]bool{"inbox/list": true, "matter/ledger": true, "matter/desk": true}

// Help is the help of this page, or nil for one that has none: paper, the wall screen.
func (p *Page) Help() *Help {
	words, ok := helpWords[p.name]
	if !ok || p.Shape == TV || p.Shape == Sheet {
		return nil
	}
	h := &Help{Text: p.T("help.page." + strings.ReplaceAll(p.name, "/", "_"))}
	if p.LeavesSigned() || p.Secret {
		h.Text += "\n" + p.T("help.leaving")
	}
	for _, w := range strings.Fields(words) {
		h.Words = append(h.Words, Word{Term: p.T("help.word." + w), Means: p.T("help.means." + w)})
	}
	if p.Shape == Staff && p.Nav != nil {
		h.Keys = p.keys()
	}
	return h
}

// keys lists the shortcuts of a page of staff.
func (p *Page) keys() []KeyHelp {
	out := []KeyHelp{{[]string{"/"}, p.T("help.key.find")}, {[]string{"?"}, p.T("help.key.help")}, {[]string{"Esc"}, p.T("help.key.close")}}
	for _, n := range p.Nav {
		out = append(out, KeyHelp{[]string{"g", n.Key}, n.Text})
	}
	if listKeys[p.name] {
		out = append(out, KeyHelp{[]string{"j", "k"}, p.T("help.key.move")}, KeyHelp{[]string{"Enter"}, p.T("help.key.open")})
	}
	if p.name == "inbox/list" {
		for _, k := range []string{"x", "c", "m", "a", "r"} {
			out = append(out, KeyHelp{[]string{k}, p.T("help.key.inbox_" + k)})
		}
	}
	return out
}
