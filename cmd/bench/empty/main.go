// Command empty is the least that a Bubble Tea program can be. The benchmarks
// measure against it what shipshape adds.
package main

import (
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
)

// marker is what its only frame shows.
const marker = "nothing to see"

type model struct{}

func (m model) Init() tea.Cmd                       { return nil }
func (m model) Update(tea.Msg) (tea.Model, tea.Cmd) { return m, nil }
func (m model) View() tea.View                      { return tea.NewView(marker) }

func main() {
	if _, err := tea.NewProgram(model{}).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
