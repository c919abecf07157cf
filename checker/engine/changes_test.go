package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"shipshape/checker"
)

func TestWithoutMounts(t *testing.T) {
	changes := func(paths ...string) []checker.Change {
		list := make([]checker.Change, len(paths))
		for i, p := range paths {
			list[i] = checker.Change{Path: p, Kind: checker.Added}
		}
		return list
	}
	tests := map[string]struct {
		changes, mounts, want []string
	}{
		"nothing mounted":          {[]string{"/a", "/a/b"}, nil, []string{"/a", "/a/b"}},
		"nothing but mounts":       {[]string{"/a", "/a/b", "/a/b/c"}, []string{"/a/b/c/"}, nil},
		"a file beside the mount":  {[]string{"/a", "/a/b", "/a/x"}, []string{"/a/b"}, []string{"/a", "/a/x"}},
		"a name that begins alike": {[]string{"/data", "/data-x"}, []string{"/data"}, []string{"/data-x"}},
		"a mount in a mount":       {[]string{"/a", "/a/b"}, []string{"/a/b", "/a"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := withoutMounts(changes(tt.changes...), tt.mounts); !slices.Equal(got, changes(tt.want...)) {
				t.Errorf("left are %v, want %v", got, tt.want)
			}
		})
	}
}

// The engine's own folder is there for a moment, and another one may be there
// when that is gone; a container's own file of such a name stays.
func TestSettled(t *testing.T) {
	added := func(paths ...string) []checker.Change {
		var list []checker.Change
		for _, p := range paths {
			list = append(list, checker.Change{Path: p, Kind: checker.Added})
		}
		return list
	}
	broken := errors.New("broken")
	tests := map[string]struct {
		look func(n int) ([]checker.Change, error)
		want []checker.Change
		err  error
	}{
		"nothing of the engine's": {look: func(int) ([]checker.Change, error) { return added("/a"), nil }, want: added("/a")},
		"a copy that ends": {look: func(n int) ([]checker.Change, error) {
			if n < 3 {
				return added("/.pivot_root12", "/a"), nil
			}
			return added("/a", "/b"), nil
		}, want: added("/a", "/b")},
		"one copy after the other": {look: func(n int) ([]checker.Change, error) {
			return added("/a", fmt.Sprint("/.pivot_root", n)), nil
		}, want: added("/a")},
		"a file of the container's": {look: func(n int) ([]checker.Change, error) {
			return added("/.pivot_root7", fmt.Sprint("/.pivot_root", 100+n)), nil
		}, want: added("/.pivot_root7")},
		"names that are alike": {look: func(int) ([]checker.Change, error) {
			return added("/.pivot_root", "/.pivot_root1x", "/a/.pivot_root1", "/.pivot_root1/a"), nil
		}, want: added("/.pivot_root", "/.pivot_root1x", "/a/.pivot_root1", "/.pivot_root1/a")},
		"one that the image had": {look: func(int) ([]checker.Change, error) {
			return []checker.Change{{Path: "/.pivot_root1", Kind: checker.Deleted}}, nil
		}, want: []checker.Change{{Path: "/.pivot_root1", Kind: checker.Deleted}}},
		"a file that vanished": {look: func(n int) ([]checker.Change, error) {
			if n == 1 {
				return nil, errVanished
			}
			return added("/a"), nil
		}, want: added("/a")},
		"files that vanish always": {look: func(int) ([]checker.Change, error) { return nil, errVanished }, err: errVanished},
		"another error":            {look: func(int) ([]checker.Change, error) { return nil, broken }, err: broken},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				looks := 0
				got, err := settled(t.Context(), func(context.Context) ([]checker.Change, error) {
					looks++
					return tt.look(looks)
				})
				if !errors.Is(err, tt.err) || !slices.Equal(got, tt.want) {
					t.Errorf("after %d looks: %v, %v; want %v, %v", looks, got, err, tt.want, tt.err)
				}
			})
		})
	}
}
