package lessons_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"shipshape/lessons"
)

const proofDockerfile = `
  files:
    Dockerfile: |
      FROM debian:trixie-slim
      # a remark
      COPY a.txt /a.txt
      RUN cat \
        /a.txt
      CMD ["cat", "/a.txt"]
    a.txt: "a\n"
`

// withProofs is a sound course whose lesson has a proofs.yaml.
func withProofs(proofs string) fstest.MapFS {
	fsys := course(soundLesson, soundQuestions)
	fsys["a/proofs.yaml"] = &fstest.MapFile{Data: []byte(proofs)}
	return fsys
}

// statement is a proofs.yaml of one statement with some keys of a proof.
func statement(keys string) string {
	return "- id: a-statement\n  section: what-happens\n  claim: It is so.\n" + strings.Trim(proofDockerfile, "\n") + "\n" + keys
}

func TestProofsLoad(t *testing.T) {
	fsys := withProofs(statement(`
  args: {VERSION: "1"}
  secrets: {token: x}
  target: base
  build: {says: 'a$'}
  edit: {a.txt: "b {{value}}"}
  cached: [3]
  runs: [4]
  image: {says: '"Cmd"', silent: nothing}
  layers: [{of: ^COPY, at_least: 1, at_most: 70000}]
  run:
    - {entrypoint: [a], command: [b], user: "1", env: [A=b], init: true, read_only: true, tmpfs: [/tmp], drop_capabilities: true, exit: 0}
    - {exec: [id, -u], says: '1'}
    - {stop: true, exit: 143}
    - {get: {port: 80, path: /x, status: 204}, silent: b}
    - {get: {port: 80, unanswered: true}}
    - {health: unhealthy}
    - {running: true}
`))
	c, err := lessons.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	claims := c.Lesson("a").Claims()
	if len(claims) != 1 || claims[0].Lesson != "a" || claims[0].ID != "a-statement" {
		t.Fatalf("the claims are %+v", claims)
	}
	p := claims[0].Proof
	if len(p.Run) != 7 || *p.Run[0].Exit != 0 || p.Run[3].Get.Status != 204 || *p.Layers[0].AtMost != 70000 || p.Build.Says != "a$" ||
		p.Args["VERSION"] != "1" || p.Secrets["token"] != "x" || p.Target != "base" || p.Cached[0] != 3 || p.Runs[0] != 4 {
		t.Errorf("the proof is %+v", p)
	}
}

func TestAQuestionsCodeIsTheDockerfileOfItsProof(t *testing.T) {
	const proof = "  proof: {files: {a.txt: x}, build: {}}\n"
	questions := strings.Replace(soundQuestions, "  line: 2\n", "  line: 2\n"+proof, 1)
	c, err := lessons.Load(course(soundLesson, questions))
	if err != nil {
		t.Fatal(err)
	}
	claims := c.Lesson("a").Claims()
	if len(claims) != 1 || claims[0].ID != "four" {
		t.Fatalf("the claims are %+v", claims)
	}
	if got := claims[0].Proof.Files; got["Dockerfile"] != "FROM x\nCOPY . .\n" || got["a.txt"] != "x" {
		t.Errorf("the files are %q", got)
	}
	if _, added := c.Question("four").Proof.Files["Dockerfile"]; added {
		t.Error("the question's own proof was changed")
	}
}

func TestTheProofOfCachedStepsIsItsSteps(t *testing.T) {
	const question = `- id: c-steps
  type: cached
  prompt: A file is edited.
  section: what-happens
  code: |
    FROM x
    COPY a .
    RUN \
      make
    COPY . .
  steps:
    - {line: 2, cached: true, why: Because.}
    - {line: 3, cached: true, why: Because.}
    - {line: 5, cached: false, why: Because.}
  proof: {files: {a: x}, edit: {b: "{{value}}"}}
  explanation: Because.
`
	c, err := lessons.Load(course(soundLesson, question))
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Lesson("a").Claims()[0].Proof; !slices.Equal(p.Cached, []int{2, 3}) || !slices.Equal(p.Runs, []int{5}) {
		t.Errorf("cached %v, runs %v", p.Cached, p.Runs)
	}
	for name, tc := range map[string]struct{ old, with, want string }{
		"its own lines":      {"proof: {", "proof: {cached: [2], ", "a/questions.yaml:15:11: what is cached"},
		"no step":            {"line: 3,", "line: 4,", "a/questions.yaml:13:8: line 4 begins no build step"},
		"a step left out":    {"    - {line: 3, cached: true, why: Because.}\n", "", "line 3 begins a build step, and is not among the steps"},
		"an edit seen often": {"{{value}}", "x", "a/questions.yaml:15:33: the edit of b must hold {{value}}"},
	} {
		if _, err := lessons.Load(course(soundLesson, strings.Replace(question, tc.old, tc.with, 1))); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
}

func TestTheProofOfARepairIsOfWhatIsRepaired(t *testing.T) {
	const question = `- id: r-line
  type: repair
  prompt: Mend it.
  section: what-happens
  code: |
    FROM x
    CMD sleep 1
  line: 2
  accept: ['CMD ["sleep", "1"]']
  proof: {run: [{exit: 0}]}
  explanation: Because.
`
	c, err := lessons.Load(course(soundLesson, question))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Lesson("a").Claims()[0].Proof.Files["Dockerfile"]; got != "FROM x\nCMD [\"sleep\", \"1\"]\n" {
		t.Errorf("the Dockerfile is %q", got)
	}
}

func TestUnsoundProofsAreFaults(t *testing.T) {
	many := "  build: {}\n  edit:\n"
	for i := range 60 {
		many += fmt.Sprintf("    f%d: x\n", i)
	}
	for name, tc := range map[string]struct{ keys, at, want string }{
		"nothing to see":             {"", "a/proofs.yaml:1:3", "nothing can be seen to be wrong"},
		"an unknown key":             {"  colour: red\n", "a/proofs.yaml:13:3", "colour"},
		"an unknown key of a run":    {"  run:\n    - exit: 0\n      colour: red\n", "a/proofs.yaml:15:7", "colour"},
		"a bad pattern":              {"  run:\n    - exit: 0\n      says: '('\n", "a/proofs.yaml:15:7", "missing closing )"},
		"an empty pattern":           {"  build: {says: ''}\n", "a/proofs.yaml:13:11", "matches everything"},
		"an empty image":             {"  image: {}\n", "a/proofs.yaml:13:3", "must be seen to say"},
		"a run without expectation":  {"  run:\n    - exec: [id]\n", "a/proofs.yaml:14:7", "nothing can be seen to be wrong"},
		"an empty run":               {"  run: [{}]\n", "a/proofs.yaml:13:9", "nothing can be seen to be wrong"},
		"two ways":                   {"  run:\n    - stop: true\n      exec: [id]\n      exit: 0\n", "a/proofs.yaml:14:7", "exec and stop"},
		"a way that asks nothing":    {"  run:\n    - running: false\n      exit: 0\n", "a/proofs.yaml:14:7", "leave it out"},
		"an exit code of no end":     {"  run:\n    - running: true\n      exit: 0\n", "a/proofs.yaml:15:7", "nothing ends here"},
		"an exit code out of range":  {"  run: [{exit: 256}]\n", "a/proofs.yaml:13:10", "no exit code"},
		"a health of another name":   {"  run: [{health: starting}]\n", "a/proofs.yaml:13:10", "healthy or unhealthy"},
		"a port out of range":        {"  run: [{get: {port: 0}}]\n", "a/proofs.yaml:13:16", "no port"},
		"a path without a slash":     {"  run: [{get: {port: 1, path: x}}]\n", "a/proofs.yaml:13:25", "begins with /"},
		"a status out of range":      {"  run: [{get: {port: 1, status: 0}}]\n", "a/proofs.yaml:13:25", "no status"},
		"a body of no answer":        {"  run: [{get: {port: 1, unanswered: true}, says: x}]\n", "a/proofs.yaml:13:25", "no body"},
		"an empty command":           {"  run: [{command: [], exit: 0}]\n", "a/proofs.yaml:13:10", "replaces nothing"},
		"a variable without a value": {"  run: [{env: [A], exit: 0}]\n", "a/proofs.yaml:13:16", "no variable"},
		"a relative tmpfs":           {"  run: [{tmpfs: [tmp], exit: 0}]\n", "a/proofs.yaml:13:18", "absolute"},
		"lines without an edit":      {"  cached: [3]\n", "a/proofs.yaml:13:3", "after an edit"},
		"an edit seen before":        {"  edit: {a.txt: b}\n  runs: [3]\n", "a/proofs.yaml:13:10", "{{value}}"},
		"an empty edit":              {"  edit: {}\n  build: {}\n", "a/proofs.yaml:13:3", "changes nothing"},
		"a line that is no step":     {"  edit: {a.txt: '{{value}}'}\n  cached: [1]\n", "a/proofs.yaml:14:12", "begins no build step"},
		"a line within a step":       {"  edit: {a.txt: '{{value}}'}\n  cached: [5]\n", "a/proofs.yaml:14:12", "[3 4]"},
		"a line that is not there":   {"  edit: {a.txt: '{{value}}'}\n  runs: [40]\n", "a/proofs.yaml:14:10", "line 40"},
		"a line twice":               {"  edit: {a.txt: '{{value}}'}\n  cached: [3]\n  runs: [3]\n", "a/proofs.yaml:15:10", "twice"},
		"an image of a failed build": {"  build: {fails: true}\n  run: [{exit: 0}]\n", "a/proofs.yaml:13:11", "no image"},
		"layers of nothing":          {"  layers: [{at_least: 1}]\n", "a/proofs.yaml:13:13", "whose layers"},
		"layers without a bound":     {"  layers: [{of: x}]\n", "a/proofs.yaml:13:13", "at_least or at_most"},
		"layers too small":           {"  layers: [{of: x, at_most: 10}]\n", "a/proofs.yaml:13:20", "count folders"},
		"bounds that cross":          {"  layers: [{of: x, at_least: 90000, at_most: 80000}]\n", "a/proofs.yaml:13:20", "no more than at_most"},
		"an absolute path":           {"  build: {}\n  edit: {/etc/passwd: x}\n", "a/proofs.yaml:14:10", "no path in a build context"},
		"a path that leads out":      {"  build: {}\n  edit: {../x: x}\n", "a/proofs.yaml:14:10", "no path in a build context"},
		"a path of Windows":          {"  build: {}\n  edit: {'c:\\x': x}\n", "a/proofs.yaml:14:10", "no path in a build context"},
		"a file as a folder":         {"  build: {}\n  edit: {a.txt/b: x}\n", "a/proofs.yaml:4:3", "a.txt is a file"},
		"a large file":               {"  build: {}\n  edit: {b: '" + strings.Repeat("x", 70_000) + "'}\n", "a/proofs.yaml:14:10", "larger than 64 KiB"},
		"too many files":             {many, "a/proofs.yaml:4:3", "at most 50"},
		"too many runs":              {"  run: [" + strings.Repeat("{exit: 0},", 21) + "]\n", "a/proofs.yaml:13:3", "at most 20"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lessons.Load(withProofs(statement(tc.keys)))
			if err == nil || !strings.Contains(err.Error(), tc.at+": ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s with %q", err, tc.at, tc.want)
			}
		})
	}
}

func TestUnsoundStatementsAreFaults(t *testing.T) {
	sound := statement("  build: {}\n")
	for name, tc := range map[string]struct{ proofs, want string }{
		"a statement without a section": {strings.Replace(sound, "what-happens", "nowhere", 1), `a/proofs.yaml:2:3: the lesson has no section "nowhere"`},
		"a statement without a claim":   {strings.Replace(sound, "It is so.", "", 1), "a/proofs.yaml:3:3: the statement needs its claim"},
		"an id that is none":            {strings.Replace(sound, "a-statement", "A B", 1), "a/proofs.yaml:1:3: a statement needs an id"},
		"an id of a question":           {strings.Replace(sound, "a-statement", "two", 1), `a/proofs.yaml:1:3: the id "two" is taken by the question or statement at a/questions.yaml:12`},
		"an id twice":                   {sound + sound, `a/proofs.yaml:14:3: the id "a-statement" is taken by the question or statement at a/proofs.yaml:1`},
		"no list":                       {"id: x\n", "a/proofs.yaml:1:1: a list of statements"},
		"no Dockerfile":                 {"- {id: x, section: what-happens, claim: C., build: {}}\n", "there is no Dockerfile"},
		"too many":                      {strings.Repeat("- {}\n", 101), "at most 100"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lessons.Load(withProofs(tc.proofs))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestAnEmptyProofOfAQuestionIsAFault(t *testing.T) {
	for proof, want := range map[string]string{
		"proof:":            "a/questions.yaml:35:3: there is nothing in the proof",
		"proof: {}":         "a/questions.yaml:35:3: nothing can be seen to be wrong",
		"proof: {run: [x]}": "a/questions.yaml:35:",
	} {
		questions := strings.Replace(soundQuestions, "  line: 2\n", "  line: 2\n  "+proof+"\n", 1)
		if _, err := lessons.Load(course(soundLesson, questions)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", proof, err, want)
		}
	}
}
