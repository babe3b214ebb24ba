package casefile

import "relance/collection"

// savePlans writes what changed of the plans a case follows or followed.
func (c *lockedCase) savePlans() {
	for i, plan := range c.now.Plans {
		if i < len(c.before.Plans) && plan == c.before.Plans[i] {
			continue
		}
		c.writes.exec(c.store.sql.UpsertCasePlan, c.key(), named{"ordinal": i}, plan)
	}
}

// tellPlan has a case follow a plan, know more of it, or leave it.
func (c *lockedCase) tellPlan(command collection.Command) error {
	events, err := collection.Decide(c.now, command)
	if err != nil {
		return err
	}
	c.now = collection.ApplyAll(c.now, events)
	return nil
}
