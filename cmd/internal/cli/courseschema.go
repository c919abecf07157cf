package cli

import (
	"bytes"
	"embed"
	"errors"
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

// writeSchemas writes the schemas to a folder. Those that are there already are
// left: one that differs may be somebody's own, and is told.
func (a *app) writeSchemas(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, name := range schemaNames() {
		text, err := embeddedSchemas.ReadFile(path.Join("schema", name+".json"))
		if err != nil {
			return err
		}
		file := filepath.Join(dir, name+".json")
		err = writeAbsent(file, text)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if found, readErr := os.ReadFile(file); readErr != nil || !bytes.Equal(found, text) {
			a.notice("%s is not this version's schema, and is left as it is: `shipshape course schema %s` prints this version's", file, name)
		}
	}
	return nil
}

// writeAbsent writes a file that must not be there: then it is fs.ErrExist.
func writeAbsent(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
