// Package layers knows what is in an image's layers: which files each layer
// stores, which of them can still be seen when all are laid over one another,
// and how many bytes are there for nothing.
//
// An [Index] is told every entry of every layer, in whatever order the layers
// come. [Index.Stack] then lays them in their true order and applies the
// whiteouts, by which a layer deletes what lies below it. The [Stack] answers
// for the final tree, for each layer alone, and for what is wasted.
//
// The rules are those of the OCI image specification, "Image Layer Filesystem
// Changeset": ".wh.name" deletes name, ".wh..wh..opq" deletes all of a folder's
// content, and both touch lower layers only, wherever in their own layer they
// stand.
//
// All sizes are those of the files' content in bytes: what an engine's store
// adds or compresses is not in them, so they are the same on every engine.
package layers
