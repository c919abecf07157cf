package dockerfile

import "strings"

// HistoryLines returns, for each entry of an image's history, base first, the
// line of the instruction of this file that made it; 0 for those of the image
// that it is built on. An entry is what the engine calls CreatedBy, such as
// "RUN /bin/sh -c npm ci # buildkit".
//
// Every instruction of the last stage, and of the stages that it is built FROM,
// leaves one entry, so that the end of the history tells them one by one. Where
// the two do not fit together, the image is not this file's, or its builder
// counts otherwise: then all are 0.
func (f *File) HistoryLines(createdBy []string) []int {
	lines := make([]int, len(createdBy))
	at := len(createdBy)
	made := f.final().instructions
	for i := len(made) - 1; i >= 0; i-- {
		if made[i].Name == "ONBUILD" {
			continue // a note for other builds: it leaves no entry
		}
		at--
		if at < 0 || !strings.EqualFold(firstWord(createdBy[at]), made[i].Name) {
			return make([]int, len(createdBy))
		}
		lines[at] = made[i].Line
	}
	return lines
}

// BaseImage is the image at the bottom of the last stage, build arguments
// replaced by their defaults; empty for scratch.
func (f *File) BaseImage() string {
	if name := f.final().base().Base; name != scratch {
		return name
	}
	return ""
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return word
}
