package needle

import (
	"errors"
	"io"
	"strings"
)

// alphabet is a way to write bytes as text.
type alphabet struct {
	name string
	// bits is how many each character holds.
	bits int
	// characters stand in the order of their values. Those that follow are
	// other spellings, of the value again and those above it.
	characters string
	again      int
}

const (
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
)

// alphabets are those in which a whole stream may be written, the narrowest
// first, since each is a part of the next.
func alphabets() []alphabet {
	return []alphabet{
		{"hexadecimal", 4, digits + "abcdef" + "ABCDEF", 10},
		{"base32", 5, upper + "234567", 0},
		base64Alphabet(),
	}
}

// base64Alphabet is that of base64, and of its variant for URLs.
func base64Alphabet() alphabet {
	return alphabet{"base64", 6, upper + lower + digits + "+/" + "-_", 62}
}

// values are those of the characters, dropped for all others.
func (a alphabet) values() [256]byte {
	var values [256]byte
	for i := range values {
		values[i] = dropped
	}
	for i := range len(a.characters) {
		value := i
		if value >= 1<<a.bits {
			value += a.again - 1<<a.bits
		}
		values[a.characters[i]] = byte(value)
	}
	return values
}

// wholeText searches what a stream says that is written in one alphabet from
// its beginning, in lines of any length. A short one is tried in each that it
// may be, a long one in the narrowest.
func (x *Search) wholeText(lv *level) {
	const enough, least = 1 << 10, 24
	head := strings.TrimRight(string(lv.peek(enough)), "=\r\n")
	if len(head) < least {
		return
	}
	for _, a := range alphabets() {
		values := a.values()
		if strings.ContainsFunc(head, func(r rune) bool {
			return r != '\r' && r != '\n' && (r > 0x7f || values[r] == dropped)
		}) {
			continue
		}
		lv.hold()
		from := lv.pos
		// Where it ends, and why, is no matter: what is packed between its
		// characters is looked for as in any stream.
		_ = x.decode(lv, a)
		x.left -= attemptCost + lv.pos - from
		if !lv.rewind(0) {
			return
		}
	}
}

// base64 searches what begins, in base64, as something packed does. It is never
// whole: text has no end of its own.
func (x *Search) base64(lv *level) error {
	return errors.Join(x.decode(lv, base64Alphabet()), errNoEnd)
}

func (x *Search) decode(lv *level, a alphabet) error {
	return x.descend(a.name, &decoder{src: lv.stream, bits: a.bits, values: a.values()})
}

// decoder reads the bytes that text in some alphabet says. It ends at the first
// character that is of another, line endings left aside.
type decoder struct {
	src    *stream
	bits   int
	values [256]byte
	// held are the lowest bits, so many, that make no byte yet.
	held uint
	have int
}

// Read implements [io.Reader].
func (d *decoder) Read(p []byte) (int, error) {
	for n := range p {
		for d.have < 8 {
			b, err := d.src.ReadByte()
			switch {
			case err != nil:
				return n, err
			case b == '\r' || b == '\n':
				continue
			case d.values[b] == dropped:
				d.src.back(1)
				return n, io.EOF
			}
			d.held = d.held<<d.bits | uint(d.values[b])
			d.have += d.bits
		}
		d.have -= 8
		p[n] = byte(d.held >> d.have)
	}
	return len(p), nil
}
