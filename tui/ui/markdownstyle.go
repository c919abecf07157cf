package ui

import gansi "charm.land/glamour/v2/ansi"

const (
	// codeMargin is how far code stands in, in cells.
	codeMargin = 2
	// quoteToken stands for one cell of a quotation's margin: glamour takes
	// the token to be one cell wide, so the bar and the blank after it are put
	// in afterwards.
	quoteToken = "┊"
)

// markdownStyle is the tutor's own style for glamour. It is stated in full
// because glamour's defaults pad the document and paint headings in blocks.
//
// Code is coloured by one of chroma's named themes: glamour keeps a theme of
// its own making in a global table under one name, so that a second one, for
// the other background, would never be used.
func markdownStyle(dark bool) gansi.StyleConfig {
	accent, muted, code, codeTheme := "#00687A", "#5A626B", "#7A4A00", "tango"
	if dark {
		accent, muted, code, codeTheme = "#56C2D0", "#969DA6", "#E0C08A", "nord"
	}
	heading := gansi.StyleBlock{StylePrimitive: gansi.StylePrimitive{Color: &accent, Bold: new(true), BlockSuffix: "\n"}}
	return gansi.StyleConfig{
		BlockQuote: gansi.StyleBlock{
			StylePrimitive: gansi.StylePrimitive{Color: &muted},
			Indent:         new(uint(2)),
			IndentToken:    new(quoteToken),
		},
		Heading:  heading,
		H1:       heading,
		H2:       heading,
		H3:       heading,
		H4:       heading,
		Emph:     gansi.StylePrimitive{Italic: new(true)},
		Strong:   gansi.StylePrimitive{Bold: new(true)},
		Link:     gansi.StylePrimitive{Color: &accent, Underline: new(true)},
		LinkText: gansi.StylePrimitive{Color: &accent},
		HorizontalRule: gansi.StylePrimitive{
			Color:  &muted,
			Format: "\n────\n",
		},
		Code: gansi.StyleBlock{StylePrimitive: gansi.StylePrimitive{Color: &code}},
		CodeBlock: gansi.StyleCodeBlock{
			StyleBlock: gansi.StyleBlock{Margin: new(uint(codeMargin))},
			Theme:      codeTheme,
		},
	}
}
