package audit

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"shipshape/checker"
)

// needs is how far a project has to come before an item can be looked at.
type needs int

const (
	_ needs = iota // an image, as everything does
	// needsProcess: the default command runs on.
	needsProcess
	// needsPort: it listens.
	needsPort
	// needsAnswer: it answers, or listens where it can answer nobody.
	needsAnswer
	// needsHTTP: it answers.
	needsHTTP
	// needsPath: a path is known that answers 200.
	needsPath
)

// entry is a line of the checklist and what decides it: what the project does
// (check, measure or both), the review's rules, or, where note is set, nobody here.
type entry struct {
	id, title, why, lesson string
	required               bool
	needs                  needs
	// check is a check of a kind that exercises use. Where it is nil, reason
	// says why there is none for this project.
	check func(p *project, d *checker.Discovery) (s *checker.Spec, reason string)
	// measure decides by the built image. Beside a check it decides for an image
	// whose command is no service, by its configuration alone.
	measure func(d *checker.Discovery) (holds bool, expected, observed string)
	// rules are those of the static review that decide.
	rules []string
	// note says why shipshape does not look.
	note string
}

// section is a part of the checklist.
type section struct {
	title   string
	entries []entry
}

// megabyte is how sizes are told: as docker does.
const megabyte = 1_000_000

// always is a check that needs nothing of the project.
func always(s checker.Spec) func(*project, *checker.Discovery) (*checker.Spec, string) {
	return func(*project, *checker.Discovery) (*checker.Spec, string) { return &s, "" }
}

// sections are the whole checklist.
func sections() []section {
	return []section{
		{"The build", buildEntries()},
		{"What is in the image", contentEntries()},
		{"How it runs", runEntries()},
		{"How it is set up", setupEntries()},
		{"Beyond the image", beyondEntries()},
	}
}

func buildEntries() []entry {
	return []entry{
		{
			id: "context", title: "secrets and clutter stay out of the build context", required: true, lesson: "build-context",
			why:   "What is sent can be copied into the image by the next COPY, and all of it is sent at every build.",
			check: contextCheck,
		},
		{
			id: "pinned", title: "base images name a version", required: true, lesson: "base-images",
			why:   "A base without a version is another one next month, and no build can be made again.",
			check: always(checker.Spec{Pinned: &checker.Pinned{}}),
		},
		{
			id: "digest", title: "base images name a digest", lesson: "base-images",
			why:   "A version's image is rebuilt under the same name. Only a digest names one image for ever; something then has to raise it.",
			check: always(checker.Spec{Pinned: &checker.Pinned{Digest: true}}),
		},
		{
			id: "cache", title: "a source edit leaves the installed dependencies in the cache", required: true, lesson: "layer-cache",
			why:   "Every edit otherwise pays for a whole installation.",
			check: cacheCheck,
		},
		{
			id: "lock", title: "dependencies come from a lock file, for production only", lesson: "node-images",
			why: "What was tested is what is installed; and test tools are weight and a way in.", rules: []string{"npm-install", "npm-no-lock", "dev-dependencies", "dev-requirements", "unpinned-packages"},
		},
		{
			id: "packages", title: "system packages are installed in one step, and no more than asked for", lesson: "image-size",
			why:   "A list that comes from cache is an old list; recommended packages are weight that nobody asked for.",
			rules: []string{"wrong-package-manager", "apt-update-apart", "apt-no-update", "apt-asks", "apt-recommends", "system-upgrade"},
		},
		{
			id: "downloads", title: "what is downloaded is verified",
			why:   "A file from the network that nobody compares with a checksum is whatever the network gives that day.",
			rules: []string{"add-unverified", "download-unverified", "pipe-to-shell", "curl-without-fail", "git-clone-moving"},
		},
		{
			id: "base", title: "the final stage builds on no more than it needs", lesson: "base-images",
			why:   "The base is most of an image's size, and most of what a scan finds.",
			rules: []string{"full-base", "jdk-at-run-time", "toolchain-in-image", "python-on-alpine"},
		},
	}
}

func contentEntries() []entry {
	absent := func(groups ...string) func(*project, *checker.Discovery) (*checker.Spec, string) {
		return always(checker.Spec{Contents: &checker.Contents{Absent: groups}})
	}
	return []entry{
		{
			id: "secrets", title: "no layer holds what stands in .env", required: true, lesson: "secrets",
			why:   "Whoever can pull the image can read it, also when a later step deletes the file.",
			check: secretsCheck,
		},
		{
			id: "secret-names", title: "no secret stands in the Dockerfile", required: true, lesson: "secrets",
			why:   "ENV and ARG stand in the image's history for everybody to read.",
			rules: []string{"secret-in-image", "secret-value", "secret-file", "secret-kept"},
		},
		{
			id: "compilers", title: "no compiler above the base image", required: true, lesson: "multi-stage",
			why:   "Build tools are weight, findings in every scan, and a gift to who breaks in. A builder stage keeps them out.",
			check: absent("compilers"),
		},
		{
			id: "caches", title: "no package lists and caches", lesson: "image-size",
			why:   "They are of no use in an image, and grow old in it.",
			check: absent("apt-lists", "package-caches"),
		},
		{
			id: "dev-dependencies", title: "no development dependencies and no repository", lesson: "multi-stage",
			why:   "What only builds or tests has no part in what runs.",
			check: absent("dev-dependencies", "vcs"),
		},
		{
			id: "waste", title: "little is stored twice or deleted later", lesson: "image-size",
			why:   "A file that a later layer replaces, chowns or deletes is pulled all the same.",
			check: always(checker.Spec{Layers: &checker.Layers{MaxWastedKB: new(int64(1000))}}),
		},
		{
			id: "size", title: "the image is smaller than 200 MB", lesson: "image-size",
			why: "Most services need less, and each byte is pulled by every machine at every deployment.",
			measure: func(d *checker.Discovery) (bool, string, string) {
				return d.Image.SizeBytes < 200*megabyte, "less than 200 MB", fmt.Sprintf("%.1f MB", float64(d.Image.SizeBytes)/megabyte)
			},
		},
		{
			id: "no-shell", title: "there is no shell in the image", lesson: "base-images",
			why:   "Most attacks on a container begin with one. An image on scratch or distroless has none; one that is debugged from inside needs it.",
			check: always(checker.Spec{Contents: &checker.Contents{NoShell: true}}),
		},
	}
}

func runEntries() []entry {
	return []entry{
		{
			id: "starts", title: "the default command starts and goes on", required: true, needs: needsProcess, lesson: "images-and-containers",
			why: "An image that needs more than `docker run` to start starts nowhere else either.",
			measure: func(d *checker.Discovery) (bool, string, string) {
				switch {
				case d.Ended && d.ExitCode == 0:
					return true, "it runs", "it ran to its end with exit code 0: a tool, and no service"
				case d.Ended:
					return true, "it runs", fmt.Sprintf("it told how it is used, with exit code %d: a tool that wants arguments, and no service", d.ExitCode)
				}
				return true, "it runs", "it runs"
			},
		},
		{
			id: "not-root", title: "it does not run as root", required: true, needs: needsProcess, lesson: "users",
			why:     "A flaw in the service is as powerful as its user.",
			check:   always(checker.Spec{RunsAs: &checker.RunsAs{NotRoot: true}}),
			measure: unprivilegedUser,
		},
		{
			id: "listens", title: "it is reached from outside its container", required: true, needs: needsAnswer, lesson: "listening-address",
			why:   "127.0.0.1 in a container is that container alone.",
			check: always(checker.Spec{Listens: &checker.Listens{}}),
		},
		{
			id: "health", title: "it has a health test that tells well from unwell", required: true, needs: needsPort, lesson: "health-checks",
			why:   "Running is not healthy: traffic goes on to a service that hangs.",
			check: always(checker.Spec{Health: &checker.Health{}}),
		},
		{
			id: "health-timings", title: "the health test is light, and its timings are sensible", needs: needsPort, lesson: "health-checks",
			why:   "A test that costs much, or that is run too seldom, is turned off or of no use.",
			check: timingsCheck,
		},
		{
			id: "stops", title: "it ends by itself when it is told to stop", required: true, needs: needsHTTP, lesson: "signals",
			why:   "What does not end is killed after ten seconds, with all requests that it was answering.",
			check: always(checker.Spec{Stops: &checker.Stops{}}),
		},
		{
			id: "logs", title: "a request is seen in the log of the container", needs: needsHTTP, lesson: "logs",
			why:   "What goes to files in a container is lost with it, and nobody collects it.",
			check: always(checker.Spec{Logs: &checker.Logs{}}),
		},
		{
			id: "logs-json", title: "the log is structured", needs: needsHTTP, lesson: "logs",
			why:   "A machine has to find one request among millions of lines.",
			check: always(checker.Spec{Logs: &checker.Logs{JSON: true}}),
		},
		{
			id: "writes", title: "it writes nothing into its own file system", needs: needsHTTP, lesson: "hardening",
			why:   "State in a container is lost with it. Volumes and tmpfs are for what has to be written.",
			check: always(checker.Spec{Writes: &checker.Writes{Allowed: []string{"/tmp", "/var/tmp", "/run", "/var/run", "__pycache__"}}}),
		},
		{
			id: "own-files", title: "it can't change its own program", needs: needsHTTP, lesson: "users",
			why:   "Who breaks into a service that can rewrite its code stays.",
			check: ownFilesCheck,
		},
		{
			id: "hardened", title: "it runs read-only, without capabilities, within limits", needs: needsPath, lesson: "hardening",
			why:   "What an image can do without, production should take away.",
			check: always(checker.Spec{Hardened: &checker.Hardened{Tmpfs: []string{"/tmp", "/run", "/var/tmp"}, PIDs: 128, NoNonce: true}}),
		},
	}
}

func setupEntries() []entry {
	return []entry{
		{
			id: "one-service", title: "one service runs in the container", required: true, lesson: "images-and-containers",
			why:   "Health, logs, restarts and scaling are those of PID 1. A supervisor hides a part that has died.",
			rules: []string{"several-services"},
		},
		{
			id: "production-mode", title: "it starts no development server", required: true, lesson: "multi-stage",
			why:   "Development servers reload, trace and serve one request at a time; some let visitors run code.",
			rules: []string{"dev-server", "development-mode"},
		},
		{
			id: "exposes", title: "EXPOSE names the port that it listens on", needs: needsPort, lesson: "listening-address",
			why:   "It is how a reader, and many a platform, learns the port.",
			check: always(checker.Spec{Exposes: &checker.Exposes{}}),
		},
		{
			id: "numeric-user", title: "USER is a number", lesson: "users",
			why: "Kubernetes can hold `runAsNonRoot` only against a number, and a name may be another uid on the next base.",
			measure: func(d *checker.Discovery) (bool, string, string) {
				name, _, _ := strings.Cut(d.Image.User, ":")
				observed := "USER is " + name
				if name == "" {
					observed = "there is no USER"
				}
				return name != "" && strings.Trim(name, "0123456789") == "", "a number, such as 10001", observed
			},
		},
		{
			id: "workdir", title: "it works in a folder of its own",
			why:   "In / a relative path may meet anything.",
			check: always(checker.Spec{Configured: &checker.Configured{Workdir: true}}),
		},
		{
			id: "exec-form", title: "no shell stands between the engine and the service", needs: needsProcess, lesson: "signals",
			why:   "Signals go to PID 1, and a shell passes none on.",
			check: always(checker.Spec{Configured: &checker.Configured{ExecForm: true}}),
		},
		{
			id: "node-env", title: "NODE_ENV is production", needs: needsProcess, lesson: "node-images",
			why: "Libraries skip work and details for debugging when it is.",
			check: func(_ *project, d *checker.Discovery) (*checker.Spec, string) {
				if !startsNode(d.Image) {
					return nil, "what starts is not seen to be Node.js"
				}
				return &checker.Spec{Configured: &checker.Configured{Env: map[string]string{"NODE_ENV": "^production$"}}}, ""
			},
		},
		{
			id: "labels", title: "labels say where the image comes from", lesson: "tags",
			why: "From an image alone nobody finds the commit that it was built from.",
			check: always(checker.Spec{Configured: &checker.Configured{Labels: map[string]string{
				"org.opencontainers.image.source": "", "org.opencontainers.image.revision": "",
			}}}),
		},
	}
}

// beyondEntries are of every production checklist, and not the image's to show.
func beyondEntries() []entry {
	return []entry{
		{id: "scan", title: "the image has no known critical vulnerabilities", lesson: "scanning", note: "a scanner with a current database tells: `trivy image NAME`, `docker scout cves NAME` or `grype NAME`, in CI and every night"},
		{id: "provenance", title: "it has an SBOM and a signature", lesson: "scanning", note: "they are made where the image is pushed: `docker buildx build --sbom=true --provenance=true`, `cosign sign`"},
		{id: "tags", title: "it is deployed by commit or version, never as latest", lesson: "tags", note: "the tag is given where the image is pushed"},
		{id: "limits", title: "memory and processors are limited", lesson: "hardening", note: "what runs the image sets them; the audit ran it within limits of its own"},
		{id: "runtime-secrets", title: "secrets come at run time from outside", lesson: "secrets", note: "what runs the image gives them: mounted files, the environment, or a secrets manager"},
		{id: "network", title: "only the ports that others need are published, and not on the host's network", lesson: "networking", note: "what runs the image decides"},
		{id: "rollout", title: "containers are replaced, never patched, and more than one runs", lesson: "orchestration", note: "what runs the image decides"},
		{id: "rebuild", title: "the image is rebuilt at least monthly", lesson: "scanning", note: "a schedule in CI does it: bases get their fixes only by being built upon again"},
	}
}

// startsNode tells whether the start of an image names Node.js or one of its
// tools. A package.json does not: its assets may be served by something else.
func startsNode(image *checker.Image) bool {
	for _, word := range strings.Fields(strings.Join(append(slices.Clone(image.Entrypoint), image.Cmd...), " ")) {
		switch path.Base(word) {
		case "node", "nodejs", "npm", "npx", "yarn", "pnpm":
			return true
		}
	}
	return false
}

// unprivilegedUser decides by what the image says: a tool has ended before
// anybody could look whom it runs as.
func unprivilegedUser(d *checker.Discovery) (holds bool, expected, observed string) {
	name, _, _ := strings.Cut(d.Image.User, ":")
	switch name {
	case "", "root", "0":
		return false, "the image names a user other than root", "by its configuration it runs as root"
	}
	return true, "the image names a user other than root", "by its configuration it runs as " + name
}

func contextCheck(p *project, _ *checker.Discovery) (*checker.Spec, string) {
	junk := []string{".env"}
	if p.repository {
		// Without one, a planted file would make one of the context, and tools that
		// ask git for the version fail in what is none.
		junk = append(junk, ".git")
	}
	if p.uses("package.json") {
		junk = append(junk, "node_modules")
	}
	if p.uses("requirements.txt", "pyproject.toml", "Pipfile") {
		junk = append(junk, ".venv", "__pycache__")
	}
	check := &checker.Context{Out: junk}
	for _, name := range junk {
		if name != ".env" { // the check for secrets plants that one
			check.Plant = append(check.Plant, checker.Junk{Path: name + "/shipshape-audit", KB: 1})
		}
	}
	return &checker.Spec{Context: check}, ""
}

func secretsCheck(p *project, _ *checker.Discovery) (*checker.Spec, string) {
	return &checker.Spec{Secrets: &checker.Secrets{Files: map[string]string{".env": p.dotEnv()}}}, ""
}

func cacheCheck(p *project, _ *checker.Discovery) (*checker.Spec, string) {
	if _, ok := p.edit(); !ok {
		return nil, "there is no source file that could be edited to see"
	}
	work, ok := p.installing()
	if !ok {
		return nil, "no RUN of the Dockerfile is known to install dependencies"
	}
	return &checker.Spec{Cached: &checker.Cached{Work: work, After: checker.AfterSource}}, ""
}

func timingsCheck(_ *project, d *checker.Discovery) (*checker.Spec, string) {
	if len(d.Image.HealthTest) == 0 {
		return nil, "there is no health test"
	}
	return &checker.Spec{Needs: []string{"health"}, Health: &checker.Health{Timings: true, Light: true}}, ""
}

func ownFilesCheck(_ *project, d *checker.Discovery) (*checker.Spec, string) {
	dir := path.Clean("/" + d.Image.WorkingDir)
	if dir == "/" {
		return nil, "it works in /, so nothing tells which files are its own"
	}
	return &checker.Spec{Writes: &checker.Writes{MayNotWrite: []string{dir}}}, ""
}
