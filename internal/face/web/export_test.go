package web

// PagesWithoutHelp lists the pages that people see on a screen and that have no help.
func PagesWithoutHelp() []string {
	var out []string
	for _, name := range definedPages() {
		if _, ok := helpWords[name]; !ok && !withoutHelp[name] {
			out = append(out, name)
		}
	}
	return out
}

// withoutHelp are paper, the wall screen, the neutral page, the tablet beside a door, and the page that tests define.
var withoutHelp = map[string]bool{"board/tv": true, "meeting/screen": true, "matter/sheet": true, "visit/paper": true, "poster/sheet": true, "web/leave": true, "survey/kiosk": true, "survey/kiosk_done": true, "web/probe": true}
