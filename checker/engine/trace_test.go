package engine

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	control "github.com/moby/buildkit/api/services/control"
	"google.golang.org/protobuf/types/known/timestamppb"

	"shipshape/checker"
)

// recorded are messages of Docker 20.10.24 building `COPY a /a`: the step is
// named, begins, and ends.
var recorded = []string{
	`"CqMBCkdzaGEyNTY6NDJhN2Q1YWIxNDkyOTlkOTFkNmVlZjZjZGNmZmNlZDIwNDU2NWY3N2RkNzM5MjRmNTBlOGFiODdhMjgzN2IyMBJHc2hhMjU2OjEyNWM3NzA4YjA1ZjlmMDQxNjI2MGQ0N2VkMDE5ODUyMGYyMzdkZjY1OTYxZjdjMzk1NmRiNGQ4OGJjZDk1ZDYaD1sxLzFdIENPUFkgYSAvYQ=="`,
	`"CrEBCkdzaGEyNTY6NDJhN2Q1YWIxNDkyOTlkOTFkNmVlZjZjZGNmZmNlZDIwNDU2NWY3N2RkNzM5MjRmNTBlOGFiODdhMjgzN2IyMBJHc2hhMjU2OjEyNWM3NzA4YjA1ZjlmMDQxNjI2MGQ0N2VkMDE5ODUyMGYyMzdkZjY1OTYxZjdjMzk1NmRiNGQ4OGJjZDk1ZDYaD1sxLzFdIENPUFkgYSAvYSoMCNbTg9gGEO6HjrIB"`,
	`"Cr8BCkdzaGEyNTY6NDJhN2Q1YWIxNDkyOTlkOTFkNmVlZjZjZGNmZmNlZDIwNDU2NWY3N2RkNzM5MjRmNTBlOGFiODdhMjgzN2IyMBJHc2hhMjU2OjEyNWM3NzA4YjA1ZjlmMDQxNjI2MGQ0N2VkMDE5ODUyMGYyMzdkZjY1OTYxZjdjMzk1NmRiNGQ4OGJjZDk1ZDYaD1sxLzFdIENPUFkgYSAvYSoMCNbTg9gGEO6HjrIBMgwI1tOD2AYQ9Ki1swE="`,
}

func TestTraceOfARecordedBuild(t *testing.T) {
	var told []checker.Step
	tr := newTrace(func(name string) int {
		if name != "[1/1] COPY a /a" {
			t.Errorf("asked for the line of %q", name)
		}
		return 2
	}, func(s checker.Step) { told = append(told, s) })
	for _, m := range recorded {
		if err := tr.add(json.RawMessage(m)); err != nil {
			t.Fatal(err)
		}
	}
	steps := tr.result()
	if len(steps) != 1 || len(told) != 3 {
		t.Fatalf("%d steps, %d times told; want 1 and 3", len(steps), len(told))
	}
	s := steps[0]
	if s.Name != "[1/1] COPY a /a" || s.Line != 2 || !s.Done || s.Cached || s.Err != "" {
		t.Errorf("step = %+v", s)
	}
	if want := 2740358 * time.Nanosecond; s.Duration != want {
		t.Errorf("it took %s, want %s", s.Duration, want)
	}
	if told[0].Done || told[1].Done || !told[2].Done {
		t.Errorf("told done: %v %v %v, want only the last", told[0].Done, told[1].Done, told[2].Done)
	}
}

// message makes the aux value of a message.
func message(t *testing.T, status *control.StatusResponse) json.RawMessage {
	t.Helper()
	raw, err := status.MarshalVT()
	if err != nil {
		t.Fatal(err)
	}
	aux, err := json.Marshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	return aux
}

func TestTraceKeepsTheEndOfALog(t *testing.T) {
	tr := newTrace(func(string) int { return 0 }, nil)
	if err := tr.add(message(t, &control.StatusResponse{Vertexes: []*control.Vertex{{Digest: "d", Name: "RUN\x1b[2J loud", Started: timestamppb.Now()}}})); err != nil {
		t.Fatal(err)
	}
	chunk := message(t, &control.StatusResponse{Logs: []*control.VertexLog{{Vertex: "d", Msg: []byte(strings.Repeat("x", 32<<10))}}})
	for range 100 {
		if err := tr.add(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := tr.add(message(t, &control.StatusResponse{Logs: []*control.VertexLog{
		{Vertex: "d", Msg: []byte("the end\x1b]0;t\a")}, {Vertex: "unknown", Msg: []byte("lost")},
	}})); err != nil {
		t.Fatal(err)
	}
	s := tr.result()[0]
	if len(s.Log) > stepLog || !strings.HasSuffix(s.Log, "xthe end␛]0;t␇") || s.Name != "RUN␛[2J loud" {
		t.Errorf("name %q, log of %d bytes ending in %q", s.Name, len(s.Log), s.Log[len(s.Log)-20:])
	}
	if held := cap(tr.steps[0].log.buf); held > 4*stepLog {
		t.Errorf("%d bytes are held for %d of log", held, stepLog)
	}
}

func TestTraceCached(t *testing.T) {
	tr := newTrace(func(string) int { return 0 }, nil)
	now := timestamppb.Now()
	for _, v := range []*control.Vertex{
		{Digest: "d", Name: "RUN a", Cached: true, Started: now, Completed: now},
		{Digest: "e", Name: "RUN b", Started: now, Error: "process failed", Completed: now},
		{Digest: "f", Name: "RUN c", Started: now, Error: "context canceled", Completed: now},
		{Digest: "d", Name: "RUN a"}, // named once more, with nothing said
	} {
		if err := tr.add(message(t, &control.StatusResponse{Vertexes: []*control.Vertex{v}})); err != nil {
			t.Fatal(err)
		}
	}
	steps := tr.result()
	if len(steps) != 3 || !steps[0].Cached || !steps[0].Done {
		t.Errorf("steps = %+v, want the first of three cached and done", steps)
	}
	if s, ok := failed(steps); !ok || s.Name != "RUN b" {
		t.Errorf("failed = %+v, %v; want RUN b", s, ok)
	}
}

func TestTraceRefusesNonsense(t *testing.T) {
	tr := newTrace(func(string) int { return 0 }, nil)
	for _, aux := range []string{`{}`, `"%%%"`, `"CqMB"`} {
		if err := tr.add(json.RawMessage(aux)); err == nil {
			t.Errorf("%s is taken for a trace", aux)
		}
	}
}

func TestTraceTellsWhatBeganFromWhatWaits(t *testing.T) {
	tr := newTrace(func(string) int { return 0 }, nil)
	at := func(seconds int64) *timestamppb.Timestamp { return &timestamppb.Timestamp{Seconds: seconds} }
	for _, v := range []*control.Vertex{
		{Digest: "from", Name: "[1/2] FROM alpine"},
		{Digest: "run", Name: "[2/2] RUN true"},
		{Digest: "from", Name: "[1/2] FROM alpine", Started: at(1), Completed: at(2)},
	} {
		if err := tr.add(message(t, &control.StatusResponse{Vertexes: []*control.Vertex{v}})); err != nil {
			t.Fatal(err)
		}
	}
	if s := tr.result(); !s[0].Started || !s[0].Done || s[1].Started || s[1].Done {
		t.Errorf("FROM has ended and RUN waits: %+v", s)
	}
}
