package images

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"shipshape/checker"
)

// Entry is a base image with what the engine has of it.
type Entry struct {
	Base Base
	// Image is nil when the engine has none of the base's name.
	Image *checker.StoredImage
}

// Present reports whether the engine has the image.
func (e Entry) Present() bool { return e.Image != nil }

// StandIn reports whether what the engine has is a stand-in.
func (e Entry) StandIn() bool { return e.Image != nil && isStandIn(e.Base, *e.Image) }

// About says what a stand-in really is; empty for any other image.
func (e Entry) About() string {
	if !e.StandIn() {
		return ""
	}
	return e.Image.Labels[aboutLabel]
}

// List tells which base images the engine has, in the order of [Catalog].
func List(ctx context.Context, store Store) ([]Entry, error) {
	var entries []Entry
	for _, b := range Catalog() {
		image, err := look(ctx, store, b.Name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{Base: b, Image: image})
	}
	return entries, nil
}

// look returns nil for an image that is not there.
func look(ctx context.Context, store Store, name string) (*checker.StoredImage, error) {
	image, err := store.InspectImage(ctx, name)
	if errors.Is(err, checker.ErrNoImage) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the image %s: %w", name, err)
	}
	return &image, nil
}

// Save writes the base images that the engine has, with their aliases, as one
// tar that [Load] and `docker load` read. It returns their names.
func Save(ctx context.Context, store Store, w io.Writer) ([]string, error) {
	var names []string
	for _, b := range Catalog() {
		for _, name := range b.Names() {
			image, err := look(ctx, store, name)
			if err != nil {
				return nil, err
			}
			if image != nil {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return nil, &checker.EnvironmentError{
			Problem: "the engine has no base images to save",
			Remedy:  "Pull them with `shipshape images pull`, or make stand-ins with `shipshape images build`.",
		}
	}
	if err := store.SaveImages(ctx, names, w); err != nil {
		return nil, fmt.Errorf("save the base images: %w", err)
	}
	return names, nil
}

// Load loads what [Save] wrote. An image that was pulled keeps its name, an
// alias as well, when the tar has a stand-in of that name.
func Load(ctx context.Context, store Store, r io.Reader) error {
	pulled := map[string]string{} // the image's id by its name
	for _, b := range Catalog() {
		for _, name := range b.Names() {
			image, err := look(ctx, store, name)
			if err != nil {
				return err
			}
			if image != nil && !isStandIn(b, *image) {
				pulled[name] = image.ID
			}
		}
	}
	err := store.LoadImages(ctx, r)
	if err != nil {
		err = fmt.Errorf("load the base images: %w", err)
	}
	return errors.Join(err, giveBack(ctx, store, pulled))
}

// givingBack is how long names may take to be given back after an interrupt.
const givingBack = 30 * time.Second

// giveBack gives names that stand-ins have now back to the images that had them,
// by their ids. A load that failed or was given up has taken some already, and
// an image without a name is removed sooner or later.
func giveBack(ctx context.Context, store Store, pulled map[string]string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), givingBack)
	defer cancel()
	var faults []error
	for _, b := range Catalog() {
		for _, name := range b.Names() {
			id, ok := pulled[name]
			if !ok {
				continue
			}
			image, err := look(ctx, store, name)
			if err == nil && image != nil && isStandIn(b, *image) {
				err = store.TagImage(ctx, id, name)
			}
			if err != nil {
				faults = append(faults, fmt.Errorf("give the name %s back to the image that had it, %s: %w", name, id, err))
			}
		}
	}
	return errors.Join(faults...)
}

// Clean removes the stand-ins, and nothing else: neither images that were
// pulled under the same names, nor what a learner built on a stand-in. It
// returns the names it removed; what could not be removed is in the error.
func Clean(ctx context.Context, store Store) ([]string, error) {
	var removed []string
	var faults []error
	for _, b := range Catalog() {
		for _, name := range b.Names() {
			image, err := look(ctx, store, name)
			if err == nil && (image == nil || !isStandIn(b, *image)) {
				continue
			}
			if err == nil {
				err = store.UntagImage(ctx, name)
			}
			if err != nil {
				faults = append(faults, fmt.Errorf("remove the stand-in %s: %w", name, err))
				continue
			}
			removed = append(removed, name)
		}
	}
	return removed, errors.Join(faults...)
}
