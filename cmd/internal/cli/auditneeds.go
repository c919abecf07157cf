package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"shipshape/checker/audit"
)

// secretLimit is the largest build secret, in bytes: BuildKit takes no larger
// one (its secretsprovider.MaxSecretSize).
const secretLimit = 500 << 10

// audit turns the command's options into those of an audit.
func (o auditOptions) audit() (audit.Options, error) {
	out := audit.Options{
		Dockerfile: o.dockerfile, Port: o.port, Path: o.path, Env: o.env, Ready: o.ready, Tools: toolImages(),
		BuildArgs: make(map[string]string), BuildSecrets: make(map[string][]byte),
	}
	for _, arg := range o.buildArgs {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			return out, usagef("Write it as --build-arg NAME=value.", "--build-arg %s gives no value", arg)
		}
		out.BuildArgs[name] = value
	}
	for _, secret := range o.secrets {
		id, content, err := readSecret(secret)
		if err != nil {
			return out, err
		}
		out.BuildSecrets[id] = content
	}
	return out, nil
}

// readSecret reads a secret that is given as docker build takes it.
func readSecret(text string) (id string, content []byte, err error) {
	var file string
	for field := range strings.SplitSeq(text, ",") {
		key, value, _ := strings.Cut(field, "=")
		switch key {
		case "id":
			id = value
		case "src", "source":
			file = value
		default:
			id, file = "", ""
		}
	}
	if id == "" || file == "" {
		return "", nil, usagef("Write it as --secret id=NAME,src=FILE.", "--secret %s names no id and no file", text)
	}
	f, err := os.Open(file)
	if err != nil {
		return "", nil, usagef("Name a file that you may read.", "the secret %s can't be read: %v", id, err)
	}
	defer func() { _ = f.Close() }()
	content, err = io.ReadAll(io.LimitReader(f, secretLimit+1))
	if err != nil {
		return "", nil, fmt.Errorf("the secret %s can't be read: %w", id, err)
	}
	if len(content) > secretLimit {
		return "", nil, usagef("Builders take no larger one.", "the secret %s is larger than %d bytes", id, secretLimit)
	}
	return id, content, nil
}
