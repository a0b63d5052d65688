package web

// Routes is every page of the product: method and path, who may call it, what its handler asks for, and the handler. A line here
// needs a row in the hand-written authorisation table of the tests.
func Routes() []Route {
	return []Route{
		// kit
		{Pattern: "GET /assets/{file}", Group: Anonymous, Policy: Anyone, Handler: serveAsset},
		{Pattern: "GET /leave", Group: Anonymous, Policy: Anyone, Handler: leave},
		{Pattern: "GET /design", Group: Public, Policy: Anyone, Handler: design},
		{Pattern: "GET /design/{section}", Group: Public, Policy: Anyone, Handler: design},
	}
}
