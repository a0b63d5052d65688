package web

// LeavePage is what is left on the screen of somebody who had to leave quickly.
type LeavePage struct{ Page }

var leavePage = Define[LeavePage]("web/leave")

// leave shows an empty page after the exit control and asks the browser to forget what it kept of this site.
func leave(r *Req) error {
	r.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return leavePage.Render(r, LeavePage{Page{Title: r.T("web.left")}})
}
