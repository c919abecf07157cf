package linking_test

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"shipshape/checker/linking"
)

// object is a file for x86-64 that needs libraries.
func object(needed ...string) *linking.Object {
	return &linking.Object{Class: elf.ELFCLASS64, Machine: elf.EM_X86_64, Needed: needed}
}

// with changes an object.
func with(o *linking.Object, change func(*linking.Object)) *linking.Object {
	change(o)
	return o
}

func rpath(dirs ...string) func(*linking.Object) {
	return func(o *linking.Object) { o.RPath = dirs }
}

func runpath(dirs ...string) func(*linking.Object) {
	return func(o *linking.Object) { o.RunPath = dirs }
}

// image holds files by their paths.
func image(files map[string]*linking.Object) linking.Image {
	return linking.Image{
		Open: func(name string) (*linking.Object, error) {
			o, ok := files[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			if o == nil {
				return nil, linking.ErrNotELF
			}
			return o, nil
		},
		Folders: []string{"/lib", "/usr/lib"}, Loader: "/lib64/ld-linux-x86-64.so.2",
	}
}

func TestLibrariesAreFoundWhereALoaderLooks(t *testing.T) {
	plain := object()
	other := with(object(), func(o *linking.Object) { o.Machine = elf.EM_AARCH64 })
	for name, tc := range map[string]struct {
		program *linking.Object
		files   map[string]*linking.Object
		set     func(*linking.Image)
		missing string
	}{
		"nothing needed":           {program: object()},
		"in a folder of its own":   {program: object("a"), files: map[string]*linking.Object{"/usr/lib/a": plain}},
		"nowhere":                  {program: object("a"), missing: "a"},
		"in another folder":        {program: object("a"), files: map[string]*linking.Object{"/opt/a": plain}, missing: "a"},
		"of another architecture":  {program: object("a"), files: map[string]*linking.Object{"/lib/a": other}, missing: "a"},
		"behind another one":       {program: object("a"), files: map[string]*linking.Object{"/lib/a": other, "/usr/lib/a": plain}},
		"no library at all":        {program: object("a"), files: map[string]*linking.Object{"/lib/a": nil}, missing: "a"},
		"what a library needs":     {program: object("a"), files: map[string]*linking.Object{"/lib/a": object("b")}, missing: "b"},
		"in a circle":              {program: object("a"), files: map[string]*linking.Object{"/lib/a": object("b"), "/lib/b": object("a")}},
		"by a path":                {program: object("/opt/a"), files: map[string]*linking.Object{"/opt/a": plain}},
		"the loader itself":        {program: object("ld-linux-x86-64.so.2")},
		"by the environment":       {program: object("a"), files: map[string]*linking.Object{"/opt/a": plain}, set: func(im *linking.Image) { im.LibraryPath = []string{"/opt"} }},
		"by the cache":             {program: object("a"), files: map[string]*linking.Object{"/opt/a": plain}, set: func(im *linking.Image) { im.Cache = map[string][]string{"a": {"/opt/a"}} }},
		"by a cache that is wrong": {program: object("a"), set: func(im *linking.Image) { im.Cache = map[string][]string{"a": {"/opt/a"}} }, missing: "a"},
		"RUNPATH":                  {program: with(object("a"), runpath("/opt")), files: map[string]*linking.Object{"/opt/a": plain}},
		"beside the program":       {program: with(object("a"), runpath("$ORIGIN/../lib")), files: map[string]*linking.Object{"/app/lib/a": plain}},
		"beside it, in braces":     {program: with(object("a"), rpath("${ORIGIN}/$LIB")), files: map[string]*linking.Object{"/app/bin/lib64/a": plain}},
		"RPATH serves what a library needs": {
			program: with(object("a"), rpath("/opt")), files: map[string]*linking.Object{"/opt/a": object("b"), "/opt/b": plain},
		},
		"RUNPATH serves its own file alone": {
			program: with(object("a"), runpath("/opt")), files: map[string]*linking.Object{"/opt/a": object("b"), "/opt/b": plain}, missing: "b",
		},
		"RUNPATH makes RPATH void": {
			program: with(with(object("a"), rpath("/opt")), runpath("/srv")), files: map[string]*linking.Object{"/opt/a": plain}, missing: "a",
		},
		"a library's own origin": {
			program: with(object("a"), runpath("/opt")), files: map[string]*linking.Object{"/opt/a": with(object("b"), runpath("$ORIGIN/x")), "/opt/x/b": plain},
		},
		"known by its own name": {
			program: object("/opt/a", "a.1"), files: map[string]*linking.Object{"/opt/a": with(object(), func(o *linking.Object) { o.Soname = "a.1" })},
		},
		"musl: parts of itself":   {program: object("libc.musl-x86_64.so.1", "libpthread.so.0", "libc.so"), set: musl},
		"musl: no part of itself": {program: object("libz.so.1"), set: musl, missing: "libz.so.1"},
		"musl: in its folder":     {program: object("libz.so.1"), files: map[string]*linking.Object{"/usr/local/lib/libz.so.1": plain}, set: musl},
		"musl: RUNPATH serves what a library needs": {
			program: with(object("a"), runpath("/opt")), files: map[string]*linking.Object{"/opt/a": object("b"), "/opt/b": plain}, set: musl,
		},
	} {
		im := image(tc.files)
		if tc.set != nil {
			tc.set(&im)
		}
		missing, err := im.Resolve("/app/bin/program", tc.program)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, m := range missing {
			names = append(names, m.Library)
		}
		if got := strings.Join(names, " "); got != tc.missing {
			t.Errorf("%s: %q is missing, want %q", name, got, tc.missing)
		}
	}
}

func musl(im *linking.Image) {
	im.Musl, im.Folders, im.Loader = true, linking.MuslFolders(), "/lib/ld-musl-x86_64.so.1"
}

func TestALibraryMustOfferTheVersionsThatAreAsked(t *testing.T) {
	program := with(object("libc.so.6"), func(o *linking.Object) {
		o.Versions = map[string][]string{"libc.so.6": {"GLIBC_2.34", "GLIBC_2.38"}}
	})
	libc := with(object(), func(o *linking.Object) { o.Defines = map[string]bool{"GLIBC_2.2.5": true, "GLIBC_2.34": true} })
	im := image(map[string]*linking.Object{"/lib/libc.so.6": libc})
	got, err := im.Resolve("/app/program", program)
	want := []linking.Missing{{By: "/app/program", Library: "libc.so.6", Version: "GLIBC_2.38", At: "/lib/libc.so.6"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
	libc.Defines = nil
	if got, err := im.Resolve("/app/program", program); err != nil || len(got) > 0 {
		t.Errorf("of a library without versions %v (%v) is asked", got, err)
	}
}

func TestAFaultOfReadingIsNoMissingLibrary(t *testing.T) {
	gone := errors.New("the engine went away")
	im := linking.Image{Open: func(string) (*linking.Object, error) { return nil, gone }, Folders: []string{"/lib"}}
	if _, err := im.Resolve("/program", object("a")); !errors.Is(err, gone) {
		t.Errorf("got %v, want the fault", err)
	}
}

func TestFoldersAreReadFromTheLoader(t *testing.T) {
	content := "\x7fELF..\x00/lib/x86_64-linux-gnu/\x00/usr/lib/x86_64-linux-gnu/\x00/lib/\x00/usr/lib/\x00/etc/ld.so.cache\x00/lib/\x00/library/\x00/lib64/ld-linux-x86-64.so.2\x00"
	want := []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"}
	if got := linking.Folders([]byte(content)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMuslsLoaderIsKnownByItsName(t *testing.T) {
	for name, want := range map[string]string{
		"/lib/ld-musl-x86_64.so.1": "/etc/ld-musl-x86_64.path", "/lib/ld-musl-aarch64.so.1": "/etc/ld-musl-aarch64.path",
		"/lib64/ld-linux-x86-64.so.2": "", "": "",
	} {
		if got := linking.MuslPathFile(name); got != want || linking.IsMusl(name) != (want != "") {
			t.Errorf("%q: %q, musl: %t; want %q", name, got, linking.IsMusl(name), want)
		}
	}
	if got := linking.ParseMuslPath("/lib:/opt\n/usr/lib\n"); !slices.Equal(got, []string{"/lib", "/opt", "/usr/lib"}) {
		t.Errorf("the folders are %q", got)
	}
}

// cache writes a cache as ldconfig does.
func cache(pairs ...string) []byte {
	const header, entry = 48, 24
	var texts []byte
	base := header + entry*len(pairs)/2
	out := make([]byte, base)
	copy(out, "glibc-ld.so.cache1.1")
	out[20] = byte(len(pairs) / 2)
	for i, p := range pairs {
		at := header + entry*(i/2) + 4 + 4*(i%2)
		out[at], out[at+1] = byte(base+len(texts)), byte((base+len(texts))>>8)
		texts = append(texts, p+"\x00"...)
	}
	return append(out, texts...)
}

func TestParseCache(t *testing.T) {
	good := cache("libz.so.1", "/lib/libz.so.1", "libz.so.1", "/opt/libz.so.1", "libc.so.6", "/lib/libc.so.6")
	for _, content := range [][]byte{good, append([]byte("ld.so-1.7.0 and what belongs to it"), good...)} {
		got, err := linking.ParseCache(content)
		if err != nil || fmt.Sprint(got["libz.so.1"]) != "[/lib/libz.so.1 /opt/libz.so.1]" || fmt.Sprint(got["libc.so.6"]) != "[/lib/libc.so.6]" {
			t.Errorf("got %v, %v", got, err)
		}
	}
	for i := range len(good) - 1 {
		if _, err := linking.ParseCache(good[:i]); err == nil {
			t.Errorf("the first %d bytes of a cache were taken for a whole one", i)
		}
	}
}

func FuzzParseCache(f *testing.F) {
	f.Add(cache("libz.so.1", "/lib/libz.so.1"))
	f.Fuzz(func(_ *testing.T, content []byte) {
		_, _ = linking.ParseCache(content) // that it returns is what counts
	})
}
