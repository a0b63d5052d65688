package web

import (
	"encoding/json"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter/plan"
)

// settingName is what a setting is called.
func (r *Req) settingName(key string) string {
	return r.T("org.setting.key." + strings.ReplaceAll(key, ".", "_"))
}

func (r *Req) settingValue(s org.Value, value string) string {
	if value == "" {
		return r.T("admin.not_set")
	}
	if s.Type == "slots" {
		var names []string
		for _, c := range strings.Split(value, ",") {
			names = append(names, r.Lang.Enum("matter.slot", strings.TrimSpace(c)))
		}
		return r.Lang.List(names)
	}
	if s.Key == org.HeadAuthor {
		return r.Lang.Enum("org.setting.head_author", value)
	}
	if s.Unit == "" {
		return value
	}
	return value + " " + r.Lang.Enum("org.setting.unit", s.Unit)
}

func adminSettings(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"value", "basis", "owner"}, Filters: []Filter{{Name: "q", Label: "admin.query"}, {Name: "own", Label: "admin.own_only", Values: []string{"1"}, Prefix: "admin.own."}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.settings"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.settings_lede")}
	f := r.Blank("q", list.Get("q"), "own", list.Get("own"))
	page.Filters = []Part{fieldPart(f.Field("q", "admin.query").As("search").May()), tickPart(f.Tick("own", "admin.own_only"))}
	t := list.Table(r.T("admin.settings"), list.Column(r.T("admin.f.setting"), ""), list.Column(r.T("admin.f.value"), ""),
		list.Column(r.T("admin.f.basis"), ""), list.Column(r.T("admin.f.whose"), "").AsMinor())
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		s, err := org.SettingsOf(tx)
		if err != nil {
			return err
		}
		for _, v := range s.All() {
			name := r.settingName(v.Key)
			if !matches(list.Get("q"), name, v.Key) || list.Get("own") != "" && v.Version == 0 {
				continue
			}
			value := Cell{Text: r.settingValue(v, v.Value)}
			if v.Version > 0 {
				value.Sub = r.T("admin.default_was", r.settingValue(v, v.Default))
			}
			t.Add(r.Link("/admin/settings/"+v.Key), Cell{Text: name}, value, Cell{Text: s.Basis(v.Key, r.Lang)}, Cell{Text: r.settingOwner(v)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(adminList, page, list, t)
}

func settingAction(s org.Value) access.Action {
	if s.Policy {
		return access.OrgPolicy
	}
	return access.OrgSettings
}

func (r *Req) settingOwner(s org.Value) string {
	if s.Policy {
		return r.Lang.Enum("role", access.SecurityAdmin)
	}
	return r.Lang.Enum("role", access.SystemAdmin)
}

func adminSetting(r *Req) error { return renderSetting(r, nil) }

func renderSetting(r *Req, f *Form) error {
	key := r.Param("key")
	page := AdminFormPage{Page: Page{Shape: Staff, Back: "/admin/settings"}, To: "/admin/settings/" + key, Submit: r.T("common.save")}
	var v org.Value
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		s, err := org.SettingsOf(tx)
		if err != nil {
			return err
		}
		found := false
		for _, x := range s.All() {
			if x.Key == key {
				v, found = x, true
			}
		}
		if !found {
			return fault.New(fault.NotFound, "org.setting.unknown", key)
		}
		page.Title = r.settingName(key)
		page.Facts = []Fact{{Label: r.T("admin.f.value"), Value: r.settingValue(v, v.Value)}, {Label: r.T("admin.f.default"), Value: r.settingValue(v, v.Default), Note: v.Spec.Basis(r.Lang)},
			{Label: r.T("admin.f.whose"), Value: r.settingOwner(v)}}
		values := []string{v.Value}
		if v.Type == "slots" {
			values = strings.Split(v.Value, ",")
		}
		now := stored{"value": values, "basis": {v.Own}, "version": {digits64(v.Version)}}
		if f == nil {
			f = r.fillForm(now)
		}
		page.Form = f
		value := f.Field("value", "admin.f.new_value").Limit(200)
		switch v.Type {
		case "int":
			value = f.Field("value", "admin.f.new_value").Number().Limit(12).Hint("admin.range_hint", v.Min, v.Max)
			if v.Unit != "" {
				value.Unit = r.Lang.Enum("org.setting.unit", v.Unit)
			}
		case "ints":
			value = value.Hint("admin.ints_hint", v.Min, v.Max)
		case "time":
			value = value.Hint("admin.time_hint")
		case "url":
			value = value.Hint("admin.url_hint").May()
		default:
			value = value.May()
		}
		part := fieldPart(value)
		switch {
		case v.Type == "unit":
			tree, err := org.TreeOf(tx)
			if err != nil {
				return err
			}
			part = selectPart(f.Choose("value", "admin.f.new_value", unitOptions(tree, r.Lang, f.Value("value"))).Else("admin.not_set").Hint("admin.unit_hint"))
		case v.Type == "slots":
			part = boxesPart(f.Choose("value", "admin.f.new_value", slotOptions(r.Lang)).Hint("admin.slots_hint"))
		case key == org.HeadAuthor:
			part = radiosPart(f.Choose("value", "admin.f.new_value", headAuthorOptions(r.Lang, v)))
		}
		page.Parts = []Part{part, fieldPart(f.Field("basis", "admin.f.basis").Area(2).Limit(500).Hint("admin.basis_hint"))}
		if page.Below, err = r.settingHistory(tx, v); err != nil {
			return err
		}
		if f.stale {
			page.Conflict, err = r.conflict(tx, f, page.Parts, now, event.Ref{Kind: "setting", ID: key})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.renderEdit(page, settingAction(v))
}

// slotOptions are the determinations that a template can demand.
func slotOptions(l lang.Lang) []Option {
	var out []Option
	for _, s := range plan.AllSlots() {
		out = append(out, Option{Value: string(s), Text: l.Enum("matter.slot", s)})
	}
	return out
}

// headAuthorOptions says in words what the numbers of that setting mean.
func headAuthorOptions(l lang.Lang, v org.Value) []Option {
	var out []Option
	for n := v.Min; n <= v.Max; n++ {
		out = append(out, Option{Value: itoa(n), Text: l.Enum("org.setting.head_author", itoa(n))})
	}
	return out
}

// settingHistory lists the changes of a setting from the record.
func (r *Req) settingHistory(tx *db.Tx, v org.Value) ([]Table, error) {
	entries, err := event.Timeline(tx, event.Ref{Kind: "setting", ID: v.Key}, 20, 0)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	t := Table{Caption: r.T("admin.history"), Columns: []Column{{Label: r.T("admin.f.when")}, {Label: r.T("admin.f.value")}, {Label: r.T("admin.f.basis")}, {Label: r.T("admin.f.who")}}}
	for _, e := range entries {
		var in org.SetSetting
		if err := json.Unmarshal(e.Data, &in); err != nil {
			return nil, err
		}
		who, err := r.actorName(tx, e)
		if err != nil {
			return nil, err
		}
		t.Add("", Cell{Text: r.Lang.DateTime(e.At, r.Zone)}, Cell{Text: r.settingValue(v, in.Value)}, Cell{Text: in.Basis}, Cell{Text: who})
	}
	return []Table{t}, nil
}

func saveSetting(r *Req) error {
	for _, spec := range org.Specs() {
		if spec.Key == r.Param("key") && !r.can(settingAction(org.Value{Spec: spec})) {
			return fault.New(fault.Forbidden, "access.denied")
		}
	}
	f := r.Form()
	value := ""
	if len(f.values["value"]) > 1 { // boxes
		value = strings.Join(f.Many("value"), ",")
	} else {
		value = f.Line("value", 0, 200)
	}
	in := org.SetSetting{Key: r.Param("key"), Value: value, Basis: f.Text("basis", 0, 500), Version: f.Version()}
	return r.saved(f, in, renderSetting, "/admin/settings/"+in.Key)
}
