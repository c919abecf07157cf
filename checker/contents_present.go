package checker

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"shipshape/checker/layers"
)

func (p Present) expected() string {
	text := p.Path
	if p.Mode != "" {
		text += " with mode " + p.Mode
	}
	if p.AtMost != "" {
		text += " with no more rights than " + p.AtMost
	}
	if p.Owner != "" {
		text += " owned by " + p.Owner
	}
	return text
}

// look returns nil for a file that is there as it should be.
func (p Present) look(ctx context.Context, ev *evidence, l *imageLayers) (*flaw, error) {
	e, ok := l.stack.Resolve(p.Path)
	if !ok {
		return &flaw{text: p.Path + " is not in the image"}, nil
	}
	from := l.origin(e.Layer)
	say := func(format string, args ...any) *flaw {
		return &flaw{text: fmt.Sprintf("%s, from %s, ", p.Path, from.named()) + fmt.Sprintf(format, args...), line: from.line}
	}
	if p.Mode != "" {
		if bits, err := octal(p.Mode); err != nil || bits != e.Mode {
			return say("has mode %04o", e.Mode), err
		}
	}
	if p.AtMost != "" {
		if bits, err := octal(p.AtMost); err != nil || e.Mode&^bits != 0 {
			return say("has mode %04o", e.Mode), err
		}
	}
	owned, err := p.owned(ctx, ev, e)
	if err != nil || owned {
		return nil, err
	}
	return say("belongs to %d:%d", e.UID, e.GID), nil
}

// owned reports whether an entry has the owner that it should have.
func (p Present) owned(ctx context.Context, ev *evidence, e layers.Entry) (bool, error) {
	user, groupName, _ := strings.Cut(p.Owner, ":")
	for _, want := range []struct {
		name, file string
		id         int
	}{{user, "/etc/passwd", e.UID}, {groupName, "/etc/group", e.GID}} {
		if want.name == "" {
			continue
		}
		id, ok, err := ev.numberOf(ctx, want.name, want.file)
		if err != nil {
			return false, err
		}
		if !ok || id != want.id {
			return false, nil
		}
	}
	return true, nil
}

// numberOf is the id of a user or group: the number itself, or what the image's
// /etc/passwd or /etc/group says of the name.
func (ev *evidence) numberOf(ctx context.Context, name, file string) (int, bool, error) {
	if id, err := strconv.Atoi(name); err == nil {
		return id, true, nil
	}
	image, err := ev.runImage(ctx)
	if err != nil {
		return 0, false, err
	}
	var content bytes.Buffer
	err = ev.eng.CopyFile(ctx, image.ID, file, &content, passwdLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	lines := bufio.NewScanner(&content)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) > 2 && fields[0] == name {
			id, err := strconv.Atoi(fields[2])
			return id, err == nil, nil
		}
	}
	return 0, false, lines.Err()
}
