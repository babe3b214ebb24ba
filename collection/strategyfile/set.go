package strategyfile

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Set holds strategies by name and version.
type Set struct {
	definitions []Definition // by name, then the newest version first
}

// LoadAll reads every YAML file of the folders and of the folders in them. A
// strategy may come in several versions, each in its own file. The error is
// Problems with all that is wrong with the files, or that of a folder that
// cannot be read.
func LoadAll(folders ...fs.FS) (Set, error) {
	var set Set
	var problems Problems
	for _, folder := range folders {
		err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !isStrategyFile(name) {
				return err
			}
			data, err := fs.ReadFile(folder, name)
			if err != nil {
				return err
			}
			definition, found := parse(name, data)
			if len(found) == 0 {
				found = set.add(definition)
			}
			problems = append(problems, found...)
			return nil
		})
		if err != nil {
			return Set{}, fmt.Errorf("reading the strategies: %w", err)
		}
	}
	if err := problems.Err(); err != nil {
		return Set{}, err
	}
	slices.SortFunc(set.definitions, func(a, b Definition) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(b.Version, a.Version))
	})
	return set, nil
}

func isStrategyFile(name string) bool {
	extension := strings.ToLower(path.Ext(name))
	return extension == ".yaml" || extension == ".yml"
}

func (s *Set) add(definition Definition) Problems {
	if known, found := s.Version(definition.Name, definition.Version); found {
		return Problems{definition.places.Problem("version", "%s version %d is also in %s: raise the version of the newer one",
			definition.Name, definition.Version, known.File)}
	}
	s.definitions = append(s.definitions, definition)
	return nil
}

// All lists the newest version of every strategy, by name.
func (s Set) All() []Definition {
	newest := slices.Clone(s.definitions)
	return slices.CompactFunc(newest, func(a, b Definition) bool { return a.Name == b.Name })
}

// Every lists every version of every strategy: open cases follow old ones.
func (s Set) Every() []Definition { return slices.Clone(s.definitions) }

// Newest is the newest version of a strategy. The error names the strategies
// there are.
func (s Set) Newest(name string) (Definition, error) {
	var names []string
	for _, definition := range s.All() {
		if definition.Name == name {
			return definition, nil
		}
		names = append(names, definition.Name)
	}
	return Definition{}, fmt.Errorf("there is no strategy %q: the strategies are %s", name, strings.Join(names, ", "))
}

// Version is a strategy of a version.
func (s Set) Version(name string, version int) (Definition, bool) {
	for _, definition := range s.definitions {
		if definition.Name == name && definition.Version == version {
			return definition, true
		}
	}
	return Definition{}, false
}

// CheckTemplates checks every strategy, as Definition.CheckTemplates does.
func (s Set) CheckTemplates(exists TemplateExists) error {
	var problems Problems
	for _, definition := range s.definitions {
		problems = append(problems, definition.templateProblems(exists)...)
	}
	return problems.Err()
}
