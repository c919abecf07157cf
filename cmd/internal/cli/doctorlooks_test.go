package cli

import (
	"context"
	"strings"
	"testing"

	"shipshape/checker"
)

// inspected are the labels of images by their name.
type inspected map[string]map[string]string

func (i inspected) InspectImage(_ context.Context, name string) (checker.StoredImage, error) {
	labels, ok := i[name]
	if !ok {
		return checker.StoredImage{}, checker.ErrNoImage
	}
	return checker.StoredImage{ID: name, Labels: labels}, nil
}

func TestDoctorCountsStandInsAndNotWhatIsBuiltOnThem(t *testing.T) {
	standIn := map[string]string{"shipshape.standin": "true", "shipshape.standin.name": "node:24-slim"}
	store := inspected{"node:24-slim": standIn, "alpine:3.22": nil, "python:3.13-slim": standIn, "own:1": standIn}
	f := examineImages(t.Context(), store, []string{"node:24-slim", "alpine:3.22", "python:3.13-slim", "own:1", "golang:1.26"}, true)
	if want := "4 of 5 are there, 1 stand-in; missing: golang:1.26"; f.Detail != want {
		t.Errorf("it says %q, want %q", f.Detail, want)
	}
	if f.Status != poorly || !strings.Contains(f.Remedy, "images pull") {
		t.Errorf("status %s, remedy %q", f.Status, f.Remedy)
	}
}
