package checker

import (
	"slices"
	"testing"
)

// kernelTable is as the kernel prints it; the second head is that of tcp6.
const kernelTable = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22042 1
   1: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22043 1
   2: 0100007F:1F90 0100007F:D2F0 01 00000000:0000001F 00:00000000 00000000  1000        0 22044 1
   3: 0B00007F:9C41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22045 1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:1F40 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22046 1
   1: zz:1 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22047 1
   2: 0100007F 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22048 1
   3: 0100007F:1F91 00000000:0000 0A
`

func TestListenersAreReadFromTheKernelsTables(t *testing.T) {
	var got []string
	for _, l := range listeners(readSockets(kernelTable)) {
		got = append(got, l.address.String()+" "+l.inode)
	}
	// 127.0.0.11 is the engine's own resolver.
	want := []string{"0.0.0.0:3000 22043", "[::1]:8000 22046", "127.0.0.1:8080 22042"}
	if !slices.Equal(got, want) {
		t.Errorf("listeners = %v, want %v", got, want)
	}
}

func TestAConnectionTellsWhatNobodyHasReadYet(t *testing.T) {
	sockets := readSockets(kernelTable)
	i := slices.IndexFunc(sockets, func(s socket) bool { return s.state == tcpEstablished })
	if i < 0 || sockets[i].unread != 31 || sockets[i].address.Port() != 8080 {
		t.Errorf("sockets = %+v, want one established, on port 8080, with 31 bytes unread", sockets)
	}
}

func TestTheHoldersOfASocketAreFound(t *testing.T) {
	const links = `/proc/1/fd:
lrwx------ 1 1000 1000 64 Nov 21 03:51 3 -> socket:[2599291]
/proc/17/fd:
lrwx------    1 1000     1000            64 Nov 21 03:51 3 -> socket:[2599291]
lrwx------    1 1000     1000            64 Nov 21 03:51 4 -> socket:[2599291]
/proc/18/fd:
lrwx------ 1 1000 1000 64 Nov 21 03:51 3 -> socket:[25992]
`
	if got, want := socketHolders(links, []string{"2599291", "7"}), []int{1, 17}; !slices.Equal(got, want) {
		t.Errorf("holders = %v, want %v", got, want)
	}
}
