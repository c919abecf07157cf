package audit

import (
	"cmp"
	"slices"
	"strings"

	"shipshape/checker"
)

// placeholder is where the grader writes its random value; see [checker.Edit].
const placeholder = "{{value}}"

// edit is the smallest one that is harmless in every language: a comment behind
// the last line of a source file. ok is false where there is no file to edit.
func (p *project) edit() (edit checker.Edit, ok bool) {
	if p.source == "" {
		return checker.Edit{}, false
	}
	content := p.content
	if !strings.HasSuffix(content, "\n") {
		content += "\n"
	}
	return checker.Edit{File: p.source, Template: content + comment(p.source) + " " + placeholder + "\n"}, true
}

// installing returns the work of installing dependencies as this Dockerfile does
// it; ok is false where no RUN of it is known to.
func (p *project) installing() (work checker.Work, ok bool) {
	work.Name = "the installation of dependencies"
	for _, install := range p.file.Installs() {
		work.Lines = append(work.Lines, install.Line)
		if !slices.Contains(work.Commands, install.Command) {
			work.Commands = append(work.Commands, install.Command)
		}
	}
	return work, len(work.Lines) > 0
}

// uses reports whether one of the manifests is there.
func (p *project) uses(manifests ...string) bool {
	return slices.ContainsFunc(manifests, func(m string) bool { return slices.Contains(p.manifests, m) })
}

// dotEnv is the project's own .env, or a usual one, with a random value in it.
func (p *project) dotEnv() string {
	return cmp.Or(strings.ReplaceAll(string(p.env), placeholder, ""), "DATABASE_HOST=db\n") + "\nSHIPSHAPE_AUDIT=" + placeholder + "\n"
}
