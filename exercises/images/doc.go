// Package images keeps the base images that exercises stand on.
//
// [Ensure] pulls those that are missing. Where no registry answers it builds
// stand-ins: images with the same names and layout (users, paths, a shell or
// none) made of Debian packages and this machine's Go. A stand-in says what it
// is in its labels, and never takes the name of an image that exists.
//
// A base image is data: a folder of recipes with a Dockerfile and its files,
// and an entry in recipes/bases.yaml. Adding one needs no Go.
package images
