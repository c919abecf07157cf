package dockerfile

import "testing"

func TestAPinNamesARelease(t *testing.T) {
	const digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for image, pinned := range map[string]bool{
		"node:24-slim":                     true,
		"node:24.9.0-alpine3.22":           true,
		"node":                             false,
		"node:latest":                      false,
		"node:lts":                         false,
		"node:lts-alpine3.22":              false,
		"node:current-slim":                false,
		"node:slim":                        false,
		"node:alpine3.22":                  false,
		"node:bookworm-slim":               false,
		"node" + digest:                    true,
		"node:latest" + digest:             true,
		"python:3":                         true,
		"golang:1.26-trixie":               true,
		"golang:alpine":                    false,
		"alpine:3.22":                      true,
		"alpine:edge":                      false,
		"debian:trixie-slim":               true,
		"debian:13":                        true,
		"debian:slim":                      false,
		"debian:stable-slim":               false,
		"ubuntu:noble":                     true,
		"ubuntu:rolling":                   false,
		"eclipse-temurin:21-jre-alpine":    true,
		"nginx:mainline":                   false,
		"gcr.io/distroless/static:nonroot": false,
		"gcr.io/distroless/static-debian13:nonroot":  true,
		"gcr.io/distroless/static-debian13:latest":   false,
		"ghcr.io/acme/base:v2":                       true,
		"ghcr.io/acme/base:sha-3f2a91c":              true,
		"ghcr.io/acme/base:production":               false,
		"registry.example:5000/acme/base":            false,
		"registry.example:5000/acme/base:2026-11-01": true,
	} {
		pins := parse(t, "FROM "+image+"\n").Pins()
		if len(pins) != 1 || (pins[0].Loose == "") != pinned {
			t.Errorf("%s: %+v, want pinned %v", image, pins, pinned)
		}
	}
}

func TestPinsFollowArgumentsAndStages(t *testing.T) {
	f := parse(t, `ARG NODE=24-slim
ARG TAG
FROM node:latest AS unused
FROM golang:1.26 AS build
FROM node:${NODE} AS base
COPY --from=alpine /bin/busybox /bin/busybox
FROM python:${TAG} AS tool
FROM scratch AS empty
FROM base
COPY --from=build /x /x
COPY --from=empty / /
COPY --from=tool /y /y
`)
	got := f.Pins()
	want := []Pin{
		{Image: "golang:1.26", Line: 4},
		{Image: "node:24-slim", Line: 5},
		{Image: "alpine", Line: 6, Loose: "it has no tag, which means latest"},
		{Image: "python:${TAG}", Line: 7, Loose: "it is named by a build argument without a default"},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}
