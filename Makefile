# Go, make and a POSIX shell are all that this needs.

GO      ?= go
BIN     := bin/shipshape
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# The version comes from git itself, so that a clone of another user builds too.
LDFLAGS := -s -w -X main.version=$(VERSION)

# -count=1: whether an engine answers is nothing that Go's test cache can see.
TESTFLAGS ?= -count=1 -timeout=30m
PACKAGES  ?= ./...

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.DEFAULT_GOAL := help
.PHONY: help build run test race bench lint fmt course-test matrix faults clean

help: ## say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' Makefile | \
	while read -r target what; do printf '  make %-12s %s\n' "$$target" "$$what"; done

build: ## build bin/shipshape
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags='$(LDFLAGS)' -o $(BIN) ./cmd/shipshape

# Code 3 is "going on without an engine": lessons and quizzes need none.
run: build ## see to an engine and base images, then open the tutor
	@$(BIN) setup || [ $$? -eq 3 ]
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BIN); else exec $(BIN) tour; fi

# These tests cut builds off, which can stop the builder of an old engine for good
# when others go on beside them: they run by themselves, one package at a time.
ALONE := shipshape/(checker/engine|cmd/internal/cli)

test: ## run every test; those for an engine use the one that answers
	@$(GO) build -buildvcs=false -o bin/testreport ./cmd/internal/testreport
	@packages=$$($(GO) list $(PACKAGES)) || exit 1; \
	alone=$$(echo "$$packages" | grep -xE '$(ALONE)'); \
	others=$$(echo "$$packages" | grep -vxE '$(ALONE)'); \
	{ [ -z "$$alone" ] || $(GO) test -p=1 -json $(TESTFLAGS) $$alone; \
	[ -z "$$others" ] || $(GO) test -json $(TESTFLAGS) $$others; } 2>&1 | bin/testreport

race: ## run every test under the race detector, which needs a C compiler
	CGO_ENABLED=1 $(MAKE) test TESTFLAGS='-race -count=1 -timeout=60m'

bench: ## measure: start, keys, grades, memory
	$(GO) run ./cmd/bench

lint: ## check format and vet, and run golangci-lint
	@unformatted=$$(gofmt -l checker cmd exercises lessons tui); \
	if [ -n "$$unformatted" ]; then echo "not gofmt'ed:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) run $(GOLANGCI) run

fmt: ## format the source
	gofmt -w checker cmd exercises lessons tui

course-test: build ## grade every submission, and prove every claim, on the engine
	$(BIN) course test --proofs

matrix: ## grade the submissions of every kind of check twice, four at a time
	$(GO) test -count=1 -timeout=60m -v ./exercises/coursetest -run Kinds -args -rounds 2 -jobs 4

# FAULTS=all strikes at every single request, and takes hours.
FAULTS ?= sorts
faults: ## grade with every fault at each sort of call to the engine
	SHIPSHAPE_FAULTS=$(FAULTS) $(GO) test -count=1 -timeout=6h -parallel=6 -v ./checker/engine -run FaultAtEachCall

clean: ## remove what was built here
	rm -rf bin dist
