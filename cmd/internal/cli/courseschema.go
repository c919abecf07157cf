package cli

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// The JSON Schemas of a course's files, made from the types that read them: a
// test renews them.
//
//go:embed schema/*.json
var embeddedSchemas embed.FS

func newCourseSchemaCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:       "schema NAME",
		Short:     "Print the JSON Schema of a course's file",
		Long:      "Prints the JSON Schema of " + inWords(schemaNames()) + ", for editors that complete and check YAML.",
		Args:      exactly("one of " + inWords(schemaNames())),
		ValidArgs: schemaNames(),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := embeddedSchemas.ReadFile(path.Join("schema", args[0]+".json"))
			if err != nil {
				return usagef(didYouMean(args[0], schemaNames(), "There are "+inWords(schemaNames())+"."), "there is no schema %q", args[0])
			}
			_, err = a.io.Out.Write(text)
			return err
		},
	}
}

// schemaNames are those of the schemas, without their ending.
func schemaNames() []string {
	entries, err := fs.ReadDir(embeddedSchemas, "schema")
	if err != nil {
		return nil // they are part of the program
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".json")
	}
	return names
}

// writeSchemas writes the schemas to a folder. They are this program's own, so
// that older ones of an earlier version are renewed.
func writeSchemas(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, name := range schemaNames() {
		text, err := embeddedSchemas.ReadFile(path.Join("schema", name+".json"))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name+".json"), text, 0o666); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
