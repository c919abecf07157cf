package linking

import (
	"bufio"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

const (
	// tableLimit is the largest dynamic section or table of versions that is
	// read, in bytes: some thousand entries. Real ones have some hundred.
	tableLimit = 64 << 10
	// textLimit is the longest text in them, in bytes: a list of folders may be
	// longer than a path.
	textLimit = 64 << 10
	// textsLimit is how much all texts may take, in bytes. Entries may name
	// the same one, and tables share entries: a small file could ask for
	// gigabytes.
	textsLimit = 4 << 20
	// textCost is what a text takes besides its letters, in bytes.
	textCost = 64
)

// open reads a file's headers. What else elf.NewFile would read, it is kept
// from: the sections' names, which nobody asks for and which may be packed, and
// tables whose entries have a size of their own.
func open(r io.ReaderAt) (*elf.File, error) {
	var ident [elf.EI_NIDENT]byte
	if _, err := r.ReadAt(ident[:], 0); err != nil {
		return nil, err
	}
	var order binary.ByteOrder = binary.LittleEndian
	if elf.Data(ident[elf.EI_DATA]) == elf.ELFDATA2MSB {
		order = binary.BigEndian
	}
	var h elf.Header64
	size := int64(binary.Size(h))
	program, section := binary.Size(elf.Prog64{}), binary.Size(elf.Section64{})
	all := io.NewSectionReader(r, 0, size)
	if elf.Class(ident[elf.EI_CLASS]) == elf.ELFCLASS32 {
		var short elf.Header32
		if err := binary.Read(all, order, &short); err != nil {
			return nil, err
		}
		size = int64(binary.Size(short))
		program, section = binary.Size(elf.Prog32{}), binary.Size(elf.Section32{})
		h.Shoff = uint64(short.Shoff)
		h.Phnum, h.Phentsize, h.Shnum, h.Shentsize = short.Phnum, short.Phentsize, short.Shnum, short.Shentsize
	} else if err := binary.Read(all, order, &h); err != nil {
		return nil, err
	}
	switch {
	case h.Phnum > 0 && int(h.Phentsize) != program, h.Shnum > 0 && int(h.Shentsize) != section:
		return nil, errors.New("the entries of its headers have an odd size")
	case h.Shnum == 0 && h.Shoff != 0:
		return nil, errors.New("its sections are not counted in its header")
	}
	// The index of the section that holds the names ends the header, and 0
	// says that there is none.
	return elf.NewFile(&blanked{r: r, from: size - 2, to: size})
}

// blanked is a file of which some bytes read as 0.
type blanked struct {
	r        io.ReaderAt
	from, to int64
}

func (b *blanked) ReadAt(p []byte, off int64) (int, error) {
	n, err := b.r.ReadAt(p, off)
	for at := max(b.from, off); at < min(b.to, off+int64(n)); at++ {
		p[at-off] = 0
	}
	return n, err
}

// tables reads the sections that a loader reads.
type tables struct {
	file *elf.File
	// left is how much further texts may take.
	left int
}

// load reads the first section of a type, and finds where its texts are. It
// returns nothing where there is no such section.
func (t *tables) load(typ elf.SectionType) ([]byte, io.ReaderAt, error) {
	s := t.file.SectionByType(typ)
	if s == nil {
		return nil, nil, nil
	}
	if s.Link == 0 || int64(s.Link) >= int64(len(t.file.Sections)) {
		return nil, nil, fmt.Errorf("%s has no texts", typ)
	}
	texts := t.file.Sections[s.Link]
	// No loader unpacks anything, and a small file may hold gigabytes.
	for _, used := range []*elf.Section{s, texts} {
		if used.Flags&elf.SHF_COMPRESSED != 0 || used.Type == elf.SHT_NOBITS {
			return nil, nil, fmt.Errorf("%s is not in the file as it is read", typ)
		}
	}
	if s.FileSize > tableLimit {
		return nil, nil, fmt.Errorf("%s is larger than %d bytes", typ, tableLimit)
	}
	content := make([]byte, s.FileSize)
	if n, err := s.ReadAt(content, 0); n < len(content) {
		return nil, nil, err
	}
	return content, texts, nil
}

// text reads the text at an offset; none where it doesn't end.
func (t *tables) text(from io.ReaderAt, offset uint64) (string, error) {
	t.left -= textCost
	text, err := bufio.NewReader(io.NewSectionReader(from, int64(min(offset, 1<<62)), textLimit)).ReadString(0)
	if err != nil {
		text = ""
	}
	if t.left -= len(text); t.left < 0 {
		return "", errors.New("its texts are too many or too long")
	}
	return strings.TrimSuffix(text, "\x00"), nil
}

// dynamic reads the texts of the dynamic section, by their tags.
func (t *tables) dynamic() (map[elf.DynTag][]string, error) {
	content, texts, err := t.load(elf.SHT_DYNAMIC)
	if err != nil {
		return nil, err
	}
	out := make(map[elf.DynTag][]string)
	order, word := t.file.ByteOrder, 4
	number := func(b []byte) uint64 { return uint64(order.Uint32(b)) }
	if t.file.Class == elf.ELFCLASS64 {
		word, number = 8, order.Uint64
	}
	for ; len(content) >= 2*word; content = content[2*word:] {
		tag := elf.DynTag(number(content))
		switch tag {
		case elf.DT_NULL:
			return out, nil
		case elf.DT_NEEDED, elf.DT_SONAME, elf.DT_RPATH, elf.DT_RUNPATH:
			text, err := t.text(texts, number(content[word:]))
			if err != nil {
				return nil, err
			}
			if text != "" {
				out[tag] = append(out[tag], text)
			}
		}
	}
	return out, nil
}

// needs reads the versions that are asked of libraries, by the library's name.
func (t *tables) needs() (map[string][]string, error) {
	content, texts, err := t.load(elf.SHT_GNU_VERNEED)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]string)
	order := t.file.ByteOrder
	for at, need := range chain(content, 16, 12, order) {
		library, err := t.text(texts, uint64(order.Uint32(need[4:])))
		if err != nil {
			return nil, err
		}
		count := order.Uint16(need[2:])
		for _, version := range chain(after(content, at+uint64(order.Uint32(need[8:]))), 16, 12, order) {
			if count == 0 {
				break
			}
			count--
			name, err := t.text(texts, uint64(order.Uint32(version[8:])))
			if err != nil {
				return nil, err
			}
			if elf.DynamicVersionFlag(order.Uint16(version[4:]))&elf.VER_FLG_WEAK == 0 {
				out[library] = append(out[library], name)
			}
		}
	}
	return out, nil
}

// offers reads the versions that a library has itself.
func (t *tables) offers() (map[string]bool, error) {
	content, texts, err := t.load(elf.SHT_GNU_VERDEF)
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool)
	order := t.file.ByteOrder
	for at, offer := range chain(content, 20, 16, order) {
		// The first name is the version's own, and further ones are what it
		// grew from.
		names := after(content, at+uint64(order.Uint32(offer[12:])))
		if len(names) < 8 {
			continue
		}
		name, err := t.text(texts, uint64(order.Uint32(names)))
		if err != nil {
			return nil, err
		}
		out[name] = true
	}
	return out, nil
}

// chain goes through entries of a size, each of which says at next how far off
// the following one is; 0 ends it. With each comes its offset.
func chain(content []byte, size, next int, order binary.ByteOrder) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		for at := uint64(0); ; {
			entry := after(content, at)
			if len(entry) < size || !yield(at, entry[:size]) {
				return
			}
			step := order.Uint32(entry[next:])
			if step == 0 {
				return
			}
			at += uint64(step)
		}
	}
}

// after is what follows an offset.
func after(content []byte, at uint64) []byte {
	return content[min(at, uint64(len(content))):]
}
