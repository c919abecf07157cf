package compose

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzLoad holds whatever a project may contain against what Load promises: it
// ends, does not panic, tells a fault or what it does not know, and gives away
// nothing of what lies outside.
func FuzzLoad(f *testing.F) {
	outside := filepath.Join(f.TempDir(), "outside")
	const secret = "correct-horse-battery"
	if err := os.WriteFile(outside, []byte("LEAK="+secret+"\n"), 0o644); err != nil {
		f.Fatal(err)
	}
	f.Setenv("LEAK", secret)
	for _, seed := range []string{
		"services:\n  a:\n    build: .\n    ports: [\"8080:80\"]\n    depends_on: {b: {condition: service_healthy}}\n  b: {image: x, healthcheck: {test: \"true\"}}\n",
		"services: {a: {image: x, env_file: [.env, link, ../x], volumes: [\"./d:/d\", \"link:/l\", \"v:/v\"], secrets: [s]}}\nvolumes: {v: }\nsecrets: {s: {file: ./link}}\n",
		"x: &x {a: [*x]}\nservices: &s\n  a: &a {<<: [*x, *x], image: \"${A:-${B:?c}}\", extends: {service: a, file: compose.yaml}}\n",
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nservices: {a: {image: x, command: [*c,*c,*c,*c]}}\n",
		"services:\n  a: {image: x, command: !reset null, networks: {n: }, deploy: {resources: {limits: {memory: 1x, cpus: \"y\"}}}}\nnetworks: {n: {external: {name: e}}}\n---\nservices: {b: }\n",
		"services: {a: {image: x, ulimits: {a: {soft: x}}, configs: [{source: c, mode: 0999}]}}\nconfigs: {c: {content: \"$$\"}}\n",
	} {
		f.Add(seed, "A=1\nB=${A}$LEAK\n")
	}
	f.Fuzz(func(t *testing.T, text, env string) {
		dir := t.TempDir()
		for name, content := range map[string]string{"compose.yaml": text, ".env": env, "Dockerfile": "FROM scratch\n"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		p, err := Load(ctx, dir, Options{})
		if ctx.Err() != nil {
			t.Fatal("it did not end in 20 s")
		}
		var (
			fault   *Fault
			unknown *Unknown
		)
		switch {
		case err == nil && p == nil:
			t.Error("neither a plan nor an error")
		case err == nil:
			for _, s := range p.Services {
				if s.Image == "" && s.Build == nil {
					t.Errorf("there is nothing to run for %s", s.Name)
				}
			}
		case !errors.As(err, &fault) && !errors.As(err, &unknown):
			t.Errorf("an error of no kind: %v", err)
		case strings.Contains(err.Error(), secret) && !strings.Contains(text+env, secret):
			t.Errorf("it tells what lies outside: %v", err)
		}
	})
}
