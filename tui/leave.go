package tui

import tea "charm.land/bubbletea/v2"

// leaveMsg asks the tutor to end in order.
type leaveMsg struct{}

// running says whether a grade is under way on any screen.
func (m *root) running() bool {
	for _, s := range m.screens {
		if r, ok := s.(runner); ok && r.Running() {
			return true
		}
	}
	return false
}

// leave does what is next on the way out: it is called after each message
// until the program ends. Grades are stopped and waited for, then what is
// being written to the record, then the record is closed.
func (m *root) leave() tea.Cmd {
	m.end()
	for _, s := range m.screens {
		if r, ok := s.(runner); ok && r.Running() {
			r.Stop()
		}
	}
	if m.running() || m.record.busy() {
		return nil
	}
	return m.closeRecord()
}

// hurry ends the program at the second ctrl+c, whatever is under way: the next
// start of shipshape removes what stays behind.
func (m *root) hurry() tea.Cmd {
	m.message = message{}
	m.presses++
	if m.presses > 1 {
		return tea.Quit
	}
	return nil
}
