package engine

import (
	"slices"
	"testing"

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
