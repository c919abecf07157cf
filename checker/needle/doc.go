// Package needle finds known random texts, the needles, in streams of any
// length: as they stand, in the usual encodings, and in files that are
// compressed or packed into one another.
//
// A needle is letters and digits, and long enough not to occur by chance. Of a
// stream, only letters and digits are compared, so that a text is found that is
// broken into lines, written as UTF-16 or UTF-32, or spaced by any punctuation.
// What counts as an encoding is in encodings.go: base64, base32, hexadecimal,
// decimal and octal bytes, backwards, another case.
//
// Compressed data is found by its first bytes, wherever in a stream they stand:
// gzip, zlib, bzip2, xz, zstd, the members of a zip (and so of wheels and
// jars), each of them also as base64, and tar where a stream begins with one. A
// stream that is nothing but base64, base32 or hexadecimal is decoded as well.
//
// The work is bounded. A [Search] unpacks at most MaxUnpacked bytes, all its
// streams together, at most MaxDepth formats inside one another, and with
// windows of at most 16 MiB; it holds some 300 KiB for each depth in use. What
// these bounds keep it from looking into is told in [Result.Unread].
//
// It does not see through encryption, through a needle that is cut in pieces or
// combined with other bytes, nor into formats that it does not know, such as
// 7z, brotli or lz4.
package needle
