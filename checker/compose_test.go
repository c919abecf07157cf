package checker

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"
	"time"

	"shipshape/checker/compose"
)

// stackFile is a Compose file that does everything right.
const stackFile = `services:
  api:
    build: .
    ports: ["80:8080"]
    networks: [front, back]
    healthcheck: {test: "true"}
    secrets: [token]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: db
    networks: [back]
    volumes: ["notes:/data"]
    healthcheck: {test: [CMD, "true"]}
  worker:
    build: .
    networks: [front]
    depends_on: [api]
networks: {front: , back: }
volumes: {notes: }
secrets: {token: {file: token.txt}}
`

// stackDockerfile builds its services.
const stackDockerfile = "FROM scratch\nRUN --mount=type=secret,id=token fetch\n"

// with replaces texts in the file, each once.
func with(t *testing.T, pairs ...string) string {
	t.Helper()
	file := stackFile
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(file, pairs[i]) != 1 {
			t.Fatalf("%q does not stand in the file once", pairs[i])
		}
		file = strings.Replace(file, pairs[i], pairs[i+1], 1)
	}
	return file
}

// verdict is what a check must say of a project.
type verdict struct {
	file   string
	habits map[string]habit
	want   Status
	says   string
}

func (v verdict) try(t *testing.T, name string, check Spec) {
	t.Helper()
	got := gradeProject(t, &fakeProject{habits: v.habits}, v.file, check)
	if got.Status != v.want || !strings.Contains(got.Observed+" "+got.Why, v.says) {
		t.Errorf("%s: %s (%s; %s), want %s with %q", name, got.Status, got.Observed, got.Why, v.want, v.says)
	}
	if got.Status == StatusError && got.Remedy == "" {
		t.Errorf("%s: no remedy", name)
	}
}

func TestAProjectComesUpInItsOrder(t *testing.T) {
	eng := &fakeProject{habits: map[string]habit{"db": {healthyAfter: 3 * time.Second}}}
	got := gradeProject(t, eng, stackFile, Spec{ComposeUp: &ComposeUp{}})
	if got.Status != StatusPass {
		t.Fatalf("%s: %s", got.Status, got.Observed)
	}
	if want := []string{"db", "api", "worker"}; !slices.Equal(eng.began, want) {
		t.Errorf("started %v, want %v", eng.began, want)
	}
	for _, req := range eng.requests {
		switch req.Aliases[0] {
		case "api":
			if req.Port != 8080 || len(req.Networks) != 1 || len(req.Files) != 1 || req.Files[0].Path != "/run/secrets/token" {
				t.Errorf("api is run by %+v", req)
			}
		case "db":
			if req.Port != 0 || len(req.Volumes) != 1 || req.Health == nil {
				t.Errorf("db is run by %+v", req)
			}
		}
	}
}

func TestWhetherAProjectComesUp(t *testing.T) {
	three := 3
	for name, v := range map[string]verdict{
		"well":                   {stackFile, nil, StatusPass, ""},
		"a fixed reply":          {stackFile, map[string]habit{"api": {reply: "hello"}}, StatusFail, "does not hold the value"},
		"no such service":        {strings.ReplaceAll(stackFile, "api", "app"), nil, StatusFail, `no service "api"`},
		"no port":                {with(t, "    ports: [\"80:8080\"]\n", ""), nil, StatusFail, "publishes no port 8080"},
		"another port":           {with(t, "80:8080", "8080:80"), nil, StatusFail, "publishes no port 8080"},
		"one that ends":          {stackFile, map[string]habit{"db": {ends: &three}}, StatusFail, "db (compose.yaml line 9) ended with exit code 3; its last words"},
		"never healthy":          {stackFile, map[string]habit{"db": {dead: true}}, StatusFail, "api was not started: it waits for db (compose.yaml line 8)"},
		"a test of nothing":      {stackFile, map[string]habit{"db": {missing: true}}, StatusFail, "api waits for db to be healthy (compose.yaml line 8)"},
		"a test that is not":     {with(t, "    healthcheck: {test: [CMD, \"true\"]}\n", ""), nil, StatusFail, "db has no health test"},
		"slow, and not wrong":    {stackFile, map[string]habit{"db": {healthyAfter: 19 * time.Second}}, StatusPass, ""},
		"a file that is wrong":   {"services: {api: {prots: 1}}", nil, StatusFail, "services.api.prots is not a key"},
		"what is refused":        {with(t, "    image: db\n", "    image: db\n    privileged: true\n"), nil, StatusFail, "line 11: services.db.privileged is refused"},
		"what is not known":      {with(t, "    image: db\n", "    image: db\n    dns: 1.1.1.1\n"), nil, StatusError, "services.db.dns is more than this grader can do"},
		"an image that is not":   {with(t, "image: db", "image: missing:latest"), nil, StatusError, "is not on the engine"},
		"fails without a policy": {stackFile, map[string]habit{"db": {fails: 2}}, StatusFail, "ended with exit code 1"},
		"fails and is restarted": {with(t, "    image: db\n", "    image: db\n    restart: on-failure\n"), map[string]habit{"db": {fails: 2}}, StatusPass, ""},
	} {
		v.try(t, name, Spec{ComposeUp: &ComposeUp{}})
	}
}

// Slow is not wrong: what is late on a machine with a processor to spare gets its
// time on one without.
func TestACrowdedMachineGivesMoreTime(t *testing.T) {
	for _, crowded := range []bool{false, true} {
		eng := &fakeProject{crowded: crowded, habits: map[string]habit{"db": {healthyAfter: 40 * time.Second}}}
		want := map[bool]Status{false: StatusFail, true: StatusPass}[crowded]
		if got := gradeProject(t, eng, stackFile, Spec{ComposeUp: &ComposeUp{}}); got.Status != want {
			t.Errorf("crowded %t: %s (%s), want %s", crowded, got.Status, got.Observed, want)
		}
	}
}

func TestAFaultAroundAProjectIsNobodysFault(t *testing.T) {
	for name, err := range map[string]error{"named": errGone, "not named": errUnplanned} {
		got := gradeProject(t, &fakeProject{networkErr: err}, stackFile, Spec{ComposeUp: &ComposeUp{}})
		if got.Status != StatusError || got.Remedy == "" {
			t.Errorf("%s: %s with the remedy %q", name, got.Status, got.Remedy)
		}
	}
}

func TestOrderIsSeenWithAServiceThatHangs(t *testing.T) {
	const gate = "    depends_on: {db: {condition: service_healthy}}\n"
	zero := 0
	for name, v := range map[string]verdict{
		"gated":             {stackFile, nil, StatusPass, "was not started while db hung"},
		"no dependency":     {with(t, gate, ""), nil, StatusFail, "api was started while db was unhealthy (compose.yaml line 2)"},
		"no condition":      {with(t, gate, "    depends_on: [db]\n"), nil, StatusFail, "compose.yaml line 8"},
		"an idle test":      {stackFile, map[string]habit{"db": {blind: true}}, StatusFail, "db's health test says healthy also when db hangs"},
		"a lost failure":    {stackFile, map[string]habit{"db": {waits: true, forgives: true}}, StatusFail, "also where db does not run at all"},
		"no test":           {with(t, gate, "", "    healthcheck: {test: [CMD, \"true\"]}\n", ""), nil, StatusFail, "db (compose.yaml line 8) has no health test"},
		"through another":   {with(t, gate, "    depends_on: {migrate: {condition: service_completed_successfully}}\n  migrate:\n    image: m\n    networks: [back]\n"+gate), map[string]habit{"migrate": {ends: &zero}}, StatusPass, ""},
		"through a started": {with(t, gate, "    depends_on: [cache]\n  cache:\n    image: c\n    networks: [back]\n"+gate), nil, StatusPass, ""},
		"a test elsewhere":  {with(t, gate, "    depends_on: [db, cache]\n  cache:\n    image: c\n    networks: [back]\n"), nil, StatusFail, "api was started while db was unhealthy"},
		"the other way":     {with(t, gate, "", "    image: db\n", "    image: db\n    depends_on: [api]\n"), nil, StatusFail, "the other way round"},
	} {
		v.try(t, name, Spec{ComposeOrdered: &ComposeOrdered{Service: "api", After: "db"}})
	}
}

func TestWhatIsWrittenOutlivesItsContainer(t *testing.T) {
	check := Spec{ComposePersists: &ComposePersists{Service: "db", Write: Request{Path: "/write?{{value}}"}}}
	for name, v := range map[string]verdict{
		"a named volume":       {stackFile, nil, StatusPass, "it was there again"},
		"a folder":             {with(t, "notes:/data", "./data:/data"), nil, StatusPass, ""},
		"an anonymous volume":  {with(t, "notes:/data", "/data"), nil, StatusFail, "volumes without a name (compose.yaml line 12)"},
		"no volume":            {with(t, "    volumes: [\"notes:/data\"]\n", ""), nil, StatusFail, "db mounts no volume"},
		"beside the volume":    {stackFile, map[string]habit{"db": {beside: true}}, StatusFail, "went with it: /app/notes.txt"},
		"it is never read":     {stackFile, map[string]habit{"api": {reply: "none"}}, StatusFail, "before anything was removed"},
		"it does not even run": {"services: {api: {image: x, privileged: true}}", nil, StatusFail, "privileged is refused"},
	} {
		v.try(t, name, check)
	}
}

func TestWhoReachesWhom(t *testing.T) {
	for name, v := range map[string]verdict{
		"on a common network": {stackFile, nil, StatusPass, ""},
		"on none":             {with(t, "networks: [front, back]", "networks: [front]"), nil, StatusFail, "They share no network"},
	} {
		v.try(t, name, Spec{ComposeReaches: &ComposeReaches{From: "api", To: "db", Port: 5432}})
	}
	for name, v := range map[string]verdict{
		"on none":             {stackFile, nil, StatusPass, "bad address"},
		"on a common network": {with(t, "    networks: [front]\n", "    networks: [front, back]\n"), nil, StatusFail, "worker reaches it"},
	} {
		v.try(t, name, Spec{ComposeIsolated: &ComposeIsolated{From: "worker", To: "db", Port: 5432}})
	}
	verdict{stackFile, nil, StatusFail, "from its own container either"}.try(t, "nobody listens",
		Spec{ComposeIsolated: &ComposeIsolated{From: "worker", To: "db", Port: 9}})
}

func TestServicesMustBeHealthy(t *testing.T) {
	zero := 0
	for name, v := range map[string]verdict{
		"those that are named": {stackFile, nil, StatusPass, ""},
		"one without a test":   {with(t, "    healthcheck: {test: \"true\"}\n", ""), nil, StatusFail, "api (compose.yaml line 2) has no health test"},
		"one that is disabled": {with(t, "{test: \"true\"}", "{disable: true}"), nil, StatusFail, "api (compose.yaml line 2) has no health test"},
		"one that never is":    {stackFile, map[string]habit{"api": {dead: true}}, StatusFail, "api never said healthy"},
		"an idle test":         {stackFile, map[string]habit{"db": {blind: true}}, StatusFail, "db's health test says healthy also when db hangs (compose.yaml line 13)"},
		"one of another":       {stackFile, map[string]habit{"api": {asks: "db"}}, StatusFail, "api's health test says healthy also when api hangs (compose.yaml line 6)"},
		"one of another first": {with(t, "    depends_on: {db: {condition: service_healthy}}\n", ""), map[string]habit{"db": {asks: "api"}}, StatusFail, "db's health test says healthy also when db hangs"},
		"one that waits":       {stackFile, map[string]habit{"api": {waits: true}}, StatusPass, "unhealthy when they hung"},
		"its failure is lost":  {stackFile, map[string]habit{"api": {waits: true, forgives: true}}, StatusFail, "api's health test says healthy also where api does not run at all"},
		"lost to no purpose":   {stackFile, map[string]habit{"api": {forgives: true}}, StatusPass, ""},
	} {
		v.try(t, name, Spec{ComposeHealthy: &ComposeHealthy{Services: []string{"api", "db"}}})
	}
	// What another one's silence does to a service is none of this check's findings.
	verdict{stackFile, map[string]habit{"api": {crashes: true}, "worker": {crashes: true}}, StatusPass, ""}.try(t, "one that ends over another",
		Spec{ComposeHealthy: &ComposeHealthy{Services: []string{"db", "api"}}})
	for name, v := range map[string]verdict{
		"all that run on": {stackFile, nil, StatusFail, "worker (compose.yaml line 14) has no health test"},
		"and no others":   {stackFile, map[string]habit{"worker": {ends: &zero}}, StatusPass, ""},
	} {
		v.try(t, name, Spec{ComposeHealthy: &ComposeHealthy{}})
	}
}

func TestASecretReachesItsServiceAndNobodyElse(t *testing.T) {
	check := Spec{ComposeSecret: &ComposeSecret{Service: "api", File: "token.txt", Shows: ShowsValue}}
	environment := Spec{ComposeSecret: &ComposeSecret{Service: "api", File: ".env", Template: "TOKEN={{value}}", As: AsEnvironment, Shows: ShowsValue}}
	inEnv := with(t, "    secrets: [token]\n", "    environment: [\"TOKEN=${TOKEN}\"]\n", "secrets: {token: {file: token.txt}}\n", "")
	for name, tc := range map[string]struct {
		file    string
		check   Spec
		shows   bool
		context []string
		want    Status
		says    string
	}{
		"as a file":               {stackFile, check, true, nil, StatusPass, ""},
		"it has another":          {stackFile, check, false, nil, StatusFail, "does not show it"},
		"its digest is asked":     {stackFile, Spec{ComposeSecret: &ComposeSecret{Service: "api", File: "token.txt"}}, true, nil, StatusFail, "does not show its SHA-256"},
		"in the image":            {stackFile, check, true, []string{"token.txt"}, StatusFail, "it stands in the image of api, in /app/copied"},
		"in the environment":      {inEnv, environment, true, nil, StatusPass, ""},
		"and not as it should be": {inEnv, Spec{ComposeSecret: &ComposeSecret{Service: "api", File: ".env", Template: "TOKEN={{value}}", Shows: ShowsValue}}, true, nil, StatusFail, "in the environment of api, as TOKEN (compose.yaml line 7)"},
		"as a file where a variable is asked": {
			with(t, "secrets: {token: {file: token.txt}}", "secrets: {token: {file: .env}}"),
			environment, true, nil, StatusFail, "no variable in the environment of api (compose.yaml line 2)",
		},
		"in the command too":       {with(t, "    secrets: [token]\n", "    environment: [\"TOKEN=${TOKEN}\"]\n    command: serve --token=${TOKEN}\n", "secrets: {token: {file: token.txt}}\n", ""), environment, true, nil, StatusFail, "in the command of api (compose.yaml line 8)"},
		"in another's health test": {with(t, "    secrets: [token]\n", "    environment: [\"TOKEN=${TOKEN}\"]\n", "{test: [CMD, \"true\"]}", "{test: [CMD, \"${TOKEN}\"]}", "secrets: {token: {file: token.txt}}\n", ""), environment, true, nil, StatusFail, "in the healthcheck of db"},
		"left to the shell":        {with(t, "    secrets: [token]\n", "    environment: [\"TOKEN=${TOKEN}\"]\n", "{test: \"true\"}", "{test: \"ask $$TOKEN\"}", "secrets: {token: {file: token.txt}}\n", ""), environment, true, nil, StatusPass, ""},
	} {
		eng := &fakeProject{context: tc.context, habits: map[string]habit{"api": {confides: tc.shows}}}
		got := gradeProject(t, eng, tc.file, tc.check)
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}

func TestASecretInAFileStaysOutOfTheProcesses(t *testing.T) {
	check := Spec{ComposeSecret: &ComposeSecret{Service: "api", File: "token.txt", Shows: ShowsValue}}
	const given = "    secrets: [token]\n"
	for name, tc := range map[string]struct {
		file    string
		exports string
		want    Status
	}{
		"it reads the file":           {with(t, given, given+"    entrypoint: serve\n"), "", StatusPass},
		"its entrypoint exports it":   {with(t, given, given+"    entrypoint: export-and-serve\n"), "api", StatusFail},
		"its command exports it":      {with(t, given, given+"    command: export-and-serve\n"), "api", StatusFail},
		"its image's own program":     {stackFile, "api", StatusPass},
		"another service's processes": {with(t, given, given+"    entrypoint: serve\n", "    image: db\n", "    image: db\n    command: export-and-serve\n"+given), "db", StatusPass},
	} {
		habits := map[string]habit{"api": {confides: true}}
		h := habits[tc.exports]
		h.exports = true
		habits[tc.exports] = h
		got := gradeProject(t, &fakeProject{habits: habits}, tc.file, check)
		if got.Status != tc.want || got.Status == StatusFail && !strings.Contains(got.Observed, "the start of api (compose.yaml line 8) puts it into the environment of its processes, as TOKEN") {
			t.Errorf("%s: %s (%s), want %s", name, got.Status, got.Observed, tc.want)
		}
	}
}

// Images of databases take a password from a file, and hand it on in the
// environment: that is their own way, documented by those who made them.
func TestWhatAnImageOfOthersDoesIsNotTheProjects(t *testing.T) {
	eng := &fakeProject{images: map[string]*Image{
		"postgres": {Entrypoint: []string{"entrypoint.sh"}, Cmd: []string{"postgres"}, RootFS: []string{"a"}},
		"python":   {Cmd: []string{"python3"}, RootFS: []string{"b"}},
		"other":    {RootFS: []string{"c"}},
		"extended": {Entrypoint: []string{"entrypoint.sh"}, Cmd: []string{"postgres"}, RootFS: []string{"a", "x"}},
		"wrapped":  {Entrypoint: []string{"wrap.sh"}, Cmd: []string{"postgres"}, RootFS: []string{"a", "x"}},
		"app":      {Cmd: []string{"python", "server.py"}, RootFS: []string{"b", "x"}},
	}}
	for name, tc := range map[string]struct {
		image, base         string
		entrypoint, command []string
		want                bool
	}{
		"as it is":                  {image: "postgres"},
		"with options":              {image: "postgres", command: []string{"postgres", "-c", "fsync=off"}},
		"with options alone":        {image: "postgres", command: []string{"-c", "fsync=off"}},
		"another program":           {image: "postgres", command: []string{"sh", "-c", "export"}, want: true},
		"another entrypoint":        {image: "postgres", entrypoint: []string{"sh", "-c", "export"}, want: true},
		"the same one":              {image: "postgres", entrypoint: []string{"entrypoint.sh"}, command: []string{"postgres"}},
		"built on it":               {image: "extended", base: "postgres"},
		"built on it, and wrapped":  {image: "wrapped", base: "postgres", want: true},
		"a program of its own":      {image: "app", base: "python", want: true},
		"of a base that is not":     {image: "app", base: "missing:latest"},
		"of a base that is another": {image: "app", base: "other"},
		"mounted source":            {image: "python", command: []string{"python", "server.py"}, want: true},
	} {
		u := &unit{Service: &compose.Service{Name: "db", Image: tc.image, Entrypoint: tc.entrypoint, Command: tc.command}}
		st := &stack{ev: &evidence{eng: eng}, project: new(compose.Project), images: map[string]*Image{"db": eng.images[tc.image]}}
		if tc.base != "" {
			u.Build, st.built = new(compose.Build), map[string]builtImage{"db": {id: tc.image, base: tc.base}}
		}
		if got, err := st.startsByItself(t.Context(), u); err != nil || got != tc.want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
}

func TestAnImageThatCannotBeSearchedKeepsItsSecretsToItself(t *testing.T) {
	layer := []byte("x")
	for range 12 {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(layer)
		_ = w.Close()
		layer = b.Bytes()
	}
	check := Spec{ComposeSecret: &ComposeSecret{Service: "api", File: "token.txt", Shows: ShowsValue}}
	eng := &fakeProject{context: []string{"token.txt"}, habits: map[string]habit{"api": {confides: true}}}
	eng.pack = func([]byte) []byte { return layer }
	got := gradeProject(t, eng, stackFile, check)
	if got.Status != StatusError || !strings.Contains(got.Observed, "/app/copied: it is packed more than") || got.Remedy == "" {
		t.Errorf("%s: %s", got.Status, got.Observed)
	}
}

// A review names the file that each remark is about, and what keeps the project
// from coming up.
// BuildKit works once on a step that two builds have in common, with the secrets
// of one of them.
func TestBuildsWithSecretsShareNoStep(t *testing.T) {
	eng := &fakeProject{}
	file := with(t, "build: .\n    ports", "build: {context: ., secrets: [token]}\n    ports")
	if got := gradeProject(t, eng, file, Spec{ComposeUp: &ComposeUp{}}); got.Status != StatusPass {
		t.Fatalf("%s: %s", got.Status, got.Observed)
	}
	if len(eng.built) != 2 || eng.built[0] == eng.built[1] {
		t.Fatalf("the builds were sent %q", eng.built)
	}
	for _, text := range eng.built {
		if unmarked(text) != stackDockerfile {
			t.Errorf("without its mark, %q is %q", text, unmarked(text))
		}
	}
}

func TestAProjectIsReviewedWithoutAnEngine(t *testing.T) {
	sub := submission(t)
	sub.Assignment.Compose = &Compose{Service: "api"}
	writeAll(t, sub.Dir, map[string]string{
		"compose.yaml": "services: {api: {build: ./api}, again: {build: ./api}}\n", "api/Dockerfile": "FROM node:24-slim\nADD . .\n",
	})
	report, err := Review(sub)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, r := range report.Checks {
		if r.ID == "add-local" && strings.HasPrefix(r.Title, "api/Dockerfile line 2: ") && r.DockerfileLine == 0 {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d remarks on ADD in api/Dockerfile, want one: %+v", found, report.Checks)
	}
	writeAll(t, sub.Dir, map[string]string{"compose.yaml": "services: {api: {image: x, pid: host}}\n"})
	if report, err = Review(sub); err != nil || len(report.Checks) != 1 || !strings.Contains(report.Checks[0].Title, "pid: host is refused") {
		t.Errorf("%+v, %v", report.Checks, err)
	}
}

func TestSettingsThatMakeNoSense(t *testing.T) {
	good := Assignment{Compose: &Compose{Service: "api"}}
	for name, tc := range map[string]struct {
		a    Assignment
		k    checkable
		want string
	}{
		"no project":         {Assignment{}, &ComposeUp{}, "names no compose.service"},
		"nobody to ask":      {Assignment{Compose: &Compose{}}, &ComposeHealthy{}, "names no compose.service"},
		"after nothing":      {good, &ComposeOrdered{Service: "api"}, "after is missing"},
		"the same each time": {good, &ComposePersists{Service: "db", Write: Request{Path: "/add"}}, "holds no {{value}}"},
		"no port":            {good, &ComposeReaches{From: "a", To: "b"}, "port is 0"},
		"from nowhere":       {good, &ComposeIsolated{To: "b", Port: 1}, "from is missing"},
		"no file":            {good, &ComposeSecret{Service: "api"}, "file is missing"},
		"no value":           {good, &ComposeSecret{Service: "api", File: "f", Template: "x"}, "template holds no"},
		"another way":        {good, &ComposeSecret{Service: "api", File: "f", As: "argument"}, `as is "argument"`},
		"another sign":       {good, &ComposeSecret{Service: "api", File: "f", Shows: "md5"}, `shows is "md5"`},
		"all is well":        {good, &ComposeOrdered{Service: "api", After: "db"}, ""},
	} {
		var problems []string
		for _, u := range tc.k.unsound(tc.a) {
			problems = append(problems, u.Problem)
		}
		if got := strings.Join(problems, "; "); !strings.Contains(got, tc.want) || (tc.want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
