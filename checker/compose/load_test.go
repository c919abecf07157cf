package compose

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// project writes a project to disk. Its files' names are slash-separated.
func project(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// loaded loads a project that must load.
func loaded(t testing.TB, files map[string]string) *Project {
	t.Helper()
	p, err := Load(t.Context(), project(t, files), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryStyleMeansTheSame(t *testing.T) {
	want := Service{
		Name: "api", Build: &Build{Context: "api", Dockerfile: "Dockerfile", Args: map[string]string{"RELEASE": "7"}},
		Command: []string{"python", "app.py"},
		Env:     []string{"MODE=fast", "TOKEN=abc"},
		Ports:   []int{8000}, Restarts: true,
		Health:    &Health{Test: []string{"CMD-SHELL", "probe"}, Timeout: 3 * time.Second},
		DependsOn: []Dependency{{"db", Healthy}},
		Networks:  []Join{{"default", []string{"api"}}},
		Mounts:    []Mount{{Volume: "data", Path: "/data"}},
		Tmpfs:     []string{"/run"},
	}
	const rest = "\n  db: {image: python:3.13-slim, healthcheck: {test: [CMD, \"true\"]}}\nvolumes:\n  data:\n"
	for name, text := range map[string]string{
		"short forms and lists": `
services:
  api:
    build: {context: ./api, args: [RELEASE=7]}
    command: python app.py
    environment: [MODE=fast, TOKEN=abc]
    ports: ["8080:8000"]
    restart: unless-stopped
    healthcheck: {test: probe, timeout: 3s}
    depends_on: {db: {condition: service_healthy}}
    volumes: ["data:/data"]
    tmpfs: /run`,
		"long forms and maps": `
services:
  api:
    build:
      context: api
      dockerfile: Dockerfile
      args: {RELEASE: 7}
    command: [python, app.py]
    environment: {MODE: fast, TOKEN: "${TOKEN}"}
    ports: [{target: 8000, published: "8080", host_ip: 127.0.0.1}]
    deploy: {restart_policy: {condition: on-failure}}
    healthcheck: {test: [CMD-SHELL, probe], timeout: 3s, interval: 30s, retries: 5}
    depends_on: {db: {condition: service_healthy, restart: true}}
    volumes: [{type: volume, source: data, target: /data/}]
    tmpfs: ["/run:size=1m"]`,
		"anchors, env files and an extended service": `
x-common: &common
  restart: always
  tmpfs: [/run]
services:
  base:
    profiles: [never]
    image: nothing
    environment: {MODE: fast}
    command: python app.py
  api:
    <<: *common
    extends: {service: base}
    image: !reset null
    profiles: !reset []
    build: {context: ./api, args: {RELEASE: "${RELEASE:-7}"}}
    env_file: [token.env, {path: absent.env, required: false}]
    ports: ["127.0.0.1::8000/tcp"]
    healthcheck: {test: probe, timeout: 3s}
    depends_on: {db: {condition: service_healthy}}
    volumes: ["data:/data:rw"]`,
	} {
		p, err := Load(t.Context(), project(t, map[string]string{
			"compose.yaml": text + rest, "api/Dockerfile": "FROM scratch\n", "token.env": "TOKEN=abc\nMODE=slow\n", ".env": "TOKEN=abc\n",
		}), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := *p.Service("api")
		got.Image = ""
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v %+v\nwant %+v %+v", name, got, got.Build, want, want.Build)
		}
	}
}

func TestWhatIsRefusedNamesItsLine(t *testing.T) {
	for name, tc := range map[string]struct {
		text, says string
		line       int
	}{
		"privileged":               {"services:\n  a:\n    image: x\n    privileged: true\n", "services.a.privileged is refused", 4},
		"the machine's network":    {"services:\n  a:\n    image: x\n    network_mode: host\n", "network_mode: host is refused", 4},
		"the machine's processes":  {"services:\n  a:\n    image: x\n    pid: host\n", "pid: host is refused", 4},
		"shared memory":            {"services:\n  a: {image: x, ipc: host}\n", "ipc: host is refused", 2},
		"another container":        {"services:\n  a: {image: x, network_mode: \"container:b\"}\n", "leads to a container outside", 2},
		"the engine's socket":      {"services:\n  a:\n    image: x\n    volumes:\n      - data:/data\n      - /var/run/docker.sock:/s\nvolumes: {data: }\n", "/var/run/docker.sock is refused", 6},
		"a folder above":           {"services:\n  a:\n    image: x\n    volumes: [\"../x:/x\"]\n", "the mount of ../x is refused", 4},
		"the home folder":          {"services:\n  a:\n    image: x\n    volumes: [\"~/x:/x\"]\n", "the mount of ~/x is refused", 4},
		"a link that leads out":    {"services:\n  a:\n    image: x\n    volumes: [\"./out:/x\"]\n", "it leads out of the project", 4},
		"a device":                 {"services:\n  a:\n    image: x\n    devices: [/dev/kmsg]\n", "services.a.devices is refused", 4},
		"a capability":             {"services:\n  a:\n    image: x\n    cap_add: [SYS_ADMIN]\n", "SYS_ADMIN is refused", 4},
		"all capabilities":         {"services:\n  a:\n    image: x\n    cap_add: [ALL]\n", "ALL is refused", 4},
		"no walls":                 {"services:\n  a:\n    image: x\n    security_opt: [\"seccomp:unconfined\"]\n", "takes the container's walls down", 4},
		"an external network":      {"services:\n  a: {image: x, networks: [n]}\nnetworks:\n  n: {external: true}\n", "external network has to be there before", 4},
		"an external volume":       {"services:\n  a: {image: x, volumes: [\"vol:/v\"]}\nvolumes:\n  vol:\n    external: true\n", "external volume has to be there before", 4},
		"an external secret":       {"services:\n  a: {image: x, secrets: [s]}\nsecrets:\n  s: {external: true}\n", "external one has to be there before", 4},
		"a context outside":        {"services:\n  a:\n    build: ..\n", "the build context .. is refused", 3},
		"a context on the network": {"services:\n  a:\n    build:\n      context: https://example.invalid/x.git\n", "it is not in the project", 4},
		"a Dockerfile outside":     {"services:\n  a:\n    build:\n      context: .\n      dockerfile: ../Dockerfile\n", "the Dockerfile ../Dockerfile is refused", 5},
		"keys of whoever builds":   {"services:\n  a:\n    build: {context: ., ssh: [default]}\n", "hands the keys", 3},
		"an env file outside":      {"services:\n  a:\n    image: x\n    env_file: ../../etc/passwd\n", "../../etc/passwd: it leads out", 4},
		"an env file by a link":    {"services:\n  a:\n    image: x\n    env_file: out\n", "out: it leads out of the project", 4},
		"an env file that is not":  {"services:\n  a:\n    image: x\n    env_file: no.env\n", "there is no such file", 4},
		"a secret outside":         {"services:\n  a: {image: x, secrets: [s]}\nsecrets:\n  s:\n    file: /etc/shadow\n", "/etc/shadow: it leads out", 5},
		"a service from outside":   {"services:\n  a:\n    extends: {file: ../x.yaml, service: b}\n", "../x.yaml: it leads out", 1},
		"a service from far away":  {"services:\n  a:\n    extends: {file: \"https://example.invalid/x.yaml\", service: b}\n", "it leads out", 1},
		"no such key":              {"services:\n  a:\n    image: x\n    prots: [1]\n", "services.a.prots is not a key that Compose knows", 4},
		"no YAML":                  {"services:\n  a: {\n", "did not find expected", 2},
		"no such service":          {"services:\n  a:\n    image: x\n    depends_on: [b]\n", "undefined service", 2},
		"a circle":                 {"services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n", "cycle", 0},
		"neither image nor build":  {"services:\n  a: {command: x}\n", "neither an image nor a build", 2},
		"a variable that must be":  {"services:\n  a: {image: \"x:${TAG:?say which}\"}\n", "say which", 2},
		"nothing":                  {"", "empty", 0},
		"no service":               {"networks: {a: }\n", "no service to start", 0},
	} {
		dir := project(t, map[string]string{"compose.yaml": tc.text, "Dockerfile": "FROM scratch\n"})
		if err := os.Symlink(t.TempDir(), filepath.Join(dir, "out")); err != nil {
			t.Fatal(err)
		}
		_, err := Load(t.Context(), dir, Options{})
		var fault *Fault
		if !errors.As(err, &fault) {
			t.Errorf("%s: %v, want a fault", name, err)
			continue
		}
		if !strings.Contains(fault.Message, tc.says) || fault.Line != tc.line || fault.File != "compose.yaml" {
			t.Errorf("%s: %v, want line %d and %q", name, fault, tc.line, tc.says)
		}
		if strings.Contains(fault.Error(), dir) {
			t.Errorf("%s: %v names a path of this machine", name, fault)
		}
	}
}

func TestWhatIsNotKnownIsNobodysFault(t *testing.T) {
	for name, tc := range map[string]struct {
		text, key string
		line      int
	}{
		"a name server":            {"services:\n  a:\n    image: x\n    dns: 1.1.1.1\n", "services.a.dns", 4},
		"a kernel setting":         {"services:\n  a:\n    image: x\n    sysctls: {net.core.somaxconn: 1024}\n", "services.a.sysctls", 4},
		"another file":             {"include: [x.yaml]\nservices:\n  a: {image: x}\n", "include", 1},
		"a volume's options":       {"services:\n  a: {image: x, volumes: [\"vol:/v\"]}\nvolumes:\n  vol:\n    driver_opts: {type: none, o: bind, device: /etc}\n", "volumes.vol.driver_opts", 5},
		"a fixed address":          {"services:\n  a:\n    image: x\n    networks:\n      n: {ipv4_address: 10.0.0.2}\nnetworks: {n: }\n", "services.a.networks.n.ipv4_address", 5},
		"no network":               {"services:\n  a:\n    image: x\n    network_mode: none\n", "services.a.network_mode", 4},
		"a service below a folder": {"services:\n  a:\n    extends: {file: sub/x.yaml, service: b}\n", "extends.file", 1},
		"hooks":                    {"services:\n  a:\n    image: x\n    post_start: [{command: x}]\n", "services.a.post_start", 4},
	} {
		_, err := Load(t.Context(), project(t, map[string]string{"compose.yaml": tc.text, "sub/x.yaml": "services: {b: {image: x}}\n"}), Options{})
		var unknown *Unknown
		if !errors.As(err, &unknown) || unknown.Key != tc.key || unknown.Line != tc.line {
			t.Errorf("%s: %v, want %s at line %d not to be known", name, err, tc.key, tc.line)
		}
	}
}

// What is dangerous stays so beside what is not known, and what no profile
// enables is of no concern.
func TestAFaultOutweighsWhatIsNotKnown(t *testing.T) {
	_, err := Load(t.Context(), project(t, map[string]string{
		"compose.yaml": "services:\n  a: {image: x, dns: 1.1.1.1}\n  b: {image: x, privileged: true}\n",
	}), Options{})
	var fault *Fault
	if !errors.As(err, &fault) || !strings.Contains(fault.Message, "privileged") {
		t.Errorf("%v, want the fault", err)
	}
	p := loaded(t, map[string]string{
		"compose.yaml": "services:\n  a: {image: x}\n  b: {image: x, privileged: true, dns: 1.1.1.1, profiles: [debug]}\n",
	})
	if len(p.Services) != 1 {
		t.Errorf("%d services, want the one that is enabled", len(p.Services))
	}
}

// This process has secrets in its environment and in files that the project's
// paths lead to. None of them gets into the plan, nor into a message.
func TestNothingOfThisMachineIsTold(t *testing.T) {
	const secret = "correct-horse-battery"
	outside := filepath.Join(t.TempDir(), "secret.env")
	if err := os.WriteFile(outside, []byte("LEAK="+secret+"\nservices: {b: {image: "+secret+"}}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LEAK", secret)
	t.Setenv("HOME", filepath.Dir(outside))
	for name, text := range map[string]string{
		"interpolated":   "services: {a: {image: \"x${LEAK}\", environment: [LEAK, \"L=$LEAK\"], build: {context: ., args: [LEAK]}}}",
		"an env file":    "services: {a: {image: x, env_file: \"" + outside + "\"}}",
		"home":           "services: {a: {image: x, env_file: \"~/secret.env\"}}",
		"a link":         "services: {a: {image: x, env_file: link}}",
		"a label file":   "services: {a: {image: x, label_file: \"" + outside + "\"}}",
		"a secret":       "services: {a: {image: x, secrets: [s]}}\nsecrets: {s: {environment: LEAK}}",
		"a config":       "services: {a: {image: x, configs: [c]}}\nconfigs: {c: {file: link}}",
		"extends":        "services: {a: {extends: {file: \"" + outside + "\", service: b}}}",
		"extends a link": "services: {a: {extends: {file: link, service: b}}}",
		"include":        "include: [\"" + outside + "\"]\nservices: {a: {image: x}}",
		"a mount":        "services: {a: {image: x, volumes: [\"./link:/l\"]}}",
		"mounted above":  "services: {a: {image: x, volumes: [\".:/l\"]}}",
	} {
		dir := project(t, map[string]string{"compose.yaml": text, "Dockerfile": "FROM scratch\n"})
		if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		p, err := Load(t.Context(), dir, Options{})
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the message holds it: %v", name, err)
			}
			continue
		}
		if found := find(reflect.ValueOf(p), secret); found {
			t.Errorf("%s: the plan holds it: %+v", name, p)
		}
	}
}

// find reports whether a text stands anywhere in a value.
func find(v reflect.Value, text string) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && find(v.Elem(), text)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && find(v.Field(i), text) {
				return true
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return strings.Contains(string(v.Bytes()), text)
		}
		for i := range v.Len() {
			if find(v.Index(i), text) {
				return true
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if find(key, text) || find(v.MapIndex(key), text) {
				return true
			}
		}
	case reflect.String:
		return strings.Contains(v.String(), text)
	}
	return false
}

func TestNothingIsPrinted(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = w
	loaded(t, map[string]string{
		"compose.yaml": "version: \"3\"\nservices:\n  a: {image: \"x:${NOT_SET}\", init: \"yes\"}\n", ".env": "A=$NOT_SET_EITHER\n",
	})
	os.Stderr = stderr
	w.Close()
	if said, err := io.ReadAll(r); err != nil || len(said) > 0 {
		t.Errorf("%q, %v; want nothing on standard error", said, err)
	}
}

func TestMountedFoldersAreCopied(t *testing.T) {
	dir := project(t, map[string]string{
		"compose.yaml": "services:\n  a:\n    image: x\n    volumes: [\"./src:/app\", \"./conf.ini:/etc/conf.ini:ro\", \"./later:/later\", \"${PWD}/src:/again\"]\n",
		"src/app.py":   "print()", "src/deep/release.txt": "old", "conf.ini": "[a]",
	})
	if err := os.Chmod(filepath.Join(dir, "src", "app.py"), 0o700); err != nil {
		t.Fatal(err)
	}
	p, err := Load(t.Context(), dir, Options{Overlay: map[string][]byte{"src/deep/release.txt": []byte("new"), "src/more": []byte("more")}})
	if err != nil {
		t.Fatal(err)
	}
	a := p.Service("a")
	if want := []File{{"/etc/conf.ini", 0o666, []byte("[a]")}}; !reflect.DeepEqual(a.Files, want) {
		t.Errorf("files %v, want %v", a.Files, want)
	}
	want := []Mount{
		{Volume: "./src", Path: "/app", NoCopy: true}, {Volume: "./later", Path: "/later", NoCopy: true}, {Volume: "./src", Path: "/again", NoCopy: true},
	}
	if !reflect.DeepEqual(a.Mounts, want) {
		t.Errorf("mounts %v, want %v", a.Mounts, want)
	}
	var got []string
	for _, f := range p.Volumes["./src"].Content {
		got = append(got, f.Mode.String()+" "+f.Path+" "+string(f.Content))
	}
	slices.Sort(got)
	wantFiles := []string{"-rw-rw-rw- deep/release.txt new", "-rw-rw-rw- more more", "-rwxrwxrwx app.py print()", "drwxrwxrwx . ", "drwxrwxrwx deep "}
	if !slices.Equal(got, wantFiles) {
		t.Errorf("./src holds %q, want %q", got, wantFiles)
	}
	if later := p.Volumes["./later"].Content; len(later) != 1 || !later[0].Mode.IsDir() {
		t.Errorf("./later holds %v, want an empty folder", later)
	}
}

func TestSecretsAndConfigsAreFiles(t *testing.T) {
	p := loaded(t, map[string]string{
		"compose.yaml": `
services:
  a:
    image: x
    build: {context: ., secrets: [token]}
    secrets: [token, {source: other, target: renamed}]
    configs: [{source: conf, target: /etc/app.conf}, made]
secrets:
  token: {file: secrets/token.txt}
  other: {environment: OTHER}
configs:
  conf: {file: ./app.conf}
  made: {content: "level=${LEVEL}"}
`, "secrets/token.txt": "s3cret", "app.conf": "port=1", ".env": "OTHER=else\nLEVEL=info\n", "Dockerfile": "FROM scratch\n",
	})
	a := p.Service("a")
	want := []File{
		{"/run/secrets/token", 0o444, []byte("s3cret")}, {"/run/secrets/renamed", 0o444, []byte("else")},
		{"/etc/app.conf", 0o444, []byte("port=1")}, {"/made", 0o444, []byte("level=info")},
	}
	if !reflect.DeepEqual(a.Files, want) {
		t.Errorf("files %v, want %v", a.Files, want)
	}
	if got := string(a.Build.Secrets["token"]); got != "s3cret" {
		t.Errorf("the build's secret is %q", got)
	}
}

func TestFilesAndProfilesAreChosen(t *testing.T) {
	dir := project(t, map[string]string{
		"docker-compose.yml":          "services:\n  a: {image: one}\n  b: {image: x, profiles: [more]}\n",
		"docker-compose.override.yml": "services:\n  a: {image: two}\n",
		"compose.prod.yaml":           "services:\n  a: {image: three}\n",
	})
	for name, tc := range map[string]struct {
		o       Options
		image   string
		number  int
		notices int
	}{
		"by itself":  {Options{}, "one", 1, 1},
		"two files":  {Options{Files: []string{"docker-compose.yml", "compose.prod.yaml"}}, "three", 1, 0},
		"a profile":  {Options{Profiles: []string{"more"}}, "one", 2, 1},
		"by .env":    {Options{Overlay: map[string][]byte{".env": []byte("COMPOSE_PROFILES=other,more\n")}}, "one", 2, 1},
		"an overlay": {Options{Overlay: map[string][]byte{"docker-compose.yml": []byte("services: {a: {image: laid}}\n")}}, "laid", 1, 1},
	} {
		p, err := Load(t.Context(), dir, tc.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := p.Service("a").Image; got != tc.image || len(p.Services) != tc.number || len(p.Notices) != tc.notices {
			t.Errorf("%s: image %s of %d services, notices %q", name, got, len(p.Services), p.Notices)
		}
	}
}

func TestCapabilitiesAreThoseThatAreLeft(t *testing.T) {
	for text, want := range map[string][]string{
		"cap_drop: [ALL]": {},
		"cap_drop: [all]\n    cap_add: [CAP_NET_BIND_SERVICE]":                        {"NET_BIND_SERVICE"},
		"cap_drop: [NET_RAW, MKNOD, AUDIT_WRITE, SETPCAP, SETFCAP, SYS_CHROOT, KILL]": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "NET_BIND_SERVICE", "SETGID", "SETUID"},
	} {
		a := loaded(t, map[string]string{"compose.yaml": "services:\n  a:\n    image: x\n    " + text + "\n"}).Service("a")
		if !a.DropCapabilities || !slices.Equal(a.Capabilities, want) {
			t.Errorf("%s: %v %v, want %v", text, a.DropCapabilities, a.Capabilities, want)
		}
	}
}

func TestPlacesAreThoseThatCount(t *testing.T) {
	p, err := Load(t.Context(), project(t, map[string]string{
		"a.yaml": "x-base: &base\n  init: true\nservices:\n  a:\n    <<: *base\n    image: x\n    environment:\n      A: 1\n",
		"b.yaml": "services:\n  a:\n    image: y\n",
	}), Options{Files: []string{"a.yaml", "b.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	for want, path := range map[string][]string{
		"b.yaml line 3": {"services", "a", "image"},
		"a.yaml line 8": {"services", "a", "environment", "A"},
		"a.yaml line 2": {"services", "a", "init"},
		"b.yaml line 2": {"services", "a", "command"},
		"b.yaml":        {"nothing"},
	} {
		if got := p.Place(path...).String(); got != want {
			t.Errorf("%v stands at %s, want %s", path, got, want)
		}
	}
}
