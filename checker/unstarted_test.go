package checker

import (
	"strings"
	"testing"

	"shipshape/checker/linking/linkingtest"
)

const gnuLoader = "/lib64/ld-linux-x86-64.so.2"

func TestAProgramThatIsThereAndIsNotStartedGetsItsReason(t *testing.T) {
	dynamic := program("app/server", string(linkingtest.File(gnuLoader, nil)))
	loader := fileEntry(gnuLoader[1:], "loader")
	shell := program("bin/sh", string(linkingtest.File("", nil)))
	script := func(first string) entry { return program("entry.sh", first+"\nexec /app/server\n") }
	for name, tc := range map[string]struct {
		files []entry
		image Image
		says  string
	}{
		"no such program":           {nil, Image{Entrypoint: []string{"/app/server"}}, "the image has no /app/server"},
		"no such program on PATH":   {nil, Image{Cmd: []string{"server"}, Env: []string{"PATH=/app"}}, "the image has no server"},
		"a loader that is missing":  {[]entry{dynamic}, Image{Cmd: []string{"/app/server"}}, "what is missing is the loader that it asks for, " + gnuLoader},
		"found on PATH":             {[]entry{dynamic}, Image{Cmd: []string{"server"}, Env: []string{"PATH=/bin:/app"}}, "/app/server is there"},
		"found in the folder":       {[]entry{dynamic}, Image{Cmd: []string{"./server"}, WorkingDir: "/app"}, "/app/server is there"},
		"all is there":              {[]entry{dynamic, loader}, Image{Cmd: []string{"/app/server"}}, ""},
		"started by a shell":        {[]entry{shell, dynamic}, Image{Cmd: []string{"/bin/sh", "-c", "exec /app/server --port 80"}}, "the loader that it asks for"},
		"no shell for a shell form": {[]entry{dynamic}, Image{Cmd: []string{"/bin/sh", "-c", "/app/server"}}, "the image has no /bin/sh"},
		"a script's interpreter":    {[]entry{script("#!/bin/bash -e")}, Image{Entrypoint: []string{"/entry.sh"}}, "the interpreter of its first line, /bin/bash"},
		"the line ends of Windows":  {[]entry{script("#!/bin/sh\r"), shell}, Image{Entrypoint: []string{"/entry.sh"}}, "as on Windows"},
		"another architecture":      {[]entry{dynamic, loader}, Image{Cmd: []string{"/app/server"}, Platform: "linux/arm64/v8"}, "was built for X86_64, not for linux/arm64/v8"},
		"a script that is sound":    {[]entry{script("#!/bin/sh"), shell}, Image{Entrypoint: []string{"/entry.sh"}}, ""},
	} {
		eng := &layered{fakeEngine: &fakeEngine{image: tc.image, startErr: &StartError{Message: "no such file or directory"}}, own: [][]entry{tc.files}}
		got := gradeOne(t, eng, Spec{Serves: &Serves{}})
		if got.Status != StatusFail || !strings.Contains(got.Observed, tc.says) || tc.says == "" && strings.Contains(got.Observed, ";") {
			t.Errorf("%s: %s (%s), want it to say %q", name, got.Status, got.Observed, tc.says)
		}
	}
}
