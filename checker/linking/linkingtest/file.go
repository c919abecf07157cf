// Package linkingtest writes ELF files for tests.
package linkingtest

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// Tags are the texts of a file's dynamic section.
type Tags map[elf.DynTag][]string

// File returns an ELF file for x86-64 with an interpreter, unless that is empty,
// and a dynamic section: as small as one can be that debug/elf reads. No kernel
// would start it.
func File(interpreter string, tags Tags) []byte {
	texts := []byte{0}
	var dyn []elf.Dyn64
	for _, tag := range []elf.DynTag{elf.DT_NEEDED, elf.DT_SONAME, elf.DT_RPATH, elf.DT_RUNPATH} {
		for _, text := range tags[tag] {
			dyn = append(dyn, elf.Dyn64{Tag: int64(tag), Val: uint64(len(texts))})
			texts = append(append(texts, text...), 0)
		}
	}
	dyn = append(dyn, elf.Dyn64{})
	const names = "\x00.dynstr\x00.dynamic\x00.shstrtab\x00"
	const header, program, section = 64, 56, 64
	interpAt := uint64(header + program)
	textsAt := interpAt + uint64(len(interpreter)+1)
	dynAt := textsAt + uint64(len(texts))
	namesAt := dynAt + uint64(16*len(dyn))
	sectionsAt := namesAt + uint64(len(names))

	var out bytes.Buffer
	write := func(v any) {
		// A buffer takes everything, and the types have a fixed size.
		_ = binary.Write(&out, binary.LittleEndian, v)
	}
	write(elf.Header64{
		Ident: [16]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Phoff: header, Shoff: sectionsAt, Ehsize: header, Phentsize: program, Phnum: 1, Shentsize: section, Shnum: 4, Shstrndx: 3,
	})
	kind := elf.PT_INTERP
	if interpreter == "" {
		kind = elf.PT_NULL
	}
	write(elf.Prog64{Type: uint32(kind), Off: interpAt, Filesz: uint64(len(interpreter) + 1)})
	out.WriteString(interpreter + "\x00")
	out.Write(texts)
	write(dyn)
	out.WriteString(names)
	write([]elf.Section64{
		{},
		{Name: 1, Type: uint32(elf.SHT_STRTAB), Off: textsAt, Size: uint64(len(texts))},
		{Name: 9, Type: uint32(elf.SHT_DYNAMIC), Off: dynAt, Size: uint64(16 * len(dyn)), Link: 1, Entsize: 16},
		{Name: 18, Type: uint32(elf.SHT_STRTAB), Off: namesAt, Size: uint64(len(names))},
	})
	return out.Bytes()
}
