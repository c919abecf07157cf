// Package linking finds out whether a program of an image can be loaded: what
// interpreter and which shared libraries an ELF file asks for, and where the
// loader of that image would find them.
//
// It knows the two loaders of Linux images, that of the GNU C library and that
// of musl, and follows what ld.so(8) and musl's documentation say of them.
// Nothing is run: what a service loads later by itself (dlopen) is not seen.
package linking
