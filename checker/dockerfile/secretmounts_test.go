package dockerfile

import "testing"

func TestFlagSecretMounts(t *testing.T) {
	for name, tc := range map[string]struct {
		src, want string
		changed   bool
	}{
		"one of two": {
			"FROM a\nRUN --mount=type=secret,id=t make\nRUN make\n",
			"FROM a\nRUN --new --mount=type=secret,id=t make\nRUN make\n", true,
		},
		"with other mounts, indented, over lines": {
			"FROM a\n  run --mount=type=cache,target=/c \\\n  --mount=id=t,type=secret \\\n make\n",
			"FROM a\n  run --new --mount=type=cache,target=/c \\\n  --mount=id=t,type=secret \\\n make\n", true,
		},
		"in every stage": {
			"FROM a AS b\nRUN --mount=type=secret,id=t x\nFROM a\nRUN --mount=type=secret,id=t <<E\nx\nE\n",
			"FROM a AS b\nRUN --new --mount=type=secret,id=t x\nFROM a\nRUN --new --mount=type=secret,id=t <<E\nx\nE\n", true,
		},
		"no secret": {"FROM a\nRUN --mount=type=cache,target=/c make --mount=type=secret\n", "FROM a\nRUN --mount=type=cache,target=/c make --mount=type=secret\n", false},
	} {
		got, changed := parse(t, tc.src).FlagSecretMounts([]byte(tc.src), "--new")
		if string(got) != tc.want || changed != tc.changed {
			t.Errorf("%s: %t\n%s\nwant %t\n%s", name, changed, got, tc.changed, tc.want)
		}
	}
}
