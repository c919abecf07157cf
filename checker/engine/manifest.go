package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"shipshape/checker"
)

const (
	// indexDepth bounds how deep indexes may stand in one another.
	indexDepth = 4
	// layerHops is how many links between layers are followed.
	layerHops = 16
	// imagesLimit is how many images of an archive are looked at.
	imagesLimit = 100
)

// manifest is an image of an archive: the names of its files.
type manifest struct {
	Config string
	Layers []string
}

// descriptor points to a blob.
type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
}

// blob is the name of the file that a descriptor points to.
func (d descriptor) blob() string {
	algorithm, hex, _ := strings.Cut(d.Digest, ":")
	return path.Join("blobs", algorithm, hex)
}

// describe finds the image with the given uncompressed layers among those of the
// archive: an archive may hold images for other platforms as well, and
// attestations, which look like images.
func (u *unpacking) describe(rootFS []string) (*checker.Archive, error) {
	for _, m := range u.manifests() {
		config, ok := u.documents[path.Clean(m.Config)]
		if !ok {
			continue
		}
		var c struct {
			RootFS struct {
				Layers []string `json:"diff_ids"`
			} `json:"rootfs"`
		}
		if json.Unmarshal(config, &c) != nil || !slices.Equal(c.RootFS.Layers, rootFS) || len(m.Layers) != len(rootFS) {
			continue
		}
		archive := &checker.Archive{Config: config}
		for _, layer := range m.Layers {
			name, err := u.visited(layer)
			if err != nil {
				return nil, err
			}
			archive.Layers = append(archive.Layers, name)
		}
		return archive, nil
	}
	return nil, errors.New("the image's own description is not in what the engine saved")
}

// visited returns the name by which a layer was visited.
func (u *unpacking) visited(layer string) (string, error) {
	name := path.Clean(layer)
	for range layerHops {
		if u.layers[name] {
			return name, nil
		}
		target, ok := u.links[name]
		if !ok {
			break
		}
		name = target
	}
	return "", fmt.Errorf("the layer %s is not in what the engine saved", layer)
}

// manifests lists the images of the archive: by the docker command's own list,
// then by the OCI index.
func (u *unpacking) manifests() []manifest {
	var all []manifest
	_ = json.Unmarshal(u.documents["manifest.json"], &all) // there may be none
	all = append(all, u.indexed("index.json", indexDepth, make(map[string]bool))...)
	return all[:min(len(all), imagesLimit)]
}

// indexed lists the images below an OCI index that were not seen before.
func (u *unpacking) indexed(name string, depth int, seen map[string]bool) []manifest {
	var index struct {
		Manifests []descriptor `json:"manifests"`
	}
	if depth == 0 || json.Unmarshal(u.documents[name], &index) != nil {
		return nil
	}
	var all []manifest
	for _, d := range index.Manifests {
		if seen[d.Digest] {
			continue
		}
		seen[d.Digest] = true
		if strings.HasSuffix(d.MediaType, "index.v1+json") || strings.HasSuffix(d.MediaType, "manifest.list.v2+json") {
			all = append(all, u.indexed(d.blob(), depth-1, seen)...)
			continue
		}
		var image struct {
			Config descriptor   `json:"config"`
			Layers []descriptor `json:"layers"`
		}
		if json.Unmarshal(u.documents[d.blob()], &image) != nil {
			continue
		}
		m := manifest{Config: image.Config.blob()}
		for _, layer := range image.Layers {
			m.Layers = append(m.Layers, layer.blob())
		}
		all = append(all, m)
	}
	return all
}
