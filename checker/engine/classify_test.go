package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/system"

	"shipshape/checker"
	"shipshape/checker/dockerfile"
)

// The messages are those of Docker 20.10.24 and 28.5.2.
func TestBuildFailure(t *testing.T) {
	parsed, err := dockerfile.Parse([]byte("FROM scratch\nCOPY a /\n"))
	if err != nil {
		t.Fatal(err)
	}
	const noHost = `failed to do request: Head "https://registry-1.docker.io/v2/library/nosuch/manifests/1.2": dial tcp: lookup registry-1.docker.io: no such host`
	step := func(name, err, log string) []checker.Step {
		return []checker.Step{{Name: "[internal] load remote build context"}, {Name: name, Line: 2, Err: err, Log: log}}
	}
	tests := map[string]struct {
		message string
		steps   []checker.Step
		broken  bool // does not parse
		problem string
		line    int
		build   string
	}{
		"command fails": {
			message: `failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1`,
			steps:   step("[2/3] RUN npm ci", "exit code: 1", "npm error"), line: 2,
			build: `process "/bin/sh -c npm ci" did not complete successfully: exit code: 1`,
		},
		"file missing": {
			message: `failed to solve: failed to compute cache key: failed to calculate checksum of ref a::b: "/x": not found`,
			steps:   step("[1/1] COPY x /", `"/x": not found`, ""), line: 2, build: `"/x": not found`,
		},
		"syntax": {
			message: "failed to solve: dockerfile parse error on line 3: unknown instruction: FOO", broken: true, line: 3,
			build: "dockerfile parse error on line 3: unknown instruction: FOO",
		},
		"syntax, older words": {
			message: "failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 3: unknown instruction: FOO",
			broken:  true, line: 3, build: "dockerfile parse error line 3: unknown instruction: FOO",
		},
		"newer syntax than the engine's": {message: "dockerfile parse error line 2: Unknown flag: link", problem: "line 2 of the Dockerfile uses what the builder of Docker 20.10.24 does not know yet"},
		"no name, no line":               {message: "base name ($X) should not be blank", steps: []checker.Step{{Name: "[internal] load build definition from Dockerfile"}}, build: "base name ($X) should not be blank"},
		"refused before any step":        {message: "Error response from daemon: the answer was eaten", problem: "could not build"},
		"base image, metadata":           {message: noHost, steps: step("[internal] load metadata for docker.io/library/nosuch:1.2", noHost, ""), problem: "the image nosuch:1.2 is not on"},
		"base image, layers":             {message: noHost, steps: step("FROM gcr.io/a/b:c@sha256:123", noHost, ""), problem: "the image gcr.io/a/b:c is not on"},
		"base image, named stage":        {message: noHost, steps: step("[build 1/4] FROM docker.io/library/node:24", noHost, ""), problem: "the image node:24 is not on"},
		"base image, no step":            {message: "failed to solve: golang:1: failed to resolve source metadata for docker.io/library/golang:1: x", problem: "the image golang:1 is not on"},
		"base image, denied":             {message: "pull access denied, repository does not exist", problem: "does not give out the image that the Dockerfile names"},
		"a RUN without network is the step's": {
			message: `process "apt-get update" did not complete successfully: exit code: 100`,
			steps:   step("[2/2] RUN apt-get update", "exit code: 100", "no such host, pull access denied"), line: 2,
			build: `process "apt-get update" did not complete successfully: exit code: 100`,
		},
		"the session breaks off": {
			message: "failed to solve: Unavailable: write unix /var/run/docker.sock->@: write: broken pipe",
			steps:   step("[5/5] RUN --mount=type=secret,id=token x", "Unavailable: write unix /var/run/docker.sock->@: write: broken pipe", ""),
			problem: "lost the connection over which a build asks for secrets",
		},
		"a command that says so": {
			message: `process "/bin/sh -c echo 'Unavailable: write x'; exit 1" did not complete successfully: exit code: 1`,
			steps:   step("[2/2] RUN echo 'Unavailable: write x'; exit 1", "exit code: 1", ""), line: 2,
			build: `process "/bin/sh -c echo 'Unavailable: write x'; exit 1" did not complete successfully: exit code: 1`,
		},
		"disk full":          {message: "failed to copy: write /x: no space left on device", problem: "no disk space left"},
		"disk full in a RUN": {message: "exit code: 1", steps: step("[2/2] RUN npm ci", "exit code: 1", "ENOSPC: no space left on device, write"), problem: "no disk space left"},
		"stored no longer": {
			message: "failed to prepare extraction snapshot: parent snapshot sha256:1 does not exist: not found",
			steps:   step("exporting to image", "parent snapshot sha256:1 does not exist: not found", ""), problem: "could not store it",
		},
		"too many layers": {
			message: "max depth exceeded", steps: step("exporting to image", "max depth exceeded", ""), line: 2, build: "max depth exceeded",
		},
		"memory runs out": {
			message: `failed to solve: process "/bin/sh -c npm ci" did not complete successfully: cannot allocate memory`,
			steps:   step("[2/3] RUN npm ci", `process "/bin/sh -c npm ci" did not complete successfully: cannot allocate memory`, "Killed"), problem: "no memory left for the command of line 2",
		},
		"a command that says that it did": {
			message: `process "/bin/sh -c echo did not complete successfully: cannot allocate memory; exit 1" did not complete successfully: exit code: 1`,
			steps:   step("[2/2] RUN echo did not complete successfully: cannot allocate memory; exit 1", "exit code: 1", "did not complete successfully: cannot allocate memory"), line: 2,
			build: `process "/bin/sh -c echo did not complete successfully: cannot allocate memory; exit 1" did not complete successfully: exit code: 1`,
		},
		"the engine's own": {message: "failed to mount /tmp/x: invalid argument", problem: "could not build"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			src := &source{parsed: parsed}
			if tt.broken {
				src.parsed = nil
			}
			c := &Client{version: "20.10.24"}
			err := c.buildFailure(tt.message, tt.steps, src)
			var environment *checker.EnvironmentError
			var broken *checker.BuildError
			switch {
			case tt.problem != "":
				if !errors.As(err, &environment) || !strings.Contains(environment.Problem, tt.problem) || environment.Remedy == "" {
					t.Errorf("%T %v, want an EnvironmentError with %q and a remedy", err, err, tt.problem)
				}
			case !errors.As(err, &broken) || broken.Message != tt.build || broken.Line != tt.line:
				t.Errorf("%T %+v, want a BuildError on line %d: %q", err, err, tt.line, tt.build)
			}
		})
	}
}

// The logs are those of the tools, of which a kernel without memory killed a part.
func TestACommandThatWasKilledIsKnown(t *testing.T) {
	const failed = `process "/bin/sh -c make" did not complete successfully: exit code: `
	for name, tt := range map[string]struct {
		step, message, log string
		killed             bool
	}{
		"the command itself":    {"RUN make", failed + "137", "", true},
		"in the words of 20.10": {"RUN make", "executor failed running [/bin/sh -c make]: exit code: 137", "", true},
		"dash and busybox":      {"RUN make", failed + "1", "Killed\n", true},
		"bash":                  {"RUN make", failed + "1", "/bin/bash: line 1:     7 Killed                  python -c x\n", true},
		"go":                    {"RUN make", failed + "1", "example.org/a: /usr/local/go/pkg/tool/linux_amd64/compile: signal: killed\n", true},
		"gcc":                   {"RUN make", failed + "2", "gcc: fatal error: Killed signal terminated program cc1\ncompilation terminated.\n", true},
		"make":                  {"RUN make", failed + "2", "make: *** [Makefile:3: all] Error 137\n", true},
		"cargo":                 {"RUN make", failed + "101", "process didn't exit successfully: `rustc a.rs` (signal: 9, SIGKILL: kill)\n", true},
		"npm":                   {"RUN make", failed + "1", "npm error signal SIGKILL\nnpm error command sh -c node-gyp\n", true},
		"yarn":                  {"RUN make", failed + "1", "error Command failed.\nExit code: 137\n", true},
		"python":                {"RUN make", failed + "1", "subprocess.CalledProcessError: died with <Signals.SIGKILL: 9>.\n", true},
		"nothing of it":         {"RUN make", failed + "1", "killed 3 mutants of 1370, error 1137\n", false},
		"long before":           {"RUN make", failed + "1", "Killed\n" + strings.Repeat("ok\n", 200), false},
		"no command":            {"COPY Killed .", "exit code: 137", "", false},
	} {
		err := (&Client{}).buildFailure(tt.message, []checker.Step{{Name: "[2/2] " + tt.step, Err: tt.message, Log: tt.log}}, &source{})
		var broken *checker.BuildError
		if !errors.As(err, &broken) || broken.Killed != tt.killed {
			t.Errorf("%s: %+v, want a BuildError with Killed %t", name, err, tt.killed)
		}
	}
}

// The logs are those of the tools, in a build without a network or beside a service.
func TestANetworkOutOfReachIsNoFaultOfAProject(t *testing.T) {
	for name, tt := range map[string]struct {
		step, log string
		offline   bool
	}{
		"apt":                         {"RUN apt-get update && apt-get install -y curl", "W: Failed to fetch http://deb.example.org/debian/dists/trixie/InRelease  Temporary failure resolving 'deb.example.org'\nE: Unable to locate package curl\n", true},
		"apt, no way":                 {"RUN apt-get update", "Err:1 http://deb.example.org/debian trixie InRelease\n  Could not connect to deb.example.org:80 (192.0.2.1), connection timed out\n", true},
		"npm":                         {"RUN npm ci", "npm error code EAI_AGAIN\nnpm error request to https://registry.example.org/a failed, reason: getaddrinfo EAI_AGAIN registry.example.org\n", true},
		"npm, no such name":           {"RUN npm ci", "npm error network request to https://registry.example.org/a failed, reason: getaddrinfo ENOTFOUND registry.example.org\n", true},
		"pip":                         {"RUN pip install flask", "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/flask/\nERROR: No matching distribution found for flask\n", true},
		"pip, refused":                {"RUN pip install flask", "WARNING: Retrying after connection broken by '<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused': /simple/flask/\n", true},
		"go":                          {"RUN go mod download", `go: example.org/a@v1.0.0: Get "https://proxy.example.org/example.org/a/@v/v1.0.0.mod": dial tcp: lookup proxy.example.org on 127.0.0.11:53: no such host`, true},
		"curl":                        {"RUN curl -fsSLO https://example.org/x", "curl: (6) Could not resolve host: example.org\n", true},
		"apk":                         {"RUN apk add curl", "WARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.22/main: temporary error (try again later)\n", true},
		"wget of busybox":             {"RUN wget https://example.org/x", "wget: bad address 'example.org'\n", true},
		"cargo":                       {"RUN cargo fetch", "  [6] Couldn't resolve host name (Could not resolve host: index.crates.io)\n", true},
		"Maven":                       {"RUN mvn package", "[ERROR] Could not transfer artifact from central: repo.maven.apache.org: Unknown host repo.maven.apache.org\n", true},
		"ADD":                         {"ADD https://example.org/x /x", "", true},
		"the program's own":           {"RUN npm ci", "npm error Missing: knots@1.0.0 from lock file\n", false},
		"a service that is not there": {"RUN npm test", "Error: getaddrinfo ENOTFOUND db\n", false},
		"pip, newer":                  {"RUN pip install flask", "WARNING: Retrying after connection broken by 'NameResolutionError(\"HTTPSConnection(host='pypi.org', port=443): Failed to resolve 'pypi.org' ([Errno -2] Name or service not known)\")': /simple/flask/\n", true},
		"a module that is not there":  {"RUN npm run build", "error: Failed to resolve './src/main.ts' from index.html\n", false},
		"a database that is not":      {"RUN npm test", "could not connect to db:5432: connection refused\n", false},
		"nothing on its own port":     {"RUN pytest", "curl: (7) Failed to connect to localhost port 8000 after 0 ms: Couldn't connect to server\n", false},
		"its own port refuses":        {"RUN pytest", "HTTPConnection(host='127.0.0.1', port=80): Failed to establish a new connection: [Errno 111] Connection refused\n", false},
		"long before the failure":     {"RUN npm test", "curl: (6) Could not resolve host: example.org\n" + strings.Repeat("ok\n", 200) + "1 failed\n", false},
	} {
		message := "process \"" + tt.step + "\" did not complete successfully: exit code: 1"
		if tt.log == "" {
			message = `failed to load cache key: Get "https://example.org/x": dial tcp: lookup example.org on 192.0.2.1:53: no such host`
		}
		steps := []checker.Step{{Name: "[2/2] " + tt.step, Line: 2, Err: "exit code: 1", Log: tt.log}}
		parsed, err := dockerfile.Parse([]byte("FROM a\n" + tt.step + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, online := range []bool{true, false} {
			err := (&Client{}).buildFailure(message, steps, &source{parsed: parsed, online: online})
			var environment *checker.EnvironmentError
			var broken *checker.BuildError
			want := online && tt.offline
			switch {
			case want && (!errors.As(err, &environment) || !strings.Contains(environment.Problem, "could not reach the network, which line 2") || environment.Remedy == ""):
				t.Errorf("%s, online: %T %v, want an EnvironmentError of the network", name, err, err)
			case !want && (!errors.As(err, &broken) || broken.Line != 2):
				t.Errorf("%s, online %v: %T %v, want a BuildError", name, online, err, err)
			}
		}
	}
}

func TestImagesFault(t *testing.T) {
	for message, want := range map[string]bool{
		`exec: "docker-init": executable file not found in $PATH`: false,
		`OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "nope": executable file not found in $PATH: unknown`:                    true,
		`failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/bad": permission denied: unknown`:             true,
		`failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/x": stat /x: no such file or directory`:       true,
		`OCI runtime create failed: runc create failed: unable to start container process: chdir to cwd ("/root/app") set in config.json failed: permission denied: unknown`: true,
		`unable to find user app: no matching entries in passwd file`: true,
		`No command specified`: true,
		`driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:80 failed: port is already allocated`:                            false,
		`failed to create task for container: failed to start shim: write /run/x: no space left on device`:                                                  false,
		`OCI runtime create failed: runc create failed: unable to apply cgroup configuration: mkdir /sys/fs/cgroup/memory/docker/x: cannot allocate memory`: false,
		`error creating overlay mount to /var/lib/docker/overlay2/x/merged: too many levels of symbolic links`:                                              false,
	} {
		if got := imagesFault(message); got != want {
			t.Errorf("imagesFault(%s) = %v, want %v", message, got, want)
		}
	}
}

func TestRuntimeMessage(t *testing.T) {
	for message, want := range map[string]string{
		`failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/x": stat /x: no such file or directory: unknown`: `exec: "/x": stat /x: no such file or directory`,
		`unable to find user app: no matching entries in passwd file`: `unable to find user app: no matching entries in passwd file`,
		`No command specified`: `No command specified`,
	} {
		if got := runtimeMessage(message); got != want {
			t.Errorf("runtimeMessage(%s) = %q, want %q", message, got, want)
		}
	}
}

func TestFault(t *testing.T) {
	c := &Client{host: "unix:///s"}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.fault(cancelled, "build", io.EOF); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled call gives %v", err)
	}
	if err := c.fault(t.Context(), "build", nil); err != nil {
		t.Errorf("no error gives %v", err)
	}
	if err := c.fault(t.Context(), "read", fmt.Errorf("x: %w", checker.ErrNoImage)); !errors.Is(err, checker.ErrNoImage) {
		t.Errorf("a missing image gives %v", err)
	}
	for want, cause := range map[string]error{
		"went away before it could build":     io.ErrUnexpectedEOF,
		"has no disk space left":              errors.New("write /x: no space left on device"),
		"could not build: bad␛[2J":            errors.New("Error response from daemon: bad\x1b[2J"),
		"ended the build without a result":    c.incomplete(),
		"could not build: driver failed: a⏎b": errors.New("driver failed: a\nb"),
	} {
		err := c.fault(t.Context(), "build", cause)
		var environment *checker.EnvironmentError
		if !errors.As(err, &environment) || !strings.Contains(err.Error(), want) || environment.Remedy == "" {
			t.Errorf("fault(%v) = %v, want an EnvironmentError with %q and a remedy", cause, err, want)
		}
	}
	// Its socket is a file that is gone; one of the image's is another matter.
	_, gone := (&net.Dialer{}).DialContext(t.Context(), "unix", filepath.Join(t.TempDir(), "docker.sock"))
	if !errors.Is(gone, fs.ErrNotExist) {
		t.Fatalf("no socket gives %v", gone)
	}
	for _, err := range []error{c.fault(t.Context(), "build", gone), c.fileFault(t.Context(), "/service", gone)} {
		var environment *checker.EnvironmentError
		if !errors.As(err, &environment) || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("an engine whose socket is gone gives %v", err)
		}
	}
}

func TestReadFacts(t *testing.T) {
	tests := map[string]struct {
		info system.Info
		want facts
	}{
		"classic":                            {system.Info{NCPU: 2, DriverStatus: [][2]string{{"Backing Filesystem", "extfs"}}, DockerRootDir: "/var/lib/docker"}, facts{"classic", 2, 0}},
		"containerd":                         {system.Info{NCPU: 4, DriverStatus: [][2]string{{"driver-type", "io.containerd.snapshotter.v1"}}}, facts{"containerd", 4, 0}},
		"remapped":                           {system.Info{NCPU: 1, SecurityOptions: []string{"name=seccomp", "name=userns"}, DockerRootDir: "/var/lib/docker/100000.100000"}, facts{"classic", 1, 100000}},
		"remapped, it does not tell to what": {system.Info{SecurityOptions: []string{"name=userns"}, DockerRootDir: "/srv/docker"}, facts{"classic", 0, unknownBase}},
		"rootless":                           {system.Info{SecurityOptions: []string{"name=seccomp", "name=rootless"}, DockerRootDir: "/home/me/.local/share/docker"}, facts{"classic", 0, 0}},
	}
	for name, tt := range tests {
		if got := readFacts(tt.info); *got != tt.want {
			t.Errorf("%s: readFacts = %+v, want %+v", name, *got, tt.want)
		}
	}
}

func TestEnginesThatLoseFiles(t *testing.T) {
	for _, tt := range []struct {
		version string
		uidBase int
		loses   bool
	}{{"20.10.24+dfsg1", 100000, true}, {"20.10.24+dfsg1", 0, false}, {"28.5.2", 100000, false}} {
		err := (&Client{version: tt.version}).losesFiles(&facts{uidBase: tt.uidBase})
		var environment *checker.EnvironmentError
		if errors.As(err, &environment) != tt.loses {
			t.Errorf("Docker %s with uids from %d: %v", tt.version, tt.uidBase, err)
		}
	}
}

func TestReadProcesses(t *testing.T) {
	got, err := readProcesses([][]string{
		{"41", "1", "100000", "100000", "100000", "100000", "/init"},
		{"42", "41", "102000", "101000", "100000", "100000", "node\x1b[2J", "server.js"},
	}, 100000)
	want := []checker.Process{
		{PID: 41, PPID: 1, UID: 0, Args: "/init"},
		{PID: 42, PPID: 41, UID: 1000, GID: 2000, MayBecome: []int{0}, Args: "node␛[2J server.js"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("readProcesses = %+v, %v; want %+v", got, err, want)
	}
	for _, rows := range [][][]string{{{"1", "2"}}, {{"x", "1", "0", "0", "0", "0", "a"}}, {{"1", "1", "0", "root", "0", "0", "a"}}, {{"1", "1", "0", "0", "0", "a", "b"}}} {
		if got, err := readProcesses(rows, 0); err == nil {
			t.Errorf("readProcesses(%v) = %v, want an error: a uid that can't be read is no uid 0", rows, got)
		}
	}
}

func TestResources(t *testing.T) {
	r := resources(checker.Limits{MemoryMB: 64, CPUs: 8, PIDs: 20}, 2)
	if r.Memory != 64<<20 || r.MemorySwap != r.Memory || r.NanoCPUs != 2e9 || *r.PidsLimit != 20 {
		t.Errorf("resources = %+v", r)
	}
	if r := resources(checker.Limits{}, 2); r.Memory != 0 || r.NanoCPUs != 0 || r.PidsLimit != nil {
		t.Errorf("no limits give %+v", r)
	}
}

func TestRefusedProgram(t *testing.T) {
	for log, want := range map[string]string{
		"exec /app: exec format error\n":                                            "exec /app: exec format error",
		"exec /run.sh: no such file or directory\n":                                 "exec /run.sh: no such file or directory",
		"standard_init_linux.go:228: exec user process caused: exec format error\n": "exec format error",
		"ready\nexec /app: exec format error\n":                                     "",
		"/run.sh: exec: line 2: /app: not found\n":                                  "",
		"exec /app: it went wrong\n":                                                "",
		"":                                                                          "",
	} {
		if got := refusedProgram(log); got != want {
			t.Errorf("refusedProgram(%q) = %q, want %q", log, got, want)
		}
	}
}

// What a request was asked of, with all of its parameters, is no news.
func TestWordsLeaveOutTheAddress(t *testing.T) {
	for message, want := range map[string]string{
		`error during connect: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.41/build?labels=%7B%22a%22%7D&version=2": read unix @->/x.sock: read: connection reset by peer`: "read unix @->/x.sock: read: connection reset by peer",
		`Get "http://engine/v1.51/info": EOF`: "EOF",
		`Get "x"`:                             `Get "x"`,
		`Error response from daemon: Post "https://registry.example/v2/": no such host`: `Post "https://registry.example/v2/": no such host`,
	} {
		if got := words(errors.New(message)).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
