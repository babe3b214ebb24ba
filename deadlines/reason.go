package deadlines

// Reason is why a date is what it is, with the article it rests on.
type Reason struct {
	// Article is the source, as it is cited: "C. com. L441-10 I al. 2".
	Article         string
	english, french string
}

// because is a reason in both languages; the article is added to each.
func because(article, english, french string) Reason {
	return Reason{Article: article, english: english, french: french}
}

// String is the reason as an English sentence.
func (r Reason) String() string { return cited(r.english, r.Article) }

// French is the reason as a French sentence.
func (r Reason) French() string { return cited(r.french, r.Article) }

func cited(sentence, article string) string {
	if sentence == "" || article == "" {
		return sentence
	}
	return sentence + " (" + article + ")"
}
