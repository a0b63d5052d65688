package web

// DesignPage shows every component in its states.
type DesignPage struct {
	Page
}

var designPage = Define[DesignPage]("web/design")

func design(r *Req) error {
	return designPage.Render(r, DesignPage{Page: Page{Title: "Design"}})
}
