package dockerfile

import "testing"

func TestPythonRules(t *testing.T) {
	checkRule(t, "lost-pip-user", []ruleCase{
		{name: "then USER", src: "FROM python:3.13-slim\nRUN pip install --user flask\nUSER app\n", lines: []int{2}},
		{name: "USER root above", src: "FROM python:3.13-slim\nUSER 0\nRUN python -m pip install --user flask\nUSER 1000:1000\n", lines: []int{3}},
		{name: "as that user", src: "FROM python:3.13-slim\nUSER app\nRUN pip install --user flask\n"},
		{name: "stays root", src: "FROM python:3.13-slim\nRUN pip install --user flask\n"},
		{name: "moved", src: "FROM python:3.13-slim\nENV PYTHONUSERBASE=/opt/py\nRUN pip install --user flask\nUSER app\n"},
		{name: "opened, where the other Python does not look", src: "FROM python:3.13-slim\nRUN pip install --user flask && chmod 755 /root\nUSER app\n", lines: []int{2}},
		{name: "opened and named", src: "FROM python:3.13-slim\nENV PYTHONPATH=/root/.local/lib/python3.13/site-packages\nRUN pip install --user flask && chmod 755 /root\nUSER app\n"},
		{name: "root by another name", src: "FROM python:3.13-slim\nRUN useradd --non-unique --uid 0 app && pip install --user flask\nUSER app\n"},
		{name: "for everybody", src: "FROM python:3.13-slim\nRUN pip install flask\nUSER app\n"},
	})
	checkRule(t, "root-only-packages", []ruleCase{
		{name: "venv", src: "FROM python:3.13-slim\nRUN python -m venv /root/venv\nUSER app\n", lines: []int{2}},
		{name: "relative to WORKDIR", src: "FROM python:3.13-slim\nWORKDIR /root\nWORKDIR app\nRUN python3 -m venv .venv\nUSER app\n", lines: []int{4}},
		{name: "at home", src: "FROM python:3.13-slim\nRUN python3 -m venv ~/venv\nUSER app\n", lines: []int{2}},
		{name: "target", src: "FROM python:3.13-slim\nRUN pip install --target=/root/lib flask\nUSER app\n", lines: []int{2}},
		{name: "copied", src: "FROM python:3.13-slim AS b\nRUN pip install --user flask\nFROM python:3.13-slim\nCOPY --from=b /root/.local /root/.local\nUSER app\n", lines: []int{4}},
		{name: "copied to the user's home", src: "FROM python:3.13-slim AS b\nRUN pip install --user flask\nFROM python:3.13-slim\nCOPY --from=b --chown=app /root/.local /home/app/.local\nUSER app\n"},
		{name: "opened to nobody", src: "FROM python:3.13-slim\nRUN chmod 700 /root && python -m venv /root/venv\nUSER app\n", lines: []int{2}},
		{name: "opened", src: "FROM python:3.13-slim\nRUN chmod a+x /root && python -m venv /root/venv\nUSER app\n"},
		{name: "a readable place", src: "FROM python:3.13-slim\nRUN python -m venv /opt/venv\nUSER app\n"},
		{name: "stays root", src: "FROM python:3.13-slim\nRUN python -m venv /root/venv\n"},
		{name: "in the builder alone", src: "FROM python:3.13-slim AS b\nRUN python -m venv /root/venv\nFROM python:3.13-slim\nUSER app\n"},
	})
}

func TestGoRules(t *testing.T) {
	to := func(base string) string { return "\nFROM " + base + "\nCOPY --from=0 /app /app\n" }
	checkRule(t, "cgo-binary", []ruleCase{
		{name: "scratch", src: "FROM golang:1.26\nRUN go build -o /app ." + to("scratch"), lines: []int{2}},
		{name: "alpine", src: "FROM golang:1.26 AS b\nRUN GOOS=linux go build -o /app ." + to("alpine:3.22"), lines: []int{2}},
		{name: "distroless static", src: "ARG V=1.26\nFROM golang:${V}-trixie\nRUN go install ./..." + to("gcr.io/distroless/static-debian13:nonroot"), lines: []int{3}},
		{name: "cgo on", src: "FROM golang:1.26\nENV CGO_ENABLED=1\nRUN go build -o /app ." + to("scratch"), lines: []int{3}},

		{name: "off in the call", src: "FROM golang:1.26\nRUN CGO_ENABLED=0 go build -o /app ." + to("scratch")},
		{name: "off by export", src: "FROM golang:1.26\nRUN export CGO_ENABLED=0 && go build -o /app ." + to("scratch")},
		{name: "off by ENV", src: "FROM golang:1.26\nENV CGO_ENABLED=0\nRUN go build -o /app ." + to("scratch")},
		{name: "off by ARG", src: "FROM golang:1.26\nARG CGO_ENABLED=0\nRUN go build -o /app ." + to("scratch")},
		{name: "off by ENV of a parent stage", src: "FROM golang:1.26 AS a\nENV CGO_ENABLED=0\nFROM a AS b\nRUN go build -o /app .\nFROM scratch\nCOPY --from=b /app /app\n"},
		{name: "off by go env -w", src: "FROM golang:1.26\nRUN go env -w CGO_ENABLED=0\nRUN go build -o /app ." + to("scratch")},
		{name: "linked statically", src: "FROM golang:1.26\nRUN go build -ldflags '-linkmode external -extldflags \"-static\"' -o /app ." + to("scratch")},
		{name: "golang:alpine has no compiler", src: "FROM golang:1.26-alpine\nRUN go build -o /app ." + to("scratch")},
		{name: "debian has the libc", src: "FROM golang:1.26\nRUN go build -o /app ." + to("debian:trixie-slim")},
		{name: "distroless base has it too", src: "FROM golang:1.26\nRUN go build -o /app ." + to("gcr.io/distroless/base:nonroot")},
		{name: "gcompat", src: "FROM golang:1.26\nRUN go build -o /app .\nFROM alpine:3.22\nRUN apk add --no-cache gcompat\nCOPY --from=0 /app /app\n"},
		{name: "certificates alone", src: "FROM golang:1.26\nRUN go build -o /app .\nFROM scratch\nCOPY --from=0 /etc/ssl/certs /etc/ssl/certs\n"},
		{name: "not Go", src: "FROM debian:trixie-slim\nRUN go build -o /app ." + to("scratch")},
	})
}
