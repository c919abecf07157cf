package checker

import (
	"archive/tar"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"shipshape/checker/needle"
)

// mostLeaks bounds what is kept of one pass over the layers: a verdict names a
// few places, and one file is enough to fail.
const mostLeaks = 200

// leakWatcher looks for canaries in all that an image's layers hold.
type leakWatcher struct {
	search *needle.Search
	// fault is why nothing can be looked for.
	fault  error
	spots  []spot
	unread []unreadFile
}

// spot is where a canary was found in a layer.
type spot struct {
	// canary is an index of those that are looked for.
	canary      int
	layer, path string
	// part of the file: "in", "in the name of" …
	part string
	// how it is written or packed there, as in ", in base64"; empty for as it
	// is.
	how string
}

// unreadFile is a file that was not looked into to its end.
type unreadFile struct{ layer, path, why string }

func newLeakWatcher(given []canary) *leakWatcher {
	values := make([]string, len(given))
	for i, c := range given {
		values[i] = c.value
	}
	set, err := needle.NewSet(values...)
	if err != nil {
		return &leakWatcher{fault: err}
	}
	return &leakWatcher{search: set.NewSearch()}
}

// file implements watcher.
func (w *leakWatcher) file(layer string, hdr *tar.Header) (io.WriteCloser, error) {
	if w.fault != nil {
		return nil, w.fault
	}
	at := spot{layer: layer, path: path.Join("/", hdr.Name)}
	for _, t := range []struct{ part, text string }{
		{"in the name of", hdr.Name},
		{"in the target of the link", hdr.Linkname},
		{"in the attributes of", attributes(hdr)},
	} {
		at.part = t.part
		w.note(w.text(t.text), at)
	}
	if hdr.Typeflag != tar.TypeReg || hdr.Size == 0 {
		return nil, nil
	}
	at.part = "in"
	r, pipe := io.Pipe()
	sink := &leakSink{PipeWriter: pipe, ended: make(chan struct{})}
	go func() {
		defer close(sink.ended)
		// The pass itself tells of an error of what it reads.
		result, _ := w.search.Stream(r)
		w.note(result, at)
	}()
	return sink, nil
}

// attributes are what else a header says in words: the owner's names, and
// extended attributes.
func attributes(hdr *tar.Header) string {
	words := []string{hdr.Uname, hdr.Gname}
	for _, name := range slices.Sorted(maps.Keys(hdr.PAXRecords)) {
		// The path and a link's target stand here as well, when they are long.
		if name != "path" && name != "linkpath" {
			words = append(words, name, hdr.PAXRecords[name])
		}
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

// leakSink is the way into a search, which is another goroutine's until Close.
// The pass calls that before it goes on to the next file.
type leakSink struct {
	*io.PipeWriter
	ended chan struct{}
}

// Close ends the file, and waits until it is searched.
func (s *leakSink) Close() error {
	err := s.PipeWriter.Close()
	<-s.ended
	return err
}

// text searches a short text.
func (w *leakWatcher) text(text string) needle.Result {
	if text == "" {
		return needle.Result{}
	}
	result, _ := w.search.Stream(strings.NewReader(text)) // memory has no errors
	return result
}

// note keeps what a search found.
func (w *leakWatcher) note(result needle.Result, at spot) {
	for _, hit := range result.Hits {
		if len(w.spots) < mostLeaks {
			at.canary, at.how = hit.Needle, written(hit)
			w.spots = append(w.spots, at)
		}
	}
	if result.Unread != "" && len(w.unread) < mostLeaks {
		w.unread = append(w.unread, unreadFile{at.layer, at.path, result.Unread})
	}
}

// written tells how a needle is written where it was found, for the end of its
// place; empty for as it is.
func written(hit needle.Hit) string {
	var how string
	if hit.Encoding != "" {
		how = ", " + hit.Encoding
	}
	if len(hit.Trail) > 0 {
		how += ", unpacked by " + strings.Join(hit.Trail, ", ")
	}
	return how
}

// unreadAbove tells of a file, in a layer above those of the base image, that was
// not looked into to its end; empty where there is none. A base image is older
// than any canary.
func (w *leakWatcher) unreadAbove(archive *Archive, base int) string {
	for _, u := range w.unread {
		if position := lastIndex(archive.Layers, u.layer); position >= base {
			return u.path + ": " + u.why
		}
	}
	return ""
}

// unsearchable is what keeps a verdict from images with such a file.
func unsearchable(unread string) error {
	return &EnvironmentError{
		Problem: "a part of the image can't be searched for secrets: " + unread,
		Remedy:  "Leave that file out of the image, or store it unpacked.",
	}
}

// lastIndex is where a layer lies that an image may have twice.
func lastIndex(layers []string, name string) int {
	for i, layer := range slices.Backward(layers) {
		if layer == name {
			return i
		}
	}
	return -1
}
