package needle

// Allow sets how many bytes may still be unpacked, so that a test need not
// unpack MaxUnpacked.
func (x *Search) Allow(n int64) { x.left = n }
