package dockerfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// ruleCase is one Dockerfile and the lines that a rule must name in it.
type ruleCase struct {
	name, src string
	ctx       ReviewContext
	lines     []int
}

// withFiles is the context of a project with some files.
func withFiles(names ...string) ReviewContext { return ReviewContext{Files: names} }

// reads is a project's files by name.
func reads(content map[string]string) func(string) []byte {
	return func(name string) []byte {
		if text, ok := content[name]; ok {
			return []byte(text)
		}
		return nil
	}
}

// ruleCases are the texts that each rule must remark, and those that it must
// not.
func ruleCases() map[string][]ruleCase {
	all := map[string][]ruleCase{}
	for _, cases := range []map[string][]ruleCase{
		lintCases(), lineCases(), baseCases(), stageCases(), contextCases(), cacheCases(), packageCases(), shellCases(), downloadCases(),
		nodeCases(), pythonCases(), goCases(), secretCases(), userCases(), execCases(), startCases(), serviceCases(), networkCases(), healthCases(),
	} {
		maps.Copy(all, cases)
	}
	return all
}

// TestRules reviews each text and compares the lines of one rule's remarks.
func TestRules(t *testing.T) {
	for rule, cases := range ruleCases() {
		for _, tc := range cases {
			t.Run(rule+"/"+tc.name, func(t *testing.T) {
				var lines []int
				for _, r := range parse(t, tc.src).Review(tc.ctx) {
					if r.Rule == rule {
						lines = append(lines, r.Line)
					}
				}
				if !slices.Equal(lines, tc.lines) {
					t.Errorf("fires at lines %v, want %v\n%s", lines, tc.lines, tc.src)
				}
			})
		}
	}
}

// Each rule has texts that it remarks and correct ones that it lets be.
func TestEachRuleIsTested(t *testing.T) {
	cases := ruleCases()
	for _, rule := range Rules() {
		var wrong, right int
		for _, tc := range cases[rule.ID] {
			if len(tc.lines) > 0 {
				wrong++
			} else {
				right++
			}
		}
		if wrong == 0 || right < 2 {
			t.Errorf("%s: %d texts to remark and %d to let be; it needs 1 and 2 at least", rule.ID, wrong, right)
		}
		delete(cases, rule.ID)
	}
	for id := range cases {
		t.Errorf("there are texts for %s, and no such rule", id)
	}
}

func TestRulesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] {
			t.Errorf("%s stands in the table twice", r.ID)
		}
		seen[r.ID] = true
		if r.Severity != Advice && r.Severity != Warning && r.Severity != Mistake {
			t.Errorf("%s: severity %q", r.ID, r.Severity)
		}
		if !strings.HasSuffix(r.Why, ".") || r.check == nil {
			t.Errorf("%s: says no why, or checks nothing", r.ID)
		}
	}
}

// Good Dockerfiles in several styles, with a .dockerignore, get no remark at
// all.
func TestReviewKeepsSilent(t *testing.T) {
	ignore := []byte(".git\nnode_modules\n.env*\n.venv\n__pycache__\n")
	for i, src := range []string{
		`FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /srv
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --chown=node:node . .
USER node
EXPOSE 8080
HEALTHCHECK CMD ["node", "health.js"]
CMD ["node", "server.js"]
`, `FROM node:24-alpine AS deps
WORKDIR /srv
COPY package*.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

FROM node:24-alpine
RUN apk add --no-cache tini
WORKDIR /srv
COPY --from=deps /srv/node_modules ./node_modules
COPY . .
ENV NODE_ENV=production
USER 1000:1000
EXPOSE 8080
HEALTHCHECK CMD wget -qO- http://127.0.0.1:8080/health || exit 1
ENTRYPOINT ["tini", "--"]
CMD ["node", "server.js"]
`, `FROM python:3.13-slim AS build
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt .
RUN pip install -r requirements.txt

FROM python:3.13-slim
RUN groupadd -g 1001 app && useradd -u 1001 -g app app
ENV PATH=/opt/venv/bin:$PATH
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv
COPY . .
USER app
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/')"
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]
`, `FROM python:3.13-slim
WORKDIR /srv
RUN --mount=type=bind,source=requirements.txt,target=requirements.txt \
    --mount=type=cache,target=/root/.cache/pip \
    pip install -r requirements.txt
COPY . .
USER 1001
EXPOSE 8000
HEALTHCHECK CMD ["python", "health.py"]
CMD exec gunicorn --bind 0.0.0.0:8000 app:app
`, `FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /app .

FROM gcr.io/distroless/static:nonroot
COPY --from=build /app /app
EXPOSE 8080
ENTRYPOINT ["/app"]
`, `FROM golang:1.26 AS build
ENV CGO_ENABLED=0
WORKDIR /src
RUN --mount=type=bind,target=. --mount=type=cache,target=/root/.cache go build -ldflags=-s -o /app .

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app /app
USER 65532:65532
EXPOSE 8080
HEALTHCHECK CMD ["/app", "-check"]
ENTRYPOINT ["/app"]
`, `FROM debian:trixie-slim
RUN <<EOF
set -eu
apt-get update
apt-get install -y --no-install-recommends curl
rm -rf /var/lib/apt/lists/*
useradd --system --uid 900 svc
EOF
COPY --chmod=755 service /usr/local/bin/service
USER svc
EXPOSE 8080
HEALTHCHECK CMD curl -fsS http://127.0.0.1:8080/ || exit 1
CMD ["service"]
`,
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			ctx := ReviewContext{Ignore: ignore, Files: []string{"package.json", "package-lock.json", "requirements.txt", "go.mod", "go.sum", "service", ".env"}}
			for _, r := range parse(t, src).Review(ctx) {
				t.Errorf("%s, line %d: %s", r.Rule, r.Line, r.Message)
			}
		})
	}
}

// The gravest first, and of one severity in the order of the lines.
func TestReviewOrders(t *testing.T) {
	remarks := parse(t, "FROM python AS Build\nMAINTAINER me\nRUN chmod 777 /x\nUSER nosuch\n").Review(ReviewContext{})
	var got []string
	for _, r := range remarks {
		got = append(got, fmt.Sprintf("%d %s", r.Line, r.Rule))
	}
	want := []string{"4 user-unknown", "1 unpinned-base", "3 open-permissions", "1 StageNameCasing", "2 MaintainerDeprecated"}
	if !slices.Equal(got, want) {
		t.Errorf("remarks = %q\nwant      %q", got, want)
	}
}
