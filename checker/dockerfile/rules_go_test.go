package dockerfile

// toBase is a last stage that copies a program onto a base.
func toBase(base string) string {
	return "\nFROM " + base + "\nCOPY --from=0 /app /app\nCMD [\"/app\"]\n"
}

func goCases() map[string][]ruleCase {
	return map[string][]ruleCase{
		"cgo-binary": {
			{name: "scratch", src: "FROM golang:1.26\nRUN go build -o /app ." + toBase("scratch"), lines: []int{2}},
			{name: "alpine", src: "FROM golang:1.26 AS b\nRUN GOOS=linux go build -o /app ." + toBase("alpine:3.22"), lines: []int{2}},
			{name: "distroless static", src: "ARG V=1.26\nFROM golang:${V}-trixie\nRUN go install ./..." + toBase("gcr.io/distroless/static-debian13:nonroot"), lines: []int{3}},
			{name: "cgo on", src: "FROM golang:1.26\nENV CGO_ENABLED=1\nRUN go build -o /app ." + toBase("scratch"), lines: []int{3}},

			{name: "off in the call", src: "FROM golang:1.26\nRUN CGO_ENABLED=0 go build -o /app ." + toBase("scratch")},
			{name: "off by export", src: "FROM golang:1.26\nRUN export CGO_ENABLED=0 && go build -o /app ." + toBase("scratch")},
			{name: "off by ENV", src: "FROM golang:1.26\nENV CGO_ENABLED=0\nRUN go build -o /app ." + toBase("scratch")},
			{name: "off by ARG", src: "FROM golang:1.26\nARG CGO_ENABLED=0\nRUN go build -o /app ." + toBase("scratch")},
			{name: "off by ENV of a parent stage", src: "FROM golang:1.26 AS a\nENV CGO_ENABLED=0\nFROM a AS b\nRUN go build -o /app .\nFROM scratch\nCOPY --from=b /app /app\nCMD [\"/app\"]\n"},
			{name: "off by go env -w", src: "FROM golang:1.26\nRUN go env -w CGO_ENABLED=0\nRUN go build -o /app ." + toBase("scratch")},
			{name: "linked statically", src: "FROM golang:1.26\nRUN go build -ldflags '-linkmode external -extldflags \"-static\"' -o /app ." + toBase("scratch")},
			{name: "golang:alpine has no compiler", src: "FROM golang:1.26-alpine\nRUN go build -o /app ." + toBase("scratch")},
			{name: "debian has the libc", src: "FROM golang:1.26\nRUN go build -o /app ." + toBase("debian:trixie-slim")},
			{name: "distroless base has it too", src: "FROM golang:1.26\nRUN go build -o /app ." + toBase("gcr.io/distroless/base:nonroot")},
			{name: "gcompat", src: "FROM golang:1.26\nRUN go build -o /app .\nFROM alpine:3.22\nRUN apk add --no-cache gcompat\nCOPY --from=0 /app /app\n"},
			{name: "certificates alone", src: "FROM golang:1.26\nRUN go build -o /app .\nFROM scratch\nCOPY --from=0 /etc/ssl/certs /etc/ssl/certs\n"},
			{name: "Alpine's libc in both", src: "FROM golang:1.26-alpine AS b\nRUN apk add --no-cache gcc musl-dev\nRUN CGO_ENABLED=1 go build -o /app .\nFROM alpine:3.22\nCOPY --from=b /app /app\nCMD [\"/app\"]\n"},
			{name: "Alpine's libc in the builder alone", src: "FROM golang:1.26-alpine AS b\nRUN apk add --no-cache gcc musl-dev\nRUN go build -o /app .\nFROM scratch\nCOPY --from=b /app /app\nCMD [\"/app\"]\n", lines: []int{3}},
			{name: "files to take away", src: "FROM golang:1.26\nRUN go build -o /app .\nFROM scratch\nCOPY --from=0 /app /app\n"},
			{name: "not Go", src: "FROM debian:trixie-slim\nRUN go build -o /app ." + toBase("scratch")},
		},
		"go-without-module": {
			{name: "none", src: "FROM golang:1.26\nCOPY . .\nRUN go build -o /app .\n", ctx: withFiles("main.go"), lines: []int{3}},
			{name: "there", src: "FROM golang:1.26\nCOPY . .\nRUN go build -o /app .\n", ctx: withFiles("main.go", "go.mod")},
			{name: "in a folder", src: "FROM golang:1.26\nCOPY . .\nRUN cd svc && go build -o /app .\n", ctx: withFiles("svc/main.go", "svc/go.mod")},
			{name: "made in the build", src: "FROM golang:1.26\nCOPY . .\nRUN go mod init x && go build .\n", ctx: withFiles("main.go")},
			{name: "files by name", src: "FROM golang:1.26\nCOPY . .\nRUN go build -o /app main.go\n", ctx: withFiles("main.go")},
			{name: "fetched", src: "FROM golang:1.26\nCOPY . .\nRUN git clone https://example.org/x && cd x && go build .\n", ctx: withFiles("main.go")},
			{name: "no Go here", src: "FROM golang:1.26\nCOPY . .\nRUN go build .\n", ctx: withFiles("Makefile")},
			{name: "unknown files", src: "FROM golang:1.26\nCOPY . .\nRUN go build .\n"},
		},
		"go-symbols": {
			{name: "plain", src: "FROM golang:1.26\nRUN go build -o /app .\nFROM scratch\nCOPY --from=0 /app /app\nCMD [\"/app\"]\n", lines: []int{2}},
			{name: "trimpath alone", src: "FROM golang:1.26 AS b\nRUN CGO_ENABLED=0 go build -trimpath -o /app .\nFROM alpine:3.22\nCOPY --from=b /app /app\nCMD [\"/app\"]\n", lines: []int{2}},
			{name: "ldflags", src: "FROM golang:1.26\nRUN go build -ldflags='-s -w' -o /app .\nFROM scratch\nCOPY --from=0 /app /app\nCMD [\"/app\"]\n"},
			{name: "ldflags among others", src: "FROM golang:1.26\nRUN go build -ldflags \"-X main.v=1 -w -s\" -o /app .\nFROM scratch\nCOPY --from=0 /app /app\nCMD [\"/app\"]\n"},
			{name: "strip", src: "FROM golang:1.26\nRUN go build -o /app . && strip /app\nFROM scratch\nCOPY --from=0 /app /app\nCMD [\"/app\"]\n"},
			{name: "GOFLAGS", src: "FROM golang:1.26\nENV GOFLAGS=-ldflags=-s\nRUN go build -o /app .\nFROM scratch\nCOPY --from=0 /app /app\nCMD [\"/app\"]\n"},
			{name: "options in a variable", src: "FROM golang:1.26\nRUN go build $FLAGS -o /app .\nFROM scratch\nCOPY --from=0 /app /app\nCMD [\"/app\"]\n"},
			{name: "certificates alone", src: "FROM golang:1.26\nRUN go build ./...\nFROM scratch\nCOPY --from=0 /etc/ssl/certs /etc/ssl/certs\n"},
		},
	}
}
