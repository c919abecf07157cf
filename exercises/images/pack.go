package images

import (
	"archive/tar"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// releaseDay is when trixie was released: the time of files that no package
// dates. Without it each packing would differ, and nothing come from cache.
func releaseDay() time.Time { return time.Date(2025, time.August, 9, 0, 0, 0, 0, time.UTC) }

// packRootFS writes a root filesystem as a tar, without what images of a
// distribution leave out. Files that are younger than began get the day of the
// release as their time.
func packRootFS(file, root string, began time.Time) (err error) {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	p := packer{tw: tar.NewWriter(out), root: root, began: began, links: map[fileID]string{}}
	if err := filepath.WalkDir(root, p.add); err != nil {
		return err
	}
	return p.tw.Close()
}

type packer struct {
	tw    *tar.Writer
	root  string
	began time.Time
	// links are the first names of files that have several.
	links map[fileID]string
}

func (p *packer) add(file string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(p.root, file)
	if err != nil || rel == "." {
		return err
	}
	name := filepath.ToSlash(rel)
	if !d.IsDir() && leftOut(name) {
		return nil
	}
	info, err := d.Info()
	if err != nil {
		return err
	}
	target := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		if target, err = os.Readlink(file); err != nil {
			return err
		}
	}
	hdr, err := tar.FileInfoHeader(info, target)
	if err != nil {
		return err
	}
	hdr.Name, hdr.Uname, hdr.Gname = name, "", "" // this machine's users are not the image's
	hdr.AccessTime, hdr.ChangeTime = time.Time{}, time.Time{}
	if !hdr.ModTime.Before(p.began) {
		hdr.ModTime = releaseDay()
	}
	if d.IsDir() {
		hdr.Name += "/"
	}
	if id, shared := sharedFile(info); shared && info.Mode().IsRegular() {
		if first, ok := p.links[id]; ok {
			hdr.Typeflag, hdr.Linkname, hdr.Size = tar.TypeLink, first, 0
		} else {
			p.links[id] = name
		}
	}
	if err := p.tw.WriteHeader(hdr); err != nil || hdr.Typeflag != tar.TypeReg {
		return err
	}
	return p.content(file)
}

func (p *packer) content(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(p.tw, f)
	return err
}

// leftOut tells what is in no image: what the engine provides, what apt can
// fetch again, logs, and, as in slim images, manuals and translations.
func leftOut(name string) bool {
	for _, prefix := range []string{
		"dev/", "proc/", "sys/",
		"usr/share/info/", "usr/share/lintian/", "usr/share/locale/", "usr/share/man/",
		"var/cache/apt/", "var/cache/ldconfig/", "var/lib/apt/lists/", "var/log/",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "etc/hostname", "etc/machine-id", "etc/resolv.conf":
		return true
	}
	if strings.HasPrefix(name, "usr/share/doc/") {
		return path.Base(name) != "copyright"
	}
	return strings.HasSuffix(name, "-old") && strings.HasPrefix(name, "var/")
}
