package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder makes a project of files by path.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func openRoot(t *testing.T, dir string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func TestFindDockerfile(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		want  string // "" for none, "several" for too many
	}{
		"at the root":            {[]string{"Dockerfile", "docker/Dockerfile"}, "Dockerfile"},
		"by its other name":      {[]string{"Containerfile"}, "Containerfile"},
		"below":                  {[]string{"deploy/docker/Dockerfile"}, "deploy/docker/Dockerfile"},
		"for one purpose":        {[]string{"Dockerfile.prod"}, "Dockerfile.prod"},
		"several below":          {[]string{"a/Dockerfile", "b/Dockerfile"}, "several"},
		"other people's":         {[]string{"node_modules/x/Dockerfile", "vendor/y/Dockerfile"}, ""},
		"none":                   {[]string{"main.go"}, ""},
		"an ignore file only":    {[]string{"Dockerfile.dockerignore"}, ""},
		"too deep to be a guess": {[]string{"a/b/c/d/Dockerfile"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for _, f := range c.files {
				files[f] = "FROM scratch\n"
			}
			got, err := findDockerfile(openRoot(t, folder(t, files)))
			var none *NoDockerfileError
			switch {
			case c.want == "several":
				if !errors.As(err, &none) || len(none.Found) != len(c.files) {
					t.Errorf("got %q, %v", got, err)
				}
			case c.want == "":
				if !errors.As(err, &none) || len(none.Found) != 0 {
					t.Errorf("got %q, %v", got, err)
				}
			case err != nil || got != c.want:
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestTheSourceToEdit(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"node":              {map[string]string{"server.js": "x", "alpha.js": "x", "server.test.js": "x"}, "server.js"},
		"python":            {map[string]string{"conftest.py": "x", "app/main.py": "x", "tool.py": "x"}, "tool.py"},
		"go":                {map[string]string{"cmd/orders/main.go": "x", "internal/a.go": "x", "main_test.go": "x"}, "internal/a.go"},
		"at the same depth": {map[string]string{"cmd/main.go": "x", "cmd/alpha.go": "x"}, "cmd/main.go"},
		"other people's":    {map[string]string{"node_modules/a/index.js": "x", "vendor/b.go": "x", ".git/hook.py": "x"}, ""},
		"java":              {map[string]string{"src/main/java/com/example/orders/App.java": "x", "pom.xml": "<project/>"}, "src/main/java/com/example/orders/App.java"},
		"no source":         {map[string]string{"index.html": "x"}, ""},
		"our own mark":      {map[string]string{"app.py": "{{value}}", "b.py": "x"}, "b.py"},
	} {
		t.Run(name, func(t *testing.T) {
			c.files["Dockerfile"] = "FROM scratch\n"
			p, err := read(openRoot(t, folder(t, c.files)), "Dockerfile")
			if err != nil {
				t.Fatal(err)
			}
			if p.source != c.want {
				t.Errorf("%q is edited, want %q", p.source, c.want)
			}
			edit, ok := p.edit()
			if ok != (c.want != "") {
				t.Errorf("there is an edit: %v", ok)
			}
			if ok && (!strings.HasPrefix(edit.Template, "x\n") || strings.Count(edit.Template, placeholder) != 1) {
				t.Errorf("the edit writes %q", edit.Template)
			}
		})
	}
}

func TestWhatInstallsIsFoundInAnyStage(t *testing.T) {
	for text, want := range map[string]string{
		"FROM node:24 AS deps\nRUN npm ci --omit=dev && echo done\nFROM scratch\n": "npm ci",
		"FROM python:3.13\nRUN python -m pip install -r requirements.txt\n":        "pip install",
		"FROM debian:13\nRUN apt-get update && apt-get -y install curl\n":          "apt-get install",
		"FROM scratch\nCOPY app /\n":                                               "",
		"FROM node:24\nRUN echo npm ci\n":                                          "",
		"FROM a\nRUN uv sync --no-install-project\nCOPY . .\nRUN uv sync\n":        "uv sync",
		"FROM a\nRUN pnpm fetch\nCOPY . .\nRUN pnpm install --offline\n":           "pnpm fetch",
		"FROM a\nCOPY . .\nRUN pip install --no-deps .\n":                          "",
	} {
		p, err := read(openRoot(t, folder(t, map[string]string{"Dockerfile": text})), "Dockerfile")
		if err != nil {
			t.Fatal(err)
		}
		work, ok := p.installing()
		if got := strings.Join(work.Commands, ", "); got != want || ok != (want != "") {
			t.Errorf("%q installs by %q, want %q", text, got, want)
		}
	}
}
