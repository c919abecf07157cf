package compose

import (
	"errors"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// mount takes the volumes, tmpfs and mounted folders and files of a service.
func (p *planning) mount(at []string, s types.ServiceConfig, out *Service) {
	for _, tmpfs := range s.Tmpfs {
		target, _, _ := strings.Cut(tmpfs, ":")
		out.Tmpfs = append(out.Tmpfs, target)
	}
	for i, v := range s.Volumes {
		path := under(at, "volumes", strconv.Itoa(i))
		if !strings.HasPrefix(v.Target, "/") {
			p.refuse(path, "%s is not an absolute path in the container", v.Target)
			continue
		}
		switch v.Type {
		case types.VolumeTypeTmpfs:
			out.Tmpfs = append(out.Tmpfs, v.Target)
		case types.VolumeTypeVolume:
			p.volume(path, v, out)
		case types.VolumeTypeBind:
			p.bind(path, v, out)
		default:
			p.pass(path, "a volume of the type "+v.Type)
		}
	}
}

// volume takes a named or an anonymous volume.
func (p *planning) volume(at []string, v types.ServiceVolumeConfig, out *Service) {
	if v.Source != "" {
		config := p.from.Volumes[v.Source]
		path := []string{"volumes", v.Source}
		p.add(p.of["volumes."+v.Source])
		switch {
		case bool(config.External):
			p.refuse(path, "volumes.%s is refused: an external volume has to be there before", v.Source)
		case config.Driver != "" && config.Driver != "local":
			p.pass(under(path, "driver"), "")
		}
		p.project.Volumes[v.Source] = Volume{}
	}
	out.Mounts = append(out.Mounts, Mount{
		Volume: v.Source, Path: path.Clean(v.Target), ReadOnly: v.ReadOnly, NoCopy: v.Volume != nil && v.Volume.NoCopy,
	})
}

// bind takes a folder or a file of the project that the service sees as it is.
// A grade works on copies: nothing that a container does reaches the learner's
// own files.
func (p *planning) bind(at []string, v types.ServiceVolumeConfig, out *Service) {
	name, err := p.inside(v.Source)
	if err != nil {
		p.refuse(at, "the mount of %s is refused: %s", v.Source, reason(err))
		return
	}
	info, err := p.stat(name)
	_, overlaid := p.overlay[name]
	switch {
	case overlaid, err == nil && info.Mode().IsRegular():
		p.bindFile(at, name, v.Target, info, out)
	case errors.Is(err, fs.ErrNotExist) && v.Bind != nil && !bool(v.Bind.CreateHostPath):
		p.refuse(at, "the mount of %s: there is no such file or folder", v.Source)
	case err == nil && info.IsDir(), errors.Is(err, fs.ErrNotExist):
		// Where nothing is, docker compose makes an empty folder.
		p.bindFolder(at, name, v, out)
	case err != nil:
		p.refuse(at, "the mount of %s is refused: %s", v.Source, reason(err))
	default:
		p.refuse(at, "the mount of %s is refused: it is neither a file nor a folder", v.Source)
	}
}

func (p *planning) bindFile(at []string, name, target string, info fs.FileInfo, out *Service) {
	content, err := p.read(name)
	if err != nil {
		p.refuse(at, "the mount of %s: %s", name, reason(err))
		return
	}
	mode := fs.FileMode(0o666)
	if info != nil {
		mode = widened(info.Mode())
	}
	out.Files = append(out.Files, File{Path: path.Clean(target), Mode: mode, Content: content})
}

func (p *planning) bindFolder(at []string, name string, v types.ServiceVolumeConfig, out *Service) {
	key := "./" + name
	if _, ok := p.project.Volumes[key]; !ok {
		content, err := p.copied(name)
		if errors.Is(err, errTooMuch) {
			p.pass(at, reason(err))
		} else if err != nil {
			p.refuse(at, "the mount of %s: %s", v.Source, reason(err))
		}
		p.project.Volumes[key] = Volume{Content: content}
	}
	out.Mounts = append(out.Mounts, Mount{Volume: key, Path: path.Clean(v.Target), ReadOnly: v.ReadOnly, NoCopy: true})
}

// widened are the permissions of a copy: who owns the file on the learner's own
// machine may do there what everybody may do here.
func widened(mode fs.FileMode) fs.FileMode {
	if mode.IsDir() || mode&0o111 != 0 {
		return 0o777
	}
	return 0o666
}

// grants takes the secrets and configs of a service: files that it sees.
func (p *planning) grants(at []string, s types.ServiceConfig, out *Service) {
	for i, secret := range s.Secrets {
		path := under(at, "secrets", strconv.Itoa(i))
		if content, ok := p.secret(path, secret.Source); ok {
			out.Files = append(out.Files, granted("/run/secrets", secret.Target, secret.Source, content))
		}
	}
	for i, config := range s.Configs {
		path := under(at, "configs", strconv.Itoa(i))
		if content, ok := p.object(path, "configs", config.Source, types.FileObjectConfig(p.from.Configs[config.Source])); ok {
			out.Files = append(out.Files, granted("/", config.Target, config.Source, content))
		}
	}
}

// granted is a secret or config in a container. That docker compose would keep
// its mode on the learner's own machine is none of a grade's business.
func granted(dir, target, source string, content []byte) File {
	if target == "" {
		target = source
	}
	if !path.IsAbs(target) {
		target = path.Join(dir, target)
	}
	return File{Path: path.Clean(target), Mode: 0o444, Content: content}
}

// secret returns the content of one of the project's secrets.
func (p *planning) secret(at []string, name string) ([]byte, bool) {
	return p.object(at, "secrets", name, types.FileObjectConfig(p.from.Secrets[name]))
}

// object returns the content of a secret or config.
func (p *planning) object(at []string, part, name string, o types.FileObjectConfig) ([]byte, bool) {
	path := []string{part, name}
	switch {
	case bool(o.External):
		p.refuse(path, "%s.%s is refused: an external one has to be there before", part, name)
	case o.Driver != "" || o.TemplateDriver != "":
		p.pass(path, "a driver")
	case o.Environment != "":
		value, ok := p.lookup(o.Environment)
		if !ok {
			p.refuse(path, "%s.%s: the variable %s is not set in .env", part, name, o.Environment)
		}
		return []byte(value), ok
	case o.File != "":
		file, err := p.inside(o.File)
		if err == nil {
			var content []byte
			if content, err = p.read(file); err == nil {
				return content, true
			}
		}
		p.refuse(under(path, "file"), "%s.%s: the file %s: %s", part, name, o.File, reason(err))
	case part == "configs":
		return []byte(o.Content), true
	default:
		p.refuse(at, "%s.%s has neither a file nor a variable", part, name)
	}
	return nil, false
}
