package linking_test

import (
	"bytes"
	"debug/elf"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"shipshape/checker/linking"
	"shipshape/checker/linking/linkingtest"
)

func TestReadTellsWhatAFileAsksFor(t *testing.T) {
	raw := linkingtest.File("/lib64/ld-linux-x86-64.so.2", linkingtest.Tags{
		elf.DT_NEEDED: {"libz.so.1", "libc.so.6"}, elf.DT_SONAME: {"libx.so"},
		elf.DT_RPATH: {"/a:/b"}, elf.DT_RUNPATH: {"$ORIGIN"},
	})
	o, err := linking.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if o.Interpreter != "/lib64/ld-linux-x86-64.so.2" || o.Soname != "libx.so" || o.Machine != elf.EM_X86_64 || o.Static() {
		t.Errorf("got %+v", o)
	}
	for _, list := range [][2][]string{
		{o.Needed, {"libz.so.1", "libc.so.6"}}, {o.RPath, {"/a", "/b"}}, {o.RunPath, {"$ORIGIN"}},
	} {
		if !slices.Equal(list[0], list[1]) {
			t.Errorf("got %q, want %q", list[0], list[1])
		}
	}
}

func TestWhatAsksForNothingIsStatic(t *testing.T) {
	o, err := linking.Read(bytes.NewReader(linkingtest.File("", nil)))
	if err != nil || !o.Static() {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestWhatIsNoELFFileIsRefused(t *testing.T) {
	for _, content := range []string{"", "#!/bin/sh\n", "\x7fELF", strings.Repeat("\x7fELF", 100)} {
		if _, err := linking.Read(strings.NewReader(content)); !errors.Is(err, linking.ErrNotELF) {
			t.Errorf("%.10q: %v, want ErrNotELF", content, err)
		}
	}
}

// The test's own program is an ELF file of a real linker.
func TestARealProgramIsRead(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this system's programs are no ELF files")
	}
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	o, err := linking.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if o.Static() != (o.Interpreter == "") || o.Class == elf.ELFCLASSNONE {
		t.Errorf("got %+v", o)
	}
}
