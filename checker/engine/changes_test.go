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
	tests := map[string]struct {
		look func(n int) []checker.Change
		want []checker.Change
	}{
		"nothing of the engine's": {func(int) []checker.Change { return added("/a") }, added("/a")},
		"a copy that ends": {func(n int) []checker.Change {
			if n < 3 {
				return added("/.pivot_root12", "/a")
			}
			return added("/a", "/b")
		}, added("/a", "/b")},
		"one copy after the other": {func(n int) []checker.Change { return added("/a", fmt.Sprint("/.pivot_root", n)) }, added("/a")},
		"a file of the container's": {func(n int) []checker.Change {
			return added("/.pivot_root7", fmt.Sprint("/.pivot_root", 100+n))
		}, added("/.pivot_root7")},
		"names that are alike": {func(int) []checker.Change {
			return added("/.pivot_root", "/.pivot_root1x", "/a/.pivot_root1", "/.pivot_root1/a")
		}, added("/.pivot_root", "/.pivot_root1x", "/a/.pivot_root1", "/.pivot_root1/a")},
		"one that the image had": {func(int) []checker.Change {
			return []checker.Change{{Path: "/.pivot_root1", Kind: checker.Deleted}}
		}, []checker.Change{{Path: "/.pivot_root1", Kind: checker.Deleted}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				looks := 0
				got, err := settled(t.Context(), func(context.Context) ([]checker.Change, error) {
					looks++
					return tt.look(looks), nil
				})
				if err != nil || !slices.Equal(got, tt.want) {
					t.Errorf("after %d looks: %v, %v; want %v", looks, got, err, tt.want)
				}
			})
		})
	}
}

func TestSettledAfterAFileVanished(t *testing.T) {
	want := []checker.Change{{Path: "/a", Kind: checker.Added}}
	broken := errors.New("broken")
	tests := map[string]struct {
		look func(n int) error
		err  error
	}{
		"once":           {func(n int) error { return map[int]error{1: errVanished}[n] }, nil},
		"always":         {func(int) error { return errVanished }, errVanished},
		"something else": {func(n int) error { return map[int]error{1: broken}[n] }, broken},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				looks := 0
				got, err := settled(t.Context(), func(context.Context) ([]checker.Change, error) {
					looks++
					return want, tt.look(looks)
				})
				if !errors.Is(err, tt.err) || (err == nil && !slices.Equal(got, want)) {
					t.Errorf("after %d looks: %v, %v; want the error %v", looks, got, err, tt.err)
				}
			})
		})
	}
}
