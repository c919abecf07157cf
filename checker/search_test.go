package checker

import (
	"slices"
	"testing"
)

func TestMountPointsAreThoseOfAContainersOwnFiles(t *testing.T) {
	const table = `82 55 0:39 / / rw,relatime master:3 - overlay overlay rw
83 82 0:42 / /proc rw,nosuid - proc proc rw
84 82 0:43 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
98 84 0:47 / /dev/shm rw,nosuid - tmpfs shm rw,size=65536k
86 82 0:45 / /sys ro,nosuid - sysfs sysfs ro
87 86 0:46 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw,mode=755
99 82 254:0 /volumes/d6c1/_data /usr/lib/tide rw,relatime - ext4 /dev/vda rw
103 82 254:0 /volumes/bb05/_data /run/high\040tide rw,relatime - ext4 /dev/vda rw
100 82 254:0 /containers/04db/hosts /etc/hosts rw,relatime - ext4 /dev/vda rw
59 83 0:42 /sys /proc/sys ro,nosuid - proc proc rw
`
	if got, want := mountPoints(table), []string{"/dev", "/run/high tide", "/usr/lib/tide"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := mountPoints("cat: /proc/1/mountinfo: Permission denied\n"); len(got) > 0 {
		t.Errorf("of an error: %q", got)
	}
}
