package compose

import (
	"path"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// build takes a service's build; nil for none.
func (p *planning) build(at []string, b *types.BuildConfig) *Build {
	if b == nil {
		return nil
	}
	out := &Build{Target: b.Target, Args: make(map[string]string)}
	out.Context = p.projectPath(under(at, "context"), "the build context", b.Context)
	info, err := p.stat(out.Context)
	switch {
	case p.fault != nil:
		return out
	case err != nil:
		p.refuse(under(at, "context"), "the build context %s: %s", b.Context, reason(err))
	case !info.IsDir():
		p.refuse(under(at, "context"), "the build context %s is not a folder", b.Context)
	}
	out.Dockerfile, out.Inline = p.dockerfile(under(at, "dockerfile"), out.Context, b)
	for name, value := range b.Args {
		if value == nil {
			if from, ok := p.lookup(name); ok {
				out.Args[name] = from
			}
			continue
		}
		out.Args[name] = *value
	}
	for _, s := range b.Secrets {
		content, ok := p.secret(under(at, "secrets"), s.Source)
		if !ok {
			continue
		}
		if out.Secrets == nil {
			out.Secrets = make(map[string][]byte)
		}
		id := s.Source
		if s.Target != "" && !strings.HasPrefix(s.Target, "/") {
			id = s.Target
		}
		out.Secrets[id] = content
	}
	return out
}

// dockerfile returns the Dockerfile's path in the context, or its text.
func (p *planning) dockerfile(at []string, context string, b *types.BuildConfig) (string, []byte) {
	if b.DockerfileInline != "" {
		return "", []byte(b.DockerfileInline)
	}
	name := p.projectPath(at, "the Dockerfile", path.Join(context, b.Dockerfile))
	if context == "." {
		return name, nil
	}
	below, ok := strings.CutPrefix(name, context+"/")
	if !ok && p.fault == nil {
		p.pass(at, "the Dockerfile is not in the build context")
	}
	return below, nil
}

// projectPath returns a path within the project, and refuses one that leads out of
// it.
func (p *planning) projectPath(at []string, what, name string) string {
	inside, err := p.inside(name)
	if err == nil {
		return inside
	}
	if strings.Contains(name, "://") || strings.HasPrefix(name, "git@") {
		p.refuse(at, "%s %s is refused: it is not in the project", what, name)
	} else {
		p.refuse(at, "%s %s is refused: %s", what, name, reason(err))
	}
	return "."
}
