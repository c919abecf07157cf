package dockerfile

import "testing"

func TestCacheRules(t *testing.T) {
	checkRule(t, "copy-before-install", []ruleCase{
		{name: "npm", src: "FROM node\nCOPY . .\nRUN npm ci\n", lines: []int{2}},
		{name: "in a list, by another name", src: "FROM node\nADD ./ /srv/\nRUN cd /srv && /usr/local/bin/npm --quiet ci\n", lines: []int{2}},
		{name: "in a shell's argument", src: "FROM node\nCOPY . .\nRUN [\"sh\", \"-c\", \"npm ci && npm test\"]\n", lines: []int{2}},
		{name: "in a heredoc", src: "FROM node\nCOPY . .\nRUN <<EOF\nnpm ci\nEOF\n", lines: []int{2}},
		{name: "pip as a module", src: "FROM python\nCOPY . .\nRUN python3 -m pip install -r requirements.txt\n", lines: []int{2}},
		{name: "go", src: "FROM golang\nCOPY . .\nRUN go mod download && go build .\n", lines: []int{2}},
		{name: "in the parent stage", src: "FROM node AS a\nCOPY . .\nFROM a\nRUN yarn --frozen-lockfile && yarn install\n", lines: []int{2}},
		{name: "bind mount of everything", src: "FROM node\nRUN --mount=target=. npm ci\n", lines: []int{2}},
		{name: "through a variable", src: "FROM node\nARG SRC=.\nCOPY $SRC .\nRUN npm ci\n", lines: []int{3}},

		{name: "a pattern too wide", src: "FROM node\nCOPY *.js* ./\nRUN npm ci\n", ctx: ReviewContext{Files: []string{"package.json", "server.js"}}, lines: []int{2}},
		{name: "a pattern for the manifest", src: "FROM node\nCOPY package*.json ./\nRUN npm ci\n", ctx: ReviewContext{Files: []string{"package.json", "server.js"}}},
		{name: "manifest first", src: "FROM node\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n"},
		{name: "manifest by bind mount", src: "FROM node\nRUN --mount=type=bind,source=package.json,target=package.json npm ci\nCOPY . .\n"},
		{name: "prune below", src: "FROM node\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build && npm prune --omit=dev && npm ci --omit=dev\n"},
		{name: "own package without dependencies", src: "FROM python\nCOPY . .\nRUN pip install --no-deps .\n"},
		{name: "a tool", src: "FROM node\nCOPY . .\nRUN npm install -g serve\n"},
		{name: "go build from a vendor folder", src: "FROM golang\nCOPY . .\nRUN go build -mod=vendor .\n"},
		{name: "in another stage", src: "FROM node AS a\nCOPY . .\nFROM node\nCOPY package.json .\nRUN npm ci\n"},
		{name: "copied from a stage", src: "FROM node AS a\nRUN true\nFROM node\nCOPY --from=a . .\nRUN npm ci\n"},
		{name: "only printed", src: "FROM node\nCOPY . .\nRUN echo npm ci\n"},
		{name: "a folder", src: "FROM node\nCOPY deps/ ./\nRUN npm ci\n"},
	})
	lock := ReviewContext{Files: []string{"package.json", "package-lock.json"}}
	checkRule(t, "npm-install", []ruleCase{
		{name: "with a lock file", src: "FROM node\nRUN npm install --omit=dev\n", ctx: lock, lines: []int{2}},
		{name: "short", src: "FROM node\nRUN npm i\n", ctx: lock, lines: []int{2}},
		{name: "lock file named in COPY", src: "FROM node\nCOPY package.json package-lock.json ./\nRUN npm install\n", lines: []int{3}},
		{name: "npm ci", src: "FROM node\nRUN npm ci\n", ctx: lock},
		{name: "no lock file", src: "FROM node\nRUN npm install\n", ctx: ReviewContext{Files: []string{"package.json"}}},
		{name: "a package", src: "FROM node\nRUN npm install -g pnpm && npm install ./dep.tgz\n", ctx: lock},
		{name: "unknown files", src: "FROM node\nCOPY package*.json ./\nRUN npm install\n"},
		{name: "yarn", src: "FROM node\nRUN yarn install\n", ctx: lock},
	})
	checkRule(t, "no-dockerignore", []ruleCase{
		{name: "none", src: "FROM a\nCOPY . .\n", lines: []int{2}},
		{name: "empty one", src: "FROM a\nCOPY . .\n", ctx: ReviewContext{Ignore: []byte{}}},
		{name: "only named files", src: "FROM a\nCOPY package.json src ./\n"},
		{name: "from a stage", src: "FROM a AS b\nFROM a\nCOPY --from=b / /\n"},
	})
	node := []string{"package.json", ".env", "src/a.js"}
	checkRule(t, "ignore-gaps", []ruleCase{
		{name: "nothing ignored", src: "FROM a\nCOPY . .\n", ctx: ReviewContext{Ignore: []byte("*.log\n"), Files: node}, lines: []int{2}},
		{name: "secrets let through", src: "FROM a\nCOPY . .\n", ctx: ReviewContext{Ignore: []byte(".git\nnode_modules\n"), Files: node}, lines: []int{2}},
		{name: "all", src: "FROM a\nCOPY . .\n", ctx: ReviewContext{Ignore: []byte("# a\n.git/\n**/node_modules\n.env*\n"), Files: node}},
		{name: "an allow list", src: "FROM a\nCOPY . .\n", ctx: ReviewContext{Ignore: []byte("*\n!src\n!package.json\n"), Files: node}},
		{name: "no node project", src: "FROM a\nCOPY . .\n", ctx: ReviewContext{Ignore: []byte(".git\n"), Files: []string{"go.mod"}}},
		{name: "only named files", src: "FROM a\nCOPY src .\n", ctx: ReviewContext{Ignore: []byte(""), Files: node}},
		{name: "malformed", src: "FROM a\nCOPY . .\n", ctx: ReviewContext{Ignore: []byte("[\n"), Files: node}},
	})
}
