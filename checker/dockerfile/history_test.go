package dockerfile

import (
	"slices"
	"testing"
)

func TestHistoryLines(t *testing.T) {
	for _, tc := range []struct {
		name, src string
		history   []string
		want      []int
	}{
		{"one stage on a base", "FROM node\nARG V\nWORKDIR /app\nCOPY . .\n\nRUN npm \\\n ci\nONBUILD RUN x\nUSER node\nCMD [\"a\"]\n",
			[]string{"ADD rootfs.tar / # buildkit", "CMD [\"node\"]", "ARG V=1", "WORKDIR /app", "COPY . . # buildkit", "RUN |1 V=1 /bin/sh -c npm ci # buildkit", "USER node", "CMD [\"a\"]"},
			[]int{0, 0, 2, 3, 4, 6, 9, 10}},
		{"inherited from a stage", "FROM alpine AS a\nRUN one\nFROM golang AS b\nRUN two\nFROM a\nCOPY --from=b /x /x\n",
			[]string{"ADD / ", "RUN one", "COPY /x /x # buildkit"}, []int{0, 2, 6}},
		{"nothing below", "FROM scratch\nCOPY a b\n", []string{"COPY a b # buildkit"}, []int{2}},
		{"only a base", "FROM node\n", []string{"ADD x", "CMD y"}, []int{0, 0}},
		{"another image's", "FROM node\nRUN a\nUSER b\n", []string{"ADD x", "USER b", "RUN a"}, []int{0, 0, 0}},
		{"too short", "FROM node\nRUN a\nRUN b\n", []string{"RUN b"}, []int{0}},
	} {
		if got := parse(t, tc.src).HistoryLines(tc.history); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestBaseImage(t *testing.T) {
	for src, want := range map[string]string{
		"FROM node:24-slim\n":                               "node:24-slim",
		"ARG V=24\nFROM node:$V AS a\nFROM x\nFROM a\n":     "node:24",
		"FROM golang AS b\nFROM scratch\nCOPY --from=b / /": "",
	} {
		if got := parse(t, src).BaseImage(); got != want {
			t.Errorf("BaseImage of %q is %q, want %q", src, got, want)
		}
	}
}
