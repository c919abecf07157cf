package dockerfile

func startCases() map[string][]ruleCase {
	return map[string][]ruleCase{
		"arg-at-run-time": {
			{name: "CMD", src: "FROM node:24\nARG PORT=80\nCMD serve --port $PORT\n", lines: []int{3}},
			{name: "in a shell of its own", src: "FROM node:24\nARG FILE=x\nENTRYPOINT [\"sh\", \"-c\", \"exec node $FILE\"]\n", lines: []int{3}},
			{name: "health check", src: "FROM node:24\nARG PORT=80\nHEALTHCHECK CMD curl -f 127.0.0.1:$PORT\n", lines: []int{3}},
			{name: "above FROM", src: "ARG PORT=80\nFROM debian:13\nCMD serve $PORT\n", lines: []int{3}},
			{name: "handed on", src: "FROM node:24\nARG PORT=80\nENV PORT=$PORT\nCMD serve --port $PORT\n"},
			{name: "given at run time", src: "FROM node:24\nCMD serve --port $PORT\n"},
			{name: "set in the script", src: "FROM node:24\nARG P=1\nCMD P=2; serve $P\n"},
			{name: "default in place", src: "FROM node:24\nARG P=1\nCMD serve ${P:-80}\n"},
			{name: "in a RUN", src: "FROM node:24\nARG P=1\nRUN echo $P\nCMD [\"x\"]\n"},
		},
		"shell-as-pid-1": {
			{name: "and", src: "FROM a\nCMD cd /srv && node server.js\n", lines: []int{2}},
			{name: "pipe", src: "FROM a\nENTRYPOINT node server.js | tee log\n", lines: []int{2}},
			{name: "semicolon", src: "FROM a\nCMD migrate; serve\n", lines: []int{2}},
			{name: "in exec form", src: "FROM a\nCMD [\"sh\", \"-c\", \"migrate && serve\"]\n", lines: []int{2}},
			{name: "from a stage", src: "FROM a AS b\nCMD x && y\nFROM b\n", lines: []int{2}},
			{name: "background", src: "FROM a\nCMD serve &\n", lines: []int{2}},
			{name: "exec form", src: "FROM a\nCMD [\"node\", \"server.js\"]\n"},
			{name: "one simple command", src: "FROM a\nCMD node server.js\n"},
			{name: "ends in exec", src: "FROM a\nCMD migrate && exec node server.js\n"},
			{name: "exec in a shell's argument", src: "FROM a\nCMD [\"sh\", \"-c\", \"exec node $FILE\"]\n"},
			{name: "a script", src: "FROM a\nENTRYPOINT [\"/entry.sh\"]\nCMD [\"serve\"]\n"},
			{name: "replaced below", src: "FROM a\nCMD x && y\nCMD [\"z\"]\n"},
			{name: "in another stage", src: "FROM a AS b\nCMD x && y\nFROM a\n"},
		},
		"script-without-exec": {
			{name: "ENTRYPOINT", src: "FROM a\nCOPY start.sh /\nENTRYPOINT [\"/start.sh\"]\nCMD [\"x\"]\n", ctx: ReviewContext{Files: []string{"start.sh"}, Read: reads(map[string]string{"start.sh": `#!/bin/sh
migrate
node server.js
`})}, lines: []int{3}},
			{name: "by a shell", src: "FROM a\nCMD [\"sh\", \"bin/run.sh\"]\n", ctx: ReviewContext{Files: []string{"bin/run.sh"}, Read: reads(map[string]string{"bin/run.sh": `node server.js
`})}, lines: []int{2}},
			{name: "ends in exec", src: "FROM a\nENTRYPOINT [\"/start.sh\"]\nCMD [\"x\"]\n", ctx: ReviewContext{Files: []string{"start.sh"}, Read: reads(map[string]string{"start.sh": `#!/bin/sh
set -e
migrate
exec "$@"
`})}},
			{name: "exec in a branch", src: "FROM a\nENTRYPOINT [\"/start.sh\"]\n", ctx: ReviewContext{Files: []string{"start.sh"}, Read: reads(map[string]string{"start.sh": `if [ -n "$X" ]; then exec a; fi
exec b
`})}},
			{name: "passes the signal on", src: "FROM a\nENTRYPOINT [\"/start.sh\"]\n", ctx: ReviewContext{Files: []string{"start.sh"}, Read: reads(map[string]string{"start.sh": `node x &
trap "kill $!" TERM
wait
`})}},
			{name: "not in the project", src: "FROM a\nENTRYPOINT [\"/docker-entrypoint.sh\"]\n", ctx: ReviewContext{Files: []string{"x"}, Read: reads(map[string]string{})}},
			{name: "two of that name", src: "FROM a\nENTRYPOINT [\"/start.sh\"]\n", ctx: ReviewContext{Files: []string{"a/start.sh", "b/start.sh"}, Read: reads(map[string]string{"a/start.sh": `x
`, "b/start.sh": `x
`})}},
			{name: "Python", src: "FROM a\nENTRYPOINT [\"/start.sh\"]\n", ctx: ReviewContext{Files: []string{"start.sh"}, Read: reads(map[string]string{"start.sh": `#!/usr/bin/env python3
print(1)
`})}},
			{name: "no shell reads it", src: "FROM a\nENTRYPOINT [\"/start.sh\"]\n", ctx: ReviewContext{Files: []string{"start.sh"}, Read: reads(map[string]string{"start.sh": `((
`})}},
		},
		"cmd-ignored": {
			{name: "shell form", src: "FROM a\nENTRYPOINT serve\nCMD [\"--port\", \"80\"]\n", lines: []int{3}},
			{name: "exec form", src: "FROM a\nENTRYPOINT [\"serve\"]\nCMD [\"--port\", \"80\"]\n"},
			{name: "alone", src: "FROM a\nENTRYPOINT exec serve\n"},
			{name: "cleared", src: "FROM a AS b\nENTRYPOINT serve\nFROM b\nENTRYPOINT []\nCMD x\n"},
			{name: "handed on by the shell", src: "FROM a\nENTRYPOINT exec /entry.sh \"$0\" \"$@\"\nCMD [\"run\", \"web\"]\n"},
			{name: "one word handed on", src: "FROM a\nENTRYPOINT exec serve ${0:-web}\nCMD [\"web\"]\n"},
		},
		"cmd-first-word-lost": {
			{name: "shell form", src: "FROM a\nENTRYPOINT exec serve \"$@\"\nCMD [\"--port\", \"80\"]\n", lines: []int{3}},
			{name: "a shell of its own", src: "FROM a\nENTRYPOINT [\"/bin/sh\", \"-ec\", \"exec serve \\\"$@\\\"\"]\nCMD [\"--port\", \"80\"]\n", lines: []int{3}},
			{name: "the first argument alone", src: "FROM a\nENTRYPOINT serve $1\nCMD [\"web\"]\n", lines: []int{3}},
			{name: "all of them by the other name", src: "FROM a\nENTRYPOINT exec serve $*\nCMD [\"web\"]\n", lines: []int{3}},
			{name: "taken from $0", src: "FROM a\nENTRYPOINT exec serve \"$0\" \"$@\"\nCMD [\"--port\", \"80\"]\n"},
			{name: "a name in its place", src: "FROM a\nENTRYPOINT [\"sh\", \"-c\", \"exec serve \\\"$@\\\"\", \"serve\"]\nCMD [\"--port\", \"80\"]\n"},
			{name: "a name for it in CMD", src: "FROM a\nENTRYPOINT [\"sh\", \"-c\", \"exec serve \\\"$@\\\"\"]\nCMD [\"--\", \"--port\", \"80\"]\n"},
			{name: "no arguments", src: "FROM a\nENTRYPOINT exec serve \"$@\"\n"},
			{name: "a function's arguments", src: "FROM a\nENTRYPOINT [\"sh\", \"-c\", \"say() { echo $1; }; say x; exec serve\"]\nCMD [\"web\"]\n"},
			{name: "a script", src: "FROM a\nENTRYPOINT [\"/entry.sh\"]\nCMD [\"--port\", \"80\"]\n"},
		},
		"cmd-reset": {
			{name: "CMD of the parent", src: "FROM a AS b\nCMD [\"node\", \"x\"]\nFROM b\nENTRYPOINT [\"tini\", \"--\"]\n", lines: []int{4}},
			{name: "repeated", src: "FROM a AS b\nCMD [\"node\", \"x\"]\nFROM b\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"node\", \"x\"]\n"},
			{name: "both in the parent", src: "FROM a AS b\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"node\", \"x\"]\nFROM b\n"},
			{name: "CMD in the child", src: "FROM a AS b\nENTRYPOINT [\"tini\", \"--\"]\nFROM b\nCMD [\"node\", \"x\"]\n"},
			{name: "one stage, any order", src: "FROM a\nCMD [\"node\", \"x\"]\nENTRYPOINT [\"tini\", \"--\"]\n"},
		},
		"cmd-repeats-entrypoint": {
			{name: "node", src: "FROM a\nENTRYPOINT [\"node\"]\nCMD [\"node\", \"x\"]\n", lines: []int{3}},
			{name: "by its path", src: "FROM a\nENTRYPOINT [\"/usr/bin/java\", \"-Xmx1g\"]\nCMD [\"java\", \"-jar\", \"x\"]\n", lines: []int{3}},
			{name: "arguments", src: "FROM a\nENTRYPOINT [\"node\"]\nCMD [\"x\"]\n"},
			{name: "tini", src: "FROM a\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"node\", \"x\"]\n"},
			{name: "script", src: "FROM a\nENTRYPOINT [\"/start.sh\"]\nCMD [\"start.sh\"]\n"},
		},
		"cmd-shell-arguments": {
			{name: "node", src: "FROM a\nENTRYPOINT [\"node\"]\nCMD server.js\n", lines: []int{3}},
			{name: "JSON", src: "FROM a\nENTRYPOINT [\"node\"]\nCMD [\"server.js\"]\n"},
			{name: "tini", src: "FROM a\nENTRYPOINT [\"tini\", \"--\"]\nCMD exec node x\n"},
			{name: "script", src: "FROM a\nENTRYPOINT [\"docker-entrypoint.sh\"]\nCMD node x\n"},
			{name: "program that is not known", src: "FROM a\nENTRYPOINT [\"/run-this\"]\nCMD node x\n"},
		},
		"no-shell": {
			{name: "scratch", src: "FROM scratch\nCMD /app\n", lines: []int{2}},
			{name: "distroless", src: "FROM gcr.io/distroless/static:nonroot\nRUN true\nENTRYPOINT /app\n", lines: []int{2, 3}},
			{name: "exec form", src: "FROM scratch\nCMD [\"/app\"]\n"},
			{name: "with a shell for debugging", src: "FROM gcr.io/distroless/static:debug-nonroot\nCMD /app\n"},
			{name: "a shell brought along", src: "FROM scratch\nCOPY --from=busybox:1 /bin/busybox /bin/sh\nCMD /app\n"},
			{name: "alpine", src: "FROM alpine:3\nCMD /app\n"},
		},
		"JSONArgsRecommended": {
			{name: "CMD", src: "FROM a\nCMD node server.js\n", lines: []int{2}},
			{name: "ENTRYPOINT", src: "FROM a\nENTRYPOINT serve\n", lines: []int{2}},
			{name: "JSON", src: "FROM a\nENTRYPOINT [\"node\"]\nCMD [\"server.js\"]\n"},
			{name: "exec", src: "FROM a\nCMD exec node server.js\n"},
			{name: "told more gravely", src: "FROM a\nCMD migrate && node server.js\n"},
			{name: "SHELL was chosen", src: "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nCMD node server.js\n"},
			{name: "in another stage", src: "FROM a AS dev\nCMD node x\nFROM a\nCMD [\"node\"]\n"},
			{name: "skipped", src: "FROM a\n# check=skip=JSONArgsRecommended\nCMD node server.js\n"},
			{name: "all skipped", src: "# check=skip=all\nFROM a\nCMD node server.js\n"},
		},
		"install-at-start": {
			{name: "in a shell", src: "FROM a\nCMD [\"sh\", \"-c\", \"npm ci && exec node server.js\"]\n", lines: []int{2}},
			{name: "pip", src: "FROM a\nCMD pip install -r requirements.txt && python app.py\n", lines: []int{2}},
			{name: "in a RUN", src: "FROM a\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n"},
			{name: "starts by npm", src: "FROM a\nCMD [\"npm\", \"start\"]\n"},
		},
		"stop-by-kill": {
			{name: "name", src: "FROM a\nSTOPSIGNAL SIGKILL\n", lines: []int{2}},
			{name: "number", src: "FROM a\nSTOPSIGNAL 9\n", lines: []int{2}},
			{name: "short", src: "FROM a\nARG S=kill\nSTOPSIGNAL $S\n", lines: []int{3}},
			{name: "another", src: "FROM a\nSTOPSIGNAL SIGQUIT\n"},
			{name: "none", src: "FROM a\n"},
		},
	}
}
