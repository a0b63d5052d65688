package web

import "sanwen/internal/base/access"

// Routes is every page of the product: method and path, who may call it, what its handler asks for, and the handler. A line here
// needs a row in the hand-written authorisation table of the tests.
func Routes() []Route {
	return []Route{
		// kit
		{Pattern: "GET /assets/{file}", Group: Anonymous, Policy: Anyone, Handler: serveAsset},
		{Pattern: "GET /leave", Group: Anonymous, Policy: Anyone, Handler: leave},
		{Pattern: "GET /design", Group: Public, Policy: Anyone, Handler: design},
		{Pattern: "GET /design/{section}", Group: Public, Policy: Anyone, Handler: design},

		// login
		{Pattern: "GET /login", Group: Public, Policy: Anyone, Handler: showSignIn},
		{Pattern: "POST /login", Group: Public, Policy: Anyone, Handler: signIn},
		{Pattern: "POST /logout", Group: Public, Policy: Anyone, Handler: signOut},
		{Pattern: "GET /setup", Group: Public, Policy: Anyone, Handler: showSetUp},
		{Pattern: "POST /setup", Group: Public, Policy: Anyone, Handler: doSetUp},

		// account
		{Pattern: "GET /account", Group: Signed, Policy: access.LoginSelf, Handler: account},
		{Pattern: "GET /account/password", Group: Signed, Policy: access.LoginSelf, Handler: showPassword},
		{Pattern: "POST /account/password", Group: Signed, Policy: access.LoginSelf, Handler: savePassword},
		{Pattern: "POST /account/reading", Group: Signed, Policy: access.LoginSelf, Handler: saveReading},
		{Pattern: "POST /account/session", Group: Signed, Policy: access.LoginSelf, Handler: endOwnSession},
	}
}
