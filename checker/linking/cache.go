package linking

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// CacheFile is where the loader of the GNU C library keeps what it knows of the
// folders of /etc/ld.so.conf: a library in one of them is found only once
// ldconfig has written it here.
const CacheFile = "/etc/ld.so.cache"

// cacheMagic begins the cache since glibc 2.2; glibc/sysdeps/generic/dl-cache.h.
const cacheMagic = "glibc-ld.so.cache1.1"

const (
	cacheHeader = 48
	cacheEntry  = 24
)

var errCache = errors.New("it is no cache of ldconfig's")

// ParseCache reads the content of CacheFile: the paths of each library, by its
// name.
func ParseCache(content []byte) (map[string][]string, error) {
	// An older cache may stand in front of it.
	at := bytes.Index(content, []byte(cacheMagic))
	if at < 0 {
		return nil, errCache
	}
	content = content[at:]
	if len(content) < cacheHeader {
		return nil, errCache
	}
	count := int64(binary.LittleEndian.Uint32(content[20:]))
	if count > int64(len(content)-cacheHeader)/cacheEntry {
		return nil, errCache
	}
	out := make(map[string][]string)
	for i := range count {
		entry := content[cacheHeader+i*cacheEntry:]
		name, ok := cacheText(content, binary.LittleEndian.Uint32(entry[4:]))
		where, found := cacheText(content, binary.LittleEndian.Uint32(entry[8:]))
		if !ok || !found {
			return nil, errCache
		}
		out[name] = append(out[name], where)
	}
	return out, nil
}

// cacheText is the text at an offset, which ends with a zero.
func cacheText(content []byte, at uint32) (string, bool) {
	if int64(at) >= int64(len(content)) {
		return "", false
	}
	text, _, ok := bytes.Cut(content[at:], []byte{0})
	return string(text), ok
}
