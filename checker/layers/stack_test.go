package layers_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"shipshape/checker/layers"
)

// file, folder and the like are the entries of a layer.
func file(name, content string) item {
	return item{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}, content}
}

func folder(name string) item {
	return item{hdr: tar.Header{Name: name + "/", Typeflag: tar.TypeDir, Mode: 0o755}}
}

func symlink(name, target string) item {
	return item{hdr: tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target, Mode: 0o777}}
}

func hardlink(name, target string) item {
	return item{hdr: tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: target, Mode: 0o644}}
}

func gone(name string) item {
	at := strings.LastIndex(name, "/") + 1
	return file(name[:at]+".wh."+name[at:], "")
}

func emptied(name string) item { return file(name+"/.wh..wh..opq", "") }

type item struct {
	hdr     tar.Header
	content string
}

// owned is an item with another owner.
func owned(i item, uid int) item {
	i.hdr.Uid = uid
	return i
}

// stack indexes layers, written as real tars and read back, the last one first
// since their order must not matter, and stacks them.
func stack(t *testing.T, base int, all ...[]item) *layers.Stack {
	t.Helper()
	x := layers.NewIndex()
	var order []string
	for i := range all {
		order = append(order, string(rune('a'+i)))
	}
	for i := len(all) - 1; i >= 0; i-- {
		readInto(t, x, order[i], all[i])
	}
	return stacked(t, x, order, base)
}

func stacked(t *testing.T, x *layers.Index, order []string, base int) *layers.Stack {
	t.Helper()
	s, err := x.Stack(t.Context(), order, base)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// written is a layer as a tar.
func written(t testing.TB, items []item) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, i := range items {
		if err := errors.Join(w.WriteHeader(&i.hdr), second(io.WriteString(w, i.content))); err != nil {
			t.Fatal(err)
		}
	}
	return buf.Bytes()
}

func readInto(t *testing.T, x *layers.Index, layer string, items []item) {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(written(t, items)))
	for {
		hdr, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sink, err := x.Add(layer, hdr)
		if err != nil {
			t.Fatal(err)
		}
		if sink != nil {
			if err := errors.Join(second(io.Copy(sink, r)), sink.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// visible are the paths of the final tree, sorted.
func visible(s *layers.Stack) string {
	var out []string
	for e := range s.Visible() {
		out = append(out, e.Path)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// wasted are the wasted files, sorted by their path.
func wasted(s *layers.Stack) []layers.Waste {
	var out []layers.Waste
	s.Wasted(func(w layers.Waste) { out = append(out, w) })
	slices.SortFunc(out, func(a, b layers.Waste) int { return strings.Compare(a.Path, b.Path) })
	return out
}

func TestLayersAreLaidOverOneAnother(t *testing.T) {
	for name, tc := range map[string]struct {
		layers [][]item
		want   string
	}{
		"nothing":              {nil, ""},
		"two layers":           {[][]item{{folder("a"), file("a/x", "1")}, {file("a/y", "2")}}, "/a /a/x /a/y"},
		"a whiteout":           {[][]item{{folder("a"), file("a/x", "1"), file("a/y", "2")}, {gone("a/x")}}, "/a /a/y"},
		"of a folder":          {[][]item{{folder("a"), file("a/x", "1"), file("ab", "2")}, {gone("a")}}, "/ab"},
		"and back again":       {[][]item{{file("x", "1")}, {gone("x")}, {file("x", "2")}}, "/x"},
		"of what is not there": {[][]item{{file("x", "1")}, {gone("y"), gone("z/z")}}, "/x"},
		"an opaque folder": {
			[][]item{{folder("a"), file("a/x", "1"), folder("a/d"), file("a/d/z", "1")}, {folder("a"), emptied("a"), file("a/y", "2")}}, "/a /a/y",
		},
		"an opaque marker behind what the layer brings": {
			[][]item{{folder("a"), file("a/x", "1")}, {folder("a"), file("a/y", "2"), emptied("a")}}, "/a /a/y",
		},
		"a whiteout and the name anew in one layer": {[][]item{{file("x", "1")}, {file("x", "2"), gone("x")}}, "/x"},
		"a file in a folder's place":                {[][]item{{folder("a"), file("a/x", "1")}, {file("a", "2")}}, "/a"},
		"a folder in a file's place":                {[][]item{{file("a", "1")}, {folder("a"), file("a/x", "2")}}, "/a /a/x"},
		"a folder once more":                        {[][]item{{folder("a"), file("a/x", "1")}, {folder("a")}}, "/a /a/x"},
		"names that try to leave":                   {[][]item{{file("../../x", "1"), file("/y", "2"), file("./z", "3")}}, "/x /y /z"},
		"through a linked folder":                   {[][]item{{folder("usr"), folder("usr/bin"), symlink("bin", "usr/bin")}, {file("bin/x", "1")}}, "/bin /usr /usr/bin /usr/bin/x"},
		"a folder in a link's place":                {[][]item{{folder("usr"), symlink("bin", "usr")}, {folder("bin"), file("bin/x", "1")}}, "/bin /bin/x /usr"},
		"notes of a union file system":              {[][]item{{file("x", "1"), folder(".wh..wh.plnk"), file(".wh..wh.aufs", "1")}}, "/x"},
	} {
		if got := visible(stack(t, 0, tc.layers...)); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestLinksInACircleEnd(t *testing.T) {
	s := stack(t, 0, []item{symlink("a", "b"), symlink("b", "a")}, []item{file("a/x", "1")})
	if e, ok := s.Resolve("/a"); ok {
		t.Errorf("/a resolves to %q", e.Path)
	}
	// Each of these leads to the other twice, so that there are more ways than
	// anybody could go.
	s = stack(t, 0, []item{symlink("a", "b/b"), symlink("b", "a/a")}, []item{file("a/x", "1")})
	if e, ok := s.Resolve("/a"); ok {
		t.Errorf("/a resolves to %q", e.Path)
	}
}

func TestALayerThatAnImageHasTwiceIsAppliedTwiceAndStoredOnce(t *testing.T) {
	x := layers.NewIndex()
	readInto(t, x, "a", []item{file("x", "12345")})
	readInto(t, x, "b", []item{gone("x")})
	s := stacked(t, x, []string{"a", "b", "a"}, 0)
	if got := visible(s); got != "/x" {
		t.Errorf("%q can be seen, want /x", got)
	}
	if got := wasted(s); len(got) != 0 {
		t.Errorf("wasted: %v; what is stored once and can be seen is not wasted", got)
	}
}

func TestWasted(t *testing.T) {
	const five = "12345"
	for name, tc := range map[string]struct {
		base   int
		layers [][]item
		want   []layers.Waste
	}{
		"nothing": {0, [][]item{{file("x", five)}, {file("y", five)}}, nil},
		"a chown copies": {0, [][]item{{file("x", five)}, {owned(file("x", five), 1000)}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Copied, First: 0, Again: 1},
		}},
		"twice": {0, [][]item{{file("x", five)}, {owned(file("x", five), 1)}, {owned(file("x", five), 2)}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Copied, First: 0, Again: 1},
			{Path: "/x", Bytes: 5, How: layers.Copied, First: 1, Again: 2},
		}},
		"replaced by another content": {0, [][]item{{file("x", five)}, {file("x", "54321")}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Replaced, First: 0, Again: 1},
		}},
		"deleted": {0, [][]item{{file("x", five)}, {file("y", "1")}, {gone("x")}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Deleted, First: 0, Again: 2},
		}},
		"deleted with its folder": {0, [][]item{{folder("a"), file("a/x", five)}, {gone("a")}}, []layers.Waste{
			{Path: "/a/x", Bytes: 5, How: layers.Deleted, First: 0, Again: 1},
		}},
		"hidden by an opaque folder": {0, [][]item{{folder("a"), file("a/x", five)}, {folder("a"), emptied("a")}}, []layers.Waste{
			{Path: "/a/x", Bytes: 5, How: layers.Deleted, First: 0, Again: 1},
		}},
		"a file in a folder's place": {0, [][]item{{folder("a"), file("a/x", five)}, {file("a", "1")}}, []layers.Waste{
			{Path: "/a/x", Bytes: 5, How: layers.Deleted, First: 0, Again: 1},
		}},
		"a link in a file's place": {0, [][]item{{file("x", five), file("y", "1")}, {symlink("x", "y")}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Deleted, First: 0, Again: 1},
		}},
		"one name of two deleted": {0, [][]item{{file("x", five), hardlink("y", "x")}, {gone("x")}}, nil},
		"both names deleted": {0, [][]item{{file("x", five), hardlink("y", "x")}, {gone("x")}, {gone("y")}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Deleted, First: 0, Again: 2},
		}},
		"a chown of both names": {0, [][]item{{file("x", five), hardlink("y", "x")}, {owned(file("x", five), 1), hardlink("y", "x")}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Copied, First: 0, Again: 1},
		}},
		"a chain of links":                  {0, [][]item{{file("x", five), hardlink("y", "x"), hardlink("z", "y")}, {gone("x"), gone("y")}}, nil},
		"a link to a file of a lower layer": {0, [][]item{{file("x", five)}, {hardlink("y", "x")}, {gone("x")}}, nil},
		"the base image's own":              {1, [][]item{{file("x", five)}, {gone("x")}}, nil},
		"a base image's file changed":       {1, [][]item{{file("x", five)}, {file("x", "54321")}}, nil},
		"a chown of a base image's file": {1, [][]item{{file("x", five)}, {owned(file("x", five), 1000)}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Copied, First: 0, Again: 1},
		}},
		"twice, of a base image's file": {1, [][]item{{file("x", five)}, {owned(file("x", five), 1)}, {owned(file("x", five), 2)}}, []layers.Waste{
			{Path: "/x", Bytes: 5, How: layers.Copied, First: 1, Again: 2},
			{Path: "/x", Bytes: 5, How: layers.Copied, First: 0, Again: 2},
		}},
		"what the base image wastes": {2, [][]item{{file("x", five)}, {file("x", five)}, {file("y", "1")}}, nil},
		"empty files":                {0, [][]item{{file("x", "")}, {gone("x")}}, nil},
	} {
		if got := wasted(stack(t, tc.base, tc.layers...)); !slices.Equal(got, tc.want) {
			t.Errorf("%s:\n got %v\nwant %v", name, got, tc.want)
		}
	}
}

func TestLayersAreWeighed(t *testing.T) {
	s := stack(t, 0, []item{file("x", "12345"), hardlink("y", "x"), symlink("z", "x")}, []item{gone("x")})
	want := []layers.Layer{{Name: "a", Bytes: 5, Files: 1}, {Name: "b"}}
	if got := s.Layers(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLinksAreFollowed(t *testing.T) {
	s := stack(t, 0, []item{
		folder("usr"), folder("usr/bin"), file("usr/bin/dash", "1"), symlink("usr/bin/sh", "dash"),
		symlink("bin", "usr/bin"), symlink("up", "usr/bin/../bin/sh"), symlink("abs", "/bin/sh"),
		symlink("loop", "loop"), symlink("dangling", "nowhere"), hardlink("hard", "usr/bin/dash"),
	})
	resolved := map[string]string{
		"/bin/sh": "/usr/bin/dash", "/up": "/usr/bin/dash", "/abs": "/usr/bin/dash", "/../bin/dash": "/usr/bin/dash",
		"/loop": "", "/dangling": "", "/none": "", "/hard": "/hard", "/": "", "/bin": "/usr/bin",
	}
	for _, name := range slices.Sorted(maps.Keys(resolved)) {
		e, ok := s.Resolve(name)
		if e.Path != resolved[name] || ok != (resolved[name] != "") {
			t.Errorf("%s resolves to %q, want %q", name, e.Path, resolved[name])
		}
	}
	if e, ok := s.Lookup("/bin/sh"); !ok || e.Path != "/usr/bin/sh" || e.Kind != layers.Symlink || e.Target != "dash" {
		t.Errorf("/bin/sh itself is %+v", e)
	}
	e, _ := s.Lookup("/hard")
	if position, name, ok := s.Content(e); e.Size != 1 || position != 0 || name != "/usr/bin/dash" || !ok {
		t.Errorf("a hard link of %d bytes has its content in layer %d at %q, want those of its file", e.Size, position, name)
	}
}

func TestWhatALaterLayerDeletesIsHidden(t *testing.T) {
	s := stack(t, 1, []item{file("base", "1")}, []item{file("x", "1"), file("y", "1")}, []item{gone("x"), owned(file("y", "22"), 7), gone("base")})
	var got []string
	for e := range s.Hidden() {
		got = append(got, fmt.Sprintf("%s in %d", e.Path, e.Layer))
	}
	if !slices.Equal(got, []string{"/x in 1", "/y in 1"}) {
		t.Errorf("hidden: %q", got)
	}
	if e, _ := s.Lookup("y"); e.UID != 7 || e.Mode != 0o644 || e.Layer != 2 {
		t.Errorf("y is %+v", e)
	}
}

func TestAnImageOfTooManyFilesIsRefused(t *testing.T) {
	x := layers.NewIndex()
	hdr := tar.Header{Typeflag: tar.TypeSymlink, Linkname: strings.Repeat("l", 4096)}
	var err error
	for i := 0; err == nil && i < layers.MaxBytes; i++ {
		hdr.Name = strings.Repeat("d/", i%2000) + "x"
		_, err = x.Add("a", &hdr)
	}
	if !errors.Is(err, layers.ErrTooMany) {
		t.Errorf("got %v, want ErrTooMany", err)
	}
}

func TestLinksThatLeadToTooManyNamesAreRefused(t *testing.T) {
	x := layers.NewIndex()
	for i := range 1000 {
		link := fmt.Sprintf("l%d", i)
		for _, hdr := range []tar.Header{
			{Name: link, Typeflag: tar.TypeSymlink, Linkname: fmt.Sprintf("%d", i) + strings.Repeat("/d", 2000)},
			{Name: link + "/x", Typeflag: tar.TypeReg},
		} {
			if _, err := x.Add("a", &hdr); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := x.Stack(t.Context(), []string{"a"}, 0); !errors.Is(err, layers.ErrTooMany) {
		t.Errorf("got %v, want ErrTooMany", err)
	}
}

func TestNamesThatNoFileSystemHoldsAreRefused(t *testing.T) {
	for _, hdr := range []tar.Header{
		{Name: strings.Repeat("x", 256)},
		{Name: strings.Repeat("x/", 3000)},
		{Name: "x", Typeflag: tar.TypeSymlink, Linkname: strings.Repeat("x", 5000)},
	} {
		if _, err := layers.NewIndex().Add("a", &hdr); !errors.Is(err, layers.ErrMalformed) {
			t.Errorf("%.20s…: %v, want ErrMalformed", hdr.Name, err)
		}
	}
}

// A layer that shows and deletes one name over and over must not take the time of
// its entries times those that were ever below that name.
func TestANameThatIsHiddenAgainAndAgain(t *testing.T) {
	const many = 50_000
	x := layers.NewIndex()
	add := func(layer string, i item) {
		t.Helper()
		sink, err := x.Add(layer, &i.hdr)
		if err != nil {
			t.Fatal(err)
		}
		if sink != nil {
			_ = sink.Close()
		}
	}
	for n := range many {
		add("a", file(fmt.Sprintf("d/%d", n), ""))
	}
	for range many {
		add("b", gone("d"))
		add("b", emptied("d"))
		add("b", file("d", ""))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	s, err := x.Stack(ctx, []string{"a", "b"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := visible(s); got != "/d" {
		t.Errorf("%.40s can be seen, want /d alone", got)
	}
}

func TestAnInterruptEndsStacking(t *testing.T) {
	x := layers.NewIndex()
	readInto(t, x, "a", []item{file("f", "x")})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Stack(ctx, []string{"a"}, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want the interrupt", err)
	}
}

func TestGlob(t *testing.T) {
	for _, tc := range []struct {
		pattern, path string
		want          bool
	}{
		{"/app/*.so", "/app/a.so", true},
		{"/app/*.so", "/app/b/a.so", false},
		{"/app/**/*.so", "/app/a.so", true},
		{"/app/**/*.so", "/app/b/c/a.so", true},
		{"/app/**/*.so", "/srv/app/a.so", false},
		{"/app/**", "/app/a/b", true},
		{"/app/**", "/app", false},
		{"**/.git/**", "/a/.git/config", true},
		{"**/.git/**", "/.git/config", true},
		{"**/.git/**", "/a/.gitignore", false},
		{"**/.git", "/a/b/.git", true},
		{"/var/cache/apt/archives/*.deb", "/var/cache/apt/archives/a.deb", true},
	} {
		g, err := layers.NewGlob(tc.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Match(tc.path); got != tc.want {
			t.Errorf("%s and %s: %t, want %t", tc.pattern, tc.path, got, tc.want)
		}
	}
	for _, bad := range []string{"app/x", "", "/a/[", "*.so"} {
		if _, err := layers.NewGlob(bad); err == nil {
			t.Errorf("the pattern %q was taken", bad)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	hdr := tar.Header{Typeflag: tar.TypeReg, Size: 1}
	for b.Loop() {
		x := layers.NewIndex()
		for i := range 100_000 {
			hdr.Name = "usr/lib/node_modules/p" + string(rune('a'+i%26)) + "/" + strings.Repeat("f", i%13) + string(rune('0'+i%10)) + "/" + string(rune('A'+i%50)) + string(rune(0x400+i%900))
			sink, err := x.Add("a", &hdr)
			if err != nil {
				b.Fatal(err)
			}
			if err := sink.Close(); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := x.Stack(b.Context(), []string{"a"}, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
}
