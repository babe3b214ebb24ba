package collection

import "slices"

// Role is what a person does, at the debtor or at the creditor.
type Role string

// The roles of contacts, the people at the debtor. RoleEInvoicing is the address
// that invoices are delivered to, which often only a machine reads.
const (
	RoleAccountsPayable Role = "accounts-payable"
	RoleBuyer           Role = "buyer"
	RoleDirector        Role = "director"
	RoleSales           Role = "sales"
	RoleLegal           Role = "legal"
	RoleEInvoicing      Role = "e-invoicing"
	RoleOther           Role = "other"
)

// The roles of colleagues, the people at the creditor.
const (
	RoleSalesperson Role = "salesperson"
	RoleAccountant  Role = "accountant"
	RoleManager     Role = "manager"
	RoleOwner       Role = "owner"
)

// ContactRoles lists the roles of people at the debtor.
func ContactRoles() []Role {
	return []Role{RoleAccountsPayable, RoleBuyer, RoleDirector, RoleSales, RoleLegal, RoleEInvoicing, RoleOther}
}

// ColleagueRoles lists the roles of people at the creditor, in the order in which
// a sender escalates.
func ColleagueRoles() []Role {
	return []Role{RoleSalesperson, RoleAccountant, RoleManager, RoleOwner}
}

// validatePeople refuses roles that nobody can have where the step names them.
func (s Step) validatePeople() error {
	everybody := append(ContactRoles(), ColleagueRoles()...)
	for _, list := range []struct {
		field string
		roles []Role
		known []Role
	}{{"to", s.To, ContactRoles()}, {"copy", s.Copy, everybody}} {
		for i, role := range list.roles {
			if !slices.Contains(list.known, role) || slices.Index(list.roles, role) != i {
				return Refuse(RefusedInvalid, "step %s has the role %q in %s, which is not known there or there twice", s.Key, role, list.field)
			}
		}
	}
	switch {
	case s.Sender != "" && !slices.Contains(ColleagueRoles(), s.Sender):
		return Refuse(RefusedInvalid, "step %s is sent by the role %q, which nobody at the creditor has", s.Key, s.Sender)
	case !s.sendsNotice() && len(s.To)+len(s.Copy)+len(s.Sender) > 0:
		return Refuse(RefusedInvalid, "step %s opens a task and names people to write to: make two steps of it", s.Key)
	default:
		return nil
	}
}
