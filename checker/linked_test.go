package checker

import (
	"context"
	"debug/elf"
	"strings"
	"testing"

	"shipshape/checker/linking/linkingtest"
)

// loaderEngine answers for a loader that lists what a file needs.
type loaderEngine struct {
	*layered
	says string
	asks int
}

func (e *loaderEngine) Start(_ context.Context, req RunRequest) (Container, error) {
	if len(req.Cmd) > 0 && req.Cmd[0] == "--list" {
		e.asks++
		return &shellRun{fakeContainer: &fakeContainer{}, said: e.says}, nil
	}
	return e.layered.Start(context.Background(), req)
}

func TestLinkedFindsWhatALoaderWouldNot(t *testing.T) {
	needs := linkingtest.Tags{elf.DT_NEEDED: {"libz.so.1"}}
	server := program("app/server", string(linkingtest.File(gnuLoader, needs)))
	static := program("app/server", string(linkingtest.File("", nil)))
	addon := fileEntry("app/addon.so", string(linkingtest.File("", needs)))
	library := fileEntry("usr/lib/libz.so.1", string(linkingtest.File("", nil)))
	loader := program(gnuLoader[1:], "/lib/\x00/usr/lib/\x00")
	for name, tc := range map[string]struct {
		files []entry
		paths []string
		says  string
		want  Status
		asks  int
		part  string
	}{
		"all is there":            {[]entry{server, library, loader}, nil, "", StatusPass, 0, ""},
		"a static program":        {[]entry{static}, nil, "", StatusPass, 0, ""},
		"no loader":               {[]entry{server, library}, nil, "", StatusFail, 0, "asks for the loader " + gnuLoader},
		"no library":              {[]entry{server, loader}, nil, "libz.so.1 => not found", StatusFail, 1, "needs libz.so.1"},
		"found by the loader":     {[]entry{server, loader}, nil, "libz.so.1 => /strange/libz.so.1 (0x1)", StatusPass, 1, ""},
		"a loader that is mute":   {[]entry{server, loader}, nil, "", StatusFail, 1, "needs libz.so.1"},
		"an add-on":               {[]entry{static, addon, library, loader}, []string{"/app/*.so"}, "", StatusPass, 0, "/app/addon.so"},
		"an add-on's library":     {[]entry{static, addon, loader}, []string{"/app/*.so"}, "not found", StatusFail, 1, "/app/addon.so needs libz.so.1"},
		"an add-on and no loader": {[]entry{static, addon, library}, []string{"/app/*.so"}, "", StatusFail, 0, "the image has none"},
		"no add-on":               {[]entry{static}, []string{"/app/*.so"}, "", StatusFail, 0, "no ELF file in the image matches"},
		"an add-on that is none":  {[]entry{static, fileEntry("app/a.so", "text")}, []string{"/app/*.so"}, "", StatusFail, 0, "no ELF file in the image matches"},
		"a folder in its place":   {[]entry{folderEntry("app/server")}, nil, "", StatusFail, 0, "no ELF program was found"},
		"no program":              {[]entry{fileEntry("app/server", "text")}, nil, "", StatusFail, 0, "no ELF program was found"},
	} {
		c := &fakeContainer{state: State{Running: true}, status: 200, processes: []Process{{PID: 1, Args: "/app/server"}}}
		eng := &loaderEngine{
			layered: &layered{fakeEngine: &fakeEngine{container: c}, own: [][]entry{tc.files, {}, {}}, history: ownHistory}, says: tc.says,
		}
		got := gradeOne(t, eng, Spec{Linked: &Linked{Paths: tc.paths}})
		if got.Status != tc.want || eng.asks != tc.asks || !strings.Contains(got.Observed, tc.part) {
			t.Errorf("%s: %s after asking %d loaders (%s), want %s after %d with %q",
				name, got.Status, eng.asks, got.Observed, tc.want, tc.asks, tc.part)
		}
	}
}
