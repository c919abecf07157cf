//go:build !unix

package cli

import "errors"

// freeBytes is how much an ordinary user may still write on the disk of a path.
func freeBytes(string) (int64, error) { return 0, errors.ErrUnsupported }
