package audit

import (
	"cmp"
	"slices"
	"strings"

	"shipshape/checker"
	"shipshape/checker/dockerfile"
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

// installs are the commands that fetch or install what a project depends on.
func installs() []string {
	return []string{
		"npm ci", "npm clean-install", "npm install", "npm i", "yarn install", "pnpm install", "pnpm i", "bun install",
		"pip install", "pip3 install", "pip wheel", "uv sync", "uv pip install", "poetry install", "pipenv install", "pipenv sync",
		"go mod download", "bundle install", "cargo fetch", "composer install", "dotnet restore",
		"mvn dependency:go-offline", "mvn dependency:resolve", "gradle dependencies",
		"apt-get install", "apt install", "apk add", "dnf install", "yum install",
	}
}

// installing returns the work of installing dependencies as this Dockerfile does
// it; ok is false where no RUN of it is known to.
func (p *project) installing() (work checker.Work, ok bool) {
	work.Name = "the installation of dependencies"
	for _, stage := range p.file.Stages {
		for _, instruction := range stage.Instructions {
			for _, call := range p.file.Calls(instruction.Line) {
				for _, command := range installs() {
					if dockerfile.Matches(call, command) && !slices.Contains(work.Commands, command) {
						work.Commands = append(work.Commands, command)
					}
				}
			}
		}
	}
	return work, len(work.Commands) > 0
}

// uses reports whether one of the manifests is there.
func (p *project) uses(manifests ...string) bool {
	return slices.ContainsFunc(manifests, func(m string) bool { return slices.Contains(p.manifests, m) })
}

// dotEnv is the project's own .env, or a usual one, with a random value in it.
func (p *project) dotEnv() string {
	return cmp.Or(strings.ReplaceAll(string(p.env), placeholder, ""), "DATABASE_HOST=db\n") + "\nSHIPSHAPE_AUDIT=" + placeholder + "\n"
}
