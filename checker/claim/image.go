package claim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shipshape/checker"
	"shipshape/checker/dockerfile"
)

// Config is an image's configuration as claims look at it, in JSON with a space
// after each colon and comma: {"User": "app", "Cmd": ["node", "server.js"], …}.
type Config struct {
	User         string
	WorkingDir   string
	Env          []string
	Entrypoint   []string
	Cmd          []string
	StopSignal   string
	Labels       map[string]string
	ExposedPorts []string
	HealthTest   []string
	Volumes      []string
	// History are the instructions as the builder noted them, base first.
	History []string
}

// look compares the image with what is claimed of it.
func (p *proof) look(ctx context.Context, id string) error {
	if p.Image == (Text{}) && len(p.Layers) == 0 {
		return nil
	}
	image, err := p.eng.Image(ctx, id)
	if err != nil {
		return err
	}
	config, err := configOf(image)
	if err != nil {
		return err
	}
	misses, err := p.Image.misses("the image's configuration", config)
	if err != nil {
		return err
	}
	p.misses = append(p.misses, misses...)
	if len(p.Layers) == 0 {
		return nil
	}
	own, err := p.ownHistory(ctx, image)
	if err != nil {
		return err
	}
	for _, l := range p.Layers {
		if err := p.lookAt(l, own); err != nil {
			return err
		}
	}
	return nil
}

// configOf writes an image's configuration.
func configOf(image *checker.Image) (string, error) {
	c := Config{
		User: image.User, WorkingDir: image.WorkingDir, Env: image.Env, Entrypoint: image.Entrypoint, Cmd: image.Cmd,
		StopSignal: image.StopSignal, ExposedPorts: image.ExposedPorts, HealthTest: image.HealthTest, Volumes: image.Volumes,
		Labels: maps.Clone(image.Labels),
	}
	// What the grader itself notes on its images is no part of them.
	maps.DeleteFunc(c.Labels, func(name, _ string) bool { return strings.HasPrefix(name, "shipshape.") })
	for _, h := range image.History {
		c.History = append(c.History, h.Instruction)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // "&&" stays readable
	enc.SetIndent("", " ")
	if err := enc.Encode(c); err != nil {
		return "", fmt.Errorf("write the image's configuration: %w", err)
	}
	// In texts of JSON no line ends, so that all line ends are the indent's.
	line := regexp.MustCompile(`([\[{]?)\n *([\]}]?)`).ReplaceAllStringFunc(out.String(), func(s string) string {
		if around := strings.TrimFunc(s, func(r rune) bool { return r == '\n' || r == ' ' }); around != "" {
			return around
		}
		return " "
	})
	return strings.TrimSpace(line), nil
}

// ownHistory is the part of an image's history that the Dockerfile made.
func (p *proof) ownHistory(ctx context.Context, image *checker.Image) ([]checker.LayerReport, error) {
	name := p.base()
	if name == "" {
		return image.History, nil
	}
	base, err := p.eng.Image(ctx, name)
	if errors.Is(err, checker.ErrNoImage) {
		return image.History, nil
	}
	if err != nil {
		return nil, err
	}
	n := len(base.History)
	same := func(a, b checker.LayerReport) bool { return a.Instruction == b.Instruction }
	if n > len(image.History) || !slices.EqualFunc(base.History, image.History[:n], same) {
		return image.History, nil
	}
	return image.History[n:], nil
}

// base is the image at the bottom of the stage that is built; empty for none, or
// one that is not known.
func (p *proof) base() string {
	text := p.Files["Dockerfile"]
	if edited, ok := p.Edit["Dockerfile"]; ok {
		text = edited
	}
	file, err := dockerfile.Parse([]byte(text))
	if err != nil {
		return "" // it built, so that what is written in it is the engine's alone to read
	}
	s := len(file.Stages) - 1
	if p.Target != "" {
		s = slices.IndexFunc(file.Stages, func(s dockerfile.Stage) bool {
			return strings.EqualFold(s.Name, p.Target) || strconv.Itoa(s.Index) == p.Target
		})
	}
	for s >= 0 && file.Stages[s].Parent >= 0 {
		s = file.Stages[s].Parent
	}
	if s < 0 || file.Stages[s].Base == "scratch" {
		return ""
	}
	return file.Stages[s].Base
}

// lookAt compares the layers of some instructions with what they must weigh.
func (p *proof) lookAt(l Layers, history []checker.LayerReport) error {
	of, err := compile(l.Of)
	if err != nil {
		return err
	}
	var (
		total int64
		found bool
	)
	for _, h := range history {
		if of.MatchString(h.Plain()) {
			total += h.SizeBytes
			found = true
		}
	}
	expected := fmt.Sprintf("the layers of %q have", l.Of)
	if l.AtLeast != nil {
		expected += fmt.Sprintf(" at least %d bytes", *l.AtLeast)
	}
	if l.AtMost != nil {
		expected += fmt.Sprintf(" at most %d bytes", *l.AtMost)
	}
	switch {
	case !found:
		var all []string
		for _, h := range history {
			all = append(all, h.Plain())
		}
		p.miss(expected, "no instruction matches; there are "+shown(strings.Join(all, "\n")))
	case l.AtLeast != nil && total < *l.AtLeast, l.AtMost != nil && total > *l.AtMost:
		p.miss(expected, fmt.Sprintf("they have %d", total))
	}
	return nil
}
