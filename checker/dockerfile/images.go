package dockerfile

import (
	"path"
	"strings"

	"github.com/distribution/reference"
)

// image is what is known of a base image from its name.
type image struct {
	// name is without registry and tag for Docker's official images
	// ("node"), in full for others ("gcr.io/distroless/static").
	name, tag string
	official  bool
	digest    bool
}

// describe takes an image's name apart; ok is false where it is no name, or
// still holds a variable.
func describe(base string) (image, bool) {
	if unresolved(base) {
		return image{}, false
	}
	ref, err := reference.ParseNormalizedNamed(base)
	if err != nil {
		return image{}, false
	}
	var out image
	out.name = ref.Name()
	if name, ok := strings.CutPrefix(out.name, "docker.io/library/"); ok {
		out.name, out.official = name, true
	}
	if tagged, ok := ref.(reference.Tagged); ok {
		out.tag = tagged.Tag()
	}
	_, out.digest = ref.(reference.Digested)
	return out, true
}

// runtimes are the official images that hold a language or an operating system
// and run as root unless told otherwise. Those of ready-made services are not
// among them: several give up root by themselves.
func isRuntime(name string) bool {
	switch name {
	case "alpine", "amazoncorretto", "amazonlinux", "bun", "busybox", "buildpack-deps", "debian",
		"eclipse-temurin", "elixir", "erlang", "fedora", "gcc", "golang", "gradle", "haskell", "maven", "node",
		"openjdk", "perl", "php", "pypy", "python", "ruby", "rust", "swift", "ubuntu":
		return true
	}
	return false
}

func (i image) distroless() bool { return strings.HasPrefix(i.name, "gcr.io/distroless/") }

// distrolessWithoutLibc tells static from base, cc and the languages.
func (i image) distrolessWithoutLibc() bool {
	return i.distroless() && strings.HasPrefix(path.Base(i.name), "static")
}

func (i image) alpine() bool {
	return i.official && (i.name == "alpine" || strings.Contains(i.tag, "alpine"))
}

func (i image) busybox() bool { return i.official && i.name == "busybox" }

func (i image) slim() bool {
	return i.official && (strings.Contains(i.tag, "slim") || i.name == "debian" || i.name == "ubuntu")
}

// debian tells an image that is surely built on Debian or Ubuntu, with apt-get.
func (i image) debian() bool {
	if !i.official || i.alpine() {
		return false
	}
	switch i.name {
	case "debian", "ubuntu", "buildpack-deps", "golang", "node", "python", "ruby", "rust", "openjdk", "php", "perl", "gcc":
		return !i.windows() && !strings.Contains(i.tag, "oracle")
	}
	return false
}

// trixie tells that an image is surely built on Debian 13.
func (i image) trixie() bool {
	if !i.official || i.alpine() {
		return false
	}
	return strings.Contains(i.tag, "trixie") ||
		i.name == "debian" && (i.tag == "13" || strings.HasPrefix(i.tag, "13-") || strings.HasPrefix(i.tag, "13."))
}

// workdir is the folder that an image is known to set; "/" otherwise.
func (i image) workdir() string {
	if !i.official || i.windows() {
		return "/"
	}
	switch i.name {
	case "golang":
		return "/go"
	case "gradle":
		return "/home/gradle"
	case "httpd":
		return "/usr/local/apache2"
	case "php":
		if strings.Contains(i.tag, "apache") || strings.Contains(i.tag, "fpm") {
			return "/var/www/html"
		}
	case "tomcat":
		return "/usr/local/tomcat"
	}
	return "/"
}

// ports are those that an image is known to expose.
func (i image) ports() []int {
	if !i.official {
		return nil
	}
	switch i.name {
	case "caddy":
		return []int{80, 443, 2019}
	case "httpd", "nginx":
		return []int{80}
	case "php":
		switch {
		case strings.Contains(i.tag, "apache"):
			return []int{80}
		case strings.Contains(i.tag, "fpm"):
			return []int{9000}
		}
	case "tomcat":
		return []int{8080}
	}
	return nil
}

func (i image) windows() bool {
	return strings.Contains(i.tag, "windows") || strings.Contains(i.tag, "nanoserver")
}
