package collection

// channelTask stands for the person who takes over, in the attempts of a step
// that opens a task.
const channelTask Channel = "task"

func (c Case) reportTask(command ReportTask) ([]Event, error) {
	if command.Task == TaskLateFees {
		if c.LateFeesTask || !c.isPrincipalPaid() {
			return nil, nil
		}
		return []Event{LateFeesTaskOpened{}}, nil
	}
	if command.Task == TaskHandoffApproval || command.Task == TaskTimeLimit {
		return c.reportHandoffTask(command), nil
	}
	if command.Task == TaskLimitation {
		return c.reportLimitationTask(command), nil
	}
	if command.Task == TaskDisputeOverdue {
		return c.reportDisputeTask(command.At), nil
	}
	if command.Task == TaskInsolvency {
		return c.reportInsolvencyTask(command), nil
	}
	if command.Step == "" && command.Task.IsOfMediation() {
		return c.reportMediationTask(command), nil
	}
	step, found := c.Strategy.Step(command.Step)
	if !found {
		return nil, c.refuseUnknownStep(command.Step)
	}
	record := c.record(step.Key)
	switch {
	case command.Task == TaskApproval:
		return c.reportApprovalTask(step, record, command.At), nil
	case command.Task == TaskDeputy && record.Approval == ApprovalRequested && !record.ApprovalRequest.DeputyAsked:
		return []Event{DeputyAsked{Step: step.Key}}, nil
	case command.Task == TaskAnnounce && record.Announced.IsZero():
		return []Event{StepAnnounced{Step: step.Key, At: command.At}}, nil
	case command.Task == TaskProof && !record.ProofAsked:
		return []Event{ProofAsked{Step: step.Key}}, nil
	case command.Task == TaskReach && !record.TaskOpen:
		return []Event{TaskOpened{Step: step.Key}}, nil
	case command.Task == step.Opens && len(record.Attempts) == 0:
		return []Event{StepAttempted{Step: step.Key, Attempt: Attempt{Channel: channelTask}, At: command.At}}, nil
	default:
		return nil, nil
	}
}

func (c Case) reportLimitationTask(command ReportTask) []Event {
	if day, found := c.Limitation.toTell(c.Window.DateOf(command.At)); found {
		return []Event{LimitationTold{Day: day}}
	}
	return nil
}

// IsDoneByDecision reports whether a task is done by the decision it asks for alone: about
// a step, about what became of a message, or about a dispute.
func (k TaskKind) IsDoneByDecision() bool {
	switch k {
	case TaskApproval, TaskDeputy, TaskReach, TaskDispute, TaskDisputeOverdue:
		return true
	default:
		return false
	}
}
