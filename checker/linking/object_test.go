package linking_test

import (
	"bytes"
	"compress/zlib"
	"debug/elf"
	"encoding/binary"
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

// section is where a file of linkingtest has the header of its nth section.
func section(raw []byte, n int) []byte {
	at := binary.LittleEndian.Uint64(raw[40:]) + uint64(64*n)
	return raw[at : at+64]
}

// packed makes a section's content one that is packed, and of zeros.
func packed(t *testing.T, raw []byte, n int, size int64) []byte {
	t.Helper()
	var content bytes.Buffer
	if err := binary.Write(&content, binary.LittleEndian, elf.Chdr64{Type: uint32(elf.COMPRESS_ZLIB), Size: uint64(size), Addralign: 1}); err != nil {
		t.Fatal(err)
	}
	w := zlib.NewWriter(&content)
	for zeros := make([]byte, 1<<20); size > 0; size -= int64(len(zeros)) {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	head := section(raw, n)
	binary.LittleEndian.PutUint64(head[8:], uint64(elf.SHF_COMPRESSED))
	binary.LittleEndian.PutUint64(head[24:], uint64(len(raw)))
	binary.LittleEndian.PutUint64(head[32:], uint64(content.Len()))
	return append(raw, content.Bytes()...)
}

// allocated is how many bytes a function asks for.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestPackedSectionsAreNotUnpacked(t *testing.T) {
	const size, enough = 64 << 20, 16 << 20
	for n, name := range []string{1: "texts", 2: "dynamic section", 3: "names"} {
		if n == 0 {
			continue
		}
		raw := packed(t, linkingtest.File("/lib/ld.so", linkingtest.Tags{elf.DT_NEEDED: {"libc.so.6"}}), n, size)
		var err error
		if got := allocated(func() { _, err = linking.Read(bytes.NewReader(raw)) }); got > enough {
			t.Errorf("%s: of %d bytes, %d were made", name, len(raw), got)
		}
		// The names are of no use to a loader, which starts such a program.
		if refused := errors.Is(err, linking.ErrNotELF); refused != (n != 3) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestASmallFileAsksForLittleMemory(t *testing.T) {
	const enough = 64 << 20
	long := strings.Repeat("x", 60<<10)
	// The entries all name one text.
	shared := linkingtest.File("/lib/ld.so", linkingtest.Tags{elf.DT_NEEDED: append([]string{long}, make([]string, 4000)...)})
	dynamic := section(shared, 2)
	at := binary.LittleEndian.Uint64(dynamic[24:])
	for entry := range binary.LittleEndian.Uint64(dynamic[32:])/16 - 1 {
		binary.LittleEndian.PutUint64(shared[at+16*entry+8:], 1)
	}
	large := linkingtest.File("/lib/ld.so", linkingtest.Tags{elf.DT_NEEDED: make([]string, 1<<20)})
	wide := append(linkingtest.File("/lib/ld.so", nil), make([]byte, 129<<20)...)
	binary.LittleEndian.PutUint16(wide[58:], 1<<15)
	binary.LittleEndian.PutUint16(wide[60:], 1<<12)
	for name, raw := range map[string][]byte{"one text": shared, "many entries": large, "wide headers": wide} {
		var err error
		if got := allocated(func() { _, err = linking.Read(bytes.NewReader(raw)) }); got > enough || !errors.Is(err, linking.ErrNotELF) {
			t.Errorf("%s: %d bytes were made, and %v", name, got, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(linkingtest.File("/lib/ld.so", linkingtest.Tags{elf.DT_NEEDED: {"libc.so.6"}}))
	f.Fuzz(func(_ *testing.T, content []byte) {
		_, _ = linking.Read(bytes.NewReader(content)) // that it returns is what counts
	})
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
