package checker

import (
	"context"
	"strings"
	"testing"
)

func TestOnlyTheNonceProvesThatTheImageHoldsThisSource(t *testing.T) {
	ready := State{Running: true}
	for name, tc := range map[string]struct {
		c    fakeContainer
		want Status
	}{
		"the nonce comes back":     {fakeContainer{state: ready, status: 200, echo: true}, StatusPass},
		"a fixed reply":            {fakeContainer{state: ready, status: 200, body: "ok"}, StatusFail},
		"the nonce with a 404":     {fakeContainer{state: ready, status: 404, echo: true}, StatusFail},
		"the container has ended":  {fakeContainer{state: State{ExitCode: 1}, doErr: errSilent}, StatusFail},
		"it runs and is not heard": {fakeContainer{state: ready, doErr: errSilent}, StatusFail},
	} {
		got := gradeOne(t, &fakeEngine{container: &tc.c}, Spec{Serves: &Serves{}})
		if got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

func TestAVariableThatIsGivenReachesTheReply(t *testing.T) {
	valueOf := func(env []string) string { return strings.TrimPrefix(env[len(env)-1], "PLACE=") }
	for name, tc := range map[string]struct {
		reply func(nonce string, env []string) string
		want  Status
	}{
		"it comes back":             {func(nonce string, env []string) string { return nonce + valueOf(env) }, StatusPass},
		"a place of the image's":    {func(nonce string, _ []string) string { return nonce + "Rhyl" }, StatusFail},
		"its name and no more":      {func(nonce string, _ []string) string { return nonce + "PLACE={{value}}" }, StatusFail},
		"without the source's word": {func(_ string, env []string) string { return valueOf(env) }, StatusFail},
	} {
		eng := &scripted{start: func(req RunRequest, a *actor) { a.body = tc.reply(a.body, req.Env) }}
		got := gradeOne(t, eng, Spec{Serves: &Serves{Env: []string{"PLACE={{value}}"}, Contains: "{{value}}"}})
		if got.Status != tc.want || !strings.HasPrefix(got.Expected, "started with PLACE=") {
			t.Errorf("%s: %s (%s), want %s of %q", name, got.Status, got.Observed, tc.want, got.Expected)
		}
	}
}

func TestRunsAsLooksAtUIDsAndNotAtNames(t *testing.T) {
	const passwd = "root:x:0:0::/root:/bin/sh\napp:x:0:0::/:/bin/sh\nsvc:x:1000:1000::/:/bin/sh\n"
	for name, tc := range map[string]struct {
		processes []Process
		passwd    string
		want      Status
	}{
		"an ordinary user":            {[]Process{{PID: 1, UID: 1000, Args: "node"}}, passwd, StatusPass},
		"a uid without a name":        {[]Process{{PID: 1, UID: 4711, Args: "node"}}, passwd, StatusPass},
		"an image without the file":   {[]Process{{PID: 1, UID: 65532, Args: "/server"}}, "", StatusPass},
		"root":                        {[]Process{{PID: 1, UID: 0, Args: "node"}}, passwd, StatusFail},
		"a root that is called app":   {[]Process{{PID: 1, UID: 0, Args: "node"}}, "app:x:0:0::/:\n", StatusFail},
		"a child that runs as root":   {[]Process{{PID: 41, UID: 1000}, {PID: 7, PPID: 42}, {PID: 42, PPID: 41, UID: 1000}}, passwd, StatusFail},
		"a root that is laid aside":   {[]Process{{PID: 1, UID: 1000, MayBecome: []int{0}}}, passwd, StatusFail},
		"another check's command":     {[]Process{{PID: 41, UID: 1000}, {PID: 50, PPID: 9}, {PID: 51, PPID: 50}}, passwd, StatusPass},
		"an engine that lists nobody": {nil, passwd, StatusError},
	} {
		c := &fakeContainer{state: State{Running: true}, status: 200, echo: true, processes: tc.processes, passwd: tc.passwd}
		got := gradeOne(t, &fakeEngine{container: c}, Spec{RunsAs: &RunsAs{NotRoot: true}})
		if got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

func TestHealthMustTellAHangingServiceFromALivingOne(t *testing.T) {
	withTest := Image{ID: "i", HealthTest: []string{"CMD", "true"}}
	for name, tc := range map[string]struct {
		image Image
		c     fakeContainer
		want  Status
	}{
		"no test at all":           {Image{ID: "i"}, fakeContainer{}, StatusFail},
		"healthy, then unhealthy":  {withTest, fakeContainer{state: State{Running: true, Health: "healthy"}, afterStop: "unhealthy"}, StatusPass},
		"never healthy":            {withTest, fakeContainer{state: State{Running: true, Health: "unhealthy", HealthLog: "curl: not found"}}, StatusFail},
		"ended":                    {withTest, fakeContainer{state: State{ExitCode: 3}}, StatusFail},
		"nothing could be hung up": {withTest, fakeContainer{state: State{Running: true, Health: "healthy"}, deaf: true}, StatusError},
	} {
		got := gradeOne(t, &fakeEngine{image: tc.image, container: &tc.c}, Spec{Health: &Health{}})
		if got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

func TestASizeIsComparedWithOneOfTheSameEngine(t *testing.T) {
	eng := &fakeEngine{image: Image{ID: "i", SizeBytes: 100 * megabyte}}
	for name, tc := range map[string]struct {
		k    ImageSize
		want Status
	}{
		"as large as allowed":     {ImageSize{Of: "node:24-slim"}, StatusPass},
		"larger than allowed":     {ImageSize{Of: "node:24-slim", Percent: 99}, StatusFail},
		"within what is on top":   {ImageSize{Of: "node:24-slim", Percent: 90, PlusMB: 10}, StatusPass},
		"relative to no image":    {ImageSize{Of: "missing:latest"}, StatusError},
		"relative to the starter": {ImageSize{Of: OfStarter}, StatusPass},
	} {
		if got := gradeOne(t, eng, Spec{ImageSize: &tc.k}); got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

func TestAnImageThatIsTooLargeHasALineToBlame(t *testing.T) {
	history := []LayerReport{
		{"ADD rootfs.tar / # buildkit", 50 * megabyte},
		{"COPY . . # buildkit", 2 * megabyte},
		{"RUN /bin/sh -c npm ci # buildkit", 40 * megabyte},
		{`CMD ["node" "server.js"]`, 0},
	}
	for name, tc := range map[string]struct {
		base int64
		line int
		says string
	}{
		"a base within the budget": {50, 3, "added on top: 40.0 MB `RUN npm ci` (line 3); 2.0 MB `COPY . .` (line 2)"},
		"a base beyond it":         {80, 1, "80.0 MB of them are the base image node:24-slim (line 1)"},
	} {
		eng := &sizedEngine{
			fakeEngine: &fakeEngine{image: Image{ID: "i", SizeBytes: 92 * megabyte, History: history}},
			sizes:      map[string]int64{"node:24-slim": tc.base * megabyte, "small:1": 60 * megabyte},
		}
		got := gradeOne(t, eng, Spec{ImageSize: &ImageSize{Of: "small:1"}})
		if got.Status != StatusFail || got.DockerfileLine != tc.line || !strings.Contains(got.Observed, tc.says) || !strings.Contains(got.Observed, "153 % of small:1") {
			t.Errorf("%s: %s at line %d (%s), want line %d and %q", name, got.Status, got.DockerfileLine, got.Observed, tc.line, tc.says)
		}
	}
}

// sizedEngine has images of given sizes besides the one that is built.
type sizedEngine struct {
	*fakeEngine
	sizes map[string]int64
}

func (e *sizedEngine) Image(ctx context.Context, ref string) (*Image, error) {
	if size, ok := e.sizes[ref]; ok {
		return &Image{ID: ref, SizeBytes: size}, nil
	}
	return e.fakeEngine.Image(ctx, ref)
}

func TestTheInstallStepIsLookedUpInTheBuildAfterTheEdit(t *testing.T) {
	install := func(cached bool) []Step { return []Step{{Name: "[3/3] RUN npm ci", Cached: cached, Done: true}} }
	npm := Work{Name: "npm ci", Commands: []string{"npm ci"}}
	for name, tc := range map[string]struct {
		second, third []Step
		want          Status
	}{
		"cached":                     {install(true), nil, StatusPass},
		"ran again, every time":      {install(false), install(false), StatusFail},
		"ran again, but only once":   {install(false), install(true), StatusPass},
		"no step that does the work": {nil, nil, StatusFail},
	} {
		eng := &fakeEngine{steps: [][]Step{install(false), tc.second, tc.third}}
		got := gradeOne(t, eng, Spec{Cached: &Cached{Work: npm, After: AfterSource}})
		if got.Status != tc.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
		if len(eng.builds) < 2 || string(eng.builds[0].Overlay["nonce.txt"]) == string(eng.builds[1].Overlay["nonce.txt"]) {
			t.Errorf("%s: the source was not edited between the builds", name)
		}
	}
}
