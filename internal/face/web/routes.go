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

		// matter
		{Pattern: "GET /matter/{number}", Group: Signed, Policy: access.MatterSee, Handler: showMatter},

		// tell
		{Pattern: "GET /p", Group: Anonymous, Policy: Anyone, Handler: tellWhere},
		{Pattern: "GET /p/{place}", Group: Anonymous, Policy: access.VoiceRegister, Handler: tellHere, Camera: true},
		{Pattern: "POST /p/{place}", Group: Anonymous, Policy: access.VoiceRegister, Handler: tellHere, Camera: true, Body: tellBody, Slow: tellSlow},
		{Pattern: "POST /p/{place}/place", Group: Anonymous, Policy: Anyone, Handler: tellWhere, Body: tellBody, Slow: tellSlow},
		{Pattern: "POST /p/{place}/check", Group: Anonymous, Policy: access.VoiceRegister, Handler: tellCheck, Camera: true, Body: tellBody, Slow: tellSlow},
		{Pattern: "POST /p/{place}/send", Group: Anonymous, Policy: access.VoiceRegister, Handler: tellSend, Camera: true, Body: sendBody},
		{Pattern: "GET /p/{place}/danger", Group: Anonymous, Policy: access.VoiceRegister, Handler: tellDanger, Camera: true},
		{Pattern: "GET /p/{place}/crisis", Group: Anonymous, Policy: Anyone, Handler: tellCrisis},
		{Pattern: "POST /p/{place}/crisis", Group: Anonymous, Policy: access.VoiceRegister, Handler: tellCrisis, Body: sendBody},
		{Pattern: "GET /p/{place}/me/{number}", Group: Anonymous, Policy: access.VoiceSupport, Handler: tellMeToo},
		{Pattern: "GET /tell", Group: Signed, Policy: access.VoiceRegister, Handler: tellSigned, Camera: true},
		{Pattern: "POST /tell", Group: Public, Policy: access.VoiceRegister, Handler: tellSigned, Camera: true, Body: tellBody, Slow: tellSlow},
		{Pattern: "POST /tell/place", Group: Public, Policy: Anyone, Handler: tellWhere, Body: tellBody, Slow: tellSlow},
		{Pattern: "POST /tell/check", Group: Public, Policy: access.VoiceRegister, Handler: tellCheckSigned, Camera: true, Body: tellBody, Slow: tellSlow},
		{Pattern: "POST /tell/send", Group: Public, Policy: access.VoiceRegister, Handler: tellSendSigned, Camera: true, Body: sendBody},
	}
}
