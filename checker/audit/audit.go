package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"

	"shipshape/checker"
)

// buildTimeout ends a build that never would. A real project may compile for
// long where nothing of it is in the cache yet.
const buildTimeout = 30 * time.Minute

// Options of an audit.
type Options struct {
	// Dockerfile is its path in the project; empty to look for it.
	Dockerfile string
	// Port is the TCP port that the service listens on; 0 to find out.
	Port int
	// Path is one that answers 200; empty to try the usual ones.
	Path string
	// Env is set in the containers, as NAME=value: what the service needs to
	// start at all.
	Env []string
	// Ready is how long the service may take until it listens; 0 for the usual
	// time of [checker.Discover].
	Ready time.Duration
	// BuildArgs and BuildSecrets are what the project needs to build at all.
	BuildArgs    map[string]string
	BuildSecrets map[string][]byte
	// Tools are images that a toolbox may be made of; see [checker.Options].
	Tools []string
	// Observe is told what happens; nil hears nothing.
	Observe checker.Observer
}

// Run audits the project in a folder. Without an engine, which is one that is
// nil, it decides what the text can tell, and reports the rest as not checked.
//
// It returns a [*NoDockerfileError], a [*DockerfileError], an
// [*checker.EnvironmentError] of the engine that keeps it from looking at anything,
// or the error of a folder that can't be read. Sweeping the engine afterwards is the caller's part.
func Run(ctx context.Context, eng checker.Engine, dir string, o Options) (*Report, error) {
	began := time.Now()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if o.Dockerfile == "" {
		if o.Dockerfile, err = findDockerfile(root); err != nil {
			return nil, err
		}
	}
	p, err := read(root, o.Dockerfile)
	if err != nil {
		return nil, err
	}
	a := &auditor{eng: eng, project: p, options: o, report: &Report{
		Schema: Schema, Dir: dir, Dockerfile: o.Dockerfile, Items: []Item{}, Remarks: []checker.Result{},
	}}
	if err := a.review(); err != nil {
		return nil, err
	}
	if err := a.look(ctx); err != nil {
		return nil, err
	}
	a.fill()
	a.report.settle(began, a.found != nil && !a.incomplete)
	return a.report, nil
}

// auditor is one audit on its way.
type auditor struct {
	eng     checker.Engine
	project *project
	options Options
	report  *Report

	// remarks are the static review's, by rule.
	remarks map[string][]checker.Result
	// found is nil where there is no image to look at, and blocked says why.
	found   *checker.Discovery
	built   Item
	blocked string
	// results are those of the grade, by the item's id.
	results map[string]checker.Result
	// incomplete tells that something kept a required item from being looked at.
	incomplete bool
}

func (a *auditor) submission() checker.Submission {
	return checker.Submission{Dir: a.project.dir, BuildArgs: a.options.BuildArgs, BuildSecrets: a.options.BuildSecrets, Online: true, Assignment: checker.Assignment{
		Dockerfile:   a.project.dockerfile,
		BuildTimeout: buildTimeout,
		Service:      checker.Service{Port: a.options.Port, Path: a.options.Path, Env: a.options.Env, Ready: a.options.Ready},
	}}
}

// review reads the text.
func (a *auditor) review() error {
	report, err := checker.Review(a.submission())
	if err != nil {
		return err
	}
	a.remarks = make(map[string][]checker.Result)
	for _, r := range report.Checks {
		a.remarks[r.ID] = append(a.remarks[r.ID], r)
		if !decidesAnItem(r.ID) {
			a.report.Remarks = append(a.report.Remarks, r)
		}
	}
	return nil
}

// decidesAnItem reports whether a rule of the review is one of the checklist's.
func decidesAnItem(rule string) bool {
	return slices.ContainsFunc(sections(), func(s section) bool {
		return slices.ContainsFunc(s.entries, func(e entry) bool { return slices.Contains(e.rules, rule) })
	})
}

// look builds and runs the project, and grades what can be graded.
func (a *auditor) look(ctx context.Context) error {
	a.built = Item{
		ID: "builds", Section: sections()[0].title, Title: "the Dockerfile builds", Required: true, Basis: Behaviour,
		Expected: "it builds to an image",
	}
	if a.eng == nil {
		a.blocked = "it takes an engine"
		a.built.Status, a.built.Basis, a.built.Observed = NotChecked, "", a.blocked
		return nil
	}
	if info, err := a.eng.Info(ctx); err == nil {
		a.report.Engine = &info
	}
	found, err := checker.Discover(ctx, a.eng, a.submission(), checker.Options{Observe: a.options.Observe, Tools: a.options.Tools})
	var broken *checker.BuildError
	if errors.As(err, &broken) {
		a.blocked = "there is no image, because the Dockerfile does not build"
		a.built.Status, a.built.Observed, a.built.DockerfileLine = Fail, broken.Told(), broken.Line
		return nil
	}
	if err != nil {
		return err
	}
	a.found = found
	a.report.Port = found.Port
	a.built.Status, a.built.Observed = Pass, fmt.Sprintf("it built, in %.1f s", found.Build.Duration.Seconds())
	return a.grade(ctx)
}

// grade runs the checks of all items that have one for this project.
func (a *auditor) grade(ctx context.Context) error {
	sub := a.submission()
	sub.Assignment.Service.Port, sub.Assignment.Service.Path = a.found.Port, a.found.Path
	if edit, ok := a.project.edit(); ok {
		sub.Assignment.Nonce = edit
	}
	for _, s := range sections() {
		for _, e := range s.entries {
			if e.check == nil || a.missing(e) != "" {
				continue
			}
			spec, _ := e.check(a.project, a.found)
			if spec == nil {
				continue
			}
			check := *spec
			check.ID, check.Title, check.Why, check.Lesson, check.Optional = e.id, e.title, e.why, e.lesson, !e.required
			sub.Assignment.Checks = append(sub.Assignment.Checks, check)
		}
	}
	graded, err := checker.Grade(ctx, a.eng, sub, checker.Options{Observe: a.options.Observe, Tools: a.options.Tools})
	if err != nil {
		return err
	}
	a.report.Image, a.report.Notices = graded.Image, graded.Notices
	a.results = make(map[string]checker.Result)
	for _, r := range graded.Checks {
		a.results[r.ID] = r
	}
	return nil
}

// usage is how programs begin to tell which arguments they want.
var usage = regexp.MustCompile(`(?i)\busage\b`)

// tool reports whether the image is that of a tool: its command did its work and
// ended, or told how it is used, and nobody says that there is a service.
func (a *auditor) tool() bool {
	d := a.found
	return d != nil && d.Ended && !a.promised() && (d.ExitCode == 0 || usage.MatchString(d.Log))
}

// promised reports whether the image or whoever audits it says that there is a
// service.
func (a *auditor) promised() bool {
	image := a.found.Image
	return a.options.Port > 0 || len(image.ExposedPorts) > 0 || len(image.HealthTest) > 0
}

// unreached reports whether there should be a service, and none was found.
func (a *auditor) unreached() bool {
	return a.found != nil && a.promised() && !a.found.Ended && a.found.Port == 0
}

// missing says why an item can't be looked at yet; empty where it can.
func (a *auditor) missing(e entry) string {
	switch {
	case a.found == nil:
		return a.blocked
	case e.needs >= needsProcess && a.tool():
		return "its command ran to its end, as a tool's does: there is no service to look at"
	case e.needs >= needsPort && a.found.Port == 0, e.needs == needsProcess && a.found.Ended:
		return a.found.Problem
	case e.needs == needsAnswer && a.found.Loopback:
		return "" // that nobody is answered is what it looks at
	case e.needs >= needsAnswer && !a.found.HTTP:
		return fmt.Sprintf("it listens on port %d and does not answer HTTP from outside its container", a.found.Port)
	case e.needs == needsPath && a.found.Path == "":
		return "no path is known that answers 200: name one with --path"
	}
	return ""
}
