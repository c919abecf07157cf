package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/invopop/jsonschema"

	"shipshape/checker"
	"shipshape/exercises"
	"shipshape/lessons"
)

var updateSchemas = flag.Bool("update-schemas", false, "write the schemas anew")

// stackYAML is the content of stack.yaml: any of these keys.
type stackYAML struct {
	StarterFails []string `yaml:"starter_fails"`

	checker.Assignment `yaml:",inline"`
}

// exerciseYAML is the content of exercise.yaml.
type exerciseYAML struct {
	exercises.Exercise `yaml:",inline"`

	// Stacks are the names of those that the exercise is offered in.
	Stacks []string `yaml:"stacks"`
}

// TestSchemas holds the schemas against the types that read the files. After a
// change of those: go test ./cmd/internal/cli -run Schemas -update-schemas
func TestSchemas(t *testing.T) {
	r := &jsonschema.Reflector{
		FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, Anonymous: true, ExpandedStruct: true,
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			switch t {
			case reflect.TypeFor[time.Duration]():
				return &jsonschema.Schema{Type: "string", Description: "a duration, such as 20s"}
			case reflect.TypeFor[lessons.Type]():
				return enum(lessons.Types())
			case reflect.TypeFor[checker.Outcome]():
				return enum([]checker.Outcome{checker.OutcomePassed, checker.OutcomeFailed})
			}
			return nil
		},
	}
	t.Chdir("../../..")
	for _, folder := range []string{"lessons", "exercises", "checker"} {
		// The comments of types and fields are the descriptions of keys.
		if err := r.AddGoComments("shipshape", folder); err != nil {
			t.Fatal(err)
		}
	}
	one := func(v any, required ...string) *jsonschema.Schema {
		s := r.Reflect(v)
		s.Required = required
		return s
	}
	list := func(v any, required ...string) *jsonschema.Schema {
		s := one(v, required...)
		definitions, version := s.Definitions, s.Version
		s.Definitions, s.Version = nil, ""
		return &jsonschema.Schema{Version: version, Type: "array", Items: s, Definitions: definitions}
	}
	schemas := map[string]*jsonschema.Schema{
		"lesson":    one(&lessons.Lesson{}, "title"),
		"questions": list(&lessons.Question{}, "id", "type", "prompt", "section", "explanation"),
		"proofs":    list(&lessons.Statement{}, "id", "section", "claim"),
		"exercise":  one(&exerciseYAML{}, "title", "summary", "lesson", "checks"),
		"stack":     one(&stackYAML{}),
		"variant":   one(&exercises.Variant{}, "verdict"),
	}
	for name, schema := range schemas {
		text, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, '\n')
		file := filepath.Join("cmd/internal/cli/schema", name+".json")
		if *updateSchemas {
			if err := os.WriteFile(file, text, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if was, err := os.ReadFile(file); err != nil || !bytes.Equal(was, text) {
			t.Errorf("%s is not what the types say; renew it with -update-schemas (%v)", file, err)
		}
	}
	if got := schemaNames(); !*updateSchemas && len(got) != len(schemas) {
		t.Errorf("there are schemas of %v", slices.Sorted(slices.Values(got)))
	}
}

func enum[T ~string](values []T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}
