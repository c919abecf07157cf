package dockerfile

// The slugs of the lessons that rules refer to.
const (
	lessonCache  = "layer-cache"
	lessonVenv   = "python-venv"
	lessonStatic = "static-go"
	lessonListen = "listening-address"
)

// Rules returns the table of rules, in the order in which they are checked.
func Rules() []Rule {
	return []Rule{
		{
			ID: "copy-before-install", Severity: Warning, Lesson: lessonCache, check: copyBeforeInstall,
			Why: "Every edit of any file changes what this COPY brings, so everything below it, the install too, runs again. " +
				"Copy the manifest and the lock file first, install, and copy the rest below.",
		},
		{
			ID: "npm-install", Severity: Warning, Lesson: lessonCache, check: npmInstall,
			Why: "npm install may resolve newer versions than the lock file names, so two builds of one commit can differ. " +
				"npm ci installs exactly what the lock file says, and fails when it doesn't fit package.json.",
		},
		{
			ID: "no-dockerignore", Severity: Warning, Lesson: lessonCache, check: noDockerignore,
			Why: "Without it, all of the folder goes to the builder: the Git history, installed dependencies, local secrets; " +
				"a change to any of them also spoils the cache. Add a .dockerignore next to the Dockerfile before anything else.",
		},
		{
			ID: "ignore-gaps", Severity: Warning, Lesson: lessonCache, check: ignoreGaps,
			Why: "What is not ignored is sent to the builder and lands in the image with this COPY. " +
				"Add these names to .dockerignore.",
		},
		{
			ID: "lost-pip-user", Severity: Mistake, Lesson: lessonVenv, check: lostPipUser,
			Why: "Python looks for such packages in the home folder of the user who runs it, and /root is closed to others, so the service ends in ModuleNotFoundError. " +
				"Install into a virtual environment that everybody can read, such as /opt/venv, and put its bin folder on PATH.",
		},
		{
			ID: "root-only-packages", Severity: Mistake, Lesson: lessonVenv, check: rootOnlyPackages,
			Why: "No other user may enter /root, so what lies below it can't be imported after USER. " +
				"Put it where everybody can read it, such as /opt/venv.",
		},
		{
			ID: "cgo-binary", Severity: Warning, Lesson: lessonStatic, check: cgoBinary,
			Why: "With a C compiler at hand Go links packages such as net against the builder's libc. Where that libc is not in the image, " +
				"the kernel can't start the program: \"no such file or directory\". Build with CGO_ENABLED=0.",
		},
		{
			ID: "loopback-only", Severity: Warning, Lesson: lessonListen, check: loopbackOnly,
			Why: "127.0.0.1 is the container's own loopback: nothing outside of the container, not even a published port, reaches it. " +
				"Listen on 0.0.0.0.",
		},
		{
			ID: "runs-as-root", Severity: Warning, check: runsAsRoot,
			Why: "A flaw in the service then hands out root in the container, with its files and capabilities. " +
				"Create a user or take a number, and name it in USER in the last stage.",
		},
		{
			ID: "secret-in-image", Severity: Mistake, check: secretInImage,
			Why: "ENV and ARG stand in the image's configuration and history, readable by everybody who can pull it. " +
				"Give it at run time, or for a build step as RUN --mount=type=secret. A secret that was in an image is no secret any more: replace it.",
		},
		{
			ID: "secret-file", Severity: Mistake, check: secretFile,
			Why: "It stays in that layer for good, also when a later step deletes it. " +
				"Give it at run time, or for a build step as RUN --mount=type=secret.",
		},
		{
			ID: "unpinned-base", Severity: Warning, check: unpinnedBase,
			Why: "The same Dockerfile gives another image next month. Name a version, and in production a digest.",
		},
		{
			ID: "json-quotes", Severity: Mistake, check: jsonQuotes,
			Why: "The exec form is JSON, which knows double quotes only. As it stands, a shell gets the text, brackets and all. " +
				"Write [\"program\", \"argument\"].",
		},
		{
			ID: "shell-as-pid-1", Severity: Warning, check: shellAsPID1,
			Why: "A shell stays PID 1 and does not pass SIGTERM on, so the service is killed after the grace period instead of shutting down. " +
				"Use the exec form with one program; prepare in a script that ends with exec.",
		},
		{
			ID: "cmd-ignored", Severity: Mistake, check: cmdIgnored,
			Why: "An ENTRYPOINT in the shell form takes no arguments, so the CMD is never used. Write the ENTRYPOINT as JSON.",
		},
		{
			ID: "no-shell", Severity: Mistake, Lesson: lessonStatic, check: noShell,
			Why: "The shell form starts /bin/sh, so this ends in \"no such file or directory\". Write it as JSON: [\"/app\", \"argument\"].",
		},
		{
			ID: "install-at-start", Severity: Mistake, Lesson: lessonCache, check: installAtStart,
			Why: "Each container then downloads its packages anew: it starts late, not at all without a network, and with other versions than were tested. " +
				"Install in a RUN, so that the image is whole.",
		},
		{
			ID: "lost-shell-state", Severity: Mistake, check: lostShellState,
			Why: "Each RUN has a shell of its own, and what it set is gone with it. " +
				"Use WORKDIR instead of cd, ENV instead of export, and for a virtual environment ENV PATH=/opt/venv/bin:$PATH.",
		},
		{
			ID: "health-tool-missing", Severity: Mistake, check: healthToolMissing,
			Why: "A test that can't start never passes, and the container stays unhealthy. " +
				"Test with what the image has: the language's own run-time, wget of busybox on Alpine, or the service's own binary.",
		},
		{
			ID: "health-proves-nothing", Severity: Mistake, check: healthProvesNothing,
			Why: "It succeeds also when the service hangs. Ask the service for an answer.",
		},
		{
			ID: "health-localhost", Severity: Advice, check: healthLocalhost,
			Why: "localhost can mean ::1 there, and a service that listens on IPv4 alone looks unhealthy. Write 127.0.0.1.",
		},
		{
			ID: "no-healthcheck", Severity: Advice, check: noHealthcheck,
			Why: "That a process runs does not mean that it answers. A HEALTHCHECK that asks the service lets the engine tell the difference.",
		},
		{
			ID: "no-expose", Severity: Advice, check: noExpose,
			Why: "EXPOSE opens nothing, but it tells people and tools which port the service listens on.",
		},
		{
			ID: "user-tools", Severity: Mistake, check: userTools,
			Why: "Debian, from 13 on, has groupadd and useradd in its base image and no adduser; Alpine has addgroup and adduser alone. " +
				"A number in USER needs neither.",
		},
		{
			ID: "open-permissions", Severity: Warning, check: openPermissions,
			Why: "Everybody in the container may then change these files, the service's code too. " +
				"Give them to the user who needs them, with COPY --chown or chown.",
		},
		{
			ID: "apt-update-apart", Severity: Warning, check: aptUpdateApart,
			Why: "The list of packages comes from cache and grows old, until a version that it names is gone and the install fails. " +
				"Write apt-get update && apt-get install in one RUN.",
		},
		{
			ID: "apt-lists-left", Severity: Advice, check: aptListsLeft,
			Why: "The lists of packages stay in the layer. Remove them in the same RUN: rm -rf /var/lib/apt/lists/*.",
		},
		{
			ID: "apt-recommends", Severity: Advice, check: aptRecommends,
			Why: "Recommended packages come along, which a service seldom needs. Add --no-install-recommends.",
		},
		{
			ID: "apk-cache-left", Severity: Advice, check: apkCacheLeft,
			Why: "The index stays in the layer. Add --no-cache.",
		},
		{
			ID: "pip-cache-left", Severity: Advice, check: pipCacheLeft,
			Why: "What pip downloaded stays in the layer a second time. Add --no-cache-dir, or mount a cache: RUN --mount=type=cache,target=/root/.cache/pip.",
		},
		{
			ID: "add-local", Severity: Advice, check: addLocal,
			Why: "ADD also unpacks archives and fetches addresses, so a reader has to think twice. COPY says what is meant.",
		},
	}
}
