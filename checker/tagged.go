package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Tagged: the learner's own image is on the engine under the names that it
// should have, and was built from this source. The learner's images are read
// only: none is made, renamed or removed.
type Tagged struct {
	// Repository is the name before the tag, as in "tides".
	Repository string `yaml:"repository"`
	// Tags are regular expressions (RE2); for each there must be a tag that it
	// matches as a whole.
	Tags []string `yaml:"tags"`
	// SameImage demands one image that has all of them.
	SameImage bool `yaml:"same_image"`
	// Forbid are regular expressions for tags that may not be there.
	Forbid []string `yaml:"forbid"`
}

func (k *Tagged) unsound(Assignment) []Unsound {
	var found []Unsound
	if k.Repository == "" || strings.ContainsAny(path.Base(k.Repository), ":@") {
		found = append(found, unsoundf("repository", "repository is %q: a name without a tag", k.Repository))
	}
	if len(k.Tags)+len(k.Forbid) == 0 {
		found = append(found, unsoundf("", "it demands nothing: tags or forbid"))
	}
	for name, patterns := range map[string][]string{"tags": k.Tags, "forbid": k.Forbid} {
		for i, p := range patterns {
			if _, err := whole(p); err != nil {
				found = append(found, unsoundf(fmt.Sprintf("%s[%d]", name, i), "%s: %v", name, err))
			}
		}
	}
	return found
}

// tag is one of the repository's on the engine.
type tag struct {
	// name is the whole of it, word what stands behind the colon.
	name, word string
	image      string
}

func (k *Tagged) look(ctx context.Context, ev *evidence) (finding, error) {
	f := finding{expected: k.expected()}
	tags, err := k.onEngine(ctx, ev)
	if err != nil {
		return finding{}, err
	}
	for _, pattern := range k.Forbid {
		for _, t := range tags {
			ok, err := matches(pattern, t.word)
			if err != nil {
				return finding{}, err
			}
			if ok {
				f.observed = t.name + " is there"
				f.why = "A name that is moved to each new image says nothing of what is in it: what runs under it today may be another image tomorrow. " +
					"`docker rmi " + t.name + "` takes the name away."
				return f, nil
			}
		}
	}
	if len(k.Tags) == 0 {
		f.passed, f.observed = true, "there are "+tagList(tags)
		return f, nil
	}
	wanted := make([][]tag, len(k.Tags))
	for i, pattern := range k.Tags {
		for _, t := range tags {
			ok, err := matches(pattern, t.word)
			if err != nil {
				return finding{}, err
			}
			if ok {
				wanted[i] = append(wanted[i], t)
			}
		}
		if len(wanted[i]) == 0 {
			f.observed = fmt.Sprintf("no tag of %s is like %s; there are %s", k.Repository, pattern, tagList(tags))
			return f, nil
		}
	}
	return k.built(ctx, ev, wanted, f)
}

// built looks for images with the wanted tags that were built from this source.
func (k *Tagged) built(ctx context.Context, ev *evidence, wanted [][]tag, f finding) (finding, error) {
	source, err := ev.unedited(ctx)
	if err != nil {
		return finding{}, err
	}
	// What each pattern's tags name: usually one image, and several after an
	// older release.
	fresh := make([][]string, len(wanted))
	var stale string
	verdicts := make(map[string]string)
	for i, tags := range wanted {
		for _, t := range tags {
			differs, known := verdicts[t.image]
			if !known {
				if differs, err = source.differs(ctx, ev, t.image); err != nil {
					return finding{}, err
				}
				verdicts[t.image] = differs
			}
			if differs == "" {
				fresh[i] = append(fresh[i], t.image)
			} else {
				stale = cmp.Or(stale, fmt.Sprintf("%s was not built from the source as it stands: %s", t.name, differs))
			}
		}
		if len(fresh[i]) == 0 {
			f.observed = stale
			f.why = "A tag is worth what it names. Build again after the last edit, and give the tags to that image."
			return f, nil
		}
	}
	if k.SameImage && len(inAll(fresh)) == 0 {
		f.observed = "the tags name different images: " + tagList(slices.Concat(wanted...))
		f.why = "Several names for one release must mean one image: build once, and tag what was built. Each further build may come out as another one."
		return f, nil
	}
	f.passed, f.observed = true, tagList(slices.Concat(wanted...))+", built from this source"
	return f, nil
}

// inAll are the values that all lists have.
func inAll(lists [][]string) []string {
	common := slices.Clone(lists[0])
	return slices.DeleteFunc(common, func(v string) bool {
		return slices.ContainsFunc(lists, func(l []string) bool { return !slices.Contains(l, v) })
	})
}

// onEngine lists the repository's tags.
func (k *Tagged) onEngine(ctx context.Context, ev *evidence) ([]tag, error) {
	names, err := ev.eng.Tags(ctx, k.Repository)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var tags []tag
	for _, name := range names {
		image, err := ev.eng.Image(ctx, name)
		if errors.Is(err, ErrNoImage) {
			continue // taken away meanwhile
		}
		if err != nil {
			return nil, err
		}
		tags = append(tags, tag{name: name, word: name[strings.LastIndex(name, ":")+1:], image: image.ID})
	}
	return tags, nil
}

func (k *Tagged) expected() string {
	var parts []string
	if len(k.Tags) > 0 {
		part := fmt.Sprintf("an image of this source is called %s with the tags %s", k.Repository, strings.Join(k.Tags, " and "))
		if k.SameImage {
			part += ", all on the same image"
		}
		parts = append(parts, part)
	}
	if len(k.Forbid) > 0 {
		parts = append(parts, fmt.Sprintf("%s has no tag %s", k.Repository, strings.Join(k.Forbid, " or ")))
	}
	return strings.Join(parts, "; ")
}

// tagList names tags with the beginning of what they name.
func tagList(tags []tag) string {
	if len(tags) == 0 {
		return "none"
	}
	var words []string
	for _, t := range tags {
		_, digest, ok := strings.Cut(t.image, ":")
		if !ok {
			digest = t.image
		}
		words = append(words, fmt.Sprintf("%s (%s)", t.name, digest[:min(12, len(digest))]))
	}
	return listed(slices.Compact(words))
}
