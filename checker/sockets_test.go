package checker

import (
	"slices"
	"testing"
)

func TestListenersReadsTheKernelsTables(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22042 1
   1: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 22043 1
   2: 0100007F:1F90 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000  1000        0 22044 1
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:1F40 00000000000000000000000000000000:0000 0A 00000000:00000000
   1: zz:1 00000000:0000 0A
   2: 0100007F 00000000:0000 0A
`
	var got []string
	for _, a := range listeners(table) {
		got = append(got, a.String())
	}
	want := []string{"127.0.0.1:8080", "0.0.0.0:3000", "[::1]:8000"}
	if !slices.Equal(got, want) {
		t.Errorf("listeners = %v, want %v", got, want)
	}
}
