package org

import (
	"context"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/base/org/setting"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/lang"
)

// TestSpecs: every default can be set, every setting has its name and its basis in both languages.
func TestSpecs(t *testing.T) {
	for _, s := range Specs() {
		if err := s.Check(s.Default); err != nil {
			t.Errorf("%s: %v", s.Key, err)
		}
		for _, l := range lang.All() {
			if s.Basis(l) == "" || l.T("org.setting.key."+strings.ReplaceAll(s.Key, ".", "_")) == "" {
				t.Errorf("%s has no words in %s", s.Key, l)
			}
			if s.Unit != "" && l.T("org.setting.unit."+s.Unit) == "" {
				t.Errorf("%s: no unit %s", s.Key, s.Unit)
			}
		}
	}
	s := setting.New(nil)
	for _, k := range []string{OfficeEnd, IntakeDays, AnswerDays, SignDays, AdjudicateDays, ReturnsMax, PlanDays, MilestoneDays, FundsLimit, HeadAuthor, FinanceUnit,
		ExtensionMax, ExtensionDecide, ObjectionDays, AcceptDays, AskFrom, AskTo, CallTries, AcceptSample, AcceptReopen, ShowFrom, PlaceUsers, LookBackDays, RelapseDays,
		BlueDays, BlueShare, StaleDays, BoardStale, BoardDelay, VoiceLength, VoiceRelease, VoiceDecoys, DecoyQuarters, VoicePhotos, FloodPlace, FloodSite, SupportDays, ClusterSize, HazardMinutes, RetaliateHours,
		UnionPhone, UnionHours, CrisisLine, CrisisName, EmergencyLine, SiteName, SiteNameEn, SiteURL, LoginPasswordMin, LoginPasswordClasses, LoginPasswordDays,
		LoginIdleMinutes, LoginStaffHours, LoginEmployeeDays, LoginStartHours, LoginSlowAfter, LoginSlowMinutes, LoginUnusedDays, InspectExpired, RemeasureDays, RecheckPercent, InspectPhotoHours,
		LadderRemind, LadderNear, LadderNearDays, LadderSponsor, LadderAgenda, LadderTalk, LadderCircular, LadderStill, ExclusionShare,
		PauseReason + "season", PauseReason + "bid", PauseReason + "shutdown", PauseReason + "third", PauseDays} {
		s.Get(k) // panics where the data have no such key
	}
	if len(s.All()) != 94 {
		t.Errorf("%d settings", len(s.All()))
	}
}

func TestSeed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		run(t, d, "access.denied", "seed", func(tx *db.Tx) error { return Seed(tx, worker) })
		for range 2 {
			run(t, d, "", "seed", func(tx *db.Tx) error { return Seed(tx, access.System("setup")) })
		}
		if err := d.Read(context.Background(), func(tx *db.Tx) error {
			tree, _ := TreeOf(tx)
			cats, _ := CategoryTree(tx)
			items, _ := AllCheckItems(tx)
			bath, _ := CheckItems(tx, Bathhouse)
			cal, err := Calendar(tx)
			if len(tree.All()) != 1 || len(cats) != len(catalogue.ShippedCategories()) || len(items) != len(catalogue.ShippedCheckItems()) || err != nil {
				t.Errorf("%d units, %d categories, %d items, %v", len(tree.All()), len(cats), len(items), err)
			}
			for _, i := range bath {
				if i.PlaceKind != Bathhouse && i.PlaceKind != "any" {
					t.Errorf("%s is not for bathhouses", i.Code)
				}
			}
			if b, _ := CategoryByCode(tx, "B1"); b.Lead != "" || b.Class != clock.T24H {
				t.Errorf("the lead of B1 does not exist here: %+v", b)
			}
			for _, day := range []struct {
				day  clock.Day
				work bool
			}{{"2026-10-01", false}, {"2026-11-23", true}} {
				if work, provisional := cal.IsWorkday(day.day); work != day.work || provisional {
					t.Errorf("%s: work %v, provisional %v", day.day, work, provisional)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
