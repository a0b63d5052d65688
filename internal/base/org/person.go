package org

import (
	"sanwen/internal/base/access"
)

// Status tells whether somebody works here. Names in the catalogue: "org.person.status.<value>".
type Status string

// The states of employment.
const (
	Active Status = "active" // at work
	Away   Status = "away"   // employed, not at work for long (illness, secondment)
	Left   Status = "left"   // no longer here; cannot sign in
)

// Statuses lists the states of employment.
func Statuses() []Status { return []Status{Active, Away, Left} }

// Employment forms, codes of org.person.employment.<value>.
const (
	Contract   = "contract"   // 合同制
	Dispatched = "dispatched" // 劳务派遣
	Contractor = "contractor" // 外协
	Intern     = "intern"     // 实习
)

// Employments lists the forms of employment.
func Employments() []string { return []string{Contract, Dispatched, Contractor, Intern} }

// Person is somebody of the organisation. The employee number, the name and the unit are always known; everything else
// may be empty, because only what is needed is kept.
type Person struct {
	ID          string
	EmployeeNo  string
	Name        string
	Unit        string
	Path        access.Path
	Post        string // 岗位
	Shift       string // 班制 as written: 常白, 四班三倒, …
	Employment  string // contract, dispatched, contractor, intern or empty
	Phone       string
	Gender      string // "m", "f" or empty
	BirthYear   int
	UnionMember string // "yes", "no" or empty
	Delegate    bool   // elected to the workers' congress
	Account     string // identifier in the company's sign-in system
	Status      Status
	Remark      string
	Lang        string
	Version     int64
}

// Grant is a role that a person holds in a unit and below it.
type Grant struct {
	Person    string
	Role      access.Role
	Unit      string
	Path      access.Path
	Since     int64
	GrantedBy string
}

// conflicting says which held role forbids the wanted one: one person holds only one of the three administrator roles,
// and who holds a key to sealed identities administers nothing. Empty when nothing forbids it.
func conflicting(held []access.Role, want access.Role) access.Role {
	admin := map[access.Role]bool{}
	for _, r := range access.Administrators() {
		admin[r] = true
	}
	for _, h := range held {
		switch {
		case h == want:
		case admin[h] && (admin[want] || want == access.Custodian):
			return h
		case h == access.Custodian && admin[want]:
			return h
		}
	}
	return ""
}
