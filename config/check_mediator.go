package config

import "fmt"

// longestMediation is the largest number of days after which a person is asked how a
// mediation stands.
const longestMediation = 365

func (k *checker) mediators(at string, mediators []Mediator) {
	first := map[string]int{}
	for i, mediator := range mediators {
		field := fmt.Sprintf("%smediators[%d].", at, i+1)
		if k.given(field+"key", mediator.Key); mediator.Key != "" {
			k.matches(field+"key", mediator.Key, strategyName, "a key: use small letters, digits and single hyphens, such as cabinet-durand")
		}
		if before, taken := first[mediator.Key]; taken && mediator.Key != "" {
			k.refuse(field+"key", "%q is the key of mediator %d already", mediator.Key, before)
		}
		first[mediator.Key] = i + 1
		if k.given(field+"kind", mediator.Kind); mediator.Kind != "" {
			k.oneOf(field+"kind", mediator.Kind, "company-mediator", "conciliator", "contractual", "consumer", "conventional")
		}
		k.given(field+"name", mediator.Name)
		k.days(field+"longest_days", mediator.LongestDays, longestMediation)
	}
}
