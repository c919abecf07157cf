package dockerfile

import "testing"

func TestStartRules(t *testing.T) {
	checkRule(t, "shell-as-pid-1", []ruleCase{
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
	})
	checkRule(t, "json-quotes", []ruleCase{
		{name: "single quotes", src: "FROM a\nCMD ['node', 'server.js']\n", lines: []int{2}},
		{name: "comma at the end", src: "FROM a\nENTRYPOINT [\"node\",]\n", lines: []int{2}},
		{name: "JSON", src: "FROM a\nCMD [ \"node\", \"server.js\" ]\n"},
		{name: "a test", src: "FROM a\nCMD [ -f x ] && y\n"},
	})
	checkRule(t, "cmd-ignored", []ruleCase{
		{name: "shell form", src: "FROM a\nENTRYPOINT serve\nCMD [\"--port\", \"80\"]\n", lines: []int{3}},
		{name: "exec form", src: "FROM a\nENTRYPOINT [\"serve\"]\nCMD [\"--port\", \"80\"]\n"},
		{name: "alone", src: "FROM a\nENTRYPOINT exec serve\n"},
		{name: "cleared", src: "FROM a AS b\nENTRYPOINT serve\nFROM b\nENTRYPOINT []\nCMD x\n"},
	})
	checkRule(t, "no-shell", []ruleCase{
		{name: "scratch", src: "FROM scratch\nCMD /app\n", lines: []int{2}},
		{name: "distroless", src: "FROM gcr.io/distroless/static:nonroot\nRUN true\nENTRYPOINT /app\n", lines: []int{2, 3}},
		{name: "exec form", src: "FROM scratch\nCMD [\"/app\"]\n"},
		{name: "with a shell for debugging", src: "FROM gcr.io/distroless/static:debug-nonroot\nCMD /app\n"},
		{name: "a shell brought along", src: "FROM scratch\nCOPY --from=busybox:1 /bin/busybox /bin/sh\nCMD /app\n"},
		{name: "alpine", src: "FROM alpine:3\nCMD /app\n"},
	})
	checkRule(t, "install-at-start", []ruleCase{
		{name: "in a shell", src: "FROM a\nCMD [\"sh\", \"-c\", \"npm ci && exec node server.js\"]\n", lines: []int{2}},
		{name: "pip", src: "FROM a\nCMD pip install -r requirements.txt && python app.py\n", lines: []int{2}},
		{name: "in a RUN", src: "FROM a\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n"},
		{name: "starts by npm", src: "FROM a\nCMD [\"npm\", \"start\"]\n"},
	})
	checkRule(t, "lost-shell-state", []ruleCase{
		{name: "cd", src: "FROM a\nRUN cd /srv\n", lines: []int{2}},
		{name: "export", src: "FROM a\nRUN export A=1 B=2\n", lines: []int{2}},
		{name: "activate", src: "FROM a\nRUN . /opt/venv/bin/activate\n", lines: []int{2}},
		{name: "both", src: "FROM a\nRUN cd /srv && export A=1\n", lines: []int{2}},
		{name: "cd and work", src: "FROM a\nRUN cd /srv && make\n"},
		{name: "activate and install", src: "FROM a\nRUN . /opt/venv/bin/activate && pip install x\n"},
		{name: "mkdir", src: "FROM a\nRUN mkdir /srv\n"},
	})
	gunicorn := ReviewContext{Files: []string{"app.py"}}
	checkRule(t, "loopback-only", []ruleCase{
		{name: "option", src: "FROM a\nCMD [\"uvicorn\", \"app:app\", \"--host\", \"127.0.0.1\"]\n", lines: []int{2}},
		{name: "option with =", src: "FROM a\nCMD serve --bind=localhost:80\n", lines: []int{2}},
		{name: "uvicorn's default", src: "FROM a\nCMD [\"python\", \"-m\", \"uvicorn\", \"app:app\"]\n", lines: []int{2}},
		{name: "ENTRYPOINT and CMD together", src: "FROM a\nENTRYPOINT [\"uvicorn\"]\nCMD [\"app:app\"]\n", lines: []int{3}},
		{name: "flask's default", src: "FROM a\nCMD flask --app x run --port 80\n", lines: []int{2}},
		{name: "gunicorn's default", src: "FROM a\nCMD [\"gunicorn\", \"app:app\"]\n", ctx: gunicorn, lines: []int{2}},
		{name: "ENV", src: "FROM a\nENV PORT=80 HOST=127.0.0.1\nCMD [\"x\"]\n", lines: []int{2}},

		{name: "all addresses", src: "FROM a\nCMD [\"uvicorn\", \"app:app\", \"--host\", \"0.0.0.0\"]\n"},
		{name: "all addresses, IPv6", src: "FROM a\nCMD [\"uvicorn\", \"app:app\", \"--host=::\"]\n"},
		{name: "uvicorn on a socket file", src: "FROM a\nCMD [\"uvicorn\", \"app:app\", \"--uds\", \"/s\"]\n"},
		{name: "by ENV", src: "FROM a\nENV FLASK_RUN_HOST=0.0.0.0\nCMD [\"flask\", \"run\"]\n"},
		{name: "set again", src: "FROM a\nENV HOST=127.0.0.1\nENV HOST=0.0.0.0\nCMD [\"x\"]\n"},
		{name: "options in a variable", src: "FROM a\nCMD uvicorn app:app $OPTIONS\n"},
		{name: "gunicorn with a bind", src: "FROM a\nCMD [\"gunicorn\", \"-b\", \"0.0.0.0:80\", \"app:app\"]\n", ctx: gunicorn},
		{name: "gunicorn with a worker of uvicorn", src: "FROM a\nENV PORT=80\nCMD [\"gunicorn\", \"-k\", \"uvicorn.workers.UvicornWorker\", \"app:app\"]\n", ctx: gunicorn},
		{name: "gunicorn's file", src: "FROM a\nCMD [\"gunicorn\", \"app:app\"]\n", ctx: ReviewContext{Files: []string{"gunicorn.conf.py"}}},
		{name: "the database is elsewhere", src: "FROM a\nENV DB_HOST=localhost\nCMD [\"x\"]\n"},
		{name: "health check may use it", src: "FROM a\nHEALTHCHECK CMD x http://127.0.0.1\nCMD [\"x\"]\n"},
	})
}

func TestHealthRules(t *testing.T) {
	checkRule(t, "health-tool-missing", []ruleCase{
		{name: "curl on slim", src: "FROM python:3.13-slim\nHEALTHCHECK CMD curl -f http://127.0.0.1/ || exit 1\n", lines: []int{2}},
		{name: "curl on alpine", src: "FROM node:24-alpine\nHEALTHCHECK CMD [\"curl\", \"-f\", \"http://127.0.0.1/\"]\n", lines: []int{2}},
		{name: "wget on slim", src: "FROM debian:trixie-slim\nHEALTHCHECK CMD wget -q http://127.0.0.1/\n", lines: []int{2}},
		{name: "a shell on scratch", src: "FROM scratch\nHEALTHCHECK CMD /app -check\n", lines: []int{2}},
		{name: "a shell on distroless", src: "FROM gcr.io/distroless/static:nonroot\nHEALTHCHECK CMD /app -check\n", lines: []int{2}},
		{name: "curl installed", src: "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl=8.* && rm -rf /var/lib/apt/lists/*\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n"},
		{name: "curl copied", src: "FROM python:3.13-slim\nCOPY --from=curlimages/curl:8 /usr/bin/curl /usr/bin/\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n"},
		{name: "wget on alpine", src: "FROM node:24-alpine\nHEALTHCHECK CMD wget -q http://127.0.0.1/\n"},
		{name: "curl on the full image", src: "FROM node:24\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n"},
		{name: "unknown image", src: "FROM example.org/base:1\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n"},
		{name: "exec form on scratch", src: "FROM scratch\nHEALTHCHECK CMD [\"/app\", \"-check\"]\n"},
		{name: "none", src: "FROM python:3.13-slim\nHEALTHCHECK NONE\n"},
	})
	checkRule(t, "health-proves-nothing", []ruleCase{
		{name: "true", src: "FROM a\nHEALTHCHECK CMD true\n", lines: []int{2}},
		{name: "exit 0", src: "FROM a\nHEALTHCHECK --interval=5s CMD exit 0\n", lines: []int{2}},
		{name: "exec form", src: "FROM a\nHEALTHCHECK CMD [\"/bin/true\"]\n", lines: []int{2}},
		{name: "a process is there", src: "FROM a\nHEALTHCHECK CMD ps | grep node\n", lines: []int{2}},
		{name: "PID 1 is there", src: "FROM a\nHEALTHCHECK CMD [\"test\", \"-d\", \"/proc/1\"]\n", lines: []int{2}},
		{name: "never fails", src: "FROM a\nHEALTHCHECK CMD curl x || true\n", lines: []int{2}},
		{name: "asks", src: "FROM a\nHEALTHCHECK CMD curl -f x || exit 1\n"},
		{name: "reads a heartbeat", src: "FROM a\nHEALTHCHECK CMD test $(find /tmp/beat -mmin -1)\n"},
		{name: "none", src: "FROM a\nHEALTHCHECK NONE\n"},
	})
	checkRule(t, "health-localhost", []ruleCase{
		{name: "alpine", src: "FROM node:24-alpine\nHEALTHCHECK CMD wget -q http://localhost:80/\n", lines: []int{2}},
		{name: "debian", src: "FROM node:24\nHEALTHCHECK CMD curl -f http://localhost:80/\n"},
		{name: "address", src: "FROM node:24-alpine\nHEALTHCHECK CMD wget -q http://127.0.0.1:80/\n"},
	})
	checkRule(t, "no-healthcheck", []ruleCase{
		{name: "service", src: "FROM node:24-slim\nCMD [\"node\"]\n", lines: []int{1}},
		{name: "no command", src: "FROM node:24-slim\n"},
		{name: "scratch", src: "FROM scratch\nCMD [\"/app\"]\n"},
		{name: "said to have none", src: "FROM node:24-slim\nHEALTHCHECK NONE\nCMD [\"node\"]\n"},
	})
	checkRule(t, "no-expose", []ruleCase{
		{name: "service", src: "FROM alpine:3.22 AS b\nFROM node:24-slim\nCMD [\"node\"]\n", lines: []int{2}},
		{name: "exposed in a parent stage", src: "FROM node:24-slim AS b\nEXPOSE 80\nFROM b\nCMD [\"node\"]\n"},
		{name: "unknown image", src: "FROM example.org/base:1\nCMD [\"node\"]\n"},
	})
}
