package engine

import (
	"encoding/json"
	"testing"
	"unicode"

	control "github.com/moby/buildkit/api/services/control"
	"google.golang.org/protobuf/types/known/timestamppb"

	"shipshape/checker"
)

// Whatever an engine sends for a trace, decoding it must not panic, and what is
// shown of it is harmless and bounded.
func FuzzTrace(f *testing.F) {
	var messages [][]byte
	for _, m := range recorded {
		var raw []byte
		if err := json.Unmarshal([]byte(m), &raw); err != nil {
			f.Fatal(err)
		}
		messages = append(messages, raw)
	}
	odd, err := (&control.StatusResponse{
		Vertexes: []*control.Vertex{
			{Digest: "a", Name: "[1/2] RUN x\x1b]0;ahoy\x07", Started: &timestamppb.Timestamp{Seconds: 1 << 40}, Completed: &timestamppb.Timestamp{Nanos: -1}},
			{Digest: "a", Cached: true, Error: "process \"/bin/sh -c x\" did not complete successfully: exit code: 1\r\n"},
			{},
		},
		Logs: []*control.VertexLog{{Vertex: "a", Msg: []byte("\x00\xff\x1b[2Jlog\r\n")}, {Vertex: "unknown", Msg: []byte("x")}, {}},
	}).MarshalVT()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(messages[0], messages[1])
	f.Add(messages[1], messages[2])
	f.Add(odd, messages[2])
	f.Add(odd, odd)
	f.Add([]byte(nil), []byte("\x0a\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		told := 0
		tr := newTrace(func(string) int { return 1 }, func(checker.Step) { told++ })
		for _, raw := range [][]byte{first, second, first} {
			aux, err := json.Marshal(raw)
			if err != nil {
				t.Fatal(err)
			}
			_ = tr.add(aux) // what is no trace is an error
		}
		// As it may come, too, where something that is no engine answers.
		_ = tr.add(first)
		steps := tr.result()
		if len(steps) > 0 && told == 0 {
			t.Errorf("%d steps, and none was told", len(steps))
		}
		failed(steps)
		for _, s := range steps {
			if s.Duration < 0 {
				t.Errorf("%q took %s", s.Name, s.Duration)
			}
			if len(s.Log) > 4*stepLog { // control characters grow when they are made inert
				t.Errorf("%q keeps %d bytes of its output", s.Name, len(s.Log))
			}
			for what, text := range map[string]string{"name": s.Name, "error": s.Err, "log": s.Log} {
				for _, r := range text {
					if unicode.IsControl(r) && r != '\n' && r != '\t' {
						t.Errorf("its %s holds %q: %q", what, r, text)
					}
				}
			}
		}
	})
}
