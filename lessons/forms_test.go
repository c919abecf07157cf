package lessons_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"shipshape/lessons"
)

// predictions are sound questions of the types that ask for more than one thing.
const predictions = `- id: where-and-why
  type: line
  prompt: Where?
  section: what-happens
  code: |
    FROM x
    COPY . .
  line: 2
  lines: {1: A base is needed.}
  because:
    - {text: It copies all., right: true, why: It does.}
    - {text: It copies none., why: It copies some.}
  explanation: Because.
- id: steps
  type: cached
  prompt: Which come from the cache?
  section: what-happens
  code: |
    FROM x
    COPY a .
    RUN a
    COPY . .
  steps:
    - {line: 2, cached: true, why: a did not change.}
    - {line: 3, cached: true, why: Nothing above it changed.}
    - {line: 4, cached: false, why: A file did.}
  explanation: Because.
- id: fate
  type: outcome
  prompt: What happens?
  section: what-happens
  facts:
    - ask: Does it start?
      options:
        - {text: "yes", right: true, why: It is there.}
        - {text: "no", why: It is there.}
    - ask: With which exit code does it end?
      options:
        - {text: "0", why: Nobody told it to.}
        - {text: "137", right: true, why: It is killed.}
  explanation: Because.
- id: causes
  type: match
  prompt: What is behind it?
  section: what-happens
  pairs:
    - {left: exit code 137, right: killed, why: 128 and 9.}
    - {left: exit code 127, right: not found, why: A shell says so.}
  others:
    - {text: a full disk, why: It has no code of its own.}
  explanation: Because.
- id: mend
  type: repair
  prompt: Copy as app.
  section: what-happens
  code: |
    FROM x
    COPY . .
  line: 2
  accept: ["COPY --chown=app:app . ."]
  near:
    - {text: "COPY --chown=app . .", hint: The group as well.}
  explanation: Because.
`

func TestGradePredictions(t *testing.T) {
	c := load(t, predictions)
	picks := func(p ...int) lessons.Answer { return lessons.Answer{Picks: p} }
	text := func(s string) lessons.Answer { return lessons.Answer{Text: s} }
	for name, tt := range map[string]struct {
		id     string
		answer lessons.Answer
		want   string // right, wrong, near or again
		first  string // how the first remark begins
	}{
		"line and reason":         {"where-and-why", picks(2, 0), "right", "It does."},
		"another reason":          {"where-and-why", picks(2, 1), "wrong", "Line 2 it is, but for another reason. It copies some."},
		"another line":            {"where-and-why", picks(1, 0), "wrong", "A base is needed."},
		"no reason":               {"where-and-why", picks(2), "again", "Say which line"},
		"no such reason":          {"where-and-why", picks(2, 2), "again", "Say which line"},
		"cached":                  {"steps", picks(3, 2), "right", "Because."},
		"one step too many":       {"steps", picks(2, 3, 4), "wrong", "Line 4 runs again. A file did."},
		"a step missed":           {"steps", picks(2), "wrong", "Line 3 comes from the cache. Nothing"},
		"no step":                 {"steps", picks(), "again", "Pick every step"},
		"a line that is no step":  {"steps", picks(2, 1), "again", "Line 1 begins no build step; RUN, COPY, ADD and WORKDIR do."},
		"lines that are no steps": {"steps", picks(5, 2, 1), "again", "Lines 1 and 5 begin no build step;"},
		"outcome":                 {"fate", picks(0, 1), "right", "Because."},
		"one fact wrong":          {"fate", picks(0, 0), "wrong", "With which exit code does it end? Not “0”. Nobody"},
		"one fact left out":       {"fate", picks(0), "again", "Say what becomes"},
		"a fact out of range":     {"fate", picks(0, 2), "again", "Say what becomes"},
		"match":                   {"causes", picks(0, 1), "right", "Because."},
		"matched crosswise":       {"causes", picks(1, 0), "wrong", "“exit code 137”: killed. 128 and 9."},
		"matched with another":    {"causes", picks(0, 2), "wrong", "“exit code 127”: not “a full disk”. It has no code"},
		"match without a cause":   {"causes", picks(0), "again", "Give each"},
		"match out of range":      {"causes", picks(0, 3), "again", "Give each"},
		"repair":                  {"mend", text("copy  --chown=app:app  .  ./"), "right", "Because."},
		"repair, near":            {"mend", text("COPY --chown=app . ."), "near", "The group"},
		"repair, as it was":       {"mend", text("copy . ."), "again", "That is the line as it stands."},
		"repair, other":           {"mend", text("COPY --chown=root:root . ."), "wrong", "Because."},
		"repair, no instruction":  {"mend", text("CPY . ."), "again", "This is no line of a Dockerfile: there is no instruction CPY."},
		"repair, two of them":     {"mend", text("COPY . .\nUSER app"), "again", "This is no line of a Dockerfile: one instruction"},
		"repair, a here-document": {"mend", text("COPY <<E .\nE"), "again", "This is no line"},
		"repair, no list":         {"mend", text("CMD ['a', 'b']"), "near", "The engine finds no list"},
		"repair, a list":          {"mend", text(`CMD ["[a", "b"]`), "wrong", "Because."},
		"repair, a shell's [":     {"mend", text("RUN [ -f a ]"), "wrong", "Because."},
		"repair, nothing":         {"mend", text(" "), "again", "Write the line"},
	} {
		t.Run(name, func(t *testing.T) {
			v := c.Question(tt.id).Grade(tt.answer)
			got := map[bool]string{true: "right", false: "wrong"}[v.Right]
			switch {
			case v.Again && v.Near:
				got = "near"
			case v.Again:
				got = "again"
			}
			if got != tt.want || len(v.Feedback) == 0 || !strings.HasPrefix(v.Feedback[0], tt.first) {
				t.Errorf("it is %s, want %s with %q first: %q", got, tt.want, tt.first, v.Feedback)
			}
		})
	}
	for id, want := range map[string]string{
		"where-and-why": "Line 2: COPY . .\nIt copies all.",
		"steps":         "Line 2: COPY a .\nLine 3: RUN a",
		"fate":          "Does it start? yes\nWith which exit code does it end? 137",
		"causes":        "exit code 137 – killed\nexit code 127 – not found",
		"mend":          "COPY --chown=app:app . .",
	} {
		if got := c.Question(id).Solution(); got != want {
			t.Errorf("%s is solved by %q, want %q", id, got, want)
		}
	}
	if got, want := c.Question("mend").Repaired(), "FROM x\nCOPY --chown=app:app . .\n"; got != want {
		t.Errorf("repaired, it is %q", got)
	}
}

func TestPredictionsFaults(t *testing.T) {
	for name, tt := range map[string]struct{ old, new, says string }{
		"two reasons right":   {"why: It copies some.", "right: true", "2 options are right"},
		"all cached":          {"cached: false", "cached: true", "some must not"},
		"step out of range":   {"{line: 4, ", "{line: 5, ", "no line 5"},
		"steps in disorder":   {"{line: 3, ", "{line: 1, ", "in the order of their lines"},
		"one fact":            {"facts:\n    - ask: Does it start?\n      options:\n        - {text: \"yes\", right: true, why: It is there.}\n        - {text: \"no\", why: It is there.}\n", "facts:\n", "one alone is a choice"},
		"fact without a word": {"ask: Does it start?", "ask: ''", "asks nothing"},
		"fact without right":  {"{text: \"yes\", right: true,", "{text: \"yes\",", "at least one option must be right"},
		"one cause for two":   {"right: not found", "right: killed", "\"killed\" stands here twice"},
		"a cause twice":       {"text: a full disk", "text: killed", "\"killed\" stands here twice"},
		"one pair":            {"    - {left: exit code 127, right: not found, why: A shell says so.}\n", "", "at least two pairs"},
		"nothing to repair":   {"accept: [\"COPY --chown=app:app . .\"]", "accept: [\"copy  . .\"]", "the line as it stands"},
		"no instruction":      {"accept: [\"COPY --chown=app:app . .\"]", "accept: [\"chown app\"]", "no line of a Dockerfile"},
		"nothing accepted":    {"accept: [\"COPY --chown=app:app . .\"]", "accept: []", "at least one line"},
		"accepted near":       {"text: \"COPY --chown=app . .\"", "text: \"copy --chown=app:app . .\"", "cannot be a near miss"},
		"key of another type": {"  facts:", "  steps: []\n  facts:", "has no steps"},
		"former id":           {"type: match", "type: match\n  formerly: [Causes]", "can't have been its id"},
		"former id taken":     {"type: match", "type: match\n  formerly: [fate]", "taken by the question"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lessons.Load(course(soundLesson, replaceOnce(t, predictions, tt.old, tt.new)))
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("no fault says %q: %v", tt.says, err)
			}
		})
	}
}

// Lines are the same when a parser makes the same of them.
func TestRepairComparesInstructions(t *testing.T) {
	for name, tt := range map[string]struct {
		accept, given string
		same          bool
	}{
		"list, spaces":           {`CMD ["node", "server.js"]`, `cmd  [ "node","server.js" ]`, true},
		"list or text":           {`CMD ["node", "server.js"]`, `CMD node server.js`, false},
		"flags in another order": {"COPY --from=b --chown=a /x /y", "COPY --chown=a --from=b /x /y", true},
		"mount's fields":         {"RUN --mount=type=secret,id=t cat /run/secrets/t", "run --mount=id=t,type=secret cat   /run/secrets/t", true},
		"another command":        {"RUN a && b", "RUN a; b", false},
		"spaces in a command":    {"RUN a  &&  b", "RUN a&&b", true},
		"old ENV":                {"ENV A=b", "ENV A b", true},
		"quoted ENV":             {"ENV A=b", `ENV A="b"`, true},
		"another value":          {"ENV A=b", "ENV A=c", false},
		"quoted ARG":             {"ARG A=b", `ARG A='b'`, true},
		"stage's name":           {"FROM x AS build", "from x as build", true},
		"another stage":          {"FROM x AS build", "FROM x AS Build2", false},
		"health test":            {`HEALTHCHECK --interval=5s --timeout=2s CMD ["a"]`, `HEALTHCHECK --timeout=2s --interval=5s CMD [ "a" ]`, true},
		"health test's form":     {`HEALTHCHECK CMD ["a"]`, `HEALTHCHECK CMD a`, false},
		"user":                   {"USER 10001:10001", "user 10001:10001", true},
		"mount's field's names":  {"RUN --mount=type=bind,src=a,dst=/b,ro cat /b", "RUN --mount=type=bind,source=a,target=/b,readonly=true cat /b", true},
		"another field":          {"RUN --mount=type=secret,id=t cat", "RUN --mount=type=secret,source=t cat", false},
		"this folder":            {"COPY a ./", "COPY a .", true},
		"a file of this folder":  {"COPY ./a ./b ./", "COPY a b .", true},
		"a file that is hidden":  {"COPY .env .", "COPY env .", false},
	} {
		t.Run(name, func(t *testing.T) {
			q := &lessons.Question{Type: lessons.Repair, Code: "USER root\n", Line: 1, Accept: []string{tt.accept}}
			if v := q.Grade(lessons.Answer{Text: tt.given}); v.Right != tt.same || v.Again {
				t.Errorf("it gets %+v", v)
			}
		})
	}
}

func TestAMistypedWordIsAskedAgain(t *testing.T) {
	q := &lessons.Question{Type: lessons.FillIn, Accept: []string{"--omit=dev", "0.0.0.0", "exec"}}
	for text, again := range map[string]bool{
		"--omit=deb": true, "--omit dev": true, "--omit=devel": false, "0.0.0.1": false, "exex": false,
	} {
		if v := q.Grade(lessons.Answer{Text: text}); v.Again != again || v.Near != again || v.Right {
			t.Errorf("%s gets %+v", text, v)
		}
	}
}

func TestRenamed(t *testing.T) {
	c, err := lessons.Load(course(
		strings.Replace(soundLesson, "order: 2", "order: 2\nformerly: [old-a]", 1),
		strings.Replace(soundQuestions, "- id: one", "- id: one\n  formerly: [uno, un]", 1)))
	if err != nil {
		t.Fatal(err)
	}
	ofLessons, ofQuestions := c.Renamed()
	if len(ofLessons) != 1 || ofLessons["old-a"] != "a" || len(ofQuestions) != 2 || ofQuestions["un"] != "one" {
		t.Errorf("renamed are %v and %v", ofLessons, ofQuestions)
	}
}

func TestTypes(t *testing.T) {
	if got := lessons.Types(); len(got) != 9 || slices.Contains(got, "") {
		t.Errorf("the types are %v", got)
	}
	c := load(t, predictions)
	if found := errors.Join(lessons.Lint(c)...); strings.Contains(found.Error(), "needs a why") {
		t.Errorf("reasons are missing:\n%v", found)
	}
}

func FuzzRepair(f *testing.F) {
	for _, line := range []string{"COPY . .", "CMD [\"a\"]", "ENV A=b", "RUN a | b", "HEALTHCHECK NONE", "ONBUILD RUN x", "FROM a AS b", "RUN <<E", "\\"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		q := &lessons.Question{Type: lessons.Repair, Code: "FROM x\nUSER root\n", Line: 2, Accept: []string{line}}
		v := q.Grade(lessons.Answer{Text: line})
		if !v.Right && !v.Again {
			t.Errorf("%q is not the same as itself: %+v", line, v)
		}
	})
}
