package wiring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"relance/collection"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/messaging/compose"
	"relance/messaging/compose/lint"
)

// Templates are the built-in templates under those of the configured folder, and
// under those a creditor has in a folder of its own in it. Whether they may be sent
// is Lint's to say.
func Templates(c config.Config) (*compose.Templates, error) {
	builtIn, err := fs.Sub(config.Templates, "templates")
	if err != nil {
		return nil, err
	}
	shared := []compose.Layer{{Origin: compose.BuiltIn, Files: builtIn, Shown: "templates"}}
	if c.TemplatesDir == "" {
		return compose.LoadLayers(nil, shared...)
	}
	root := templatesRoot(c.TemplatesDir)
	creditors := map[string]compose.Layer{}
	var folders []string
	for _, creditor := range c.Creditors {
		folder := filepath.Join(root, creditor.ID)
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			creditors[creditor.ID] = compose.Layer{Origin: compose.CreditorsOwn, Files: os.DirFS(folder), Shown: folder}
			folders = append(folders, creditor.ID)
		}
	}
	if err := checkFolders(root, folders); err != nil {
		return nil, err
	}
	general := compose.Layer{Origin: compose.General, Files: os.DirFS(root), Shown: root, Skip: folders}
	return compose.LoadLayers(creditors, append([]compose.Layer{general}, shared...)...)
}

// templatesRoot is the configured folder, or the folder templates in it.
func templatesRoot(configured string) string {
	inside := filepath.Join(configured, "templates")
	if info, err := os.Stat(inside); err == nil && info.IsDir() {
		return inside
	}
	return configured
}

// checkFolders reports folders that look like a creditor's and are none's: nothing
// in them would ever be used.
func checkFolders(root string, creditors []string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return fmt.Errorf("the folder of your templates cannot be read: %w", err)
	}
	var problems []error
	for _, entry := range entries {
		if !entry.IsDir() || slices.Contains(creditors, entry.Name()) {
			continue
		}
		inside, err := os.ReadDir(filepath.Join(root, entry.Name()))
		if err != nil {
			return fmt.Errorf("the folder of your templates cannot be read: %w", err)
		}
		if slices.ContainsFunc(inside, fs.DirEntry.IsDir) {
			problems = append(problems, fmt.Errorf("%s: the folder has folders in it, as a creditor's has, and no creditor of the configuration is called %q",
				filepath.Join(root, entry.Name()), entry.Name()))
		}
	}
	return errors.Join(problems...)
}

// Lint reads the texts of an installation for what must not be said to debtors and
// what must be, with the strategies that use them. The error holds what keeps them
// from being used; the findings hold the warnings, too. What comes with the product
// has been read before.
func Lint(templates *compose.Templates, set strategyfile.Set) ([]lint.Finding, error) {
	if templates.AreBuiltIn() {
		return nil, nil
	}
	findings := lint.Check(templates, Uses(set))
	var problems []error
	for _, finding := range lint.Errors(findings) {
		problems = append(problems, errors.New(finding.String()))
	}
	if len(problems) > 0 {
		return findings, fmt.Errorf("these texts must not be sent to debtors:\n%w", errors.Join(problems...))
	}
	return findings, nil
}

// Uses are what the strategies use templates for.
func Uses(set strategyfile.Set) map[string]lint.Use {
	uses := map[string]lint.Use{}
	for _, definition := range set.Every() {
		for _, step := range definition.Steps {
			if step.Template == "" {
				continue
			}
			use := uses[step.Template]
			if purpose := purposeOf(step); !slices.Contains(use.Purposes, purpose) {
				use.Purposes = append(use.Purposes, purpose)
			}
			use.Consumers = use.Consumers || definition.For.Suits(strategyfile.ForConsumer)
			uses[step.Template] = use
		}
	}
	return uses
}

func purposeOf(step collection.Step) lint.Purpose {
	switch {
	case step.DueOffset < 0:
		return lint.Courtesy
	case step.Tone == collection.ToneFormal:
		return lint.FormalNotice
	case step.Tone == collection.ToneFinal:
		return lint.LastReminder
	default:
		return lint.Reminder
	}
}

// UsableTemplates are the templates of an installation if all strategies find their
// texts and debtors may read them.
func UsableTemplates(c config.Config) (*compose.Templates, error) {
	templates, err := Templates(c)
	if err != nil {
		return nil, err
	}
	set, err := Strategies(c, templates)
	if err != nil {
		return nil, err
	}
	_, err = Lint(templates, set)
	return templates, err
}

// templatesInterval is how often the folder of templates is looked at.
const templatesInterval = 15 * time.Second

// TemplateKeeper has templates used as they stand in the files: a text that is
// changed counts without a restart, for the messages composed from then on. While
// the files are faulty, the last good ones stay in use.
type TemplateKeeper struct {
	config    config.Config
	templates *compose.Templates
	log       *slog.Logger
	fault     atomic.Pointer[error]
	seen      string
}

// NewTemplateKeeper keeps templates that were just read.
func NewTemplateKeeper(c config.Config, templates *compose.Templates, logger *slog.Logger) *TemplateKeeper {
	return &TemplateKeeper{config: c, templates: templates, log: logger, seen: fingerprint(c.TemplatesDir)}
}

// Fault is why the files are not in use as they stand; nil when they are.
func (k *TemplateKeeper) Fault() error {
	if fault := k.fault.Load(); fault != nil {
		return *fault
	}
	return nil
}

// Keep looks at the files until the context ends.
func (k *TemplateKeeper) Keep(ctx context.Context) {
	if k.config.TemplatesDir == "" {
		return
	}
	ticks := time.NewTicker(templatesInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			k.Look()
		}
	}
}

// Look reads the files if they have changed since it last did.
func (k *TemplateKeeper) Look() {
	now := fingerprint(k.config.TemplatesDir)
	if now == k.seen {
		return
	}
	k.seen = now
	newer, err := UsableTemplates(k.config)
	if err != nil {
		k.fault.Store(&err)
		k.log.Error("the templates have become faulty; the last good ones stay in use", "folder", k.config.TemplatesDir, "error", err)
		return
	}
	k.fault.Store(nil)
	k.templates.Replace(newer)
	k.log.Info("the templates have changed and are in use", "folder", k.config.TemplatesDir)
}

// fingerprint tells whether files of a folder have changed: by their names, sizes
// and times of change.
func fingerprint(dir string) string {
	var seen []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		seen = append(seen, fmt.Sprintf("%s %d %d", name, info.Size(), info.ModTime().UnixNano()))
		return nil
	})
	slices.SortFunc(seen, cmp.Compare[string])
	return fmt.Sprint(err, strings.Join(seen, "\n"))
}
