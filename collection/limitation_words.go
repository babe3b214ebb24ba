package collection

import "fmt"

func (r Reason) aboutLimitation() string {
	if r.Code == becauseLimitationPassed {
		return fmt.Sprintf("the limitation has passed: the prudent last day to bring the claim to court was %s; nothing leaves by itself "+
			"until a person closes the case or records an event that shows that it has not passed", r.Date)
	}
	if r.Code == becauseLimitationStopped {
		return fmt.Sprintf("something stops the limitation and goes on; without it the prudent last day to bring the claim to court would be %s: a person looks whether it still does", r.Date)
	}
	return fmt.Sprintf("the prudent last day to bring the claim to court is %s: a person obtains an acknowledgement, sues, or lets it lapse", r.Date)
}

func (r Reason) surLaPrescription() string {
	if r.Code == becauseLimitationPassed {
		return fmt.Sprintf("le délai de prescription est passé : le dernier jour prudent pour agir en justice était le %s ; plus rien ne part automatiquement "+
			"tant qu’une personne n’a pas clos le dossier ou enregistré un acte qui montre le contraire", r.Date.French())
	}
	if r.Code == becauseLimitationStopped {
		return fmt.Sprintf("la prescription est suspendue par un fait qui dure ; sans lui, le dernier jour prudent pour agir en justice serait le %s : une personne vérifie s’il dure encore", r.Date.French())
	}
	return fmt.Sprintf("le dernier jour prudent pour agir en justice est le %s : une personne obtient une reconnaissance, agit en justice ou laisse prescrire", r.Date.French())
}

// warning says when a person will be told of the limitation.
func (r Reason) warning() string {
	switch {
	case r.Warning.IsZero():
		return ""
	case r.Warning > r.LastDay:
		return fmt.Sprintf("; after %s the claim is barred by limitation", r.LastDay)
	default:
		return fmt.Sprintf("; on %s a person is warned of the limitation of %s", r.Warning, r.LastDay)
	}
}

func (r Reason) avertissement() string {
	switch {
	case r.Warning.IsZero():
		return ""
	case r.Warning > r.LastDay:
		return fmt.Sprintf(" ; après le %s la créance est prescrite", r.LastDay.French())
	default:
		return fmt.Sprintf(" ; le %s une personne est avertie de la prescription du %s", r.Warning.French(), r.LastDay.French())
	}
}
