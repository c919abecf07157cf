// Command shipshape is a terminal tutor for production-grade Dockerfiles.
package main

import (
	"os"

	"shipshape/cmd/internal/cli"
)

// version is set by the linker for a release.
var version string

func main() {
	os.Exit(cli.Main(version))
}
