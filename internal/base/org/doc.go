// Package org knows the organisation: its tree of units and crews, its people and their roles, its places with their
// posters, the two-level taxonomy of topics, the responsibility catalogue, the settings of the product with the basis of
// each, the working-day calendars, the duty roster and the check items.
//
// Codes of units, places and categories are chosen once and never change; what is no longer used is deactivated, never
// deleted. The responsibility catalogue answers "whose is this?" for a category at a place: the most specific rule wins,
// the category before the place ([Catalogue.Propose]). Rules are versioned, an old version stays readable.
//
// Reads that every page needs (tree, catalogue, settings, calendar) are kept in memory under a stamp that changes with
// every edit, so that any replica sees an edit with its next transaction.
//
// Tables: org_unit, org_person, org_grant, org_place, org_category, org_rule, org_setting, org_calendar, org_roster,
// org_check_item, org_version, org_import.
package org
