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

		{Pattern: "GET /account/key", Group: Signed, Policy: access.CustodianKey, Handler: showKey},
		{Pattern: "POST /account/key", Group: Signed, Policy: access.CustodianKey, Handler: makeKey},

		// administration
		{Pattern: "GET /admin", Group: Signed, Policy: access.AdminSee, Handler: adminHome},
		{Pattern: "GET /admin/units", Group: Signed, Policy: access.AdminOrg, Handler: adminUnits},
		{Pattern: "GET /admin/units/new", Group: Signed, Policy: access.OrgEdit, Handler: newUnit},
		{Pattern: "POST /admin/units/new", Group: Signed, Policy: access.OrgEdit, Handler: addUnit},
		{Pattern: "GET /admin/units/{code}", Group: Signed, Policy: access.AdminOrg, Handler: adminUnit},
		{Pattern: "POST /admin/units/{code}", Group: Signed, Policy: access.OrgEdit, Handler: saveUnit},
		{Pattern: "GET /admin/active/{kind}/{code}", Group: Signed, Policy: access.OrgEdit, Handler: showActive},
		{Pattern: "POST /admin/active/{kind}/{code}", Group: Signed, Policy: access.OrgEdit, Handler: saveActive},
		{Pattern: "GET /admin/people", Group: Signed, Policy: access.AdminPeople, Handler: adminPeople},
		{Pattern: "GET /admin/people/new", Group: Signed, Policy: access.OrgPeople, Handler: newPerson},
		{Pattern: "POST /admin/people/new", Group: Signed, Policy: access.OrgPeople, Handler: addPerson},
		{Pattern: "GET /admin/people/{id}", Group: Signed, Policy: access.AdminPeople, Handler: adminPerson},
		{Pattern: "GET /admin/people/{id}/edit", Group: Signed, Policy: access.OrgPeople, Handler: editPerson},
		{Pattern: "POST /admin/people/{id}/edit", Group: Signed, Policy: access.OrgPeople, Handler: savePerson},
		{Pattern: "POST /admin/people/{id}/give", Group: Signed, Policy: access.OrgGrant, Handler: giveRole},
		{Pattern: "POST /admin/people/{id}/take", Group: Signed, Policy: access.OrgGrant, Handler: takeRole},
		{Pattern: "POST /admin/people/{id}/issue", Group: Signed, Policy: access.LoginManage, Handler: issueAccount},
		{Pattern: "POST /admin/people/{id}/account", Group: Signed, Policy: access.LoginManage, Handler: setAccount},
		{Pattern: "POST /admin/people/{id}/session", Group: Signed, Policy: access.LoginManage, Handler: endSessionsOf},
		{Pattern: "GET /admin/accounts", Group: Signed, Policy: access.LoginManage, Handler: adminAccounts},
		{Pattern: "GET /admin/grants", Group: Signed, Policy: access.AdminGrants, Handler: adminGrants},
		{Pattern: "GET /admin/signins", Group: Signed, Policy: access.LoginAudit, Handler: adminSignIns},
		{Pattern: "GET /admin/places", Group: Signed, Policy: access.AdminOrg, Handler: adminPlaces},
		{Pattern: "GET /admin/places/new", Group: Signed, Policy: access.OrgEdit, Handler: newPlace},
		{Pattern: "POST /admin/places/new", Group: Signed, Policy: access.OrgEdit, Handler: addPlace},
		{Pattern: "GET /admin/places/{code}", Group: Signed, Policy: access.AdminOrg, Handler: adminPlace},
		{Pattern: "POST /admin/places/{code}", Group: Signed, Policy: access.OrgEdit, Handler: savePlace},
		{Pattern: "GET /admin/categories", Group: Signed, Policy: access.AdminOrg, Handler: adminCategories},
		{Pattern: "GET /admin/categories/new", Group: Signed, Policy: access.OrgEdit, Handler: newCategory},
		{Pattern: "POST /admin/categories/new", Group: Signed, Policy: access.OrgEdit, Handler: saveCategory},
		{Pattern: "GET /admin/categories/{code}", Group: Signed, Policy: access.AdminOrg, Handler: adminCategory},
		{Pattern: "POST /admin/categories/{code}", Group: Signed, Policy: access.OrgEdit, Handler: saveCategory},
		{Pattern: "GET /admin/rules", Group: Signed, Policy: access.AdminOrg, Handler: adminRules},
		{Pattern: "GET /admin/rules/edit", Group: Signed, Policy: access.AdminOrg, Handler: editRule},
		{Pattern: "POST /admin/rules/edit", Group: Signed, Policy: access.OrgRule, Handler: saveRule},
		{Pattern: "GET /admin/rules/drop", Group: Signed, Policy: access.OrgRule, Handler: showDropRule},
		{Pattern: "POST /admin/rules/drop", Group: Signed, Policy: access.OrgRule, Handler: dropRule},
		{Pattern: "GET /admin/settings", Group: Signed, Policy: access.AdminOrg, Handler: adminSettings},
		{Pattern: "GET /admin/settings/{key}", Group: Signed, Policy: access.AdminOrg, Handler: adminSetting},
		{Pattern: "POST /admin/settings/{key}", Group: Signed, Policy: access.AdminOrg, Handler: saveSetting}, // the action asks OrgSettings or OrgPolicy
		{Pattern: "GET /admin/checks", Group: Signed, Policy: access.AdminOrg, Handler: adminChecks},
		{Pattern: "GET /admin/checks/new", Group: Signed, Policy: access.OrgEdit, Handler: newCheck},
		{Pattern: "POST /admin/checks/new", Group: Signed, Policy: access.OrgEdit, Handler: saveCheck},
		{Pattern: "GET /admin/checks/{code}", Group: Signed, Policy: access.AdminOrg, Handler: adminCheck},
		{Pattern: "POST /admin/checks/{code}", Group: Signed, Policy: access.OrgEdit, Handler: saveCheck},
		{Pattern: "GET /admin/roster", Group: Signed, Policy: access.OrgRoster, Handler: adminRoster},
		{Pattern: "POST /admin/roster", Group: Signed, Policy: access.OrgRoster, Handler: saveRoster},
		{Pattern: "GET /admin/calendars", Group: Signed, Policy: access.AdminOrg, Handler: adminCalendars},
		{Pattern: "GET /admin/calendars/{year}", Group: Signed, Policy: access.AdminOrg, Handler: adminCalendar},
		{Pattern: "GET /admin/calendars/import", Group: Signed, Policy: access.OrgEdit, Handler: showImportCalendar},
		{Pattern: "POST /admin/calendars/import", Group: Signed, Policy: access.OrgEdit, Handler: importCalendar, Body: 2 << 20},
		{Pattern: "GET /admin/jobs", Group: Signed, Policy: access.JobsSee, Handler: adminJobs},
		{Pattern: "POST /admin/jobs/retry", Group: Signed, Policy: access.JobsRetry, Handler: retryJob},
		{Pattern: "GET /admin/log", Group: Signed, Policy: access.LogSee, Handler: adminLog},
		{Pattern: "GET /admin/log/{number}", Group: Signed, Policy: access.LogSee, Handler: adminLogEntry},
		{Pattern: "GET /admin/log/checkpoints", Group: Signed, Policy: access.LogSee, Handler: adminCheckpoints},
		{Pattern: "GET /admin/log/verify", Group: Signed, Policy: access.LogSee, Handler: showVerify},
		{Pattern: "POST /admin/log/verify", Group: Signed, Policy: access.LogSee, Handler: verifyLog, Slow: verifyTime},

		// follow
		{Pattern: "GET /f", Group: Anonymous, Policy: Anyone, Handler: followDoor},
		{Pattern: "POST /f", Group: Anonymous, Policy: access.VoiceFollow, Handler: followOpen},
		{Pattern: "POST /f/{do}", Group: Anonymous, Policy: access.VoiceSpeak, Handler: followDo, Camera: true, Body: tellBody, Slow: tellSlow},
		{Pattern: "GET /f/photo/{hash}", Group: Anonymous, Policy: Anyone, Handler: ownPhotoShow},
		{Pattern: "GET /mine", Group: Signed, Policy: AnyAccount, Handler: mine},
		{Pattern: "GET /mine/{number}", Group: Signed, Policy: access.VoiceFollow, Handler: mineThread},
		{Pattern: "POST /mine/{number}/{do}", Group: Signed, Policy: access.VoiceSpeak, Handler: mineDo, Camera: true, Body: tellBody, Slow: tellSlow},
		{Pattern: "GET /rate/{id}", Group: Signed, Policy: access.AcceptRate, Handler: rateShow},
		{Pattern: "POST /rate/{id}", Group: Signed, Policy: access.AcceptRate, Handler: rateTake},

		// board and log
		{Pattern: "GET /photo/{hash}", Group: Public, Policy: Anyone, Handler: photoShow},
		{Pattern: "GET /log/checkpoint", Group: Public, Policy: Anyone, Handler: logPublic},
		{Pattern: "GET /log/key", Group: Public, Policy: Anyone, Handler: logKey},
		{Pattern: "GET /log/proof", Group: Public, Policy: Anyone, Handler: logProof},
		{Pattern: "GET /log/check", Group: Public, Policy: Anyone, Handler: logCheckShow},
		{Pattern: "POST /log/check", Group: Public, Policy: Anyone, Handler: logCheckTake},

		// inbox
		{Pattern: "GET /inbox", Group: Signed, Policy: access.VoiceList, Handler: inbox},
		{Pattern: "POST /inbox", Group: Signed, Policy: access.VoiceClaim, Handler: bulk},
		{Pattern: "GET /restricted", Group: Signed, Policy: access.VoiceRestrict, Handler: restricted},
		{Pattern: "POST /restricted", Group: Signed, Policy: access.VoiceClaim, Handler: bulk},
		{Pattern: "GET /appeals", Group: Signed, Policy: access.VoiceAppeal, Handler: appeals},
		{Pattern: "GET /refusals", Group: Signed, Policy: access.VoiceCountersig, Handler: refusals},

		// voice
		{Pattern: "GET /voice/{id}", Group: Signed, Policy: access.VoiceSee, Handler: showVoice},
		{Pattern: "GET /voice/{id}/beside", Group: Signed, Policy: access.VoiceSee, Handler: besideVoice},
		{Pattern: "GET /voice/{id}/now", Group: Signed, Policy: access.VoiceSee, Handler: voiceNow},
		{Pattern: "GET /voice/{id}/photo/{hash}", Group: Signed, Policy: access.VoiceSee, Handler: voicePhoto},
		{Pattern: "POST /voice/{id}/claim", Group: Signed, Policy: access.VoiceClaim, Handler: claimVoice},
		{Pattern: "POST /voice/{id}/letgo", Group: Signed, Policy: access.VoiceTriage, Handler: letGoVoice},
		{Pattern: "POST /voice/{id}/open", Group: Signed, Policy: access.VoiceOpen, Handler: readOriginal},
		{Pattern: "POST /voice/{id}/decide", Group: Signed, Policy: access.VoiceSee, Handler: decideVoice},
		{Pattern: "POST /voice/{id}/free", Group: Signed, Policy: access.VoiceQuarantine, Handler: freeVoice},
		{Pattern: "POST /voice/{id}/say", Group: Signed, Policy: access.VoiceSee, Handler: sayVoice},
		{Pattern: "POST /voice/{id}/countersign", Group: Signed, Policy: access.VoiceCountersig, Handler: countersign},
		{Pattern: "POST /voice/{id}/adjudicate", Group: Signed, Policy: access.AssignmentAdjudicate, Handler: adjudicate},
		{Pattern: "POST /voice/{id}/sign", Group: Signed, Policy: access.AssignmentSign, Handler: signVoice},
		{Pattern: "POST /voice/{id}/return", Group: Signed, Policy: access.AssignmentReturn, Handler: returnVoice},
		{Pattern: "POST /voice/{id}/answer", Group: Signed, Policy: access.VoiceReply, Handler: answerVoice},
		{Pattern: "POST /voice/{id}/accept", Group: Signed, Policy: access.VoiceAccept, Handler: acceptHazard},
		{Pattern: "GET /roster", Group: Signed, Policy: access.VoiceAccept, Handler: roster},
	}
}
