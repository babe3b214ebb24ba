package collection

// TaskOwners are the roles at the creditor that a task of a kind is for, the first choice
// first: the colleague who has one of them is given the task. A salesperson is only one who
// looks after the debtor; the accountant is who follows up its account.
func (k TaskKind) TaskOwners() []Role {
	switch k {
	case TaskCall, TaskReach, TaskDispute:
		return []Role{RoleSalesperson, RoleAccountant, RoleManager, RoleOwner}
	case TaskApproval, TaskHandoffApproval, TaskDisputeOverdue, TaskHandoff:
		return []Role{RoleManager, RoleOwner, RoleAccountant}
	case TaskDeputy:
		return []Role{RoleOwner, RoleManager, RoleAccountant}
	default:
		return []Role{RoleAccountant, RoleManager, RoleOwner}
	}
}
