package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
)

// thisMachine names the machine, or the container, that this process runs in, as
// the label of what a run makes: by its host name and, since many share one, a
// part of a digest of its id.
func thisMachine() string {
	name, _ := os.Hostname() // unknown, the id has to do
	id, err := os.ReadFile("/etc/machine-id")
	if err != nil {
		return cmp.Or(name, "unknown")
	}
	sum := sha256.Sum256(id)
	return strings.TrimPrefix(name+"-"+hex.EncodeToString(sum[:4]), "-")
}

// elsewhere is the machine whose run made a thing, where that is another one: its
// locks tell nothing here. Earlier releases wrote no machine; what they left
// counts as made here.
func elsewhere(labels map[string]string) string {
	if machine := labels[machineLabel]; machine != thisMachine() {
		return machine
	}
	return ""
}
