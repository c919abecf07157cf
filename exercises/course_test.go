package exercises_test

import (
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"shipshape/exercises"
)

// soundYAML is an exercise without a fault; tests replace parts of it.
const soundYAML = `title: A title
summary: A summary.
lesson: a-lesson
stack: node
order: 1
minutes: 5
bases: [node:24-slim]
service: {port: 3000}
nonce:
  file: release.js
  template: module.exports = "{{value}}";
manifest:
  file: package.json
  replace: '"description": "x"'
  with: '"description": "{{value}}"'
starter_fails: [cached]
checks:
  - id: builds
    title: it builds
    points: 1
    why: because
    builds: {}
  - id: serves
    title: it serves
    points: 4
    why: because
    needs: [builds]
    serves: {}
  - id: cached
    title: it is cached
    points: 4
    why: because
    needs: [builds]
    cached:
      after: source
      work: {name: npm ci, commands: [npm ci], log: 'added \d+'}
  - id: small
    title: it is small
    points: 1
    why: because
    optional: true
    needs: [builds]
    image_size: {of: starter}
`

const slug = "an-exercise"

// course is a sound course of one exercise, with some files replaced: paths
// below the exercise's folder, and "" to leave a file out.
func course(replaced map[string]string) fstest.MapFS {
	files := map[string]string{
		"exercise.yaml":            soundYAML,
		"brief.md":                 "# Do it\n",
		"hints/1.md":               "A nudge.\n",
		"hints/2.md":               "A direction.\n",
		"hints/3.md":               "Nearly it.\n",
		"starter/Dockerfile":       "FROM node:24-slim\nCOPY . .\n",
		"starter/package.json":     `{"description": "x"}`,
		"starter/release.js":       "module.exports = \"dev\";\n",
		"starter/run.sh":           "#!/bin/sh\nexec node .\n",
		"starter/lib/go.mod.embed": "module m\n",
		"starter/.dockerignore":    "node_modules\n",
		"solution/Dockerfile":      "FROM node:24-slim\nCOPY package.json ./\nCOPY . .\n",
	}
	for name, fails := range map[string]string{
		"good-1": "passed []", "good-2": "passed []", "good-3": "passed []", "good-4": "passed [small]",
		"bad-1": "failed [builds]", "bad-2": "failed [serves]", "bad-3": "failed [cached]", "bad-4": "failed [cached]", "bad-5": "failed [cached, small]",
	} {
		verdict, ids, _ := strings.Cut(fails, " ")
		files["variants/"+name+"/variant.yaml"] = "about: something\nverdict: " + verdict + "\nfails: " + ids + "\n"
		files["variants/"+name+"/Dockerfile"] = "FROM node:24-slim\n# " + name + "\n"
	}
	maps.Copy(files, replaced)
	fsys := fstest.MapFS{}
	for name, content := range files {
		if content != "" {
			fsys[slug+"/"+name] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
		}
	}
	return fsys
}

// exercise loads the sound course's exercise.
func exercise(t *testing.T, replaced map[string]string) *exercises.Exercise {
	t.Helper()
	return load(t, course(replaced)).Exercise(slug)
}

func load(t *testing.T, fsys fs.FS) *exercises.Catalog {
	t.Helper()
	c, err := exercises.Load(fsys)
	if err != nil {
		t.Fatalf("the course doesn't load: %v", err)
	}
	return c
}

// edited is soundYAML with one text, which must stand in it once, replaced.
func edited(t *testing.T, old, with string) map[string]string {
	t.Helper()
	if strings.Count(soundYAML, old) != 1 {
		t.Fatalf("%q stands %d times in the sound exercise", old, strings.Count(soundYAML, old))
	}
	return map[string]string{"exercise.yaml": strings.Replace(soundYAML, old, with, 1)}
}
