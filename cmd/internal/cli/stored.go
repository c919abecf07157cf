package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"shipshape/checker"
	"shipshape/lessons/progress"
)

// fingerprint names a submission together with all else that its verdict
// follows from: the engine, the base images on it, and this program. It is empty
// where a part of that can't be read; the grade itself then says why. It is empty
// as well where a check looks at images of the learner's own, which come and go
// beside the project.
func (g *grader) fingerprint(ctx context.Context, sub checker.Submission) (string, error) {
	if slices.ContainsFunc(sub.Assignment.Checks, func(c checker.Spec) bool { return c.Tagged != nil }) {
		return "", nil
	}
	client, err := g.connect(ctx)
	if err != nil {
		return "", err
	}
	info, err := client.Info(ctx)
	if err != nil {
		return "", err
	}
	files, err := sub.Fingerprint()
	if err != nil {
		return "", nil //nolint:nilerr // see above
	}
	whole := []string{g.program, files, fmt.Sprintf("%+v", info)}
	for _, name := range sub.BaseImages(ctx) {
		image, err := client.InspectImage(ctx, name)
		if err != nil && !errors.Is(err, checker.ErrNoImage) {
			return "", err
		}
		whole = append(whole, name, image.ID)
	}
	text, err := json.Marshal(whole)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// programIdentity tells one build of this program from another; those of a
// developer may share a version.
func programIdentity(version string) string {
	name, err := os.Executable()
	if err != nil {
		return version
	}
	info, err := os.Stat(name)
	if err != nil {
		return version
	}
	return fmt.Sprintf("%s %d %d", version, info.Size(), info.ModTime().UnixNano())
}

// recall returns an earlier report from the learner's record.
func (a *app) recall(ctx context.Context, exercise, fingerprint string) *checker.Report {
	record, err := a.openRecord(ctx)
	if err != nil {
		return nil
	}
	return storedReport(ctx, record, exercise, fingerprint)
}

// recallQuietly does the same with a record of its own: what that has to tell,
// the tutor tells on its screen.
func (a *app) recallQuietly(ctx context.Context, exercise, fingerprint string) *checker.Report {
	record, err := progress.Open(ctx, a.dataDir())
	if err != nil {
		return nil
	}
	defer func() { _ = record.Close() }()
	return storedReport(ctx, record, exercise, fingerprint)
}

// storedReport returns the report of an earlier grade with a fingerprint, marked
// as stored, or nil. A record that can't be read holds none: then it is graded.
func storedReport(ctx context.Context, record *progress.Record, exercise, fingerprint string) *checker.Report {
	document, err := record.Recall(ctx, exercise, fingerprint)
	if err != nil || document == nil {
		return nil
	}
	report := &checker.Report{}
	if err := json.Unmarshal(document, report); err != nil || report.Schema != checker.ReportSchema {
		return nil
	}
	report.Stored = true
	return report
}
