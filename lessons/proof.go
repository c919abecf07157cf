package lessons

import "maps"

// dockerfileName is where a Dockerfile stands in a build context.
const dockerfileName = "Dockerfile"

// Proof is what an engine must show for a statement, or for the answer to a
// question, to be true: a small build, and what must be seen of it. Package
// checker/claim tells in full what each part of it asks for.
type Proof struct {
	// Files are the build context, by their slash-separated paths. In a question
	// the Dockerfile is its code where none is given: see [Lesson.Claims].
	Files map[string]string `yaml:"files"`
	// Args and Secrets are build arguments and build secrets.
	Args    map[string]string `yaml:"args"`
	Secrets map[string]string `yaml:"secrets"`
	// Target is the stage to build; empty for the last one.
	Target string `yaml:"target"`
	// Build is what must come of the build; nil for one that must only be well.
	Build *ProofBuild `yaml:"build"`
	// Edit are new contents of files, after which it is built a second time.
	// What stands there as {{value}} is random.
	Edit map[string]string `yaml:"edit"`
	// Cached and Runs are lines of the Dockerfile, from 1, whose steps come from
	// the cache in the second build, or do not.
	Cached []int `yaml:"cached"`
	Runs   []int `yaml:"runs"`
	// Image is looked for in the image's configuration, as JSON.
	Image *ProofText `yaml:"image"`
	// Layers are what instructions must weigh.
	Layers []ProofLayers `yaml:"layers"`
	// Run are containers to run of the image, one after another.
	Run []ProofRun `yaml:"run"`
}

// ProofBuild is what must come of a build.
type ProofBuild struct {
	Fails bool `yaml:"fails"`
	// Says is a regular expression for its output or its error.
	Says string `yaml:"says"`
}

// ProofText is what a text must hold, and must not: regular expressions.
type ProofText struct {
	Says   string `yaml:"says"`
	Silent string `yaml:"silent"`
}

// ProofLayers are the layers whose instruction matches Of, with the bytes that
// they have together; nil for no bound.
type ProofLayers struct {
	Of      string `yaml:"of"`
	AtLeast *int64 `yaml:"at_least"`
	AtMost  *int64 `yaml:"at_most"`
}

// ProofRun is a container to run, and what must be seen of it.
type ProofRun struct {
	// Entrypoint, Command and User replace the image's own.
	Entrypoint []string `yaml:"entrypoint"`
	Command    []string `yaml:"command"`
	User       string   `yaml:"user"`
	// Env are variables, as NAME=value.
	Env              []string `yaml:"env"`
	Init             bool     `yaml:"init"`
	ReadOnly         bool     `yaml:"read_only"`
	Tmpfs            []string `yaml:"tmpfs"`
	DropCapabilities bool     `yaml:"drop_capabilities"`

	// One of these at most; with none, the container must end by itself.
	Exec    []string  `yaml:"exec"`
	Stop    bool      `yaml:"stop"`
	Get     *ProofGet `yaml:"get"`
	Health  string    `yaml:"health"`
	Running bool      `yaml:"running"`

	// Exit is the exit code of the container, or of what Exec runs; nil for any.
	Exit *int `yaml:"exit"`
	// Says and Silent are about the container's output, that of Exec, or the body
	// that Get is answered with.
	Says   string `yaml:"says"`
	Silent string `yaml:"silent"`
}

// ProofGet is a request over HTTP to the published port.
type ProofGet struct {
	Port int `yaml:"port"`
	// Path is "/" where it is empty, and Status 200 where it is 0.
	Path   string `yaml:"path"`
	Status int    `yaml:"status"`
	// Unanswered: no answer may come.
	Unanswered bool `yaml:"unanswered"`
}

// Statement is a sentence of a lesson that an engine can prove.
type Statement struct {
	// ID is unique in the course.
	ID string `yaml:"id"`
	// Section is the id of the section that states it.
	Section string `yaml:"section"`
	// Claim is the statement, in a sentence.
	Claim string `yaml:"claim"`
	Proof `yaml:",inline"`

	// at is where its keys stand in proofs.yaml.
	at places
}

// Claim is a statement, or a question with its answer, and its whole proof.
type Claim struct {
	// Lesson is the slug of its lesson, and ID that of the statement or question.
	Lesson, ID string
	// Proof has a Dockerfile among its files.
	Proof Proof
}

// Claims are all that can be proven of a lesson: its statements, then its
// questions.
func (l *Lesson) Claims() []Claim {
	var claims []Claim
	for _, s := range l.Proofs {
		claims = append(claims, Claim{Lesson: l.Slug, ID: s.ID, Proof: s.Proof})
	}
	for _, q := range l.Questions {
		if q.Proof != nil {
			claims = append(claims, Claim{Lesson: l.Slug, ID: q.ID, Proof: q.wholeProof()})
		}
	}
	return claims
}

// wholeProof is the question's proof with what follows from the question: its
// code is the Dockerfile, a repair's as repaired, and its steps are what an edit
// must leave in the cache, or not.
func (q *Question) wholeProof() Proof {
	p := *q.Proof
	if _, given := p.Files[dockerfileName]; !given && q.Code != "" {
		p.Files = maps.Clone(p.Files)
		if p.Files == nil {
			p.Files = map[string]string{}
		}
		p.Files[dockerfileName] = q.Code
		if q.Type == Repair {
			p.Files[dockerfileName] = q.Repaired()
		}
	}
	if q.provesSteps() {
		p.Cached, p.Runs = nil, nil
		for _, s := range q.Steps {
			if s.Cached {
				p.Cached = append(p.Cached, s.Line)
			} else {
				p.Runs = append(p.Runs, s.Line)
			}
		}
	}
	return p
}

// provesSteps reports whether the question's proof is about its steps.
func (q *Question) provesSteps() bool { return q.Type == CachedSteps && len(q.Proof.Edit) > 0 }
