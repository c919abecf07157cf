package checker

import (
	"strings"
	"testing"
)

// table is the kernel's list of sockets with listeners on 8080 everywhere and on
// 9090 of loopback (1F90 and 2382 in hexadecimal).
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1
   1: 0100007F:2382 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4712 1
`

func TestExposedPortsAreThoseThatAreListenedOn(t *testing.T) {
	cat := func(argv []string) ExecResult {
		if argv[0] == "cat" {
			return ExecResult{Output: table}
		}
		return ExecResult{NotFound: true}
	}
	for name, tc := range map[string]struct {
		ports []string
		exec  func([]string) ExecResult
		want  Status
		says  string
	}{
		"the port":              {[]string{"8080/tcp"}, cat, StatusPass, "it exposes 8080"},
		"and one of UDP":        {[]string{"8080/tcp", "53/udp"}, cat, StatusPass, ""},
		"without a protocol":    {[]string{"8080"}, cat, StatusPass, ""},
		"none":                  {nil, cat, StatusFail, "exposes no TCP port; the service is reached on 8080"},
		"another":               {[]string{"80/tcp"}, cat, StatusFail, "exposes 80;"},
		"a dead one as well":    {[]string{"8080/tcp", "81/tcp"}, cat, StatusFail, "nothing listens on 81"},
		"one of loopback":       {[]string{"8080/tcp", "9090/tcp"}, cat, StatusFail, "nothing listens on 9090"},
		"nothing to look with":  {[]string{"8080/tcp", "81/tcp"}, nil, StatusError, "cannot be read"},
		"and nothing to doubt":  {[]string{"8080/tcp"}, nil, StatusPass, ""},
		"the same one by UDP":   {[]string{"8080/udp"}, cat, StatusFail, "no TCP port"},
		"more than can be said": {[]string{"1/tcp", "2/tcp", "3/tcp", "4/tcp", "5/tcp", "6/tcp", "7/tcp", "8080/tcp"}, cat, StatusFail, "on 1, 2, 3, 4, 5 and 2 more;"},
	} {
		eng := &scripted{image: Image{ExposedPorts: tc.ports}, startErr: lendNothing, start: func(_ RunRequest, a *actor) { a.exec = tc.exec }}
		got := gradeOne(t, eng, Spec{Exposes: &Exposes{}})
		if got.Status != tc.want || !strings.Contains(got.Observed, tc.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, got.Status, got.Observed, tc.want, tc.says)
		}
	}
}
